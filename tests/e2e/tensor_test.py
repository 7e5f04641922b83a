# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""tensor operations of every element type."""

import itertools

import numpy as np

import e2e_test
from e2e_test import DTYPES, Case, literal, random_values, type_of, types_of

ALL = tuple(DTYPES)


def one_result(name, arguments, text, expected):
    return Case(name, arguments, f"%r = {text}", [np.asarray(expected)])


class SliceTest(e2e_test.E2ETest):
    SLICES = (
        ((9,), (slice(2, 7),)), ((9,), (slice(0, 9, 2),)), ((5, 8), (slice(1, 3), slice(3, 8))),
        ((5, 8), (slice(0, 5, 2), slice(1, 8, 3))),
        ((3, 4, 5), (slice(0, 3), slice(3), slice(4, 5))),
        ((2, 3, 4, 5), (slice(1, 2), slice(3), slice(1, 3), slice(0, 5, 4))),
        ((2, 2, 2, 2, 3, 4), (slice(2),) * 4 + (slice(1, 3), slice(0, 2))))

    @staticmethod
    def bounds(shape, slices):
        """The bracketed lists of offsets, sizes and strides."""
        ranges = [range(*each.indices(size)) for each, size in zip(slices, shape)]
        lists = [[each.start for each in ranges], [len(each) for each in ranges],
                 [each.step for each in ranges]]
        return " ".join(str(each) for each in lists)

    def test_extract(self):
        cases = []
        for row, (shape, slices) in enumerate(self.SLICES):
            for name in (ALL[row], ALL[row - 3]):
                a = random_values(shape, DTYPES[name], row)
                expected = a[slices]
                cases.append(one_result(
                    f"extract_{row}_{name}", [a], f"tensor.extract_slice %a"
                    f"{self.bounds(shape, slices)} : {type_of(a)} to {type_of(expected)}",
                    expected))
        self.check(cases)

    def test_extract_and_drop_dimensions(self):
        a = random_values((3, 4, 5), "f4", 1)
        self.check([
            one_result("row", [a], "tensor.extract_slice %a[1, 2, 0] [1, 1, 5] [1, 1, 1] : "
                       "tensor<3x4x5xf32> to tensor<5xf32>", a[1, 2]),
            one_result("column", [a], "tensor.extract_slice %a[1, 0, 3] [1, 4, 1] [1, 1, 1] : "
                       "tensor<3x4x5xf32> to tensor<4xf32>", a[1, :, 3]),
            one_result("plane", [a], "tensor.extract_slice %a[0, 2, 0] [3, 1, 5] [1, 1, 1] : "
                       "tensor<3x4x5xf32> to tensor<3x5xf32>", a[:, 2]),
            one_result("point", [a], "tensor.extract_slice %a[2, 2, 2] [1, 1, 1] [1, 1, 1] : "
                       "tensor<3x4x5xf32> to tensor<f32>", a[2, 2, 2])])

    def test_insert(self):
        cases = []
        for row, (shape, slices) in enumerate(self.SLICES):
            for name in (ALL[row], ALL[row - 3]):
                a = random_values(shape, DTYPES[name], row)
                b = random_values(a[slices].shape, DTYPES[name], row + 50)
                expected = a.copy()
                expected[slices] = b
                cases.append(Case(
                    f"insert_{row}_{name}", [a, b], f"%r = tensor.insert_slice %b into %a"
                    f"{self.bounds(shape, slices)} : {type_of(b)} into {type_of(a)}",
                    [expected, a], ("%r", "%a")))
        self.check(cases)

    def test_insert_chain(self):
        """Overlapping inserts, and an insert of a part of the destination."""
        a, b = random_values((6, 6), "f4", 1), random_values((3, 3), "f4", 2)
        overlapping, moved = a.copy(), a.copy()
        overlapping[0:3, 0:3] = b
        overlapping[1:4, 1:4] = b
        moved[1:4, 1:4] = a[0:3, 0:3]
        into = "tensor<3x3xf32> into tensor<6x6xf32>"
        self.check([
            Case("overlapping", [a, b],
                 f"%p = tensor.insert_slice %b into %a[0, 0] [3, 3] [1, 1] : {into}\n"
                 f"%r = tensor.insert_slice %b into %p[1, 1] [3, 3] [1, 1] : {into}",
                 [overlapping]),
            Case("moved", [a],
                 "%p = tensor.extract_slice %a[0, 0] [3, 3] [1, 1] : tensor<6x6xf32> to "
                 "tensor<3x3xf32>\n"
                 f"%r = tensor.insert_slice %p into %a[1, 1] [3, 3] [1, 1] : {into}", [moved])])


