# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What programs compute themselves: every scalar operation of a program, in a loop
over values with all their corners, against Python's numbers.

Programs are written as the Schedule stage would: models use most of these for
loop bounds and conditions only.
"""

import itertools
import math
import struct
import subprocess
from fractions import Fraction

import numpy as np

import e2e_test

BITS = {"i1": 1, "i8": 8, "i16": 16, "i32": 32, "i64": 64}
INTEGERS = {width: sorted({0, 1, -1, 2, -2, 3, 7, -7, width - 1, width, width + 1, 100, -100,
                           -(1 << width - 1), (1 << width - 1) - 1, 0x55555555 >> (32 - min(width, 32)),
                           -(1 << width - 1) + 1})
            for width in (8, 16, 32, 64)}
INTEGERS = {width: [v for v in values if -(1 << width - 1) <= v < 1 << width - 1]
            for width, values in INTEGERS.items()}
# Subnormals, halves, limits of integers and of f16, a value that one rounding
# and two tell apart.
FLOATS = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.25, 7.1, 1e-40, -1e-44, 6e-8, 3e-6, 65504.0, 65519.0,
          65520.0, 1.00048828125, 1.0004883, 2147483520.0, 2147483648.0, -2147483648.0, -2147483904.0,
          4294967040.0, 4294967296.0, 9223371487098961920.0, 9223372036854775808.0,
          1.8446742974197924e19, 1.8446744073709552e19, -9.3e18, 1e10, 1e38, -3e38, math.inf,
          -math.inf, math.nan, 1 / 3, 0.1]
DOUBLES = FLOATS + [1e-320, 1e300, -1e308, 1.0004882812500002, 1.0000000596046448, 3.4028235677973366e38,
                    2147483647.5, 4294967295.75, 1e-45]
DTYPES = {name: np.dtype(code) for name, code in
          (("i1", "?"), ("i8", "i1"), ("i16", "i2"), ("i32", "i4"), ("i64", "i8"), ("f16", "f2"),
           ("f32", "f4"), ("f64", "f8"))}


def wrap(value, width):
    value &= (1 << width) - 1
    return value - (1 << width) if width > 1 and value >> (width - 1) else value


def unsigned(value, width):
    return value & ((1 << width) - 1)


def quotient(a, b):
    return 0 if b == 0 else abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def ones(value, width):
    return bin(unsigned(value, width)).count("1")


def leading(value, width):
    return width - unsigned(value, width).bit_length()


def trailing(value, width):
    value = unsigned(value, width)
    return width if value == 0 else (value & -value).bit_length() - 1


# Name to a function of the operands and their width; wrapped afterwards.
INTEGER_BINARY = {
    "arith.addi": lambda a, b, w: a + b, "arith.subi": lambda a, b, w: a - b,
    "arith.muli": lambda a, b, w: a * b, "arith.divsi": lambda a, b, w: quotient(a, b),
    "arith.divui": lambda a, b, w: quotient(unsigned(a, w), unsigned(b, w)),
    "arith.remsi": lambda a, b, w: a - quotient(a, b) * b,
    "arith.remui": lambda a, b, w: unsigned(a, w) - quotient(unsigned(a, w), unsigned(b, w)) * unsigned(b, w),
    "arith.andi": lambda a, b, w: a & b, "arith.ori": lambda a, b, w: a | b,
    "arith.xori": lambda a, b, w: a ^ b,
    "arith.minsi": lambda a, b, w: min(a, b), "arith.maxsi": lambda a, b, w: max(a, b),
    "arith.minui": lambda a, b, w: min(unsigned(a, w), unsigned(b, w)),
    "arith.maxui": lambda a, b, w: max(unsigned(a, w), unsigned(b, w)),
}
SHIFTS = {"arith.shli": lambda a, b, w: a << b, "arith.shrsi": lambda a, b, w: a >> b,
          "arith.shrui": lambda a, b, w: unsigned(a, w) >> b}
INTEGER_UNARY = {"math.ctlz": leading, "math.cttz": trailing, "math.ctpop": ones,
                 "math.absi": lambda a, w: abs(a)}
PREDICATES = {"eq": lambda a, b, w: a == b, "ne": lambda a, b, w: a != b,
              "slt": lambda a, b, w: a < b, "sle": lambda a, b, w: a <= b,
              "sgt": lambda a, b, w: a > b, "sge": lambda a, b, w: a >= b,
              "ult": lambda a, b, w: unsigned(a, w) < unsigned(b, w),
              "ule": lambda a, b, w: unsigned(a, w) <= unsigned(b, w),
              "ugt": lambda a, b, w: unsigned(a, w) > unsigned(b, w),
              "uge": lambda a, b, w: unsigned(a, w) >= unsigned(b, w)}


def key(value):
    """Orders -0 before 0."""
    return value, math.copysign(1, value)


def extreme(choose, number):
    def function(a, b):
        if math.isnan(a) or math.isnan(b):
            return (b if math.isnan(a) else a) if number else math.nan
        return choose(a, b, key=key)
    return function


def remainder(a, b):
    return math.nan if math.isnan(a) or math.isnan(b) or math.isinf(a) or b == 0 else math.fmod(a, b)


FLOAT_BINARY = {
    "arith.addf": np.add, "arith.subf": np.subtract, "arith.mulf": np.multiply,
    "arith.divf": np.divide, "arith.remf": remainder,
    "arith.minimumf": extreme(min, False), "arith.maximumf": extreme(max, False),
    "arith.minnumf": extreme(min, True), "arith.maxnumf": extreme(max, True),
    "math.copysign": lambda a, b: math.copysign(a, b),
}
FLOAT_PREDICATES = {
    "oeq": lambda a, b: a == b, "ogt": lambda a, b: a > b, "oge": lambda a, b: a >= b,
    "olt": lambda a, b: a < b, "ole": lambda a, b: a <= b, "one": lambda a, b: a < b or a > b,
    "ord": lambda a, b: a == a and b == b, "uno": lambda a, b: a != a or b != b,
    "ueq": lambda a, b: not (a < b or a > b), "ugt": lambda a, b: not a <= b,
    "uge": lambda a, b: not a < b, "ult": lambda a, b: not a >= b, "ule": lambda a, b: not a > b,
    "une": lambda a, b: a != b,
}


def to_integer(value, lowest, highest):
    if math.isnan(value):
        return 0
    return int(min(max(value, lowest), highest)) if math.isinf(value) else min(max(int(value), lowest), highest)


def to_brain(value):
    """The nearest bf16: the upper half of an f32, rounded once from the f64."""
    if math.isnan(value) or math.isinf(value) or value == 0:
        return value
    unit = math.ldexp(1, max(math.frexp(value)[1], -125) - 8)
    rounded = float(np.rint(value / unit)) * unit
    return math.copysign(rounded if abs(rounded) <= 3.3895313892515355e38 else math.inf, value)


class Operation:
    """A program that computes an operation for all tuples of `columns`."""

    def __init__(self, name, text, operands, result, rows, expected):
        self.name, self.body, self.operands, self.result = name, text, operands, result
        self.columns = [np.array(column, DTYPES[each]) for each, column in zip(operands, zip(*rows))]
        self.expected = np.array(expected, DTYPES[result])

    def text(self):
        count = len(self.expected)
        size = DTYPES[self.result].itemsize
        lines = []
        for index, element in enumerate(self.operands):
            width = DTYPES[element].itemsize
            lines.append(f"%x{index} = program.load <argument {index} at 0 bytes {width * count}>"
                         f"[%i] : {element}")
        names = ", ".join(f'"a{index}"' for index in range(len(self.operands)))
        types = ", ".join(f"tensor<{count}x{each}>" for each in self.operands)
        body = "\n  ".join([*lines, *self.body.splitlines()])
        return f"""
