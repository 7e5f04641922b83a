# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""math operations on tensors of every element type that has them."""

import math

import numpy as np

import e2e_test
from e2e_test import ALL_DTYPES as DTYPES
from e2e_test import Case, bits_of, converted, element_of, random_values, shape_of, type_of

FLOATS = ("f32", "f64", "f16", "bf16")
INTEGERS = ("i64", "index", "i32", "i24", "i16", "i8", "i4")


def each(function):
    """A function of Python floats, for arrays."""
    return np.vectorize(function, otypes=[float])


# Operation: function, interval to draw from, whether the result is exact.
UNARY = {
    "absf": (np.abs, -9, 9, True), "ceil": (np.ceil, -9, 9, True),
    "floor": (np.floor, -9, 9, True), "trunc": (np.trunc, -9, 9, True),
    "roundeven": (np.rint, -9, 9, True),
    "round": (lambda x: np.copysign(np.floor(np.abs(x) + 0.5), x), -9, 9, True),
    "sqrt": (np.sqrt, 0, 50, True), "rsqrt": (lambda x: 1 / np.sqrt(x), 0.01, 50, False),
    "cbrt": (np.cbrt, -50, 50, False),
    "exp": (np.exp, -8, 8, False), "exp2": (np.exp2, -8, 8, False),
    "expm1": (np.expm1, -3, 3, False),
    "log": (np.log, 0.001, 50, False), "log2": (np.log2, 0.001, 50, False),
    "log10": (np.log10, 0.001, 50, False), "log1p": (np.log1p, -0.9, 9, False),
    "sin": (np.sin, -30, 30, False), "cos": (np.cos, -30, 30, False),
    "tan": (np.tan, -1.4, 1.4, False),
    "asin": (np.arcsin, -1, 1, False), "acos": (np.arccos, -1, 1, False),
    "atan": (np.arctan, -9, 9, False),
    "sinh": (np.sinh, -4, 4, False), "cosh": (np.cosh, -4, 4, False),
    "tanh": (np.tanh, -6, 6, False),
    "asinh": (np.arcsinh, -9, 9, False), "acosh": (np.arccosh, 1, 9, False),
    "atanh": (np.arctanh, -0.95, 0.95, False),
    "erf": (each(math.erf), -4, 4, False), "erfc": (each(math.erfc), -4, 4, False),
}
# Operation: function, interval of the first and of the second operand.
BINARY = {
    "atan2": (np.arctan2, (-3, 3), (-3, 3)), "copysign": (np.copysign, (-3, 3), (-3, 3)),
    "powf": (np.power, (0.01, 6), (-3, 3)),
}
TESTS = {"isnan": np.isnan, "isinf": np.isinf, "isfinite": np.isfinite,
         "isnormal": lambda x: np.isfinite(x) & (np.abs(x) >= np.finfo(x.dtype).tiny)}

# Special operands, and what exactly is expected of them.
SPECIAL = {
    "exp": {-math.inf: 0.0, math.inf: math.inf, 0.0: 1.0, -1000.0: 0.0, 1000.0: math.inf},
    "log": {0.0: -math.inf, math.inf: math.inf, 1.0: 0.0, -1.0: math.nan},
    "sqrt": {0.0: 0.0, math.inf: math.inf, -1.0: math.nan, 4.0: 2.0},
    "rsqrt": {4.0: 0.5, math.inf: 0.0, 0.0: math.inf},
    "tanh": {-math.inf: -1.0, math.inf: 1.0, 0.0: 0.0, 1000.0: 1.0},
    "erf": {-math.inf: -1.0, math.inf: 1.0, 0.0: 0.0},
    "sin": {math.inf: math.nan, 0.0: 0.0}, "cos": {math.inf: math.nan, 0.0: 1.0},
    "atan": {math.inf: math.pi / 2, -math.inf: -math.pi / 2},
    "absf": {-math.inf: math.inf, -0.0: 0.0},
    "round": {0.5: 1.0, 1.5: 2.0, 2.5: 3.0, -0.5: -1.0, -2.5: -3.0, 1e30: 1e30},
    "roundeven": {0.5: 0.0, 1.5: 2.0, 2.5: 2.0, -0.5: 0.0, -2.5: -2.0, 1e30: 1e30},
    "floor": {-0.5: -1.0, 1e30: 1e30, -math.inf: -math.inf},
    "ceil": {0.5: 1.0, -1e30: -1e30, math.inf: math.inf},
}


def unary(name, operation, a, expected, tolerance=None):
    expected = converted(expected, element_of(a))
    return Case(name, [a], f"%r = math.{operation} %a : {type_of(a)}", [expected],
                tolerance=tolerance)


