# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Signatures and shapes of programs: arguments, results, constants, private functions."""

import numpy as np

import e2e_test
from e2e_test import DTYPES, Case, literal, random_values, type_of, types_of
from linalg_test import dimensions, empty, filled, generic

ALL = tuple(DTYPES)
T = "tensor<3x5xf32>"


def matrix(seed):
    return random_values((3, 5), "f4", seed)


def sum_of_rows(name, value, total):
    """%s is the sum over the last dimension."""
    return (filled("%i", total, 0) + f"%s = linalg.reduce {{ arith.addf }} "
            f"ins({name} : {type_of(value)}) outs(%i : {type_of(total)}) dimensions = [1]")


class SignatureTest(e2e_test.E2ETest):
    through_arguments = True

    def test_scalars(self):
        cases = []
        for name in ALL:
            a, b = (random_values((), DTYPES[name], seed, -9, 9)[()] for seed in (1, 2))
            operation = "addf" if name in ("f32", "f64") else "addi"
            expected = np.bool_(a ^ b) if name == "i1" else a + b
            cases += [
                Case(f"sum_{name}", [a, b], f"%r = arith.{operation} %a, %b : {name}", [expected]),
                Case(f"same_{name}", [a], "", [a], ("%a",))]
        self.check(cases)

    def test_scalars_and_tensors(self):
        a, scale = matrix(1), np.float32(1.5)
        text = (f"%s = tensor.splat %b : {T}\n%p = arith.mulf %a, %s : {T}\n"
                "%h = arith.addf %b, %b : f32")
        self.check([Case("scale", [a, scale], text, [a * scale, scale + scale, scale],
                         ("%p", "%h", "%b"))])

    def test_many(self):
        """Sixteen arguments and as many results."""
        values = [random_values((index % 4 + 1, 3), "f4", index) for index in range(16)]
        names = [f"%{chr(97 + index)}" for index in range(16)]
        text = "\n".join(f"%r{index} = arith.addf {name}, {name} : {type_of(value)}"
                         for index, (name, value) in enumerate(zip(names, values)))
        self.check([Case("sixteen", values, text, [value + value for value in values],
                         tuple(f"%r{index}" for index in range(16)))])

    def test_no_results(self):
        self.check([Case("nothing", [matrix(1)], "", [], ())])

    def test_no_arguments(self):
        index = ("%r = tensor.generate {\n^bb0(%i: index):\n%j = arith.index_cast %i : index to "
                 "i32\ntensor.yield %j : i32\n} : tensor<9xi32>")
        self.check([Case("generated", [], index, [np.arange(9, dtype="i4")])])


class AliasTest(e2e_test.E2ETest):
    through_arguments = True

    def test_arguments(self):
        a, b = matrix(1), matrix(2)
        self.check([
            Case("same", [a], "", [a], ("%a",)), Case("twice", [a], "", [a, a], ("%a", "%a")),
            Case("swapped", [a, b], "", [b, a], ("%b", "%a")),
            Case("and_computed", [a], f"%r = arith.addf %a, %a : {T}", [a, a + a, a],
                 ("%a", "%r", "%a")),
            Case("reshaped", [a], f"%r = tensor.collapse_shape %a [[0, 1]] : {T} into "
                 "tensor<15xf32>", [a.ravel(), a], ("%r", "%a"))])
        self.check([Case(f"same_{name}_{rank}", [value], "", [value], ("%a",))
                    for rank, name in enumerate(ALL)
                    for value in [random_values((2, 1, 3, 1, 2, 2)[:rank], DTYPES[name], 1)]])

    def test_same_result_twice(self):
        a = matrix(1)
        text = (f"%r = arith.mulf %a, %a : {T}\n"
                f"%f = tensor.collapse_shape %r [[0, 1]] : {T} into tensor<15xf32>")
        square = a * a
        self.check([Case("twice", [a], text, [square, square], ("%r", "%r")),
                    Case("reshaped", [a], text, [square, square.ravel(), square],
                         ("%r", "%f", "%r"))])

    def test_result_is_read_again(self):
        a = matrix(1)
        text = "".join(f"%r{index + 1} = arith.addf %r{index}, %a : {T}\n" for index in range(1, 5))
        values = [a * a]
        for _ in range(4):
            values.append(values[-1] + a)
        self.check([Case("read", [a], f"%r1 = arith.mulf %a, %a : {T}\n{text}", values,
                         tuple(f"%r{index}" for index in range(1, 6)))])


class ConstantTest(e2e_test.E2ETest):
    through_arguments = True

    def test_returned(self):
        cases = []
        for rank, name in enumerate(ALL):
            shape = (2, 1, 3, 1, 2, 2)[:rank]
            values = random_values(shape, DTYPES[name], rank)
            splat = np.full(shape, DTYPES[name].type(1))
            for kind, value in (("dense", values), ("splat", splat)):
                text = literal(value)
                if kind == "splat":
                    text = f"dense<{'1.0' if value.dtype.kind == 'f' else 1}> : {type_of(value)}"
                cases.append(Case(f"{kind}_{name}", [], f"%r = arith.constant {text}", [value]))
        self.check(cases)

    def test_scalars(self):
        self.check([Case(f"scalar_{name}", [], f"%r = arith.constant {text}", [value])
                    for name in ALL for value in [DTYPES[name].type(1)]
                    for text in [e2e_test.literal_element(value)]])

    def test_twice_and_with_arguments(self):
        a, c = matrix(1), matrix(2)
        text = f"%c = arith.constant {literal(c)}\n%r = arith.addf %a, %c : {T}"
        flat = f"%f = tensor.collapse_shape %c [[0, 1]] : {T} into tensor<15xf32>"
        self.check([Case("twice", [a], text, [c, a + c, c, a], ("%c", "%r", "%c", "%a")),
                    Case("reshaped", [a], f"{text}\n{flat}", [c.ravel(), a + c], ("%f", "%r"))])

    def test_large(self):
        weights = random_values((96, 96), "f4", 1)
        a = random_values((96,), "f4", 2)
        text = (f"%w = arith.constant {literal(weights)}\n%z = arith.constant 0.0 : f32\n"
                + empty("%e", a) + "%i = linalg.fill ins(%z : f32) outs(%e : tensor<96xf32>) -> "
                f"tensor<96xf32>\n%r = linalg.matvec ins(%w, %a : {types_of(weights, a)}) "
                "outs(%i : tensor<96xf32>) -> tensor<96xf32>")
        self.check([Case("weights", [a], text, [(weights.astype(float) @ a).astype("f4")],
                         tolerance=(1e-5, 1e-4))])


