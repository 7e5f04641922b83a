# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operations that move elements, with every element type there is."""

import numpy as np

import e2e_test
from e2e_test import ALL_DTYPES, Case, element_of, literal, random_values, type_of, types_of

# Of index tensors MLIR has no hexadecimal text, and bitcast takes none.
NO_BITCAST = ("index", "complex<f32>", "complex<f64>")


def tensor_type(shape, element):
    return f"tensor<{''.join(f'{size}x' for size in shape)}{element}>"


def scalar(name, value):
    """%name is the first element of a tensor that the compiler does not know."""
    return (f"{name}_t = util.unfoldable_constant {literal(value.ravel()[:1])}\n"
            f"{name}_z = arith.constant 0 : index\n"
            f"{name} = tensor.extract {name}_t[{name}_z] : {type_of(value.ravel()[:1])}\n")


class Elements:
    """The cases of one element type."""

    def __init__(self, name):
        self.name, self.dtype = name, ALL_DTYPES[name]
        self.suffix = name.replace("<", "_").replace(">", "")
        self.cases = []

    def values(self, shape, seed):
        return random_values(shape, self.dtype, seed)

    def add(self, operation, arguments, text, expected, returns=("%r",)):
        expected = [np.asarray(each) if each.dtype == bool
                    else np.asarray(each).astype(each.dtype if each.dtype.metadata else self.dtype)
                    for each in expected]
        self.cases.append(Case(f"{operation}_{self.suffix}", arguments, text, expected, returns,
                               tolerance=(0, 0)))

    def all(self):
        for method in (self.shapes, self.slices, self.elements, self.gathers, self.packs,
                       self.linalg, self.control):
            method()
        return self.cases

    def shapes(self):
        a, b = self.values((4, 6), 1), self.values((2, 6), 2)
        self.add("collapse", [a], f"%r = tensor.collapse_shape %a [[0, 1]] : {type_of(a)} into "
                 f"{tensor_type((24,), self.name)}", [a.ravel()])
        self.add("expand", [a], f"%r = tensor.expand_shape %a [[0, 1], [2]] output_shape "
                 f"[2, 2, 6] : {type_of(a)} into {tensor_type((2, 2, 6), self.name)}",
                 [a.reshape(2, 2, 6)])
        self.add("concat", [a, b], f"%r = tensor.concat dim(0) %a, %b : ({types_of(a, b)}) -> "
                 f"{tensor_type((6, 6), self.name)}", [np.concatenate([a, b])])
        self.add("cast", [a], f"%d = tensor.cast %a : {type_of(a)} to "
                 f"tensor<4x?x{self.name}>\n%r = tensor.cast %d : tensor<4x?x{self.name}> to "
                 f"{type_of(a)}", [a])
        if self.name not in NO_BITCAST:
            self.add("bitcast", [a], f"%r = tensor.bitcast %a : {type_of(a)} to {type_of(a)}", [a])
        padded = np.full((7, 7), b.ravel()[0])
        padded[1:5, :6] = a
        self.add("pad", [a], scalar("%p", b) +
                 f"%r = tensor.pad %a low[1, 0] high[2, 1] {{\n^bb0(%i: index, %j: index):\n"
                 f"tensor.yield %p : {self.name}\n}} : {type_of(a)} to "
                 f"{tensor_type((7, 7), self.name)}", [padded])

    def slices(self):
        a, b = self.values((5, 6), 3), self.values((2, 3), 4)
        self.add("extract_slice", [a], "%r = tensor.extract_slice %a[1, 0] [2, 3] [2, 2] : "
                 f"{type_of(a)} to {type_of(b)}", [a[1:5:2, 0:6:2]])
        inserted = a.copy()
        inserted[1:5:2, 0:6:2] = b
        self.add("insert_slice", [a, b], "%r = tensor.insert_slice %b into %a[1, 0] [2, 3] "
                 f"[2, 2] : {type_of(b)} into {type_of(a)}", [inserted])

    def elements(self):
        a = self.values((4, 6), 5)
        value = self.values((1,), 6)
        inserted = a.copy()
        inserted[1, 3] = value[0]
        at = "%i = arith.constant 1 : index\n%j = arith.constant 3 : index\n"
        self.add("insert", [a], at + scalar("%v", value) +
                 f"%r = tensor.insert %v into %a[%i, %j] : {type_of(a)}", [inserted])
        self.add("from_elements", [a], at + f"%x = tensor.extract %a[%i, %j] : {type_of(a)}\n" +
                 scalar("%v", value) + "%r = tensor.from_elements %x, %v, %x : "
                 f"{tensor_type((3,), self.name)}", [np.array([a[1, 3], value[0], a[1, 3]])])
        self.add("splat", [], scalar("%v", value) + f"%r = tensor.splat %v : {type_of(a)}",
                 [np.full(a.shape, value[0])])
        self.add("generate", [a], "%r = tensor.generate {\n^bb0(%i: index, %j: index):\n"
                 f"%x = tensor.extract %a[%j, %i] : {type_of(a)}\ntensor.yield %x : {self.name}\n"
                 f"}} : {tensor_type((6, 4), self.name)}", [a.T])

    def gathers(self):
        a = self.values((4, 6), 7)
        rows = np.array([[3], [0], [3]], np.int32)
        indices = f"%k = util.unfoldable_constant {literal(rows)}\n"
        self.add("gather", [a], indices + "%r = tensor.gather %a[%k] gather_dims([0]) : "
                 f"({type_of(a)}, {type_of(rows)}) -> {tensor_type((3, 1, 6), self.name)}",
                 [a[[3, 0, 3]].reshape(3, 1, 6)])
        self.add("gather_columns", [a], indices + "%r = tensor.gather %a[%k] gather_dims([1]) : "
                 f"({type_of(a)}, {type_of(rows)}) -> {tensor_type((3, 4), self.name)}",
                 [a[:, [3, 0, 3]].T])
        update = self.values((2, 1, 6), 8)
        where = np.array([[2], [0]], np.int32)
        scattered = a.copy()
        scattered[[2, 0]] = update[:, 0]
        self.add("scatter", [a, update], f"%k = util.unfoldable_constant {literal(where)}\n"
                 "%r = tensor.scatter %b into %a[%k] scatter_dims([0]) unique : "
                 f"({type_of(update)}, {type_of(a)}, {type_of(where)}) -> {type_of(a)}",
                 [scattered])

    def packs(self):
        a, padding = self.values((4, 6), 9), self.values((1,), 10)
        whole = np.full((6, 8), padding[0])
        whole[:4, :6] = a
        packed = whole.reshape(2, 3, 2, 4).transpose(0, 2, 1, 3)
        kind = tensor_type(packed.shape, self.name)
        self.add("pack", [a], scalar("%p", padding) + f"%e = tensor.empty() : {kind}\n"
                 f"%r = linalg.pack %a padding_value(%p : {self.name}) inner_dims_pos = [0, 1] "
                 f"inner_tiles = [3, 4] into %e : {type_of(a)} -> {kind}", [packed])
        b = self.values((2, 3, 4, 2), 11)
        unpacked = b.transpose(1, 2, 0, 3).reshape(12, 4)[:10, :3]
        result = tensor_type((10, 3), self.name)
        self.add("unpack", [b], f"%e = tensor.empty() : {result}\n%r = linalg.unpack %a "
                 "outer_dims_perm = [1, 0] inner_dims_pos = [0, 1] inner_tiles = [4, 2] into %e : "
                 f"{type_of(b)} -> {result}", [unpacked])

    def linalg(self):
        a, b = self.values((4, 6), 12), self.values((6,), 13)
        empty = f"%e = tensor.empty() : {type_of(a)}\n"
        self.add("fill", [], scalar("%v", b) + empty + f"%r = linalg.fill ins(%v : {self.name}) "
                 f"outs(%e : {type_of(a)}) -> {type_of(a)}", [np.full(a.shape, b[0])])
        self.add("copy", [a], empty + f"%r = linalg.copy ins(%a : {type_of(a)}) "
                 f"outs(%e : {type_of(a)}) -> {type_of(a)}", [a])
        self.add("transpose", [a], f"%e = tensor.empty() : {type_of(a.T)}\n%r = linalg.transpose "
                 f"ins(%a : {type_of(a)}) outs(%e : {type_of(a.T)}) permutation = [1, 0]", [a.T])
        self.add("broadcast", [b], empty + f"%r = linalg.broadcast ins(%a : {type_of(b)}) "
                 f"outs(%e : {type_of(a)}) dimensions = [0]", [np.broadcast_to(b, a.shape)])
        condition, c = random_values((4, 6), bool, 14), self.values((4, 6), 15)
        self.add("select", [condition, a, c], "%r = arith.select %a, %b, %c : "
                 f"{types_of(condition, a)}", [np.where(condition, a, c).astype(self.dtype)])

    def control(self):
        a, b = self.values((4, 6), 16), self.values((4, 6), 17)
        t = type_of(a)
        flag = np.array(True)
        self.add("if", [a, b, flag], f"%f = tensor.extract %c[] : tensor<i1>\n"
                 f"%r = scf.if %f -> ({t}) {{\nscf.yield %b : {t}\n}} else {{\nscf.yield %a : "
                 f"{t}\n}}", [b])
        self.add("for", [a, b], "%z = arith.constant 0 : index\n%n = arith.constant 3 : index\n"
                 f"%o = arith.constant 1 : index\n%r, %q = scf.for %i = %z to %n step %o "
                 f"iter_args(%x = %a, %y = %b) -> ({t}, {t}) {{\nscf.yield %y, %x : {t}, {t}\n}}",
                 [b, a], ("%r", "%q"))
        row = tensor_type((1, 6), self.name)
        turned = a[::-1]
        self.add("forall", [a], f"%e = tensor.empty() : {t}\n%l = arith.constant 3 : index\n"
                 f"%r = scf.forall (%i) in (4) shared_outs(%o = %e) -> ({t}) {{\n"
                 f"%j = arith.subi %l, %i : index\n"
                 f"%s = tensor.extract_slice %a[%i, 0] [1, 6] [1, 1] : {t} to {row}\n"
                 "scf.forall.in_parallel {\n"
                 f"tensor.parallel_insert_slice %s into %o[%j, 0] [1, 6] [1, 1] : {row} into {t}\n"
                 "}\n}", [turned])


