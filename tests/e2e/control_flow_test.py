# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""scf.if, scf.for and scf.while, on tensors and on scalars."""

import numpy as np

import e2e_test
from e2e_test import Case, random_values

T = "tensor<3x5xf32>"


def constants(**values):
    return "".join(f"%{name} = arith.constant {value} : index\n" for name, value in values.items())


def loop(trips, body, carried=f"%a) -> ({T}", results="%r"):
    start, types = carried.split(") -> (")
    names = [f"%x{index} = {value.strip()}" for index, value in enumerate(start.split(","))]
    return (constants(zero=0, one=1, trips=trips) +
            f"{results} = scf.for %i = %zero to %trips step %one iter_args({', '.join(names)}) -> "
            f"({types}) {{\n{body}\n}}")


class IfTest(e2e_test.E2ETest):
    def test_tensors(self):
        a, b = random_values((3, 5), "f4", 1), random_values((3, 5), "f4", 2)
        text = (f"%r:2 = scf.if %c -> ({T}, {T}) {{\n%p = arith.addf %a, %b : {T}\n"
                f"scf.yield %p, %a : {T}, {T}\n}} else {{\n%q = arith.mulf %a, %b : {T}\n"
                f"scf.yield %q, %b : {T}, {T}\n}}")
        self.check([Case(f"if_{condition}".lower(), [a, b, np.bool_(condition)], text,
                         [a + b, a] if condition else [a * b, b], ("%r#0", "%r#1"))
                    for condition in (False, True)])

    def test_scalars(self):
        text = ("%z = arith.constant 0 : i32\n%c = arith.cmpi slt, %a, %z : i32\n"
                "%r = scf.if %c -> (i32) {\n%n = arith.subi %z, %a : i32\nscf.yield %n : i32\n"
                "} else {\nscf.yield %a : i32\n}")
        self.check([Case(f"absolute_{index}", [np.int32(value)], text, [np.int32(abs(value))])
                    for index, value in enumerate((-5, 0, 7))])

    def test_nested(self):
        text = (f"%r = scf.if %b -> ({T}) {{\n%p = scf.if %c -> ({T}) {{\n"
                f"%q = arith.negf %a : {T}\nscf.yield %q : {T}\n}} else {{\n"
                f"scf.yield %a : {T}\n}}\nscf.yield %p : {T}\n}} else {{\n"
                f"%s = arith.addf %a, %a : {T}\nscf.yield %s : {T}\n}}")
        a = random_values((3, 5), "f4", 1)
        self.check([Case(f"nested_{x}_{y}".lower(), [a, np.bool_(x), np.bool_(y)], text,
                         [-a if x and y else a if x else a + a])
                    for x in (False, True) for y in (False, True)])

    def test_computed_condition(self):
        """The condition is an element of a computed tensor."""
        text = (f"%p = arith.addf %a, %a : {T}\n" + constants(one=1) +
                f"%e = tensor.extract %p[%one, %one] : {T}\n%z = arith.constant 0.0 : f32\n"
                f"%c = arith.cmpf ogt, %e, %z : f32\n%r = scf.if %c -> ({T}) {{\n"
                f"scf.yield %p : {T}\n}} else {{\n%n = arith.negf %p : {T}\nscf.yield %n : {T}\n}}")
        a = np.abs(random_values((3, 5), "f4", 1))
        self.check([Case("positive", [a], text, [a + a]), Case("negative", [-a], text, [a + a])])


