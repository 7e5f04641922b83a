# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""linalg.generic and named operations, but for contractions and convolutions."""

import itertools

import numpy as np

import e2e_test
from e2e_test import DTYPES, Case, literal_element, random_values, type_of, types_of

ALL = tuple(DTYPES)
NUMBERS = ("f32", "f64", "i64", "i32", "i16", "i8")
SUFFIX = {"f": "f", "i": "i", "b": "i"}


def empty(name, value):
    return f"{name} = tensor.empty() : {type_of(value)}\n"


def filled(name, value, start):
    """`name` is a tensor like `value`, each of whose elements is `start`."""
    element = e2e_test.element_of(value)
    return (f"{name}_s = arith.constant {literal_element(value.dtype.type(start))}\n"
            f"{empty(f'{name}_e', value)}{name} = linalg.fill ins({name}_s : {element}) "
            f"outs({name}_e : {type_of(value)}) -> {type_of(value)}\n").replace(": i1\n", "\n")


def generic(maps, iterators, inputs, outputs, body, results="%r"):
    """Text of a linalg.generic; inputs and outputs are (name, numpy value) pairs."""
    block = [f"%{'xyzuvw'[index]}: {e2e_test.element_of(value)}"
             for index, (_, value) in enumerate(inputs + outputs)]
    ins = (f"ins({', '.join(name for name, _ in inputs)} : "
           f"{types_of(*[value for _, value in inputs])})" if inputs else "")
    types = types_of(*[value for _, value in outputs])
    listed = ", ".join(f"affine_map<{each}>" for each in maps)
    kinds = ", ".join(f'"{kind}"' for kind in iterators)
    return (f"{results} = linalg.generic {{indexing_maps = [{listed}], "
            f"iterator_types = [{kinds}]}} {ins} "
            f"outs({', '.join(name for name, _ in outputs)} : {types}) {{\n"
            f"^bb0({', '.join(block)}):\n{body}\n}} -> ({types})")


def add_body(dtype, left="%x", right="%y"):
    element = e2e_test.element_of(np.dtype(dtype))
    suffix = SUFFIX[np.dtype(dtype).kind]
    return (f"%added = arith.add{suffix} {left}, {right} : {element}\n"
            f"linalg.yield %added : {element}")


def dimensions(count, picked=None):
    picked = range(count) if picked is None else picked
    return (f"({', '.join(f'd{index}' for index in range(count))}) -> "
            f"({', '.join(f'd{index}' for index in picked)})")