program.func @{self.name} ({types}) -> tensor<{count}x{self.result}> arguments [{names}] results ["r"] at [0] arena {(size * count + 15) // 16 * 16} {{
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %count = arith.constant {count} : index
  cf.br ^body(%zero : index)
^body(%i: index):
  {body}
  program.store %r to <result 0 at 0 bytes {size * count}>[%i] : {self.result}
  program.next %i to %count step %one, ^body, ^end
^end:
  program.return
}}
"""


def binary(name, element, result, function, values, extra=""):
    rows = list(itertools.product(values, repeat=2))
    with np.errstate(all="ignore"):
        dtype = DTYPES[element].type
        if element[0] == "f":
            rows = [(dtype(a), dtype(b)) for a, b in rows]
        expected = [function(a, b) for a, b in rows]
    plain = name.split()[0].rpartition(".")[2] + (name.split()[1].rstrip(",") if " " in name else "")
    return Operation(f"{plain}_{element}", f"%r = {name} %x0, %x1{extra} : {element}",
                     [element] * 2, result, rows, expected)


def unary(label, text, element, result, function, values):
    dtype = DTYPES[element].type
    with np.errstate(all="ignore"):
        rows = [(dtype(value),) for value in values]
        expected = [function(row[0].item()) for row in rows]
    return Operation(label, text, [element], result, rows, expected)


class ProgramTest(e2e_test.E2ETest):
    through_arguments = True
    flags = ("--compile-from=schedule",)

    def check_operations(self, operations):
        case = e2e_test.Case("unused", [], "", [])
        text = "".join(each.text() for each in operations) + "\nmodule @kernels {}\n"
        case.text = lambda: text
        module, error = self.compile([case], self.flags)
        self.assertEqual(error, "")
        for each, actual in zip(operations, self.call_all(module, operations)):
            with self.subTest(each.name):
                self.assertEqual(actual.dtype, each.expected.dtype)
                bits = actual.view(f"u{actual.dtype.itemsize}")
                wanted = each.expected.view(f"u{actual.dtype.itemsize}")
                same = bits == wanted
                if actual.dtype.kind == "f":
                    same |= np.isnan(actual) & np.isnan(each.expected)
                wrong = np.flatnonzero(~same)
                self.assertEqual(wrong.size, 0, [
                    ([column[i] for column in each.columns], actual[i], each.expected[i])
                    for i in wrong[:5]])

    def call_all(self, module, operations):
        """The results of all, from one process."""
        command = [e2e_test.OPTIONS.bin / "iree-run-module", f"--module={module}"]
        for number, each in enumerate(operations):
            command.append(f"--function={each.name}")
            for index, column in enumerate(each.columns):
                np.save(self.folder / f"argument{number}_{index}.npy", column)
                command.append(f"--input=@{self.folder}/argument{number}_{index}.npy")
            command.append(f"--output=@{self.folder}/result{number}.npy")
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              timeout=e2e_test.TIMEOUT_SECONDS)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [np.load(self.folder / f"result{number}.npy") for number in range(len(operations))]

    def test_integers(self):
        for element in ("i8", "i16", "i32", "i64"):
            width, values = BITS[element], INTEGERS[BITS[element]]
            operations = [
                binary(name, element, element, lambda a, b, f=f: wrap(f(a, b, width), width), values)
                for name, f in INTEGER_BINARY.items()]
            operations += [
                binary(f"arith.cmpi {name},", element, "i1", lambda a, b, f=f: f(a, b, width), values)
                for name, f in PREDICATES.items()]
            operations += [
                unary(f"{name[5:]}_{element}", f"%r = {name} %x0 : {element}", element, element,
                      lambda a, f=f: wrap(f(a, width), width), values)
                for name, f in INTEGER_UNARY.items()]
            for name, f in SHIFTS.items():
                rows = [(a, b) for a in values for b in (0, 1, 5, width - 1)]
                operations.append(Operation(
                    f"{name[6:]}_{element}", f"%r = {name} %x0, %x1 : {element}", [element] * 2,
                    element, rows, [wrap(f(a, b, width), width) for a, b in rows]))
            self.check_operations(operations)

    def test_high_products(self):
        operations = []
        for element in ("i8", "i32", "i64"):
            width, values = BITS[element], INTEGERS[BITS[element]]
            for name, view in (("mulsi_extended", lambda a, w: a), ("mului_extended", unsigned)):
                operation = binary(f"arith.{name}", element, element, lambda a, b, view=view: wrap(
                    view(a, width) * view(b, width) >> width, width), values)
                operation.body = operation.body.replace("%r =", "%low, %r =")
                operations.append(operation)
            rows = list(itertools.product(values, repeat=2))
            operations.append(Operation(
                f"carry_{element}", f"%s, %r = arith.addui_extended %x0, %x1 : {element}, i1",
                [element] * 2, "i1", rows,
                [unsigned(a, width) + unsigned(b, width) >= 1 << width for a, b in rows]))
        self.check_operations(operations)

    def test_integer_conversions(self):
        operations = []
        for source, target in itertools.permutations(("i8", "i16", "i32", "i64"), 2):
            values, width = INTEGERS[BITS[source]], BITS[source]
            names = {"extsi": lambda a: a, "extui": lambda a, w=width: unsigned(a, w)}
            if BITS[source] > BITS[target]:
                names = {"trunci": lambda a: a}
            operations += [
                unary(f"{name}_{source}_{target}", f"%r = arith.{name} %x0 : {source} to {target}",
                      source, target, lambda a, f=f: wrap(f(a), BITS[target]), values)
                for name, f in names.items()]
        self.check_operations(operations)

    def test_floats(self):
        for element, values in (("f32", FLOATS), ("f64", DOUBLES)):
            operations = [binary(name, element, element, f, values) for name, f in FLOAT_BINARY.items()]
            operations += [binary(f"arith.cmpf {name},", element, "i1", f, values)
                           for name, f in FLOAT_PREDICATES.items()]
            operations += [unary(f"{name}_{element}", f"%r = {dialect}.{name} %x0 : {element}", element,
                                 element, f, values)
                           for dialect, name, f in (("arith", "negf", lambda a: -a), ("math", "absf", abs))]
            self.check_operations(operations)

    def test_fused(self):
        """Against exact numbers: products that cancel, nearly cancel, and differ widely."""
        values = {"f32": [0.0, 1.0, -1.0, 1 + 2**-23, 1 - 2**-24, 3 * 2.0**-149, 2.0**-100, 1 + 2**-12,
                          2.0**60, -(2.0**24), 5.5, 3e38],
                  "f64": [0.0, 1.0, -1.0, 1 + 2**-52, -1 - 2**-51, 1 - 2**-53, 5 * 2.0**-1074, 2.0**-600,
                          -(2.0**-1021), 1 + 2**-26, 2.0**200, -(2.0**53) - 2, 5.5, 1e308, 2.0**-53, 0.1]}
        operations = []
        for element, (digits, lowest, limit) in {"f32": (24, -149, 128), "f64": (53, -1074, 1024)}.items():
            rows = list(itertools.product(np.array(values[element], DTYPES[element]).tolist(), repeat=3))
            expected = []
            for a, b, c in rows:
                exact = Fraction(a) * Fraction(b) + Fraction(c)
                expected.append(nearest(exact, digits, lowest, limit) if exact else a * b + c)
            operations.append(Operation(f"fma_{element}", f"%r = math.fma %x0, %x1, %x2 : {element}",
                                        [element] * 3, element, rows, expected))
        self.check_operations(operations)

    def test_float_conversions(self):
        operations = []
        for element, values in (("f32", FLOATS), ("f64", DOUBLES)):
            for target in ("i32", "i64"):
                width = BITS[target]
                limits = {"fptosi": (-(1 << width - 1), (1 << width - 1) - 1), "fptoui": (0, (1 << width) - 1)}
                operations += [
                    unary(f"{name}_{element}_{target}", f"%r = arith.{name} %x0 : {element} to {target}",
                          element, target, lambda a, r=r, w=width: wrap(to_integer(a, *r), w), values)
                    for name, r in limits.items()]
                for name, view in (("sitofp", lambda a, w: a), ("uitofp", unsigned)):
                    operations.append(unary(
                        f"{name}_{target}_{element}", f"%r = arith.{name} %x0 : {target} to {element}",
                        target, element, lambda a, v=view, w=width, e=element: float_of(v(a, w), e),
                        INTEGERS[width] + [16777217, 33554435]))
        operations += [
            unary("extf", "%r = arith.extf %x0 : f32 to f64", "f32", "f64", lambda a: a, FLOATS),
            unary("truncf", "%r = arith.truncf %x0 : f64 to f32", "f64", "f32", np.float32, DOUBLES),
            unary("half_of_f32", "%r = arith.truncf %x0 : f32 to f16", "f32", "f16", np.float16, FLOATS),
            unary("half_of_f64", "%r = arith.truncf %x0 : f64 to f16", "f64", "f16", np.float16, DOUBLES),
            unary("f32_of_half", "%r = arith.extf %x0 : f16 to f32", "f16", "f32", lambda a: a, FLOATS),
            unary("brain_of_f32", "%b = arith.truncf %x0 : f32 to bf16\n%r = arith.extf %b : bf16 to f32",
                  "f32", "f32", to_brain, FLOATS),
            unary("brain_of_f64", "%b = arith.truncf %x0 : f64 to bf16\n%r = arith.extf %b : bf16 to f32",
                  "f64", "f32", to_brain, DOUBLES),
            unary("bits_f32", "%r = arith.bitcast %x0 : f32 to i32", "f32", "i32",
                  lambda a: struct.unpack("<i", struct.pack("<f", a))[0], [v for v in FLOATS if v == v]),
            unary("bits_i64", "%r = arith.bitcast %x0 : i64 to f64", "i64", "f64",
                  lambda a: struct.unpack("<d", struct.pack("<q", a))[0], INTEGERS[64]),
        ]
        self.check_operations(operations)

    def test_select(self):
        rows = [(c, a, b) for c in (0, 1) for a in (1.5, -2.0) for b in (0.0, 7.0)]
        self.check_operations([Operation("select", "%r = arith.select %x0, %x1, %x2 : f32",
                                         ["i1", "f32", "f32"], "f32", rows,
                                         [a if c else b for c, a, b in rows])])


def float_of(value, element):
    """The nearest number of the type, ties to even, of an integer."""
    return float(value) if element == "f64" or value == 0 else nearest(value, 24, -149, 128)


def nearest(value, digits, lowest, limit):
    """The nearest number with so many binary digits, ties to even, of an exact one but 0. Its lowest
    digit counts at least 2^lowest; from 2^limit on it is infinite."""
    value = Fraction(value)
    exponent = max(lowest, value.numerator.bit_length() - value.denominator.bit_length() - digits - 1)
    while abs(value) >= Fraction(2)**(exponent + digits):
        exponent += 1
    rounded = round(value / Fraction(2)**exponent) * Fraction(2)**exponent
    if abs(rounded) >= Fraction(2)**limit:
        return math.inf if value > 0 else -math.inf
    return float(rounded) if rounded else math.copysign(0.0, 1 if value > 0 else -1)


if __name__ == "__main__":
    e2e_test.main()