class ForTest(e2e_test.E2ETest):
    def test_tensor(self):
        a = random_values((3, 5), "f4", 1)
        cases = []
        for trips in (0, 1, 2, 9):
            expected = a
            for _ in range(trips):
                expected = expected * a + a
            body = (f"%p = arith.mulf %x0, %a : {T}\n%q = arith.addf %p, %a : {T}\n"
                    f"scf.yield %q : {T}")
            case = Case(f"for_{trips}", [a], loop(trips, body), [expected, a], ("%r", "%a"))
            case.tolerance = (1e-5, 1e-5)
            cases.append(case)
        self.check(cases)

    def test_swapped(self):
        """Each trip swaps or rotates what the loop carries."""
        a, b, c = (random_values((3, 5), "f4", seed) for seed in (1, 2, 3))
        cases = []
        for trips in range(5):
            swap = loop(trips, f"scf.yield %x1, %x0 : {T}, {T}", f"%a, %b) -> ({T}, {T}", "%r:2")
            expected = [a, b] if trips % 2 == 0 else [b, a]
            cases.append(Case(f"swap_{trips}", [a, b], swap, expected, ("%r#0", "%r#1")))
            rotate = loop(trips, f"scf.yield %x1, %x2, %x0 : {T}, {T}, {T}",
                          f"%a, %b, %c) -> ({T}, {T}, {T}", "%r:3")
            turned = [(a, b, c)[(index + trips) % 3] for index in range(3)]
            cases.append(Case(f"rotate_{trips}", [a, b, c], rotate, turned,
                              ("%r#0", "%r#1", "%r#2")))
        self.check(cases)

    def test_fibonacci(self):
        """A swap and an addition; tensors and scalars carried together."""
        a, b = random_values((3, 5), "i4", 1), random_values((3, 5), "i4", 2)
        body = ("%p = arith.addi %x0, %x1 : tensor<3x5xi32>\n%n = arith.constant 3 : i64\n"
                "%q = arith.muli %x2, %n : i64\n"
                "scf.yield %x1, %p, %q : tensor<3x5xi32>, tensor<3x5xi32>, i64")
        text = loop(10, body, "%a, %b, %c) -> (tensor<3x5xi32>, tensor<3x5xi32>, i64", "%r:3")
        x, y = a, b
        for _ in range(10):
            x, y = y, x + y
        self.check([Case("fibonacci", [a, b, np.int64(2)], text, [x, y, np.int64(2 * 3 ** 10)],
                         ("%r#0", "%r#1", "%r#2"))])

    def test_rows(self):
        """Writes one row of the result a trip, at an offset that the trip gives."""
        a = random_values((6, 5), "f4", 1)
        whole, row = "tensor<6x5xf32>", "tensor<1x5xf32>"
        body = ("%l = arith.constant 5 : index\n%j = arith.subi %l, %i : index\n"
                f"%p = tensor.extract_slice %a[%i, 0] [1, 5] [1, 1] : {whole} to {row}\n"
                f"%q = math.absf %p : {row}\n"
                f"%s = tensor.insert_slice %q into %x0[%j, 0] [1, 5] [1, 1] : {row} into {whole}\n"
                f"scf.yield %s : {whole}")
        self.check([Case("reversed", [a], loop(6, body, f"%a) -> ({whole}"), [np.abs(a)[::-1]])])

    def test_nested(self):
        inner = ("%k = scf.for %j = %zero to %i step %one iter_args(%y = %x0) -> (i32) {\n"
                 "%n = arith.index_cast %j : index to i32\n%s = arith.addi %y, %n : i32\n"
                 "scf.yield %s : i32\n}\nscf.yield %k : i32")
        expected = np.int32(4 + sum(j for i in range(7) for j in range(i)))
        matrix = ("%k = scf.for %j = %zero to %trips step %one iter_args(%y = %x0) -> "
                  f"({T}) {{\n%s = arith.addf %y, %a : {T}\nscf.yield %s : {T}\n}}\n"
                  f"scf.yield %k : {T}")
        a = np.ones((3, 5), np.float32)
        self.check([Case("scalars", [np.int32(4)], loop(7, inner, "%a) -> (i32"), [expected]),
                    Case("tensors", [a], loop(3, matrix), [a * 10])])

    def test_bounds_from_arguments(self):
        text = ("%l = arith.index_cast %a : i32 to index\n%u = arith.index_cast %b : i32 to index\n"
                "%s = arith.index_cast %c : i32 to index\n%z = arith.constant 0 : i32\n"
                "%r = scf.for %i = %l to %u step %s iter_args(%x = %z) -> (i32) {\n"
                "%n = arith.index_cast %i : index to i32\n%p = arith.addi %x, %n : i32\n"
                "scf.yield %p : i32\n}")
        self.check([Case(f"sum_{index}", [np.int32(each) for each in bounds], text,
                         [np.int32(sum(range(*bounds)))])
                    for index, bounds in enumerate(((0, 10, 1), (3, 20, 4), (5, 5, 1),
                                                    (-3, 4, 2)))])

    def test_if_inside(self):
        a = random_values((3, 5), "f4", 1)
        body = (constants(two=2) + "%m = arith.remui %i, %two : index\n"
                f"%c = arith.cmpi eq, %m, %zero : index\n%s = scf.if %c -> ({T}) {{\n"
                f"%p = arith.addf %x0, %a : {T}\nscf.yield %p : {T}\n}} else {{\n"
                f"%q = arith.negf %x0 : {T}\nscf.yield %q : {T}\n}}\nscf.yield %s : {T}")
        expected = a
        for trip in range(5):
            expected = -expected if trip % 2 else expected + a
        self.check([Case("alternating", [a], loop(5, body), [expected])])

    def test_matmul_inside(self):
        a, b = random_values((4, 4), "f4", 1, -1, 1), random_values((4, 4), "f4", 2, -1, 1)
        square = "tensor<4x4xf32>"
        body = (f"%z = arith.constant 0.0 : f32\n%e = tensor.empty() : {square}\n"
                f"%f = linalg.fill ins(%z : f32) outs(%e : {square}) -> {square}\n"
                f"%p = linalg.matmul ins(%x0, %b : {square}, {square}) outs(%f : {square}) "
                f"-> {square}\nscf.yield %p : {square}")
        expected = a.astype(float)
        for _ in range(4):
            expected = expected @ b
        self.check([Case("power", [a, b], loop(4, body, f"%a) -> ({square}"),
                         [expected.astype("f4")], tolerance=(1e-5, 1e-5))])