class FloatTest(e2e_test.E2ETest):
    def test_unary(self):
        for name in FLOATS:
            cases = []
            for row, (operation, (function, low, high, exact)) in enumerate(UNARY.items()):
                a = random_values(shape_of(row), DTYPES[name], row, low, high)
                cases.append(unary(f"{operation}_{name}", operation, a, function(a.astype(float)),
                                   (0, 0) if exact else None))
            self.check(cases)

    def test_unary_on_vectors_and_scalars(self):
        """The same on a long vector, and as scalar argument and result."""
        cases = []
        for row, (operation, (function, low, high, _)) in enumerate(UNARY.items()):
            a = random_values((257,), np.float32, row, low, high)
            cases.append(unary(operation, operation, a, function(a.astype(float))))
            scalar = np.float32(a[0])
            cases.append(Case(f"{operation}_scalar", [scalar], f"%r = math.{operation} %a : f32",
                              [np.float32(function(np.float64(scalar)))]))
        self.check(cases)

    def test_binary(self):
        cases = []
        for name in FLOATS:
            for row, (operation, (function, first, second)) in enumerate(BINARY.items()):
                a = random_values((3, 17), DTYPES[name], row, *first)
                b = random_values((3, 17), DTYPES[name], row + 50, *second)
                expected = converted(function(a.astype(float), b.astype(float)), name)
                cases.append(Case(f"{operation}_{name}", [a, b],
                                  f"%r = math.{operation} %a, %b : {type_of(a)}", [expected]))
        self.check(cases)

    def test_power(self):
        base = np.array([-2, -2, -3, 0, 0, 2, 1e20, 5, -1, 9], np.float32)
        exponent = np.array([2, 3, -1, 0, 2, -150, 3, 0, 1e10, 0.5], np.float32)
        with np.errstate(all="ignore"):
            expected = np.power(base.astype(float), exponent.astype(float)).astype(np.float32)
        cases = [Case("powf_special", [base, exponent],
                      "%r = math.powf %a, %b : tensor<10xf32>", [expected])]
        for power in (-2, 0, 1, 2, 3, 5):
            exponents = np.full(10, power, np.int32)
            expected = np.power(base[:3].astype(float), power).astype(np.float32)
            cases.append(Case(f"fpowi_{power}".replace("-", "m"), [base[:3], exponents[:3]],
                              "%r = math.fpowi %a, %b : tensor<3xf32>, tensor<3xi32>",
                              [expected]))
        self.check(cases)

    def test_fma(self):
        cases = []
        for name in FLOATS:
            a, b, c = (random_values((5, 9), DTYPES[name], seed) for seed in (1, 2, 3))
            expected = converted(a.astype(float) * b + c, name)
            cases.append(Case(f"fma_{name}", [a, b, c], f"%r = math.fma %a, %b, %c : {type_of(a)}",
                              [expected]))
        self.check(cases)

    def test_special(self):
        cases = []
        for name in FLOATS:
            for operation, table in SPECIAL.items():
                a, expected = (converted(np.array(list(values), float), name)
                               for values in (table.keys(), table.values()))
                cases.append(unary(f"{operation}_{name}", operation, a, expected))
        self.check(cases)

    def test_classification(self):
        cases = []
        for name in FLOATS:
            tiny = np.finfo(DTYPES[name]).tiny
            a = np.array([0, 1, -1, math.nan, math.inf, -math.inf, tiny, tiny / 2]).astype(
                DTYPES[name])
            cases += [Case(f"{operation}_{name}", [a], f"%r = math.{operation} %a : {type_of(a)}",
                           [function(a)]) for operation, function in TESTS.items()]
        self.check(cases)

    def test_sincos(self):
        a = random_values((19,), np.float32, 1, -10, 10)
        self.check([Case("sincos", [a], "%r, %c = math.sincos %a : tensor<19xf32>",
                         [np.sin(a.astype(float)).astype(np.float32),
                          np.cos(a.astype(float)).astype(np.float32)], ("%r", "%c"))])


def population(value, bits):
    return bin(value & ((1 << bits) - 1)).count("1")


def leading_zeros(value, bits):
    return bits - (value & ((1 << bits) - 1)).bit_length()


def trailing_zeros(value, bits):
    return (value & -value).bit_length() - 1 if value else bits


class IntegerTest(e2e_test.E2ETest):
    def test_bits(self):
        cases = []
        for name in INTEGERS:
            dtype, bits = DTYPES[name], bits_of(DTYPES[name])
            for row, (operation, function) in enumerate({
                    "ctpop": population, "ctlz": leading_zeros, "cttz": trailing_zeros}.items()):
                a = np.concatenate([random_values((21,), dtype, row),
                                    np.array([0, 1, -1, 5, -1 << (bits - 1)], dtype)]).astype(dtype)
                expected = converted([function(int(v), bits) for v in a], name)
                cases.append(Case(f"{operation}_{name}", [a],
                                  f"%r = math.{operation} %a : {type_of(a)}", [expected]))
        self.check(cases)

    def test_absolute(self):
        cases = []
        for row, name in enumerate(INTEGERS):
            a = random_values(shape_of(row + 2), DTYPES[name], row)
            cases.append(Case(f"absi_{name}", [a], f"%r = math.absi %a : {type_of(a)}",
                              [np.asarray(np.abs(a)).astype(a.dtype)]))
        self.check(cases)

    def test_power(self):
        cases = []
        for row, name in enumerate(name for name in INTEGERS if name != "index"):
            a = random_values((4, 5), DTYPES[name], row, -4, 4)
            b = random_values((4, 5), DTYPES[name], row + 9, 0, 3)
            cases.append(Case(f"ipowi_{name}", [a, b], f"%r = math.ipowi %a, %b : {type_of(a)}",
                              [converted(np.power(a.astype(int), b), name)]))
        self.check(cases)


if __name__ == "__main__":
    e2e_test.main()