class ReshapeTest(e2e_test.E2ETest):
    RESHAPES = (
        ((2, 3, 4), (6, 4), "[[0, 1], [2]]"), ((2, 3, 4), (2, 12), "[[0], [1, 2]]"),
        ((2, 3, 4), (24,), "[[0, 1, 2]]"), ((1, 1), (), "[]"),
        ((2, 3, 1, 2, 2, 1), (6, 4), "[[0, 1, 2], [3, 4, 5]]"), ((1, 5), (5,), "[[0, 1]]"),
        ((2, 1, 3, 1), (2, 3), "[[0, 1], [2, 3]]"))

    def test_collapse_and_expand(self):
        cases = []
        for row, (long, short, groups) in enumerate(self.RESHAPES):
            a = random_values(long, DTYPES[ALL[row]], row)
            b = np.asarray(a.reshape(short))
            cases.append(one_result(f"collapse_{row}", [a], f"tensor.collapse_shape %a {groups} : "
                                    f"{type_of(a)} into {type_of(b)}", b))
            cases.append(one_result(
                f"expand_{row}", [b], f"tensor.expand_shape %a {groups} output_shape "
                f"{list(long)} : {type_of(b)} into {type_of(a)}", a))
        self.check(cases)

    def test_reshape(self):
        cases = []
        for row, (old, new) in enumerate((((4, 6), (3, 8)), ((24,), (2, 3, 4)), ((), (1, 1)),
                                          ((1,), ()), ((2, 3, 4, 5), (5, 24)), ((6, 4), (24,)),
                                          ((2, 2, 2, 2, 2, 2), (4, 16)))):
            a = random_values(old, DTYPES[ALL[row]], row)
            expected, shape = np.asarray(a.reshape(new)), np.array(new, np.int64)
            listed = literal(shape) if new else "dense<> : tensor<0xi64>"
            cases.append(Case(
                f"reshape_{row}", [a], f"%s = arith.constant {listed}\n%r = tensor.reshape %a(%s)"
                f" : ({type_of(a)}, tensor<{len(new)}xi64>) -> {type_of(expected)}", [expected]))
        self.check(cases)

    def test_between_kernels(self):
        """Reshapes of computed values that the function also returns."""
        a = random_values((4, 6), "f4", 1)
        text = ("%p = arith.addf %a, %a : tensor<4x6xf32>\n"
                "%q = tensor.collapse_shape %p [[0, 1]] : tensor<4x6xf32> into tensor<24xf32>\n"
                "%s = arith.mulf %q, %q : tensor<24xf32>\n"
                "%r = tensor.expand_shape %s [[0, 1]] output_shape [3, 8] : tensor<24xf32> "
                "into tensor<3x8xf32>")
        double = a + a
        self.check([Case("between", [a], text, [(double * double).reshape(3, 8), double.ravel(),
                                                double], ("%r", "%q", "%p"))])


class PadAndConcatTest(e2e_test.E2ETest):
    PADS = (((5,), ((2, 3),)), ((4, 3), ((0, 1), (2, 0))), ((2, 3, 2), ((1, 1), (0, 0), (3, 2))),
            ((1, 4, 4, 3), ((0, 0), (1, 2), (2, 1), (0, 0))), ((3,), ((0, 0),)),
            ((2, 2), ((0, 9), (9, 0))), ((1, 1, 2, 2, 1, 2), ((0, 1),) * 6))

    @staticmethod
    def pad(pads, a, expected, value):
        low, high = ([pad[side] for pad in pads] for side in (0, 1))
        element = e2e_test.element_of(a)
        indices = ", ".join(f"%x{index}: index" for index in range(a.ndim))
        return (f"%r = tensor.pad %a low{low} high{high} {{\n^bb0({indices}):\n"
                f"tensor.yield {value} : {element}\n}} : {type_of(a)} to {type_of(expected)}")

    def test_constant(self):
        cases = []
        for row, (shape, pads) in enumerate(self.PADS):
            for name in {ALL[row], "f32"}:
                a = random_values(shape, DTYPES[name], row)
                value = DTYPES[name].type(row % 2 if name == "i1" else 7)
                expected = np.pad(a, pads, constant_values=value)
                cases.append(Case(f"pad_{row}_{name}", [a], "%c = arith.constant "
                                  f"{e2e_test.literal_element(value)}\n" +
                                  self.pad(pads, a, expected, "%c"), [expected]))
        self.check(cases)

    def test_argument(self):
        a, value = random_values((4, 3), "i4", 1), np.int32(-5)
        pads = ((1, 2), (0, 3))
        expected = np.pad(a, pads, constant_values=value)
        self.check([Case("pad", [a, value], self.pad(pads, a, expected, "%b"), [expected])])

    def test_concat(self):
        cases = []
        for row, (shapes, axis) in enumerate((
                (((3,), (4,)), 0), (((2, 3), (1, 3), (4, 3)), 0), (((2, 3), (2, 1)), 1),
                (((2, 3, 4), (2, 2, 4)), 1), (((1, 2, 2, 3), (1, 2, 2, 5)), 3), (((2, 2),) * 4, 1),
                (((1, 1, 1, 1, 2, 2),) * 2, 2))):
            parts = [random_values(shape, DTYPES[ALL[row]], index)
                     for index, shape in enumerate(shapes)]
            names = ", ".join(f"%{chr(97 + index)}" for index in range(len(parts)))
            expected = np.concatenate(parts, axis)
            cases.append(one_result(
                f"concat_{row}", parts, f"tensor.concat dim({axis}) {names} : "
                f"({types_of(*parts)}) -> {type_of(expected)}", expected))
        a = random_values((3, 4), "f4", 1)
        cases.append(one_result("concat_with_itself", [a], "tensor.concat dim(0) %a, %a : "
                                "(tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<6x4xf32>",
                                np.concatenate([a, a])))
        self.check(cases)