class PrivateTest(e2e_test.E2ETest):
    TWICE = (f"func.func private @twice(%x: {T}) -> {T} {{\n%y = arith.addf %x, %x : {T}\n"
             f"return %y : {T}\n}}\n")
    FOUR = (f"func.func private @four(%x: {T}) -> {T} {{\n%y = call @twice(%x) : ({T}) -> {T}\n"
            f"%z = call @twice(%y) : ({T}) -> {T}\nreturn %z : {T}\n}}\n")

    def test_calls(self):
        a = matrix(1)
        self.check([Case("calls", [a], f"%p = call @twice(%a) : ({T}) -> {T}\n"
                         f"%r = call @four(%p) : ({T}) -> {T}", [a * 8, a * 2], ("%r", "%p"),
                         helpers=self.TWICE + self.FOUR)])

    def test_call_in_a_loop(self):
        a = matrix(1)
        text = ("%zero = arith.constant 0 : index\n%one = arith.constant 1 : index\n"
                "%n = arith.constant 3 : index\n"
                f"%r = scf.for %i = %zero to %n step %one iter_args(%x = %a) -> ({T}) {{\n"
                f"%y = func.call @twice(%x) : ({T}) -> {T}\nscf.yield %y : {T}\n}}")
        self.check([Case("looped", [a], text, [a * 8], helpers=self.TWICE)])


class PublicTest(e2e_test.E2ETest):
    through_arguments = True

    def test_call_of_public_function(self):
        a = matrix(1)
        self.check([Case("first", [a], f"%r = arith.negf %a : {T}", [-a]),
                    Case("second", [a], f"%p = call @first(%a) : ({T}) -> {T}\n"
                         f"%r = arith.addf %p, %p : {T}", [-a - a])])


class SharedTest(e2e_test.E2ETest):
    """Values that several operations read, and subexpressions that occur twice."""

    def test_diamond(self):
        a, b = matrix(1), matrix(2)
        text = (f"%p = arith.addf %a, %b : {T}\n%q = arith.mulf %p, %p : {T}\n"
                f"%s = arith.subf %p, %b : {T}\n%t = arith.mulf %q, %s : {T}\n"
                f"%u = arith.addf %a, %b : {T}\n%r = arith.addf %t, %u : {T}")
        total = a + b
        expected = (total * total) * (total - b) + total
        self.check([Case("diamond", [a, b], text, [expected]),
                    Case("and_inner_results", [a, b], text, [expected, total, total * total],
                         ("%r", "%u", "%q"))])

    def test_producer_of_several_shapes(self):
        """An elementwise value read as it is, transposed, reduced and sliced."""
        a = random_values((4, 6), "f4", 1)
        value = a * a + a
        column = value.astype(float).sum(1).astype("f4")
        text = "\n".join([
            "%p = arith.mulf %a, %a : tensor<4x6xf32>", "%v = arith.addf %p, %a : tensor<4x6xf32>",
            empty("%e", a.T) + "%t = linalg.transpose ins(%v : tensor<4x6xf32>) outs(%e : "
            "tensor<6x4xf32>) permutation = [1, 0]", sum_of_rows("%v", a, column),
            "%w = tensor.extract_slice %v[1, 0] [2, 6] [1, 1] : tensor<4x6xf32> to tensor<2x6xf32>",
            empty("%g", a) + generic([dimensions(2), dimensions(2, [0]), dimensions(2)],
                                     ["parallel"] * 2, [("%v", a), ("%s", column)], [("%g", a)],
                                     "%d = arith.subf %x, %y : f32\nlinalg.yield %d : f32")])
        self.check([Case("read_in_four_ways", [a], text,
                         [value - column[:, None], value.T, column, value[1:3]],
                         ("%r", "%t", "%s", "%w"), (1e-5, 1e-5))])

    def test_reduction_of_two_readers(self):
        """softmax by hand: the exponentials feed a sum and a division."""
        a = random_values((5, 9), "f4", 1)
        total = np.zeros(5, np.float32)
        text = "\n".join([
            "%v = math.exp %a : tensor<5x9xf32>", sum_of_rows("%v", a, total),
            empty("%e", a) + generic([dimensions(2), dimensions(2, [0]), dimensions(2)],
                                     ["parallel"] * 2, [("%v", a), ("%s", total)], [("%e", a)],
                                     "%q = arith.divf %x, %y : f32\nlinalg.yield %q : f32")])
        exponential = np.exp(a.astype(float))
        expected = exponential / exponential.sum(1, keepdims=True)
        self.check([Case("softmax", [a], text, [expected.astype("f4")])])


if __name__ == "__main__":
    e2e_test.main()
