# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the end-to-end tests share: programs as tables, compiled and run in batches.

A test makes a list of `Case`s: one public function each, its arguments and the
results that numpy expects. `E2ETest.check` compiles many of them as one module,
calls each through iree-run-module and compares.
"""

import argparse
import dataclasses
import pathlib
import platform
import subprocess
import sys
import tempfile
import unittest

import numpy as np

OPTIONS = argparse.Namespace(bin=None, compile_flag=[])
TIMEOUT_SECONDS = 120
FUNCTIONS_PER_MODULE = 40

ELEMENT_TYPES = {"float32": "f32", "float64": "f64", "int64": "i64", "int32": "i32",
                 "int16": "i16", "int8": "i8", "bool": "i1"}
DTYPES = {name: np.dtype(dtype) for dtype, name in ELEMENT_TYPES.items()}

# Relative and absolute error that a floating point result may have: a few units
# in the last place, and what sums of a few hundred terms of magnitude 1 lose.
TOLERANCES = {"float32": (2e-6, 2e-6), "float64": (4e-15, 4e-15)}

# One shape of each rank, and some that no vector length divides.
SHAPES = [(), (7,), (4, 5), (2, 3, 4), (2, 1, 3, 5), (2, 1, 3, 2, 2), (2, 1, 2, 1, 3, 2),
          (1,), (33,), (1, 1, 1), (16, 8)]


def shape_of(index):
    return SHAPES[index % len(SHAPES)]


def type_of(value):
    """MLIR's type of a numpy array (a tensor) or of a numpy scalar (a scalar)."""
    element = ELEMENT_TYPES[value.dtype.name]
    if isinstance(value, np.generic):
        return element
    return f"tensor<{''.join(f'{size}x' for size in value.shape)}{element}>"


def types_of(*values):
    return ", ".join(type_of(value) for value in values)


def literal(value):
    """An MLIR constant with the value of a numpy array or scalar."""
    if isinstance(value, np.generic):
        return literal_element(value)
    if value.dtype == bool:
        return f"dense<{str(value.tolist()).lower()}> : {type_of(value)}"
    return f'dense<"0x{value.tobytes().hex().upper()}"> : {type_of(value)}'


def literal_element(value):
    if value.dtype == bool:
        return str(bool(value)).lower()
    if value.dtype.kind == "f":
        return f"0x{value.tobytes()[::-1].hex().upper()} : {type_of(value)}"
    return f"{int(value)} : {type_of(value)}"


def random_values(shape, dtype, seed, low=None, high=None):
    """Reproducible values over the integer type's whole range, or in [-2, 2)."""
    rng = np.random.default_rng(seed)
    dtype = np.dtype(dtype)
    if dtype == bool:
        return rng.integers(0, 2, shape).astype(bool)
    if dtype.kind == "f":
        return np.asarray(rng.uniform(-2 if low is None else low, 2 if high is None else high,
                                      shape)).astype(dtype)
    info = np.iinfo(dtype)
    return np.asarray(rng.integers(info.min if low is None else low,
                                   info.max if high is None else high,
                                   shape, dtype=dtype, endpoint=True))


@dataclasses.dataclass
class Case:
    """A function @name(%a, %b, ...) with `body`, which defines `returns`."""
    name: str
    arguments: list
    body: str
    expected: list
    returns: tuple = ("%r",)
    tolerance: tuple = None     # (relative, absolute), overrides TOLERANCES
    helpers: str = ""           # private functions, attributes, ...

    def text(self):
        arguments = ", ".join(f"%{chr(ord('a') + index)}: {type_of(value)}"
                              for index, value in enumerate(self.arguments))
        results = types_of(*self.expected)
        back = f"return {', '.join(self.returns)} : {results}" if self.expected else "return"
        return (f"{self.helpers}\nfunc.func @{self.name}({arguments}) -> ({results}) {{\n"
                f"  {self.body.strip()}\n  {back}\n}}\n")


class E2ETest(unittest.TestCase):
    flags = ()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def check(self, cases, flags=()):
        """Compiles and runs the cases; each is a subtest."""
        names = [case.name for case in cases]
        self.assertEqual(len(names), len(set(names)), "names of cases must differ")
        for start in range(0, len(cases), FUNCTIONS_PER_MODULE):
            batch = cases[start:start + FUNCTIONS_PER_MODULE]
            module, error = self.compile(batch, flags)
            for case in batch:
                with self.subTest(case.name):
                    if error:  # of which case?
                        module, own_error = self.compile([case], flags)
                        if own_error:
                            self.fail(f"{own_error}\n{case.text()[:4000]}")
                    self.check_results(case, self.call(module, case))
            if error and not any(self.compile([case], flags)[1] for case in batch):
                self.fail(f"only together: {error}")

    def compile(self, cases, flags=()):
        """Returns the module's path and the compiler's error, if any."""
        source, module = self.folder / "cases.mlir", self.folder / "cases.vmfb"
        source.write_text("".join(case.text() for case in cases))
        result = subprocess.run(
            [OPTIONS.bin / "iree-compile", "--iree-hal-target-backends=llvm-cpu",
             f"--iree-llvm-target-triple={platform.machine()}-pc-linux-elf",
             "--iree-llvm-debug-symbols=false", *OPTIONS.compile_flag, *flags, source,
             "-o", module], capture_output=True, timeout=TIMEOUT_SECONDS, check=False,
            encoding="utf-8", errors="replace")
        if result.returncode == 0:
            return module, ""
        return module, f"exit code {result.returncode}\n{result.stderr[:3000]}"

    def call(self, module, case):
        command = [OPTIONS.bin / "iree-run-module", f"--module={module}",
                   f"--function={case.name}"]
        for index, value in enumerate(case.arguments):
            np.save(self.folder / f"argument{index}.npy", value)
            command.append(f"--input=@{self.folder}/argument{index}.npy")
        outputs = [self.folder / f"result{index}.npy" for index in range(len(case.expected))]
        command += [f"--output=@{output}" for output in outputs]
        result = subprocess.run(command, capture_output=True, timeout=TIMEOUT_SECONDS,
                                check=False, encoding="utf-8", errors="replace")
        self.assertEqual(result.returncode, 0, f"{result.stderr}\n{case.text()[:4000]}")
        return [np.load(output) for output in outputs]

    def check_results(self, case, actual):
        for index, (expected, result) in enumerate(zip(case.expected, actual, strict=True)):
            what = f"result {index} of\n{case.text()[:4000]}"
            self.assertEqual(result.dtype, expected.dtype, what)
            self.assertEqual(result.shape, expected.shape, what)
            if expected.dtype.kind != "f":
                np.testing.assert_array_equal(result, expected, what)
                continue
            relative, absolute = case.tolerance or TOLERANCES[expected.dtype.name]
            np.testing.assert_allclose(result, expected, relative, absolute, err_msg=what)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path,
                        help="directory of iree-compile and iree-run-module")
    parser.add_argument("--compile-flag", action="append", default=[],
                        help="further flag of iree-compile")
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    unittest.main(module="__main__", argv=[sys.argv[0], *rest])