class MapTest(e2e_test.E2ETest):
    def elementwise(self, name, a, b, maps, expected):
        result = ("%e", expected)
        body = empty(*result) + generic(
            maps + [dimensions(expected.ndim)], ["parallel"] * expected.ndim,
            [("%a", a), ("%b", b)], [result], add_body(a.dtype))
        return Case(name, [a, b], body, [expected])

    def test_broadcast(self):
        """The second operand has every subset of the dimensions of (3, 5, 4)."""
        cases, shape = [], (3, 5, 4)
        for count in range(4):
            for axes in itertools.combinations(range(3), count):
                dtype = DTYPES[ALL[len(cases) % len(ALL)]]
                a = random_values(shape, dtype, 1)
                b = random_values([shape[axis] for axis in axes], dtype, 2)
                wide = b.reshape([shape[axis] if axis in axes else 1 for axis in range(3)])
                expected = a ^ wide if dtype == bool else a + wide
                cases.append(self.elementwise(f"broadcast_{'_'.join(map(str, axes))}", a, b,
                                              [dimensions(3), dimensions(3, axes)], expected))
        self.check(cases)

    def test_permutations(self):
        cases, shape = [], (3, 5, 4)
        for index, axes in enumerate(itertools.permutations(range(3))):
            a = random_values(shape, DTYPES[NUMBERS[index]], index)
            b = random_values([shape[axis] for axis in axes], a.dtype, index + 9)
            expected = a + b.transpose(np.argsort(axes))
            cases.append(self.elementwise(f"permuted_{'_'.join(map(str, axes))}", a, b,
                                          [dimensions(3), dimensions(3, axes)], expected))
        self.check(cases)

    def test_access(self):
        """Strided, constant and shifted accesses."""
        a, b = random_values((9, 4), "f4", 1), random_values((5, 4), "f4", 2)
        cases = [
            self.elementwise("strided", a, b, ["(d0, d1) -> (d0 * 2, d1)", dimensions(2)],
                             a[::2] + b),
            self.elementwise("constant", a, b, ["(d0, d1) -> (3, d1)", dimensions(2)], a[3] + b),
            self.elementwise("shifted", a, b, ["(d0, d1) -> (d0 + 4, d1)", dimensions(2)],
                             a[4:] + b)]
        self.check(cases)

    def test_index(self):
        cases = []
        for name in ("i64", "i32", "i8"):
            a = random_values((6, 7), DTYPES[name], 1, -9, 9)
            rows, columns = np.indices(a.shape)
            expected = (a + 7 * rows + columns).astype(a.dtype)
            body = ("%i = linalg.index 0 : index\n%j = linalg.index 1 : index\n"
                    "%n = arith.constant 7 : index\n%k = arith.muli %i, %n : index\n"
                    f"%l = arith.addi %k, %j : index\n%m = arith.index_cast %l : index to {name}\n"
                    f"{add_body(a.dtype, '%x', '%m')}")
            cases.append(Case(f"index_{name}", [a], empty("%e", a) + generic(
                [dimensions(2)] * 2, ["parallel"] * 2, [("%a", a)], [("%e", a)], body),
                [expected]))
        self.check(cases)

    def test_several_results(self):
        a, b = random_values((5, 6), "f4", 1), random_values((5, 6), "f4", 2)
        body = ("%s = arith.addf %x, %y : f32\n%d = arith.subf %x, %y : f32\n"
                "%g = arith.cmpf ogt, %x, %y : f32\nlinalg.yield %s, %d, %g : f32, f32, i1")
        text = empty("%e", a) + empty("%h", a > b) + generic(
            [dimensions(2)] * 5, ["parallel"] * 2, [("%a", a), ("%b", b)],
            [("%e", a), ("%e", a), ("%h", a > b)], body, "%r:3")
        self.check([Case("three", [a, b], text, [a + b, a - b, a > b],
                         ("%r#0", "%r#1", "%r#2"))])

    def test_update(self):
        """Reads what the destination held."""
        a, b = random_values((5, 6), "f4", 1), random_values((5, 6), "f4", 2)
        text = generic([dimensions(2)] * 2, ["parallel"] * 2, [("%a", a)], [("%b", b)],
                       add_body("f4"))
        self.check([Case("update", [a, b], text, [a + b, b], ("%r", "%b"))])