class ElementsTest(e2e_test.E2ETest):
    pass


def _test_of(name):
    return lambda self: self.check(Elements(name).all())


for _name in ALL_DTYPES:
    setattr(ElementsTest, f"test_{Elements(_name).suffix}", _test_of(_name))


class ControlTest(e2e_test.E2ETest):
    """Operations of scf that others stand for."""

    def test_parallel(self):
        a = random_values((4, 6), "i4", 1)
        text = ("%z = arith.constant 0 : index\n%o = arith.constant 1 : index\n"
                "%m = arith.constant 4 : index\n%n = arith.constant 6 : index\n"
                "%s = arith.constant 0 : i32\n%t = arith.constant -2147483648 : i32\n"
                "%r:2 = scf.parallel (%i, %j) = (%z, %z) to (%m, %n) step (%o, %o) "
                "init (%s, %t) -> (i32, i32) {\n%x = tensor.extract %a[%i, %j] : tensor<4x6xi32>\n"
                "scf.reduce(%x, %x : i32, i32) {\n^bb0(%p: i32, %q: i32):\n"
                "%u = arith.addi %p, %q : i32\nscf.reduce.return %u : i32\n}, {\n"
                "^bb0(%p: i32, %q: i32):\n%u = arith.maxsi %p, %q : i32\n"
                "scf.reduce.return %u : i32\n}\n}")
        self.check([Case("parallel", [a], text, [a.sum(dtype=np.int32), a.max()],
                         ("%r#0", "%r#1"))])

    def test_index_switch(self):
        a = random_values((4, 6), "f4", 1)
        text = ("%i = arith.index_cast %b : i32 to index\n"
                "%r = scf.index_switch %i -> tensor<4x6xf32>\n"
                "case 2 {\n%x = arith.addf %a, %a : tensor<4x6xf32>\n"
                "scf.yield %x : tensor<4x6xf32>\n}\ncase 5 {\n"
                "%x = arith.mulf %a, %a : tensor<4x6xf32>\nscf.yield %x : tensor<4x6xf32>\n}\n"
                "default {\nscf.yield %a : tensor<4x6xf32>\n}")
        self.check([Case(f"switch_{value}", [a, np.int32(value)], text, [expected])
                    for value, expected in ((2, a + a), (5, a * a), (3, a))])

    def test_execute_region(self):
        a = random_values((4, 6), "f4", 1)
        text = ("%r = scf.execute_region -> tensor<4x6xf32> {\n"
                "%x = arith.negf %a : tensor<4x6xf32>\nscf.yield %x : tensor<4x6xf32>\n}")
        self.check([Case("region", [a], text, [-a])])

    def elementwise_complex(self, name, arguments, result, body):
        """`body` computes %s from %x and %y."""
        element = element_of(result)
        names = ["%a", "%b"][:len(arguments)]
        parameters = [f"{each}: {element_of(a)}" for each, a in zip(("%x", "%y"), arguments)]
        text = (f"%e = tensor.empty() : {type_of(result)}\n%r = linalg.map ins({', '.join(names)} : "
                f"{types_of(*arguments)}) outs(%e : {type_of(result)})\n({', '.join(parameters)}, "
                f"%z: {element}) {{\n{body}\nlinalg.yield %s : {element}\n}}")
        return Case(name, arguments, text, [np.asarray(result)])

    def test_complex_arithmetic(self):
        cases = []
        for name in ("complex<f32>", "complex<f64>"):
            a, b = (random_values((33,), ALL_DTYPES[name], seed) for seed in (1, 2))
            suffix = name[8:11]
            for operation, expected in {"add": a + b, "sub": a - b, "mul": a * b,
                                        "div": a / b}.items():
                cases.append(self.elementwise_complex(
                    f"{operation}_{suffix}", [a, b], expected, f"%s = complex.{operation} %x, %y : {name}"))
            cases.append(self.elementwise_complex(f"abs_{suffix}", [a], np.abs(a),
                                                  f"%s = complex.abs %x : {name}"))
            c = np.where(np.arange(33) % 3 == 0, a, b)
            for operation, expected in {"eq": a == c, "neq": a != c}.items():
                cases.append(self.elementwise_complex(
                    f"{operation}_{suffix}", [a, c], expected, f"%s = complex.{operation} %x, %y : {name}"))
        self.check(cases)

    def test_complex_functions(self):
        functions = {
            "conj": np.conj, "cos": np.cos, "exp": np.exp, "expm1": lambda x: np.exp(x) - 1,
            "log": np.log, "log1p": lambda x: np.log(1 + x), "neg": np.negative,
            "rsqrt": lambda x: 1 / np.sqrt(x), "sign": lambda x: x / np.abs(x), "sin": np.sin,
            "sqrt": np.sqrt, "tan": np.tan, "tanh": np.tanh}
        cases = []
        for name, tolerance in (("complex<f32>", 2e-5), ("complex<f64>", 1e-13)):
            a, b = (random_values((4, 5), ALL_DTYPES[name], seed) for seed in (1, 2))
            for operation, function in functions.items():
                expected = function(a.astype("c16")).astype(a.dtype)
                cases.append(self.elementwise_complex(f"{operation}_{name[8:11]}", [a], expected,
                                                      f"%s = complex.{operation} %x : {name}"))
            expected = np.power(a.astype("c16"), b).astype(a.dtype)
            cases.append(self.elementwise_complex(f"pow_{name[8:11]}", [a, b], expected,
                                                  f"%s = complex.pow %x, %y : {name}"))
            for case in cases:
                case.tolerance = case.tolerance or (tolerance, tolerance)
        self.check(cases)

    def test_complex_control_flow(self):
        """Numbers that loops carry and branches choose: x = x^2 + y, conjugated while |x| > 2."""
        name = "complex<f32>"
        a, b = (random_values((33,), ALL_DTYPES[name], seed) for seed in (1, 2))
        expected = a.astype("c16")
        for _ in range(3):
            expected = expected * expected + b
            expected = np.where(np.abs(expected) > 2, np.conj(expected) / 4, expected)
        body = f"""%c0 = arith.constant 0 : index
        %c1 = arith.constant 1 : index
        %c3 = arith.constant 3 : index
        %two = arith.constant 2.0 : f32
        %four = complex.constant [4.0 : f32, 0.0 : f32] : {name}
        %s = scf.for %i = %c0 to %c3 step %c1 iter_args(%v = %x) -> ({name}) {{
          %square = complex.mul %v, %v : {name}
          %next = complex.add %square, %y : {name}
          %size = complex.abs %next : {name}
          %large = arith.cmpf ogt, %size, %two : f32
          %chosen = scf.if %large -> ({name}) {{
            %turned = complex.conj %next : {name}
            %smaller = complex.div %turned, %four : {name}
            scf.yield %smaller : {name}
          }} else {{
            scf.yield %next : {name}
          }}
          scf.yield %chosen : {name}
        }}"""
        case = self.elementwise_complex("loop", [a, b], expected.astype("c8"), body)
        case.tolerance = (1e-5, 1e-5)
        self.check([case])


if __name__ == "__main__":
    e2e_test.main()