class ElementTest(e2e_test.E2ETest):
    def test_from_elements_and_splat(self):
        cases = []
        for rank, name in enumerate(ALL):
            values = random_values((6,), DTYPES[name], rank)
            shape = [(), (6,), (2, 3), (1, 6, 1), (3, 1, 2, 1), (1, 2, 1, 3, 1),
                     (1, 1, 2, 1, 3, 1)][rank]
            expected = np.asarray(values[:max(1, np.prod(shape, dtype=int))].reshape(shape))
            scalars = list(values[:expected.size])
            names = ", ".join(f"%{chr(97 + index)}" for index in range(len(scalars)))
            cases.append(one_result(f"from_elements_{name}", scalars, "tensor.from_elements "
                                    f"{names} : {type_of(expected)}", expected))
            cases.append(one_result(f"splat_{name}", scalars[:1], f"tensor.splat %a : "
                                    f"{type_of(expected)}", np.full(shape, scalars[0])))
        self.check(cases)

    def test_extract_and_insert(self):
        cases = []
        for rank, name in enumerate(ALL):
            shape = (3, 2, 4, 2, 3, 2)[:rank]
            a = random_values(shape, DTYPES[name], rank)
            where = tuple(size - 1 for size in shape)
            text = "".join(f"%i{index} = arith.constant {at} : index\n"
                           for index, at in enumerate(where))
            indices = ", ".join(f"%i{index}" for index in range(rank))
            inserted, scalar = a.copy(), DTYPES[name].type(1)
            inserted[where] = scalar
            cases.append(Case(f"elements_{name}", [a, scalar], text +
                              f"%r = tensor.extract %a[{indices}] : {type_of(a)}\n"
                              f"%p = tensor.insert %b into %a[{indices}] : {type_of(a)}",
                              [a[where], inserted], ("%r", "%p")))
        self.check(cases)

    def test_indices_from_arguments(self):
        """Reads and writes the element that an argument names."""
        a = random_values((5, 7), "f4", 1)
        cases = []
        for row, column in itertools.product((0, 4), (1, 6)):
            inserted = a.copy()
            inserted[row, column] = 9
            text = ("%i = arith.index_cast %b : i32 to index\n"
                    "%j = arith.index_cast %c : i64 to index\n%n = arith.constant 9.0 : f32\n"
                    "%r = tensor.extract %a[%i, %j] : tensor<5x7xf32>\n"
                    "%p = tensor.insert %n into %a[%i, %j] : tensor<5x7xf32>")
            cases.append(Case(f"at_{row}_{column}", [a, np.int32(row), np.int64(column)], text,
                              [a[row, column], inserted], ("%r", "%p")))
        self.check(cases)

    def test_generate(self):
        rows, columns = np.indices((5, 7))
        text = ("%r = tensor.generate {\n^bb0(%i: index, %j: index):\n"
                "%p = arith.muli %i, %j : index\n%q = arith.index_cast %p : index to i32\n"
                "tensor.yield %q : i32\n} : tensor<5x7xi32>")
        a = random_values((4, 6), "f4", 1)
        turned = ("%r = tensor.generate {\n^bb0(%i: index, %j: index):\n"
                  "%p = tensor.extract %a[%j, %i] : tensor<4x6xf32>\n"
                  "tensor.yield %p : f32\n} : tensor<6x4xf32>")
        self.check([Case("product", [], text, [(rows * columns).astype("i4")]),
                    Case("turned", [a], turned, [a.T])])

    def test_dimensions(self):
        text = ("%i = arith.constant 1 : index\n%d = tensor.dim %a, %i : tensor<3x8xf32>\n"
                "%k = tensor.rank %a : tensor<3x8xf32>\n%s = arith.addi %d, %k : index\n"
                "%r = arith.index_cast %s : index to i32")
        self.check([Case("dimensions", [random_values((3, 8), "f4", 1)], text, [np.int32(10)])])


if __name__ == "__main__":
    e2e_test.main()