class NamedTest(e2e_test.E2ETest):
    def test_fill(self):
        self.check([Case(f"fill_{name}_{rank}", [], filled("%r", value, start),
                         [np.full_like(value, start)])
                    for rank, name in enumerate(ALL) for start in [rank % 2]
                    for value in [np.zeros((3, 2, 1, 2, 2, 1)[:rank], DTYPES[name])]])

    def test_fill_with_argument(self):
        self.check([Case(f"fill_{name}", [np.zeros((3, 5), DTYPES[name])[0, 0] + 1 > 0
                                          if name == "i1" else DTYPES[name].type(7)],
                         empty("%e", np.zeros((3, 5), DTYPES[name])) +
                         f"%r = linalg.fill ins(%a : {name}) outs(%e : tensor<3x5x{name}>) "
                         f"-> tensor<3x5x{name}>",
                         [np.full((3, 5), 1 if name == "i1" else 7, DTYPES[name])])
                    for name in ALL])

    def test_transpose_and_broadcast(self):
        cases = []
        for index, axes in enumerate([(1, 0), (2, 0, 1), (0, 2, 1), (3, 1, 0, 2),
                                      (0, 2, 3, 1), (5, 3, 1, 4, 2, 0), (1, 2, 0)]):
            a = random_values((3, 5, 4, 2, 1, 6)[:len(axes)], DTYPES[ALL[index]], index)
            expected = a.transpose(axes)
            cases.append(Case(f"transpose_{'_'.join(map(str, axes))}", [a], empty("%e", expected) +
                              f"%r = linalg.transpose ins(%a : {type_of(a)}) "
                              f"outs(%e : {type_of(expected)}) permutation = {list(axes)}",
                              [expected]))
        for index, axes in enumerate([(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)]):
            shape = (3, 5, 4)
            a = random_values([shape[axis] for axis in range(3) if axis not in axes],
                              DTYPES[ALL[index]], index)
            expected = np.broadcast_to(np.expand_dims(a, axes), shape)
            cases.append(Case(f"broadcast_{'_'.join(map(str, axes))}", [a], empty("%e", expected) +
                              f"%r = linalg.broadcast ins(%a : {type_of(a)}) "
                              f"outs(%e : {type_of(expected)}) dimensions = {list(axes)}",
                              [expected]))
        self.check(cases)

    def test_map(self):
        a, b = random_values((4, 9), "f4", 1), random_values((4, 9), "f4", 2)
        text = empty("%e", a) + (
            f"%r = linalg.map ins(%a, %b : {types_of(a, b)}) outs(%e : {type_of(a)})\n"
            "(%x: f32, %y: f32, %z: f32) {\n%s = arith.mulf %x, %y : f32\nlinalg.yield %s : f32\n}")
        self.check([Case("map", [a, b], text, [a * b])])

    def test_named_elementwise(self):
        cases = []
        a, b = random_values((6, 11), "f4", 1, 0.5, 3), random_values((6, 11), "f4", 2, 0.5, 3)
        wide = a.astype(float)
        for name, expected in {
                "add": a + b, "sub": a - b, "mul": a * b, "div": a / b, "max": np.maximum(a, b),
                "min": np.minimum(a, b), "powf": wide ** b}.items():
            cases.append(Case(name, [a, b], empty("%e", a) +
                              f"%r = linalg.{name} ins(%a, %b : {types_of(a, b)}) "
                              f"outs(%e : {type_of(a)}) -> {type_of(a)}", [expected.astype("f4")]))
        for name, expected in {
                "exp": np.exp(wide), "log": np.log(wide), "abs": a, "ceil": np.ceil(a),
                "floor": np.floor(a), "negf": -a, "reciprocal": 1 / wide, "sqrt": np.sqrt(wide),
                "rsqrt": 1 / np.sqrt(wide), "square": wide * wide, "tanh": np.tanh(wide)}.items():
            cases.append(Case(name, [a], empty("%e", a) +
                              f"%r = linalg.{name} ins(%a : {type_of(a)}) "
                              f"outs(%e : {type_of(a)}) -> {type_of(a)}", [expected.astype("f4")]))
        self.check(cases)

    def test_softmax(self):
        cases = []
        for shape, axis in (((4, 10), 1), ((4, 10), 0), ((2, 3, 7), 2), ((2, 3, 7), 1), ((9,), 0)):
            for name in ("f32", "f64"):
                a = random_values(shape, DTYPES[name], axis, -9, 9)
                exponential = np.exp(a.astype(float) - a.max(axis, keepdims=True))
                expected = exponential / exponential.sum(axis, keepdims=True)
                cases.append(Case(f"softmax_{len(shape)}_{axis}_{name}", [a], empty("%e", a) +
                                  f"%r = linalg.softmax dimension({axis}) ins(%a : {type_of(a)}) "
                                  f"outs(%e : {type_of(a)}) -> {type_of(a)}",
                                  [expected.astype(a.dtype)]))
        self.check(cases)


if __name__ == "__main__":
    e2e_test.main()
