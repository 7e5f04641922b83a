# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the end-to-end tests share: programs as tables, compiled and run in batches.

A test makes a list of `Case`s: one function each, its arguments and the results
that numpy expects. `E2ETest.check` writes many of them into one module, as
functions that check their own results (the arguments are constants that the
compiler must not use), and runs that on every backend that the command line
names. A class with `through_arguments` calls its functions with iree-run-module
instead, which passes arguments and results as an application does.
"""

import argparse
import atexit
import dataclasses
import pathlib
import platform
import re
import subprocess
import sys
import tempfile
import unittest

import numpy as np

import boards  # of this folder
import c_tools

OPTIONS = argparse.Namespace(bin=None, compile_flag=[], backend="llvm-cpu", board=None,
                             build_dir=None, vm_c=False)
TIMEOUT_SECONDS = 120
FUNCTIONS_PER_MODULE = 100


def _named(base, name):
    """A dtype of numpy that stands for an element type that numpy does not have."""
    return np.dtype(base, metadata={"mlir": name})


# bf16 is an f32 whose lower half is 0; i4 and index are wider integers.
DTYPES = {"f32": np.dtype("f4"), "f64": np.dtype("f8"), "i64": np.dtype("i8"),
          "i32": np.dtype("i4"), "i16": np.dtype("i2"), "i8": np.dtype("i1"),
          "i1": np.dtype(bool)}
MORE_DTYPES = {"f16": np.dtype("f2"), "bf16": _named("f4", "bf16"), "i4": _named("i1", "i4"),
               "i24": _named("i4", "i24"), "i48": _named("i8", "i48"), "index": _named("i8", "index"),
               "complex<f32>": np.dtype("c8"), "complex<f64>": np.dtype("c16")}
ELEMENT_TYPES = {dtype.name: name for name, dtype in DTYPES.items()}
ALL_DTYPES = {**DTYPES, **MORE_DTYPES}
_BY_NAME = {dtype.name: name for name, dtype in ALL_DTYPES.items() if not dtype.metadata}
BITS = {"i1": 1, "i4": 4, "i24": 24, "i48": 48, "index": 64}

# Relative and absolute error that a floating point result may have: a few units
# in the last place, and what sums of a few hundred terms of magnitude 1 lose.
TOLERANCES = {"f32": (2e-6, 2e-6), "f64": (4e-15, 4e-15), "f16": (2e-3, 2e-3),
              "bf16": (1.6e-2, 1.6e-2), "complex<f32>": (4e-6, 4e-6),
              "complex<f64>": (8e-15, 8e-15)}

# One shape of each rank, and some that no vector length divides.
SHAPES = [(), (7,), (4, 5), (2, 3, 4), (2, 1, 3, 5), (2, 1, 3, 2, 2), (2, 1, 2, 1, 3, 2),
          (1,), (33,), (1, 1, 1), (16, 8)]


def shape_of(index):
    return SHAPES[index % len(SHAPES)]


def element_of(value):
    """MLIR's name of the element type of a numpy value or dtype."""
    dtype = getattr(value, "dtype", value)
    return dtype.metadata["mlir"] if dtype.metadata else _BY_NAME[dtype.name]


def bits_of(dtype):
    return BITS.get(element_of(dtype), np.dtype(dtype).itemsize * 8)


def is_float(dtype):
    return np.dtype(dtype).kind == "f"


