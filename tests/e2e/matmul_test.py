# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Contractions: matmul and its relatives, alone and with what follows them."""

import numpy as np

import e2e_test
from e2e_test import DTYPES, Case, random_values, type_of, types_of
from linalg_test import add_body, dimensions, empty, filled, generic
from reference import widen

NUMBERS = ("f32", "f64", "i64", "i32", "i16", "i8")
SIZES = ((1, 1, 1), (2, 3, 4), (1, 16, 8), (16, 1, 8), (4, 16, 1), (8, 8, 8), (17, 33, 5),
         (7, 5, 31), (64, 64, 64), (3, 100, 10), (13, 17, 19), (1, 200, 1))

# Operation: shapes of the operands by (batch, m, k, n), numpy's einsum.
NAMED = {
    "matmul": ("mk", "kn", "mn"), "batch_matmul": ("bmk", "bkn", "bmn"),
    "matvec": ("mk", "k", "m"), "vecmat": ("k", "kn", "n"), "dot": ("k", "k", ""),
    "batch_matvec": ("bmk", "bk", "bm"), "batch_vecmat": ("bk", "bkn", "bn"),
    "batch_reduce_matmul": ("bmk", "bkn", "mn"),
}


def tolerance(dtype, terms):
    """Rounding of a sum of products of numbers below 2."""
    return {"float32": (2e-6, 5e-7 * terms), "float64": (4e-15, 1e-15 * terms)}.get(dtype.name)


def contract(text, a, b, dtype):
    """einsum in the reference's type, as `dtype`."""
    return np.asarray(np.einsum(text, widen(a), widen(b))).astype(dtype)


def random(letters, extents, dtype, seed):
    return random_values([extents[letter] for letter in letters], dtype, seed)


def operation(name, a, b, expected, result="%r", init="%i", attributes=""):
    return (f"{result} = linalg.{name} {attributes}ins(%a, %b : {types_of(a, b)}) "
            f"outs({init} : {type_of(expected)}) -> {type_of(expected)}\n")


class NamedTest(e2e_test.E2ETest):
    def named(self, name, extents, element, result=None):
        left, right, out = NAMED[name]
        dtype, wide = DTYPES[element], DTYPES[result or element]
        a, b = random(left, extents, dtype, 1), random(right, extents, dtype, 2)
        expected = contract(f"{left},{right}->{out}", a, b, wide)
        case = f"{name}_{element}_{result}_" + "_".join(map(str, extents.values()))
        terms = extents["k"] * (extents["b"] if name == "batch_reduce_matmul" else 1)
        return Case(case, [a, b], filled("%i", expected, 0) + operation(name, a, b, expected),
                    [expected], tolerance=tolerance(wide, terms))

    def test_types(self):
        self.check([self.named(name, dict(b=3, m=6, k=11, n=9), element)
                    for name in NAMED for element in NUMBERS])

    def test_widening(self):
        self.check([self.named(name, dict(b=2, m=5, k=13, n=8), *types)
                    for name in ("matmul", "batch_matmul", "matvec", "dot")
                    for types in (("i8", "i32"), ("i16", "i32"), ("i16", "i64"), ("f32", "f64"),
                                  ("i8", "i16"))])

    def test_sizes(self):
        self.check([self.named("matmul", dict(b=1, m=m, k=k, n=n), *types)
                    for m, k, n in SIZES for types in (("f32",), ("i8", "i32"))])

    def test_transposed(self):
        cases = []
        for name, maps, left, right in (
                ("a", ((2, 0), (2, 1), (0, 1)), "km", "kn"),
                ("b", ((0, 2), (1, 2), (0, 1)), "mk", "nk"),
                ("ab", ((2, 0), (1, 2), (0, 1)), "km", "nk")):
            extents = dict(m=5, k=12, n=7)
            listed = ", ".join(f"affine_map<{dimensions(3, each)}>" for each in maps)
            for element in ("f32", "i32"):
                a = random(left, extents, DTYPES[element], 1)
                b = random(right, extents, DTYPES[element], 2)
                expected = contract(f"{left},{right}->mn", a, b, DTYPES[element])
                text = operation("matmul", a, b, expected,
                                 attributes=f"indexing_maps = [{listed}] ")
                cases.append(Case(f"transposed_{name}_{element}", [a, b],
                                  filled("%i", expected, 0) + text, [expected],
                                  tolerance=tolerance(a.dtype, 12)))
        self.check(cases)

    def test_accumulate(self):
        """Adds to an argument, to a constant and to itself."""
        a, b, c = (random_values((9, 9), "f4", seed) for seed in (1, 2, 3))
        product = widen(a) @ widen(b)
        cases = [Case("argument", [a, b, c], operation("matmul", a, b, c, init="%c"),
                      [(product + c).astype("f4"), c], ("%r", "%c")),
                 Case("constant", [a, b], f"%c = arith.constant {e2e_test.literal(c)}\n" +
                      operation("matmul", a, b, c, init="%c"), [(product + c).astype("f4")]),
                 Case("own_operand", [a, b], operation("matmul", a, b, a, init="%a"),
                      [(product + a).astype("f4")])]
        for case in cases:
            case.tolerance = tolerance(a.dtype, 9)
        self.check(cases)

    def test_zero_points(self):
        a, b = random_values((5, 9), "i1", 1), random_values((9, 4), "i1", 2)
        zeros = np.int32(-7), np.int32(11)
        expected = ((widen(a) - zeros[0]) @ (widen(b) - zeros[1])).astype("i4")
        text = filled("%i", expected, 0) + (
            "%p = arith.constant -7 : i32\n%q = arith.constant 11 : i32\n"
            f"%r = linalg.quantized_matmul ins(%a, %b, %p, %q : {types_of(a, b, *zeros)}) "
            f"outs(%i : {type_of(expected)}) -> {type_of(expected)}")
        self.check([Case("quantized", [a, b], text, [expected])])

    def test_tiled(self):
        a, b = random_values((2, 3, 4, 5), "f4", 1), random_values((6, 3, 7, 5), "f4", 2)
        expected = contract("mkac,nkbc->mnab", a, b, np.float32)
        self.check([Case("mmt4d", [a, b], filled("%i", expected, 0) +
                         operation("mmt4d", a, b, expected), [expected],
                         tolerance=tolerance(a.dtype, 15))])


