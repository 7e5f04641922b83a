#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models with known outputs on an emulated board, all test vectors, byte for byte:

    boards_test.py --board NAME --host-bin-dir DIR --build-dir DIR [unittest options]

Prints "skipped: no model files" where there are none.
"""

import argparse
import dataclasses
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "build_tools/dev"))

import measure  # noqa: E402
import model_bench  # noqa: E402
import option_builds  # noqa: E402

import build_and_run  # noqa: E402
import run  # noqa: E402

ARGS = None


class BoardsTest(unittest.TestCase):
    def test_outputs_are_equal(self):
        cases = model_bench.file_cases()
        model_bench.prepare(cases, ARGS.build_dir / "models")
        for case in cases:
            with self.subTest(case.name):
                row = model_bench.run_case(case, ARGS.board, ARGS.build_dir, ARGS.host_bin_dir, count=False)
                self.assertTrue(row["outputs_equal"], row)
                self.assertGreater(row["code_bytes"], 0)

    def test_small_code(self):
        """The same outputs; kernels have at most 60 % of the usual bytes of code."""
        if ARGS.board != "cortex-m4":
            self.skipTest("one board suffices")
        directory = ARGS.build_dir / "small"
        cases = [case for case in model_bench.file_cases() if case.name in ("kws", "vww")]
        model_bench.prepare(cases, directory / "models")
        for case in cases:
            with self.subTest(case.name):
                kernels = {}
                for level in ("O3", "Os"):
                    row = model_bench.run_case(case, ARGS.board, directory, ARGS.host_bin_dir, count=False,
                                               flags=[f"--iree-opt-level={level}"])
                    self.assertTrue(row["outputs_equal"], row)
                    module = directory / ARGS.board / f"samples/model_bench/bench_{case.name}_module.vmfb"
                    kernels[level] = measure.describe(module)["executables"][0]["code_bytes"]
                print(f"{case.name}: bytes of kernels {kernels}", flush=True)
                self.assertLess(kernels["Os"], 0.6 * kernels["O3"])

    def test_smallest_runtime(self):
        """Codes only, programs without branches: flash of the runtime, and its RAM besides the arena."""
        if ARGS.board != "cortex-m4":
            self.skipTest("one board suffices")
        case, = [case for case in model_bench.file_cases() if case.name == "kws"]
        one = dataclasses.replace(case, inputs=case.inputs[:len(case.inputs) // model_bench.VECTORS],
                                  expected=case.expected[:len(case.expected) // model_bench.VECTORS])
        directory = ARGS.build_dir / "smallest"
        model_bench.prepare([one], directory / "models")
        # Bytes of flash, and of RAM besides arena, state and stack.
        for kernels, static, flash, ram in (("embedded ELF", "OFF", 16 * 1024, 1024),
                                            ("static library", "ON", 12 * 1024, 1024)):
            with self.subTest(kernels):
                build_dir = directory / kernels.replace(" ", "-")
                build_and_run.build_board(
                    ARGS.board, build_dir, ARGS.host_bin_dir, ["bench_kws"],
                    options=[f"-DIREE_MODEL_BENCH_DIR={directory / 'models'}", f"-DIREE_MODEL_BENCH_STATIC={static}",
                             "-DCMAKE_C_FLAGS=-DIREE_STATUS_MODE=0 -DIREE_VM_REGISTERS_ENABLE=0",
                             "-DCMAKE_EXE_LINKER_FLAGS=-Wl,-Map=link.map"])
                status, console, _ = run.run_firmware(ARGS.board, build_dir / "bin/bench_kws", echo=False)
                self.assertEqual(status, 0, console)
                self.assertIn("1/1 equal", console)
                sizes = option_builds.runtime_sizes(build_dir / "link.map")
                module = build_dir / "samples/model_bench/bench_kws_module.vmfb"
                memory, described = build_and_run.figure(console, "memory"), measure.describe(module)
                self.assertEqual(memory, described["functions"][0]["memory"]["memory_bytes"])
                objects = memory - described["arena_bytes"]
                print(f"kws, {kernels}: {sizes}, {objects} bytes of objects", flush=True)
                self.assertGreater(sizes["text_bytes"], 4096)
                self.assertLessEqual(sizes["text_bytes"] + sizes["rodata_bytes"], flash)
                self.assertGreater(objects, 0)
                self.assertLessEqual(sizes["data_bytes"] + sizes["bss_bytes"] + objects, ram)

    def test_bytecode(self):
        """The same outputs, in at most 20 times as many instructions."""
        if ARGS.board != "cortex-m4":
            self.skipTest("one board suffices")
        directory = ARGS.build_dir / "bytecode"
        cases = [case for case in model_bench.all_cases() if case.name in ("digits_i8", "kws")]
        model_bench.prepare(cases, directory / "models")
        for case in cases:
            with self.subTest(case.name):
                native, bytecode = (model_bench.run_case(case, ARGS.board, directory, ARGS.host_bin_dir,
                                                         backends=backends)
                                    for backends in ("llvm-cpu", "vmvx"))
                self.assertTrue(native["outputs_equal"], native)
                self.assertTrue(bytecode["outputs_equal"], bytecode)
                self.assertLess(bytecode["instructions"], 20 * native["instructions"])


def main():
    global ARGS
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--board", required=True)
    parser.add_argument("--host-bin-dir", required=True, type=Path)
    parser.add_argument("--build-dir", required=True, type=Path)
    ARGS, rest = parser.parse_known_args()
    if not model_bench.file_cases():
        print(f"skipped: {model_bench.NO_MODEL_FILES}")
        return
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
