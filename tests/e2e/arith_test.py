# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""arith operations on tensors of every element type and rank."""

import math

import numpy as np

import e2e_test
from e2e_test import ALL_DTYPES as DTYPES
from e2e_test import (Case, bits_of, converted, element_of, random_values, shape_of, type_of)

INTEGERS = ("i64", "index", "i32", "i24", "i16", "i8", "i4", "i1")
WIDTHS = tuple(name for name in INTEGERS if name != "index")  # what casts take
FLOATS = ("f32", "f64", "f16", "bf16")


def wrap(value, dtype):
    """The element of the type that has the low bits of a Python integer."""
    bits = bits_of(dtype)
    value &= (1 << bits) - 1
    if dtype != bool and value >> (bits - 1):
        value -= 1 << bits
    return value


def per_element(function, dtype, *arrays):
    """Applies a function of Python integers; signed arguments, wrapped result."""
    flat = [[-int(v) if array.dtype == bool else int(v) for v in array.ravel()]
            for array in arrays]
    return np.array([wrap(function(*values), dtype) for values in zip(*flat)],
                    dtype=dtype).reshape(arrays[0].shape)


def quotient(a, b):
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def unsigned(function):
    """The function of the arguments' bits, for a type of `bits` bits."""
    return lambda bits: lambda *values: function(*[v & ((1 << bits) - 1) for v in values])


def signed(function):
    return lambda bits: function