class FusionTest(e2e_test.E2ETest):
    def chain(self, name, m, k, n, dtype, extra=False, twice=False):
        """relu(a @ b + bias), maybe plus the product itself or as a second result."""
        a, b = random_values((m, k), dtype, 1), random_values((k, n), dtype, 2)
        bias = random_values((n,), dtype, 3)
        product = contract("mk,kn->mn", a, b, dtype)
        element = e2e_test.element_of(np.dtype(dtype))
        relu = ("%t = arith.addf %x, %y : f32\n%o = arith.constant 0.0 : f32\n"
                "%q = arith.maximumf %t, %o : f32\nlinalg.yield %q : f32"
                if element == "f32" else
                "%t = arith.addi %x, %y : i32\n%o = arith.constant 0 : i32\n"
                "%q = arith.maxsi %t, %o : i32\nlinalg.yield %q : i32")
        text = (filled("%i", product, 0) + operation("matmul", a, b, product, "%p") +
                empty("%e", product) + generic(
                    [dimensions(2), dimensions(2, [1]), dimensions(2)], ["parallel"] * 2,
                    [("%p", product), ("%c", bias)], [("%e", product)], relu, "%r"))
        expected, returns = [np.maximum(product + bias, 0)], ["%r"]
        if extra:  # a second consumer of the product
            text += "\n" + generic([dimensions(2)] * 3, ["parallel"] * 2,
                                   [("%p", product), ("%r", product)], [("%e", product)],
                                   add_body(dtype), "%z")
            expected.append(product + expected[0])
            returns.append("%z")
        if twice:
            expected.append(product)
            returns.append("%p")
        return Case(name, [a, b, bias], text, expected, tuple(returns),
                    tolerance(np.dtype(dtype), k))

    def test_bias_and_relu(self):
        self.check([self.chain(f"chain_{m}_{k}_{n}_{np.dtype(dtype).name}", m, k, n, dtype)
                    for m, k, n in SIZES for dtype in ("f4", "i4")])

    def test_several_consumers(self):
        self.check([self.chain(f"chain_{extra}_{twice}_{m}".lower(), m, 12, 9, "f4", extra, twice)
                    for extra in (False, True) for twice in (False, True) for m in (1, 4, 17)])

    def test_chain_of_matmuls(self):
        shapes = ((8, 12), (12, 20), (20, 4), (4, 9))
        matrices = [random_values(shape, "f4", seed, -1, 1) for seed, shape in enumerate(shapes)]
        value, text, name = matrices[0], "", "%a"
        for index, matrix in enumerate(matrices[1:]):
            left, right = value, f"%{'bcd'[index]}"
            value = (widen(value) @ widen(matrix)).astype("f4")
            text += filled(f"%i{index}", value, 0) + (
                f"%p{index} = linalg.matmul ins({name}, {right} : {types_of(left, matrix)}) "
                f"outs(%i{index} : {type_of(value)}) -> {type_of(value)}\n")
            name = f"%p{index}"
        self.check([Case("chain", matrices, text, [value], (name,), (1e-5, 1e-4))])


if __name__ == "__main__":
    e2e_test.main()
