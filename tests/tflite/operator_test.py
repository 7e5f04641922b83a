# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles one-operator models for this machine, runs them and compares them with
the numpy reference: integers exactly, floats within 1e-5 and the case's floor.

    /usr/bin/python3 tests/tflite/operator_test.py --bin=build/bin --family=convolution
"""

import argparse
import fnmatch
import importlib
import pathlib
import platform
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import paths  # noqa: F401  (makes the next ones importable)
import reference
import tflite_reader
from tflite_writer import Model

OPTIONS = argparse.Namespace(bin=None, family=None, rounding="double")
TIMEOUT_SECONDS = 240
FUNCTIONS_PER_MODULE = 40
RELATIVE_TOLERANCE = 1e-5

# Cases that the compiler refuses, with what its error must say. A case that works
# fails the test until it is taken out of this table.
PENDING = {
}


def pending_text(case):
    """What the compiler's error says, or None if the case is to work."""
    return next((text for pattern, text in PENDING.items()
                 if fnmatch.fnmatchcase(case.name, pattern)), None)


class OperatorTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_family(self):
        cases = importlib.import_module(f"cases_{OPTIONS.family}").cases()
        names = [case.name for case in cases]
        self.assertEqual(len(names), len(set(names)), "names of cases must differ")
        working = [case for case in cases if pending_text(case) is None]
        pending = [case for case in cases if pending_text(case) is not None]
        for start in range(0, len(working), FUNCTIONS_PER_MODULE):
            self.check(working[start:start + FUNCTIONS_PER_MODULE])
        for case in pending:
            with self.subTest(case.name):
                error = self.compile([case])[2]
                self.assertIn(pending_text(case), error, "works, or fails otherwise: see PENDING")
        print(f"{OPTIONS.family}, {OPTIONS.rounding} rounding: {len(working)} cases compared, "
              f"{len(pending)} pending", file=sys.stderr)

    def check(self, batch):
        model, module, error = self.compile(batch)
        for index, case in enumerate(batch):
            with self.subTest(case.name):
                position = index
                if error:   # of which case?
                    (model, module, own_error), position = self.compile([case]), 0
                    if own_error:
                        self.fail(own_error)
                self.run_twice(case, model, position, module)
        if error and not any(self.compile([case])[2] for case in batch):
            self.fail(f"only together: {error}")

    def compile(self, cases):
        """Returns the model as read back, the module's path and the compiler's error."""
        model = Model()
        for case in cases:
            case.build(model)
        source, module = self.folder / "cases.tflite", self.folder / "cases.vmfb"
        data = model.to_bytes()
        source.write_bytes(data)
        result = subprocess.run(
            [OPTIONS.bin / "iree-compile", "--iree-hal-target-backends=llvm-cpu",
             f"--iree-llvm-target-triple={platform.machine()}-pc-linux-elf",
             "--iree-llvm-debug-symbols=false", f"--iree-tflite-rounding={OPTIONS.rounding}",
             source, "-o", module], capture_output=True, timeout=TIMEOUT_SECONDS, check=False,
            encoding="utf-8", errors="replace")
        error = "" if result.returncode == 0 else f"exit code {result.returncode}\n{result.stderr}"
        return tflite_reader.read(data), module, error[:3000]

    def run_twice(self, case, model, position, module):
        """Variables are further arguments and results: the caller keeps them. With
        some, the second run begins with what the first one left."""
        signature = model.signatures[position]
        self.assertEqual(signature.key, case.name)
        tensors = model.subgraphs[signature.subgraph].tensors
        variables = [index for index, tensor in enumerate(tensors) if tensor.is_variable]
        kept = [reference.initial_value(tensors[index]) for index in variables]
        state = None
        for _ in range(2 if variables else 1):
            result = reference.run(model, [value.copy() for value in case.inputs], state=state,
                                   subgraph=signature.subgraph, rounding=OPTIONS.rounding)
            state = result.tensors
            actual = self.call(module, case, kept)
            self.compare(case, actual, result.outputs + [state[index] for index in variables])
            kept = actual[len(result.outputs):]

    def call(self, module, case, variables):
        command = [OPTIONS.bin / "iree-run-module", f"--module={module}",
                   f"--function={case.name}"]
        for index, value in enumerate(case.inputs + variables):
            np.save(self.folder / f"argument{index}.npy", value)
            command.append(f"--input=@{self.folder}/argument{index}.npy")
        outputs = [self.folder / f"result{index}.npy"
                   for index in range(len(case.types) + len(variables))]
        command += [f"--output=@{output}" for output in outputs]
        result = subprocess.run(command, capture_output=True, timeout=TIMEOUT_SECONDS, check=False,
                                encoding="utf-8", errors="replace")
        self.assertEqual(result.returncode, 0, result.stderr[:3000])
        return [np.load(output) for output in outputs]

    def compare(self, case, actual, expected):
        for index, (result, wanted) in enumerate(zip(actual, expected, strict=True)):
            what = f"{case.name}, result {index}"
            self.assertEqual((result.dtype, result.shape), (wanted.dtype, wanted.shape), what)
            if wanted.dtype.kind == "f":
                np.testing.assert_allclose(result, wanted, RELATIVE_TOLERANCE, case.floor,
                                           err_msg=what)
            else:
                np.testing.assert_array_equal(result, wanted, what)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path,
                        help="directory of iree-compile and iree-run-module")
    parser.add_argument("--family", required=True, help="cases_<family>.py")
    parser.add_argument("--rounding", default="double", choices=["double", "single"])
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    unittest.main(argv=[sys.argv[0], *rest])