def converted(values, name):
    """An array of the element type, from floats rounded to nearest even, from integers wrapped."""
    dtype = ALL_DTYPES[name]
    values = np.asarray(values)
    if name == "bf16":
        wide = values.astype(float)
        unit = np.exp2(np.maximum(np.frexp(wide)[1], -125) - 8.0)  # of the last of 8 digits
        with np.errstate(over="ignore", invalid="ignore"):
            rounded = np.where(np.isfinite(wide), np.rint(wide / unit) * unit, wide)
        return np.asarray(rounded).astype(dtype)
    if name in ("i4", "i24", "i48"):
        bits = BITS[name]
        wide = values.astype(np.int64) & ((1 << bits) - 1)
        return np.asarray(wide - ((wide >> (bits - 1)) << bits)).astype(dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        return values.astype(dtype)


def type_of(value):
    """MLIR's type of a numpy array (a tensor) or of a numpy scalar (a scalar)."""
    if isinstance(value, np.generic):
        return element_of(value)
    return f"tensor<{''.join(f'{size}x' for size in value.shape)}{element_of(value)}>"


def types_of(*values):
    return ", ".join(type_of(value) for value in values)


def literal(value):
    """An MLIR constant with the value of a numpy array or scalar."""
    if isinstance(value, np.generic):
        return literal_element(value)
    name = element_of(value)
    if value.size == 0:
        return f"dense<> : {type_of(value)}"
    if name in ("i1", "i4", "i24", "i48", "index"):
        return f"dense<{str(value.tolist()).lower()}> : {type_of(value)}"
    if name == "bf16":
        value_bytes = (np.ascontiguousarray(value).view("u4") >> 16).astype("u2").tobytes()
    else:
        value_bytes = value.tobytes()
    return f'dense<"0x{value_bytes.hex().upper()}"> : {type_of(value)}'


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
    name = element_of(dtype)
    if dtype == bool:
        return rng.integers(0, 2, shape).astype(bool)
    if dtype.kind in "fc":
        def reals():
            return rng.uniform(-2 if low is None else low, 2 if high is None else high, shape)
        return np.asarray(converted(reals() + 1j * reals() if dtype.kind == "c" else reals(), name))
    # An index has 32 bits on small machines.
    half = 1 << (30 if name == "index" else bits_of(dtype) - 1)
    values = rng.integers(-half if low is None else max(low, -half),
                          half - 1 if high is None else min(high, half - 1), shape,
                          dtype=np.int64, endpoint=True)
    return np.asarray(values).astype(dtype)


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

    def argument_names(self):
        return [f"%{chr(ord('a') + index)}" for index in range(len(self.arguments))]

    def text(self):
        """As a function of its arguments."""
        arguments = ", ".join(f"{name}: {type_of(value)}"
                              for name, value in zip(self.argument_names(), self.arguments))
        results = types_of(*self.expected)
        back = f"return {', '.join(self.returns)} : {results}" if self.expected else "return"
        return (f"{self.helpers}\nfunc.func @{self.name}({arguments}) -> ({results}) {{\n"
                f"  {self.body.strip()}\n  {back}\n}}\n")

    def test_text(self):
        """As a function that checks its own results."""
        lines = []
        for name, value in zip(self.argument_names(), self.arguments):
            if isinstance(value, np.generic):
                whole = np.asarray(value)
                lines += [f"{name}_0 = util.unfoldable_constant {literal(whole)}",
                          f"{name} = tensor.extract {name}_0[] : {type_of(whole)}"]
            else:
                lines.append(f"{name} = util.unfoldable_constant {literal(value)}")
        lines.append(self.body.strip())
        for index, (name, expected) in enumerate(zip(self.returns, self.expected, strict=True)):
            lines += self.checks(f"%check{index}", name, expected)
        return (f"{self.helpers}\nfunc.func @{self.name}() {{\n  " + "\n  ".join(lines) +
                "\n  return\n}\n")

    def checks(self, prefix, name, expected):
        lines = []
        if isinstance(expected, np.generic):
            expected = np.asarray(expected)
            lines.append(f"{prefix} = tensor.from_elements {name} : {type_of(expected)}")
            name = prefix
        t = type_of(expected)
        if expected.dtype.kind not in "fc":
            return lines + [f"check.expect_eq_const({name}, {literal(expected)}) : {t}"]
        if np.isnan(expected).any():  # which is close to nothing: where, and the others
            mask = np.isnan(expected)
            zero = np.zeros_like(expected)
            lines += [f"{prefix}_n = arith.cmpf uno, {name}, {name} : {t}",
                      f"check.expect_eq_const({prefix}_n, {literal(mask)}) : {type_of(mask)}",
                      f"{prefix}_z = arith.constant {literal(zero)}",
                      f"{prefix}_c = arith.select {prefix}_n, {prefix}_z, {name} : "
                      f"{type_of(mask)}, {t}"]
            name = f"{prefix}_c"
            expected = np.where(mask, zero, expected).astype(expected.dtype)
        relative, absolute = self.tolerance or TOLERANCES[element_of(expected)]
        return lines + [f"check.expect_almost_eq_const({name}, {literal(expected)}, "
                        f"atol {absolute:.9e}, rtol {relative:.9e}) : {t}"]


def is_supported(case):
    """Whether the backend and the machine can run it."""
    text = case.test_text()
    # What overflows an index depends on the machine; bytecode's has 32 bits.
    return not (re.search(r"(arith|math)\.\w+ .*xindex>", text) and
                (OPTIONS.board or "vmvx" in OPTIONS.backend))


class E2ETest(unittest.TestCase):
    flags = ()
    through_arguments = False

    def setUp(self):
        self.through_arguments = self.through_arguments or OPTIONS.vm_c
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def assert_says(self, words, text):
        """A status of C source has no message."""
        if not OPTIONS.vm_c:
            self.assertIn(words, text)

    def check(self, cases, flags=()):
        """Compiles and runs the cases; each is a subtest."""
        names = [case.name for case in cases]
        self.assertEqual(len(names), len(set(names)), "names of cases must differ")
        if self.through_arguments and OPTIONS.board:
            self.skipTest("needs iree-run-module")
        cases = [case for case in cases if is_supported(case)]
        for start in range(0, len(cases), FUNCTIONS_PER_MODULE):
            batch = cases[start:start + FUNCTIONS_PER_MODULE]
            module, error = self.compile(batch, flags)
            if not error:
                self.run_batch(module, batch)
                continue
            for case in batch:  # which one is it?
                with self.subTest(case.name):
                    module, own_error = self.compile([case], flags)
                    if own_error:
                        self.fail(f"{own_error}\n{case.text()[:4000]}")
                    self.run_batch(module, [case])
            if not any(self.compile([case], flags)[1] for case in batch):
                self.fail(f"only together: {error}")

    def run_batch(self, module, cases):
        if self.through_arguments:
            for case in cases:
                with self.subTest(case.name):
                    self.check_results(case, self.call(module, case))
            return
        status, output = self.run_tests(module)
        passed = set(re.findall(r"^\[       OK \] \w+\.(\w+)", output, re.M))
        for case in cases:
            with self.subTest(case.name):
                if case.name in passed:
                    continue
                report = re.search(rf"^\[ RUN      \] \w+\.{case.name}\n(.*?)^\[  FAILED", output,
                                   re.M | re.S)
                self.fail(f"{report.group(1) if report else output[-2000:]}\nstatus {status}\n"
                          f"{case.test_text()[:4000]}")
        self.assertEqual(status, 0, output[-2000:])

    def run_tests(self, module):
        """Exit status and output of the module's tests."""
        if OPTIONS.board:
            return boards.run_tests(OPTIONS.board, OPTIONS.build_dir, module)
        result = subprocess.run([OPTIONS.bin / "iree-check-module", f"--module={module}"],
                                capture_output=True, timeout=TIMEOUT_SECONDS, check=False,
                                encoding="utf-8", errors="replace")
        return result.returncode, result.stdout + result.stderr

    def compile(self, cases, flags=()):
        """Returns the module's path and the compiler's error, if any."""
        source, module = self.folder / "cases.mlir", self.folder / "cases.vmfb"
        source.write_text("".join(case.text() if self.through_arguments else case.test_text()
                                  for case in cases))
        target = (boards.compile_flags(OPTIONS.board) if OPTIONS.board
                  else [f"--iree-llvm-target-triple={platform.machine()}-pc-linux-elf"])
        result = subprocess.run(
            [OPTIONS.bin / "iree-compile", f"--iree-hal-target-backends={OPTIONS.backend}",
             *target, "--iree-llvm-debug-symbols=false", *OPTIONS.compile_flag, *flags, source,
             "-o", module], capture_output=True, timeout=TIMEOUT_SECONDS, check=False,
            encoding="utf-8", errors="replace")
        if result.returncode == 0:
            return module, ""
        return module, f"exit code {result.returncode}\n{result.stderr[:3000]}"

    def call(self, module, case, flags=()):
        command = [OPTIONS.bin / "iree-run-module", f"--module={module}",
                   f"--function={case.name}", *flags]
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
            relative, absolute = case.tolerance or TOLERANCES[element_of(expected)]
            np.testing.assert_allclose(result, expected, relative, absolute, err_msg=what)


def main(tests=()):
    """Runs the tests of the program, or those of other modules that are named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path,
                        help="directory of iree-compile, iree-check-module and iree-run-module")
    parser.add_argument("--board", help="run there (boards/), not on this machine")
    parser.add_argument("--build-dir", help="with --board: that board's build")
    parser.add_argument("--compile-flag", action="append", default=[],
                        help="further flag of iree-compile")
    parser.add_argument("--backend", default="llvm-cpu", help="llvm-cpu or vmvx")
    parser.add_argument("--vm-c", action="store_true",
                        help="programs as C source, called without the runtime")
    parser.add_argument("--seconds", default=0, type=float, help="of random tests")
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    if OPTIONS.board:
        boards.build(OPTIONS.board, OPTIONS.build_dir, OPTIONS.bin)
    if OPTIONS.vm_c:
        tools = tempfile.TemporaryDirectory()
        atexit.register(tools.cleanup)
        c_tools.write_tools(OPTIONS.bin, tools.name)
        OPTIONS.bin = pathlib.Path(tools.name)
    if tests:
        unittest.main(module=None, argv=[sys.argv[0], *(rest or tests)])
    unittest.main(module="__main__", argv=[sys.argv[0], *rest])
