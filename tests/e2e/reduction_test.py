# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reductions over inner, outer and middle dimensions."""

import itertools

import numpy as np

import e2e_test
from e2e_test import DTYPES, Case, random_values, type_of
from linalg_test import add_body, dimensions, empty, filled, generic

NUMBERS = ("f32", "f64", "i64", "i32", "i16", "i8")
SHAPE = (3, 5, 18)


def limits(dtype):
    info = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    return info.min, info.max


# Name: arith operation of floats and of integers, numpy's reduction, start value.
OPERATIONS = {
    "sum": ("addf", "addi", np.add.reduce, lambda dtype: 0),
    "product": ("mulf", "muli", np.multiply.reduce, lambda dtype: 1),
    "maximum": ("maximumf", "maxsi", np.maximum.reduce, lambda dtype: limits(dtype)[0]),
    "minimum": ("minimumf", "minsi", np.minimum.reduce, lambda dtype: limits(dtype)[1]),
}
LOGICAL = {
    "all": ("", "andi", np.logical_and.reduce, lambda dtype: 1),
    "any": ("", "ori", np.logical_or.reduce, lambda dtype: 0),
    "parity": ("", "xori", np.logical_xor.reduce, lambda dtype: 0),
}


def all_axes(rank):
    return [axes for count in range(1, rank + 1)
            for axes in itertools.combinations(range(rank), count)]


def reduce_case(name, operation, a, axes, start, expected):
    """`linalg.reduce` of %a; the start value is a fill."""
    return Case(name, [a], filled("%i", expected, start) +
                f"%r = linalg.reduce {{ arith.{operation} }} ins(%a : {type_of(a)}) "
                f"outs(%i : {type_of(expected)}) dimensions = {list(axes)}", [expected],
                tolerance=(5e-6, 5e-6) if a.dtype == np.float32 else None)


def numpy_reduce(function, a, axes):
    wide = a.astype(float) if a.dtype.kind == "f" else a
    for axis in reversed(axes):
        wide = function(wide, axis=axis, dtype=wide.dtype)
    return np.asarray(wide).astype(a.dtype)


class ReductionTest(e2e_test.E2ETest):
    def table(self, operations, types, shape):
        cases = []
        for name, (of_floats, of_integers, function, start) in operations.items():
            for element in types:
                dtype = DTYPES[element]
                a = random_values(shape, dtype, len(cases))
                operation = of_floats if dtype.kind == "f" else of_integers
                axes = all_axes(len(shape))[len(cases) % (2 ** len(shape) - 1)]
                cases.append(reduce_case(f"{name}_{element}", operation, a, axes, start(dtype),
                                         numpy_reduce(function, a, axes)))
        self.check(cases)

    def test_numbers(self):
        self.table(OPERATIONS, NUMBERS, SHAPE)

    def test_logical(self):
        self.table(LOGICAL, ("i1",), (5, 6))

    def test_axes(self):
        cases = []
        for axes in all_axes(4):
            a = random_values((4, 3, 9, 5), "f4", len(cases))
            expected = numpy_reduce(np.add.reduce, a, axes)
            cases.append(reduce_case(f"sum_{'_'.join(map(str, axes))}", "addf", a, axes, 0,
                                     expected))
        self.check(cases)

    def test_long(self):
        cases = []
        for shape, axis in (((1000,), 0), ((2, 511), 1), ((511, 2), 0), ((1, 64), 0)):
            a = random_values(shape, "f4", axis)
            case = reduce_case(f"sum_{shape[0]}", "addf", a, (axis,), 0,
                               numpy_reduce(np.add.reduce, a, (axis,)))
            case.tolerance = (1e-5, 1e-4)
            cases.append(case)
        self.check(cases)


class FusedReductionTest(e2e_test.E2ETest):
    def test_of_products(self):
        """The sum of squares, and the sum of a product of two tensors."""
        a, b = random_values((7, 13), "f4", 1), random_values((7, 13), "f4", 2)
        total = np.zeros(7, np.float32)
        body = ("%p = arith.mulf %x, %y : f32\n" + add_body("f4", "%z", "%p"))
        text = filled("%i", total, 0) + generic(
            [dimensions(2), dimensions(2), dimensions(2, [0])], ["parallel", "reduction"],
            [("%a", a), ("%b", b)], [("%i", total)], body)
        expected = (a.astype(float) * b).sum(1).astype("f4")
        self.check([Case("dot_rows", [a, b], text, [expected])])

    def test_mean_and_variance(self):
        """Two reductions and elementwise operations between and after them."""
        a = random_values((6, 20), "f4", 1)
        total = np.zeros(6, np.float32)
        to_rows, whole, rows = dimensions(2, [0]), dimensions(2), dimensions(1)
        reduction = ["parallel", "reduction"]
        scale = ("%n = arith.constant 20.0 : f32\n%q = arith.divf %x, %n : f32\n"
                 "linalg.yield %q : f32")
        text = "\n".join([
            filled("%i", total, 0), empty("%e", a), empty("%t", total),
            generic([whole, to_rows], reduction, [("%a", a)], [("%i", total)],
                    add_body("f4", "%x", "%y"), "%sum"),
            generic([rows, rows], ["parallel"], [("%sum", total)], [("%t", total)], scale, "%mean"),
            generic([whole, to_rows, whole], ["parallel"] * 2, [("%a", a), ("%mean", total)],
                    [("%e", a)], "%d = arith.subf %x, %y : f32\nlinalg.yield %d : f32", "%c"),
            generic([whole, to_rows], reduction, [("%c", a)], [("%i", total)],
                    "%p = arith.mulf %x, %x : f32\n" + add_body("f4", "%y", "%p"), "%squares"),
            generic([rows, rows], ["parallel"], [("%squares", total)], [("%t", total)], scale,
                    "%v"),
            generic([whole, to_rows, whole], ["parallel"] * 2, [("%c", a), ("%v", total)],
                    [("%e", a)], "%k = math.rsqrt %y : f32\n%d = arith.mulf %x, %k : f32\n"
                    "linalg.yield %d : f32")])
        wide = a.astype(float)
        centred = wide - wide.mean(1, keepdims=True)
        expected = centred / np.sqrt((centred ** 2).mean(1, keepdims=True))
        self.check([Case("normalise", [a], text, [expected.astype("f4"),
                                                  wide.mean(1).astype("f4")], ("%r", "%mean"))])

    def test_arg_max(self):
        """Two results of one reduction."""
        a = random_values((5, 23), "f4", 1)
        value, where = a.max(1), a.argmax(1).astype(np.int32)
        body = ("%k = linalg.index 1 : index\n%n = arith.index_cast %k : index to i32\n"
                "%g = arith.cmpf ogt, %x, %y : f32\n%v = arith.select %g, %x, %y : f32\n"
                "%w = arith.select %g, %n, %z : i32\nlinalg.yield %v, %w : f32, i32")
        text = filled("%i", value, -1e9) + filled("%j", where, 0) + generic(
            [dimensions(2), dimensions(2, [0]), dimensions(2, [0])], ["parallel", "reduction"],
            [("%a", a)], [("%i", value), ("%j", where)], body, "%r:2")
        self.check([Case("arg_max", [a], text, [value, where], ("%r#0", "%r#1"))])


if __name__ == "__main__":
    e2e_test.main()