ANY_OPERANDS = {
    "addi": signed(lambda a, b: a + b), "subi": signed(lambda a, b: a - b),
    "muli": signed(lambda a, b: a * b),
    "andi": signed(lambda a, b: a & b), "ori": signed(lambda a, b: a | b),
    "xori": signed(lambda a, b: a ^ b),
    "maxsi": signed(max), "minsi": signed(min), "maxui": unsigned(max), "minui": unsigned(min),
}
DIVISIONS = {
    "divsi": signed(quotient), "remsi": signed(lambda a, b: a - b * quotient(a, b)),
    "floordivsi": signed(lambda a, b: a // b), "ceildivsi": signed(lambda a, b: -(-a // b)),
    "divui": unsigned(lambda a, b: a // b), "remui": unsigned(lambda a, b: a % b),
    "ceildivui": unsigned(lambda a, b: -(-a // b)),
}
SHIFTS = {
    "shli": signed(lambda a, b: a << b), "shrsi": signed(lambda a, b: a >> b),
    "shrui": unsigned(lambda a, b: a >> b),
}
INTEGER_PREDICATES = {
    "eq": signed(lambda a, b: a == b), "ne": signed(lambda a, b: a != b),
    "slt": signed(lambda a, b: a < b), "sle": signed(lambda a, b: a <= b),
    "sgt": signed(lambda a, b: a > b), "sge": signed(lambda a, b: a >= b),
    "ult": unsigned(lambda a, b: a < b), "ule": unsigned(lambda a, b: a <= b),
    "ugt": unsigned(lambda a, b: a > b), "uge": unsigned(lambda a, b: a >= b),
}
FLOAT_OPERATIONS = {
    "addf": np.add, "subf": np.subtract, "mulf": np.multiply, "divf": np.divide,
    "remf": np.fmod, "maximumf": np.maximum, "minimumf": np.minimum,
    "maxnumf": np.fmax, "minnumf": np.fmin,
}
ORDERED = {"oeq": np.equal, "one": np.not_equal, "olt": np.less, "ole": np.less_equal,
           "ogt": np.greater, "oge": np.greater_equal}
SPECIAL = [math.nan, math.inf, -math.inf, 0.0, -0.0, 1.5]


def float_predicates():
    """Name and meaning of arith.cmpf's predicates."""
    for name, function in ORDERED.items():
        yield name, lambda a, b, f=function: f(a, b) & ~np.isnan(a) & ~np.isnan(b)
        yield f"u{name[1:]}", lambda a, b, f=function: f(a, b) | np.isnan(a) | np.isnan(b)
    yield "ord", lambda a, b: ~np.isnan(a) & ~np.isnan(b)
    yield "uno", lambda a, b: np.isnan(a) | np.isnan(b)


def binary(name, operation, a, b, expected):
    return Case(name, [a, b], f"%r = {operation} %a, %b : {type_of(a)}", [expected])


def divisors(shape, dtype, seed):
    """No zero and no -1, which overflows when it divides the smallest value."""
    values = random_values(shape, dtype, seed)
    if dtype == bool:
        return np.ones(shape, bool)
    return np.where((values == 0) | (values == -1), dtype.type(3), values).astype(dtype)


def special_values(dtype, seed):
    """All pairs of special values, and some others."""
    a, b = (values.ravel() for values in np.meshgrid(SPECIAL, SPECIAL))
    more = random_values((2, 6), dtype, seed)
    return tuple(np.concatenate([special.astype(dtype), others]).astype(dtype)
                 for special, others in zip((a, b), more))


class IntegerTest(e2e_test.E2ETest):
    def table(self, name, operations, operands):
        """`operands(shape, dtype, seed)` makes the second operand."""
        cases = []
        for row, (operation, function) in enumerate(operations.items()):
            shape, dtype = shape_of(row + 3 * INTEGERS.index(name)), DTYPES[name]
            a = random_values(shape, dtype, row)
            b = operands(shape, dtype, row + 100)
            expected = per_element(function(bits_of(dtype)), dtype, a, b)
            cases.append(binary(f"{operation}_{name}", f"arith.{operation}", a, b, expected))
        self.check(cases)

    def test_any_operands(self):
        for name in INTEGERS:
            self.table(name, ANY_OPERANDS, random_values)

    def test_divisions(self):
        for name in INTEGERS[:-1]:
            self.table(name, DIVISIONS, divisors)

    def test_shifts(self):
        def amounts(shape, dtype, seed):
            return random_values(shape, dtype, seed, 0, bits_of(dtype) - 1)
        for name in INTEGERS[:-1]:
            self.table(name, SHIFTS, amounts)

    def test_compare_and_select(self):
        cases = []
        for name in INTEGERS:
            dtype = DTYPES[name]
            for row, (predicate, function) in enumerate(INTEGER_PREDICATES.items()):
                a, b = (random_values(shape_of(row), dtype, row + k) for k in (0, 50))
                condition = per_element(function(bits_of(dtype)), np.dtype(bool), a, b)
                body = (f"%c = arith.cmpi {predicate}, %a, %b : {type_of(a)}\n"
                        f"  %r = arith.select %c, %a, %b : {type_of(condition)}, {type_of(a)}")
                cases.append(Case(f"cmpi_{predicate}_{name}", [a, b], body,
                                  [condition,
                                   np.asarray(np.where(condition, a, b)).astype(dtype)],
                                  ("%c", "%r")))
        self.check(cases)

    def test_extended_results(self):
        cases = []
        for name in WIDTHS[:-1]:
            dtype = DTYPES[name]
            bits = bits_of(dtype)
            a, b = (random_values((3, 11), dtype, seed) for seed in (1, 2))
            for operation, sign in (("mulsi", signed), ("mului", unsigned)):
                low, high = (per_element(sign(lambda x, y, s=shift: (x * y) >> s)(bits), dtype,
                                         a, b) for shift in (0, bits))
                cases.append(Case(f"{operation}_{name}", [a, b], "%r, %h = "
                                  f"arith.{operation}_extended %a, %b : {type_of(a)}",
                                  [low, high], ("%r", "%h")))
            total = per_element(lambda x, y: x + y, dtype, a, b)
            carry = per_element(unsigned(lambda x, y: (x + y) >> bits)(bits), np.dtype(bool), a, b)
            cases.append(Case(f"addui_{name}", [a, b], "%r, %h = arith.addui_extended %a, %b : "
                              f"{type_of(a)}, {type_of(carry)}", [total, carry], ("%r", "%h")))
        self.check(cases)


class FloatTest(e2e_test.E2ETest):
    def test_binary(self):
        cases = []
        for name in FLOATS:
            for row, (operation, function) in enumerate(FLOAT_OPERATIONS.items()):
                for kind, (a, b) in {
                        "random": [random_values(shape_of(row), DTYPES[name], row + k)
                                   for k in (0, 50)],
                        "special": special_values(DTYPES[name], row)}.items():
                    with np.errstate(all="ignore"):
                        expected = converted(function(a.astype(float), b.astype(float)), name)
                    case = binary(f"{operation}_{name}_{kind}", f"arith.{operation}", a, b,
                                  np.asarray(expected))
                    case.tolerance = (0, 0)
                    cases.append(case)
        self.check(cases)

    def test_negate(self):
        self.check([Case(f"negf_{name}_{index}", [a], f"%r = arith.negf %a : {type_of(a)}",
                         [np.asarray(-a).astype(a.dtype)])
                    for name in FLOATS for index in range(7)
                    for a in [random_values(shape_of(index), DTYPES[name], index)]])

    def test_compare_and_select(self):
        cases = []
        for name in FLOATS:
            for row, (predicate, function) in enumerate(float_predicates()):
                a, b = special_values(DTYPES[name], row)
                condition = function(a, b)
                body = (f"%c = arith.cmpf {predicate}, %a, %b : {type_of(a)}\n"
                        f"  %r = arith.select %c, %a, %b : {type_of(condition)}, {type_of(a)}")
                cases.append(Case(f"cmpf_{predicate}_{name}", [a, b], body,
                                  [condition, np.where(condition, a, b).astype(a.dtype)],
                                  ("%c", "%r")))
        self.check(cases)

    def test_compare_with_one_number(self):
        """A constant, or a number that is known at run time, on either side."""
        a = special_values(DTYPES["f32"], 1)[0]
        p, q = (random_values(a.shape, "f4", seed) for seed in (2, 3))
        cases = []
        for predicate, function in float_predicates():
            for kind, number in (("zero", 0.0), ("constant", 1.5), ("scalar", 1.5)):
                value = "tensor.splat %d" if kind == "scalar" else f"arith.constant dense<{number}>"
                arguments = [a, p, q, np.float32(number)][:3 + (kind == "scalar")]
                for side, (x, y) in {"right": ("%a", "%v"), "left": ("%v", "%a")}.items():
                    condition = function(a, number) if side == "right" else function(number, a)
                    body = (f"%v = {value} : {type_of(a)}\n"
                            f"  %m = arith.cmpf {predicate}, {x}, {y} : {type_of(a)}\n"
                            f"  %r = arith.select %m, %b, %c : {type_of(condition)}, {type_of(a)}")
                    cases.append(Case(f"cmpf_{predicate}_{kind}_{side}", arguments, body,
                                      [np.where(condition, p, q)], tolerance=(0, 0)))
        self.check(cases)

    def test_scalar_condition(self):
        a, b = random_values((5, 3), "f4", 1), random_values((5, 3), "f4", 2)
        self.check([Case(f"select_{condition}".lower(), [a, b, np.bool_(condition)],
                         "%r = arith.select %c, %a, %b : tensor<5x3xf32>",
                         [a if condition else b]) for condition in (False, True)])


class CastTest(e2e_test.E2ETest):
    @staticmethod
    def cast(operation, a, expected):
        name = f"{operation}_{element_of(a)}_{element_of(expected)}"
        return Case(name, [a], f"%r = arith.{operation} %a : {type_of(a)} to {type_of(expected)}",
                    [expected], tolerance=(0, 0))

    def test_between_integers(self):
        cases = []
        for index, wide in enumerate(WIDTHS):
            for narrow in WIDTHS[index + 1:]:
                shape = shape_of(len(cases))
                a = random_values(shape, DTYPES[wide], len(cases))
                b = random_values(shape, DTYPES[narrow], len(cases))
                to_narrow = per_element(lambda x: x, DTYPES[narrow], a)
                to_wide = per_element(lambda x: x, DTYPES[wide], b)
                zeros = per_element(unsigned(lambda x: x)(bits_of(DTYPES[narrow])), DTYPES[wide], b)
                cases += [self.cast("trunci", a, to_narrow), self.cast("extsi", b, to_wide),
                          self.cast("extui", b, zeros)]
        self.check(cases)

    def test_integers_and_floats(self):
        cases = []
        for integer in WIDTHS:
            for real in FLOATS:
                shape, dtype = shape_of(len(cases)), DTYPES[integer]
                a = random_values(shape, dtype, len(cases))
                mask = (1 << bits_of(dtype)) - 1
                signed_values, unsigned_values = (
                    self.to_real(values, real).reshape(shape)
                    for values in ([-int(v) if dtype == bool else int(v) for v in a.ravel()],
                                   [int(v) & mask for v in a.ravel()]))
                cases += [self.cast("sitofp", a, signed_values),
                          self.cast("uitofp", a, unsigned_values)]
                if integer == "i1":
                    continue
                limit = float(min(2 ** (bits_of(dtype) - 1) - 1, 2 ** 62, 65504 if real == "f16" else 2 ** 62))
                b = random_values(shape, DTYPES[real], len(cases), -limit, limit)
                b = np.asarray(np.where(np.abs(b) > limit, b / 2, b)).astype(b.dtype)  # rounded up
                cases += [self.cast("fptosi", b, np.asarray(np.trunc(b)).astype(dtype)),
                          self.cast("fptoui", np.asarray(np.abs(b)).astype(b.dtype),
                                    np.asarray(np.trunc(np.abs(b))).astype(dtype))]
        self.check(cases)

    @staticmethod
    def to_real(values, name):
        """Integers of Python, rounded once where that is possible."""
        if name in ("f32", "f64"):
            return np.array(values, DTYPES[name])
        return converted(np.array(values, float), name)

    def test_between_floats(self):
        cases = []
        for wide, narrow in (("f64", "f32"), ("f64", "f16"), ("f64", "bf16"), ("f32", "f16"),
                             ("f32", "bf16")):
            a, b = (random_values((5, 11), DTYPES[name], 1) for name in (wide, narrow))
            cases += [self.cast("truncf", a, converted(a, narrow)),
                      self.cast("extf", b, b.astype(DTYPES[wide]))]
        # Halfway between two f16, and next to it: rounding to f32 first would lose what decides.
        halfway = 1 + np.array([1, 3, 5]) * 2.0 ** -11
        near = np.concatenate([halfway, halfway + 2.0 ** -40, halfway - 2.0 ** -40])
        near = np.concatenate([near, -near, [65519.999999, 65520.0, 1e300, -math.inf, 0.0]])
        cases.append(self.cast("truncf", near, near.astype(np.float16)))
        cases[-1].name = "truncf_near"
        self.check(cases)

    def test_index(self):
        cases = []
        for name in ("i64", "i32", "i24", "i16", "i8", "i4"):
            a = random_values((3, 7), DTYPES[name], 1)
            mask = (1 << bits_of(DTYPES[name])) - 1
            index = a.astype(DTYPES["index"])
            cases += [self.cast("index_cast", a, index), self.cast("index_cast", index, a),
                      self.cast("index_castui", index, a)]
            if name != "i64":
                cases.append(self.cast("index_castui", a,
                                       (index & mask).astype(DTYPES["index"])))
        self.check(cases)

    def test_bitcast(self):
        cases = []
        for a, b in (("f32", "i32"), ("f64", "i64"), ("f16", "i16")):
            value = random_values((2, 3, 5), DTYPES[a], 1)
            cases += [self.cast("bitcast", value, value.view(DTYPES[b])),
                      self.cast("bitcast", value.view(DTYPES[b]), value)]
        self.check(cases)


if __name__ == "__main__":
    e2e_test.main()
