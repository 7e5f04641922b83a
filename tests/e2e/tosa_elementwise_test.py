# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""TOSA's elementwise operations, comparisons, casts and tables."""

import math

import numpy as np

import e2e_test
import tosa
from arith_test import divisors, per_element, quotient
from e2e_test import ALL_DTYPES as DTYPES
from e2e_test import Case, converted, random_values, shape_of, type_of

ERF = np.vectorize(math.erf, otypes=[float])
# Operation: function, interval, whether the result is exact.
FLOAT_UNARY = {
    "abs": (np.abs, -9, 9, True), "ceil": (np.ceil, -9, 9, True),
    "floor": (np.floor, -9, 9, True), "identity": (lambda x: x, -9, 9, True),
    "exp": (np.exp, -8, 8, False), "log": (np.log, 0.01, 50, False),
    "sin": (np.sin, -9, 9, False), "cos": (np.cos, -9, 9, False),
    "erf": (ERF, -3, 3, False), "tanh": (np.tanh, -6, 6, False),
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), -20, 20, False),
    "reciprocal": (lambda x: 1 / x, 0.1, 9, False),
    "rsqrt": (lambda x: 1 / np.sqrt(x), 0.1, 9, False),
}
FLOAT_BINARY = {"add": np.add, "sub": np.subtract, "maximum": np.maximum, "minimum": np.minimum,
                "pow": lambda x, y: np.power(np.abs(x), y)}
INTEGER_BINARY = {
    "add": np.add, "sub": np.subtract, "maximum": np.maximum, "minimum": np.minimum,
    "bitwise_and": np.bitwise_and, "bitwise_or": np.bitwise_or, "bitwise_xor": np.bitwise_xor,
}
LOGICAL_BINARY = {"logical_and": np.logical_and, "logical_or": np.logical_or,
                  "logical_xor": np.logical_xor}
COMPARISONS = {"equal": np.equal, "greater": np.greater, "greater_equal": np.greater_equal}

# Relative and absolute errors of lowerings that round several times.
SMALL_FLOATS = {"f16": (5e-3, 5e-3), "bf16": (4e-2, 4e-2)}

# Shapes that broadcast to (2, 3, 4).
BROADCASTS = (((2, 3, 4), (2, 3, 4)), ((2, 3, 4), (1, 3, 1)), ((1, 1, 4), (2, 3, 1)),
              ((2, 1, 1), (1, 3, 4)), ((1, 1, 1), (2, 3, 4)))


class UnaryTest(e2e_test.E2ETest):
    def test_floats(self):
        cases = []
        for row, (name, (function, low, high, exact)) in enumerate(FLOAT_UNARY.items()):
            for index in (row, row + 3):
                a = random_values(shape_of(index), "f4", row, low, high)
                expected = np.asarray(function(a.astype(float))).astype("f4")
                cases.append(tosa.case(f"{name}_{index}", name, [a], expected,
                                       tolerance=(0, 0) if exact else None))
            for element, tolerance in SMALL_FLOATS.items():
                a = random_values(shape_of(row), DTYPES[element], row, low, high)
                expected = converted(function(a.astype(float)), element)
                cases.append(tosa.case(f"{name}_{element}", name, [a], expected,
                                       tolerance=(0, 0) if exact else tolerance))
        self.check(cases)

    def test_integers(self):
        a = random_values((3, 7), "i4", 1)
        zeros = np.array([32 - (int(v) & 0xffffffff).bit_length() for v in a.ravel()], "i4")
        cases = [tosa.case("abs", "abs", [a], np.abs(a)),
                 tosa.case("clz", "clz", [a], zeros.reshape(a.shape)),
                 tosa.case("logical_not", "logical_not", [a > 0], a <= 0)]
        for name in ("i8", "i16", "i32"):
            b = random_values((3, 7), DTYPES[name], 2)
            cases.append(tosa.case(f"not_{name}", "bitwise_not", [b], ~b))
        self.check(cases)

    def test_negate(self):
        a, b = random_values((3, 7), "f4", 1), random_values((3, 7), "i1", 2)
        zero = tosa.one(0, "f4")
        points = -3, 9
        expected = np.clip(-(b.astype(int) - points[0]) + points[1], -128, 127).astype("i1")
        small = [tosa.case(name, "negate", [c], (-c).astype(c.dtype), constants=(none, none))
                 for name in SMALL_FLOATS for c in [random_values((3, 7), DTYPES[name], 3)]
                 for none in [tosa.one(0, c.dtype)]]
        self.check([
            *small, tosa.case("floats", "negate", [a], -a, constants=(zero, zero)),
            tosa.case("bytes", "negate", [b], expected,
                      constants=[tosa.one(point, "i1") for point in points])])

    def test_clamp(self):
        a = random_values((4, 9), "f4", 1)
        cases = [tosa.case("floats", "clamp", [a], np.clip(a, np.float32(-0.5), np.float32(1.25)),
                           {"min_val": "-0.5 : f32", "max_val": "1.25 : f32"})]
        for name in ("i8", "i16", "i32"):
            b = random_values((4, 9), DTYPES[name], 2, -100, 100)
            cases.append(tosa.case(name, "clamp", [b], np.clip(b, -20, 60), {
                "min_val": f"-20 : {name}", "max_val": f"60 : {name}"}))
        self.check(cases)


