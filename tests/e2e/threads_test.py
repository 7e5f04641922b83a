# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The threaded device gives what the synchronous one gives, to the bit."""

import json
import subprocess

import numpy as np

import e2e_test
from e2e_test import OPTIONS, TIMEOUT_SECONDS, Case, random_values, type_of
from linalg_test import filled
from partition_test import CASES

THREADS = (1, 2, 3, 8)
# Of every kind of kernel one that takes longer than it takes to share it.
LARGE = ("matmul_tiles", "conv_tiles", "depthwise", "vecmat", "sum_columns", "tanh_line", "exp")


def branches(count, size):
    """`count` matmuls of one operand, which are independent of each other."""
    a = random_values((size, size), np.float32, 0)
    others = [random_values((size, size), np.float32, 1 + index) for index in range(count)]
    kind, names = type_of(a), "bcdefghijklmnop"
    body = filled("%i", a, 0)
    for index in range(count):
        body += (f"%m{index} = linalg.matmul ins(%a, %{names[index]} : {kind}, {kind}) "
                 f"outs(%i : {kind}) -> {kind}\n")
    return Case("branches", [a, *others], body, [a @ other for other in others],
                returns=tuple(f"%m{index}" for index in range(count)), tolerance=(1e-5, 1e-4))


class ThreadsTest(e2e_test.E2ETest):
    through_arguments = True

    def same_on_threads(self, module, case, repeats=3):
        expected = self.call(module, case)
        for threads in THREADS:
            for _ in range(repeats):
                results = self.call(module, case, [
                    "--device=local-task", f"--task_topology_group_count={threads}"])
                self.assertEqual([result.tobytes() for result in results],
                                 [result.tobytes() for result in expected],
                                 f"{case.name} on {threads} threads")
        return expected

    def test_kernels(self):
        cases = [CASES[name](name, np.dtype("float32")) for name in LARGE]
        module, error = self.compile(cases)
        self.assertEqual(error, "")
        for case in cases:
            with self.subTest(case.name):
                self.same_on_threads(module, case)

    def test_waves(self):
        case = branches(6, 48)
        for favor, count in (("max-concurrency", 5), ("min-peak-memory", 5), ("debug", 0)):
            with self.subTest(favor):
                module, error = self.compile(
                    [case], [f"--iree-stream-partitioning-favor={favor}"])
                self.assertEqual(error, "")
                self.check_results(case, self.same_on_threads(module, case))
                text = subprocess.run(
                    [OPTIONS.bin / "iree-dump-module", module, "--output=json"],
                    capture_output=True, timeout=TIMEOUT_SECONDS, check=True).stdout
                code = json.loads(text)["functions"][0]["code"]
                independent = sum(instruction.get("independent", False) for instruction in code)
                self.assertEqual(independent, count)

    def test_loop(self):
        """The program performs it; what is in it is a wave."""
        a, b = (random_values((24, 24), np.float32, seed, -1, 1) for seed in (1, 2))
        kind = type_of(a)
        case = Case("loop", [a, b], filled("%i", a, 0) +
                    "%zero = arith.constant 0 : index\n%one = arith.constant 1 : index\n"
                    "%trips = arith.constant 3 : index\n"
                    "%r:2 = scf.for %k = %zero to %trips step %one iter_args(%x = %a, %y = %b) -> "
                    f"({kind}, {kind}) {{\n"
                    f"%p = linalg.matmul ins(%x, %a : {kind}, {kind}) outs(%i : {kind}) -> {kind}\n"
                    f"%q = linalg.matmul ins(%y, %b : {kind}, {kind}) outs(%i : {kind}) -> {kind}\n"
                    f"scf.yield %p, %q : {kind}, {kind}\n}}", [a @ a @ a @ a, b @ b @ b @ b],
                    returns=("%r#0", "%r#1"), tolerance=(1e-4, 1e-3))
        module, error = self.compile([case])
        self.assertEqual(error, "")
        self.check_results(case, self.same_on_threads(module, case))
        text = subprocess.run([OPTIONS.bin / "iree-dump-module", module, "--output=json"],
                              capture_output=True, timeout=TIMEOUT_SECONDS, check=True).stdout
        code = json.loads(text)["functions"][0]["code"]
        self.assertEqual(sum(each.get("independent", False) for each in code), 1)


if __name__ == "__main__":
    e2e_test.main()