class WhileTest(e2e_test.E2ETest):
    def test_scalars(self):
        """Trips until a Collatz sequence reaches 1."""
        text = ("%one = arith.constant 1 : i64\n%two = arith.constant 2 : i64\n"
                "%three = arith.constant 3 : i64\n%zero = arith.constant 0 : i64\n"
                "%r:2 = scf.while (%x = %a, %n = %zero) : (i64, i64) -> (i64, i64) {\n"
                "%c = arith.cmpi ne, %x, %one : i64\nscf.condition(%c) %x, %n : i64, i64\n} do {\n"
                "^bb0(%x: i64, %n: i64):\n%h = arith.divui %x, %two : i64\n"
                "%m = arith.muli %x, %three : i64\n%u = arith.addi %m, %one : i64\n"
                "%o = arith.remui %x, %two : i64\n%e = arith.cmpi eq, %o, %zero : i64\n"
                "%y = arith.select %e, %h, %u : i64\n%k = arith.addi %n, %one : i64\n"
                "scf.yield %y, %k : i64, i64\n}")

        def trips(value):
            return 0 if value == 1 else 1 + trips(3 * value + 1 if value % 2 else value // 2)
        self.check([Case(f"collatz_{start}", [np.int64(start)], text, [np.int64(trips(start))],
                         ("%r#1",)) for start in (1, 7, 27)])

    def test_tensors(self):
        """Doubles a tensor until its first element exceeds a limit."""
        text = (constants(zero=0) + f"%r = scf.while (%x = %a) : ({T}) -> {T} {{\n"
                f"%e = tensor.extract %x[%zero, %zero] : {T}\n%c = arith.cmpf olt, %e, %b : f32\n"
                f"scf.condition(%c) %x : {T}\n}} do {{\n^bb0(%y: {T}):\n"
                f"%d = arith.addf %y, %y : {T}\nscf.yield %d : {T}\n}}")
        a = np.abs(random_values((3, 5), "f4", 1)) + np.float32(0.5)
        cases = []
        for limit in (0, 10, 1000):
            expected = a
            while expected[0, 0] < limit:
                expected = expected + expected
            cases.append(Case(f"double_{limit}", [a, np.float32(limit)], text, [expected]))
        self.check(cases)


if __name__ == "__main__":
    e2e_test.main()