class BinaryTest(e2e_test.E2ETest):
    def binary(self, name, operation, a, b, expected, attributes=None, constants=()):
        return tosa.case(name, operation, [a, b], expected, attributes, constants)

    def test_floats(self):
        cases = []
        for name, function in FLOAT_BINARY.items():
            for index, shapes in enumerate(BROADCASTS):
                a, b = (random_values(shape, "f4", index + k) for k, shape in enumerate(shapes))
                a = np.abs(a) if name == "pow" else a
                expected = function(a.astype(float), b.astype(float)).astype("f4")
                cases.append(self.binary(f"{name}_{index}", name, a, b, expected))
            for element, tolerance in SMALL_FLOATS.items():
                a, b = (random_values(shape, DTYPES[element], k)
                        for k, shape in enumerate(BROADCASTS[2]))
                a = np.abs(a).astype(a.dtype) if name == "pow" else a
                expected = converted(function(a.astype(float), b.astype(float)), element)
                cases.append(self.binary(f"{name}_{element}", name, a, b, expected))
                cases[-1].tolerance = tolerance if name == "pow" else (0, 0)
        self.check(cases)

    def test_integers(self):
        cases = []
        for name, function in INTEGER_BINARY.items():
            for index, element in enumerate(("i32", "i16", "i8")):
                shapes = BROADCASTS[index]
                if element != "i32" and name in ("add", "sub", "maximum", "minimum"):
                    continue  # TOSA has these for i32 only
                a, b = (random_values(s, DTYPES[element], index + k) for k, s in enumerate(shapes))
                cases.append(self.binary(f"{name}_{element}", name, a, b, function(a, b)))
        for index, (name, function) in enumerate(LOGICAL_BINARY.items()):
            a, b = (random_values(s, bool, index + k) for k, s in enumerate(BROADCASTS[index]))
            cases.append(self.binary(name, name, a, b, function(a, b)))
        self.check(cases)

    def test_division_and_shifts(self):
        a, b = random_values((5, 7), "i4", 1), divisors((5, 7), DTYPES["i32"], 2)
        cases = [self.binary("intdiv", "intdiv", a, b, per_element(quotient, a.dtype, a, b))]
        for name in ("i32", "i16", "i8"):
            dtype = DTYPES[name]
            bits = dtype.itemsize * 8
            c, d = random_values((5, 7), dtype, 3), random_values((5, 7), dtype, 4, 0, bits - 1)
            mask = (1 << bits) - 1
            cases += [
                self.binary(f"left_{name}", "logical_left_shift", c, d,
                            per_element(lambda x, y: x << y, dtype, c, d)),
                self.binary(f"right_{name}", "logical_right_shift", c, d,
                            per_element(lambda x, y, m=mask: (x & m) >> y, dtype, c, d)),
                self.binary(f"arithmetic_{name}", "arithmetic_right_shift", c, d,
                            per_element(lambda x, y: x >> y, dtype, c, d), {"round": False}),
                self.binary(f"rounded_{name}", "arithmetic_right_shift", c, d, per_element(
                    lambda x, y: (x >> y) + (y > 0 and x >> (y - 1) & 1), dtype, c, d),
                            {"round": True})]
        self.check(cases)

    def test_multiply(self):
        none = tosa.one(0, "i1")
        cases = []
        for index, shapes in enumerate(BROADCASTS):
            a, b = (random_values(shape, "f4", index + k) for k, shape in enumerate(shapes))
            cases.append(self.binary(f"floats_{index}", "mul", a, b, a * b, constants=[none]))
        for name in SMALL_FLOATS:
            a, b = (random_values((3, 7), DTYPES[name], k) for k in (1, 2))
            cases.append(self.binary(name, "mul", a, b,
                                     converted(a.astype(float) * b.astype(float), name),
                                     constants=[none]))
        for name in ("i8", "i16", "i32"):
            a, b = (random_values((3, 7), DTYPES[name], k) for k in (1, 2))
            expected = per_element(lambda x, y: x * y, np.dtype("i4"), a, b)
            cases.append(self.binary(name, "mul", a, b, expected, constants=[none]))
        a, b = (random_values((3, 7), "i4", k, -2 ** 30, 2 ** 30) for k in (1, 2))
        for shift in (1, 30, 31):
            rounding = 1 << (shift - 1)
            expected = per_element(lambda x, y, s=shift, r=rounding: (x * y + r) >> s,
                                   a.dtype, a, b)
            cases.append(self.binary(f"shift_{shift}", "mul", a, b, expected,
                                     constants=[tosa.one(shift, "i1")]))
        self.check(cases)

    def test_compare_and_select(self):
        cases = []
        for element in ("f32", "i32", "f16", "bf16"):
            for index, (name, function) in enumerate(COMPARISONS.items()):
                a, b = (random_values(s, DTYPES[element], k, -3, 3)
                        for k, s in enumerate(BROADCASTS[index]))
                b.flat[0] = a.flat[0]
                cases.append(self.binary(f"{name}_{element}", name, a, b, function(a, b)))
        condition = random_values((2, 3, 1), bool, 1)
        for name in ("f32", "i32", "i16", "i8", "i1", "f16", "bf16", "i4"):
            a, b = random_values((1, 3, 4), DTYPES[name], 2), random_values((2, 3, 4),
                                                                            DTYPES[name], 3)
            cases.append(tosa.case(f"select_{name}", "select", [condition, a, b],
                                   np.where(condition, a, b).astype(a.dtype)))
        self.check(cases)


class CastTest(e2e_test.E2ETest):
    def test_casts(self):
        cases = []
        for source, target in (("i8", "i32"), ("i8", "i16"), ("i16", "i8"), ("i32", "i8"),
                               ("i32", "i16"), ("i16", "i32"), ("i1", "i32"), ("i1", "i8"),
                               ("i32", "i1"), ("i8", "i1"), ("i8", "f32"), ("i16", "f32"),
                               ("i32", "f32"), ("i8", "f16"), ("i16", "bf16"), ("f32", "f16"),
                               ("f32", "bf16"), ("f16", "f32"), ("bf16", "f32")):
            a = random_values((3, 7), DTYPES[source], 1)
            cases.append(tosa.case(f"{source}_{target}", "cast", [a],
                                   a.astype(bool) if target == "i1" else converted(a, target)))
        halves = np.array([0.5, 1.5, 2.5, -0.5, -1.5, 0.49, 126.5, -128.4, 1e30, -1e30], "f4")
        for target in ("i8", "i16", "i32"):
            limits = np.iinfo(DTYPES[target])
            expected = np.clip(np.rint(halves.astype(float)), limits.min, limits.max)
            cases.append(tosa.case(f"rounds_{target}", "cast", [halves],
                                   expected.astype(DTYPES[target])))
        self.check(cases)

    def test_tables(self):
        a, table = random_values((5, 9), "i1", 1), random_values((256,), "i1", 2)
        b, wide = random_values((5, 9), "i2", 3), random_values((513,), "i2", 4)
        position, fraction = (b.astype(int) + 32768) >> 7, b.astype(int) & 127
        low, high = wide.astype(int)[position], wide.astype(int)[position + 1]
        self.check([
            tosa.case("bytes", "table", [a], table[a.astype(int) + 128], constants=[table]),
            tosa.case("words", "table", [b], ((low << 7) + (high - low) * fraction).astype("i4"),
                      constants=[wide])])


class ControlFlowTest(e2e_test.E2ETest):
    def test_condition(self):
        a, b = random_values((3, 5), "f4", 1), random_values((3, 5), "f4", 2)
        t = type_of(a)
        region = f"{{\n^bb0(%x: {t}, %y: {t}):\n%z = tosa.{{}} %x, %y : ({t}, {t}) -> {t}\n" \
                 f'"tosa.yield"(%z) : ({t}) -> ()\n}}'
        add, sub = (region.replace("{}", name) for name in ("add", "sub"))
        add, sub = (text.replace("{{", "{").replace("}}", "}") for text in (add, sub))
        text = f'%r = "tosa.cond_if"(%c, %a, %b) ({add}, {sub}) : (tensor<i1>, {t}, {t}) -> {t}'
        self.check([Case(f"if_{condition}".lower(), [a, b, np.array(condition)], text,
                         [a + b if condition else a - b]) for condition in (True, False)])

    def test_loop(self):
        a, count = random_values((3, 5), "f4", 1), np.array(0, "i4")
        t, i = type_of(a), type_of(count)
        text = (tosa.const("%five", np.array(5, "i4")) + tosa.const("%one", np.array(1, "i4")) +
                f'%r:2 = "tosa.while_loop"(%b, %a) ({{\n^bb0(%n: {i}, %x: {t}):\n'
                f"%c = tosa.greater %five, %n : ({i}, {i}) -> tensor<i1>\n"
                f'"tosa.yield"(%c) : (tensor<i1>) -> ()\n}}, {{\n^bb0(%n: {i}, %x: {t}):\n'
                f"%m = tosa.add %n, %one : ({i}, {i}) -> {i}\n%y = tosa.add %x, %x : ({t}, {t}) "
                f'-> {t}\n"tosa.yield"(%m, %y) : ({i}, {t}) -> ()\n}}) : ({i}, {t}) -> ({i}, {t})')
        self.check([Case("loop", [a, count], text, [np.array(5, "i4"), a * 32],
                         ("%r#0", "%r#1"))])


if __name__ == "__main__":
    e2e_test.main()
