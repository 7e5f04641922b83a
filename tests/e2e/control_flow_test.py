# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""scf.if, scf.for and scf.while, on tensors and on scalars; branches, calls, assertions.

What a small loop does is one kernel; with `--large` tensors are so large that the
program performs the loop itself.
"""

import subprocess
import sys

import numpy as np

import e2e_test
from e2e_test import Case, random_values

SHAPE = (3, 5)
if "--large" in sys.argv:
    sys.argv.remove("--large")
    SHAPE = (24, 9)
T = e2e_test.type_of(np.zeros(SHAPE, "f4"))
I = e2e_test.type_of(np.zeros(SHAPE, "i4"))


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
        a, b = random_values(SHAPE, "f4", 1), random_values(SHAPE, "f4", 2)
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
        a = random_values(SHAPE, "f4", 1)
        self.check([Case(f"nested_{x}_{y}".lower(), [a, np.bool_(x), np.bool_(y)], text,
                         [-a if x and y else a if x else a + a])
                    for x in (False, True) for y in (False, True)])

    def test_computed_condition(self):
        """The condition is an element of a computed tensor."""
        text = (f"%p = arith.addf %a, %a : {T}\n" + constants(one=1) +
                f"%e = tensor.extract %p[%one, %one] : {T}\n%z = arith.constant 0.0 : f32\n"
                f"%c = arith.cmpf ogt, %e, %z : f32\n%r = scf.if %c -> ({T}) {{\n"
                f"scf.yield %p : {T}\n}} else {{\n%n = arith.negf %p : {T}\nscf.yield %n : {T}\n}}")
        a = np.abs(random_values(SHAPE, "f4", 1))
        self.check([Case("positive", [a], text, [a + a]), Case("negative", [-a], text, [a + a])])


class ForTest(e2e_test.E2ETest):
    def test_tensor(self):
        a = random_values(SHAPE, "f4", 1)
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
        a, b, c = (random_values(SHAPE, "f4", seed) for seed in (1, 2, 3))
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
        a, b = random_values(SHAPE, "i4", 1), random_values(SHAPE, "i4", 2)
        body = (f"%p = arith.addi %x0, %x1 : {I}\n%n = arith.constant 3 : i64\n"
                "%q = arith.muli %x2, %n : i64\n"
                f"scf.yield %x1, %p, %q : {I}, {I}, i64")
        text = loop(10, body, f"%a, %b, %c) -> ({I}, {I}, i64", "%r:3")
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
        a = np.ones(SHAPE, np.float32)
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
        a = random_values(SHAPE, "f4", 1)
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
        a = np.abs(random_values(SHAPE, "f4", 1)) + np.float32(0.5)
        cases = []
        for limit in (0, 10, 1000):
            expected = a
            while expected[0, 0] < limit:
                expected = expected + expected
            cases.append(Case(f"double_{limit}", [a, np.float32(limit)], text, [expected]))
        self.check(cases)


class ProgramTest(e2e_test.E2ETest):
    """Several kernels, loops and branches that depend on each other."""

    def test_exchange(self):
        """What is carried changes places while it is computed."""
        a, b = random_values(SHAPE, "i4", 1, -99, 99), random_values(SHAPE, "i4", 2, -99, 99)
        body = (f"%p = arith.addi %x0, %x1 : {I}\nscf.yield %p, %x0 : {I}, {I}")
        x, y = a, b
        for _ in range(5):
            x, y = x + y, x
        self.check([Case("exchange", [a, b], loop(5, body, f"%a, %b) -> ({I}, {I}", "%r:2"),
                         [x, y, a, b], ("%r#0", "%r#1", "%a", "%b"))])

    def test_loops_in_sequence(self):
        """The second begins with what the first leaves, which is needed later too."""
        a = random_values(SHAPE, "i4", 1, -99, 99)
        text = (constants(zero=0, one=1, two=2, three=3) + f"%s = arith.addi %a, %a : {I}\n"
                f"%p = scf.for %i = %zero to %three step %one iter_args(%x = %s) -> ({I}) {{\n"
                f"%y = arith.addi %x, %a : {I}\nscf.yield %y : {I}\n}}\n"
                f"%q = scf.for %i = %zero to %two step %one iter_args(%x = %p) -> ({I}) {{\n"
                f"%y = arith.muli %x, %p : {I}\nscf.yield %y : {I}\n}}\n"
                f"%t = arith.subi %q, %s : {I}")
        five = 5 * a
        self.check([Case("sequence", [a], text, [five * five * five - 2 * a, five],
                         ("%t", "%p"))])

    def test_accumulates_in_nested_loops(self):
        a = random_values(SHAPE, "i4", 1, -9, 9)
        inner = (f"%k = scf.for %j = %zero to %i step %one iter_args(%y = %x0) -> ({I}) {{\n"
                 f"%n = arith.index_cast %j : index to i32\n%s = tensor.splat %n : {I}\n"
                 f"%m = arith.muli %s, %a : {I}\n%t = arith.addi %y, %m : {I}\n"
                 f"scf.yield %t : {I}\n}}\nscf.yield %k : {I}")
        factor = 1 + sum(j for i in range(5) for j in range(i))
        self.check([Case("nested", [a], loop(5, inner, f"%a) -> ({I}"), [a * factor])])

    def test_bounds_from_tensors(self):
        """Also none at all; counters go by steps."""
        a = random_values(SHAPE, "i4", 1, -9, 9)
        text = ("%l = arith.index_cast %b : i32 to index\n%u = arith.index_cast %c : i32 to index\n"
                "%s = arith.index_cast %d : i32 to index\n"
                f"%r = scf.for %i = %l to %u step %s iter_args(%x = %a) -> ({I}) {{\n"
                f"%n = arith.index_cast %i : index to i32\n%v = tensor.splat %n : {I}\n"
                f"%y = arith.addi %x, %v : {I}\nscf.yield %y : {I}\n}}")
        self.check([Case(f"bounds_{index}", [a, *(np.int32(each) for each in bounds)], text,
                         [a + sum(range(*bounds))])
                    for index, bounds in enumerate(((0, 10, 1), (3, 20, 4), (5, 5, 1), (7, 2, 1),
                                                    (-3, 4, 2)))])

    def test_until_sum_is_large(self):
        """The condition needs a kernel; a counter is carried beside the tensor."""
        a = np.abs(random_values(SHAPE, "i4", 1, 1, 9))
        flat = "tensor<i64>"
        text = ("%zero = arith.constant 0 : i64\n%one = arith.constant 1 : i64\n"
                f"%e = tensor.empty() : {flat}\n"
                f"%f = linalg.fill ins(%zero : i64) outs(%e : {flat}) -> {flat}\n"
                f"%r:2 = scf.while (%x = %a, %n = %zero) : ({I}, i64) -> ({I}, i64) {{\n"
                f"%s = linalg.generic {{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, "
                "affine_map<(d0, d1) -> ()>], iterator_types = [\"reduction\", \"reduction\"]} "
                f"ins(%x : {I}) outs(%f : {flat}) {{\n^bb0(%i: i32, %o: i64):\n"
                "%w = arith.extsi %i : i32 to i64\n%t = arith.addi %w, %o : i64\n"
                f"linalg.yield %t : i64\n}} -> {flat}\n%v = tensor.extract %s[] : {flat}\n"
                f"%c = arith.cmpi slt, %v, %b : i64\nscf.condition(%c) %x, %n : {I}, i64\n}} do {{\n"
                f"^bb0(%x: {I}, %n: i64):\n%y = arith.addi %x, %a : {I}\n"
                f"%m = arith.addi %n, %one : i64\nscf.yield %y, %m : {I}, i64\n}}")
        cases = []
        for index, limit in enumerate((0, 5000, 12345)):
            x, trips = a, 0
            while x.astype(np.int64).sum() < limit:
                x, trips = x + a, trips + 1
            cases.append(Case(f"limit_{index}", [a, np.int64(limit)], text,
                              [x, np.int64(trips)], ("%r#0", "%r#1")))
        self.check(cases)

    def test_branch_in_loop(self):
        """Kernels before, in and behind a branch; one branch changes nothing."""
        a = random_values(SHAPE, "i4", 1, -99, 99)
        body = (f"%y = arith.addi %x0, %a : {I}\n%p = arith.index_cast %i : index to i32\n"
                "%q = arith.andi %p, %b : i32\n%z = arith.constant 0 : i32\n"
                f"%c = arith.cmpi ne, %q, %z : i32\n%s = scf.if %c -> ({I}) {{\n"
                f"%u = arith.muli %y, %a : {I}\n%v = arith.subi %u, %x0 : {I}\n"
                f"scf.yield %v : {I}\n}} else {{\nscf.yield %y : {I}\n}}\n"
                f"%w = arith.subi %s, %a : {I}\nscf.yield %w : {I}")
        cases = []
        for mask in (0, 1, 2, 7):
            x = a
            for trip in range(6):
                y = x + a
                x = (y * a - x if trip & mask else y) - a
            cases.append(Case(f"mask_{mask}", [a, np.int32(mask)], loop(6, body, f"%a) -> ({I}"),
                              [x]))
        self.check(cases)

    def test_loop_in_branch(self):
        a = random_values(SHAPE, "i4", 1, -9, 9)
        text = (f"%r:2 = scf.if %b -> ({I}, i32) {{\n" + loop(
            4, f"%y = arith.addi %x0, %a : {I}\nscf.yield %y : {I}", f"%a) -> ({I}", "%l")
            + f"\n%k = arith.constant 4 : i32\nscf.yield %l, %k : {I}, i32\n}} else {{\n"
            "%k = arith.constant -1 : i32\n" f"scf.yield %a, %k : {I}, i32\n}}")
        self.check([Case("taken", [a, np.bool_(True)], text, [5 * a, np.int32(4)],
                         ("%r#0", "%r#1")),
                    Case("left", [a, np.bool_(False)], text, [a, np.int32(-1)],
                         ("%r#0", "%r#1"))])

    def test_blocks(self):
        """cf.br and cf.cond_br: a loop with two exits, and a call of it in a loop."""
        helper = (f"func.func private @walk(%x: {I}, %n: i32, %limit: i32) -> ({I}, i32) {{\n"
                  "%zero = arith.constant 0 : i32\n%one = arith.constant 1 : i32\n"
                  f"cf.br ^head(%x, %zero : {I}, i32)\n^head(%y: {I}, %i: i32):\n"
                  "%c = arith.cmpi slt, %i, %n : i32\ncf.cond_br %c, ^body, ^done\n^body:\n"
                  f"%z = arith.addi %y, %x : {I}\n%j = arith.addi %i, %one : i32\n"
                  "%d = arith.cmpi eq, %j, %limit : i32\n"
                  f"cf.cond_br %d, ^early, ^head(%z, %j : {I}, i32)\n^early:\n"
                  f"%w = arith.subi %z, %x : {I}\nreturn %w, %j : {I}, i32\n^done:\n"
                  f"return %y, %i : {I}, i32\n}}")
        a = random_values(SHAPE, "i4", 1, -9, 9)
        cases = []
        for index, (count, limit) in enumerate(((3, 9), (9, 4), (0, 1))):
            early = count >= limit > 0
            result = a * limit if early else a * (count + 1)
            cases.append(Case(f"walk_{index}", [a, np.int32(count), np.int32(limit)],
                              f"%r:2 = call @walk{index}(%a, %b, %c) : ({I}, i32, i32) -> ({I}, i32)",
                              [result, np.int32(limit if early else count)], ("%r#0", "%r#1"),
                              helpers=helper.replace("@walk", f"@walk{index}")))
        self.check(cases)


    def test_switch(self):
        """cf.switch: to blocks with arguments, to one from two cases, and by default; in a loop."""
        helper = (f"func.func private @choose(%x: {I}, %n: i32) -> {I} {{\n"
                  f"%two = arith.constant 2 : i32\n%y = arith.addi %x, %x : {I}\n"
                  f"cf.switch %n : i32, [\ndefault: ^same(%x : {I}),\n-3: ^same(%y : {I}),\n"
                  f"7: ^square,\n8: ^scaled(%two : i32),\n9: ^scaled(%n : i32)\n]\n"
                  f"^same(%s: {I}):\nreturn %s : {I}\n"
                  f"^square:\n%q = arith.muli %x, %x : {I}\ncf.br ^same(%q : {I})\n"
                  f"^scaled(%f: i32):\n%v = tensor.splat %f : {I}\n%p = arith.muli %x, %v : {I}\n"
                  f"return %p : {I}\n}}")
        call = "%r = call @choose{}(%a, %b) : ({}, i32) -> {}"
        a = random_values(SHAPE, "i4", 1, -9, 9)
        results = {-3: 2 * a, 7: a * a, 8: 2 * a, 9: 9 * a, 0: a}
        cases = [Case(f"switch_{index}", [a, np.int32(value)], call.format(index, I, I), [expected],
                      helpers=helper.replace("@choose", f"@choose{index}"))
                 for index, (value, expected) in enumerate(results.items())]
        body = (f"%n = arith.index_cast %i : index to i32\n"
                f"%y = func.call @choose_in_loop(%x0, %n) : ({I}, i32) -> {I}\nscf.yield %y : {I}")
        expected = a
        for n in range(10):  # a square, doubled, times nine
            expected = {7: expected * expected, 8: 2 * expected, 9: 9 * expected}.get(n, expected)
        cases.append(Case("switch_in_loop", [a], loop(10, body, f"%a) -> ({I}"), [expected],
                          helpers=helper.replace("@choose", "@choose_in_loop")))
        self.check(cases)


class ErrorTest(e2e_test.E2ETest):
    through_arguments = True

    def setUp(self):
        super().setUp()
        if not e2e_test.OPTIONS.bin or e2e_test.OPTIONS.board:
            self.skipTest("needs iree-compile and iree-run-module")

    def check_assertion(self, case, values, message):
        """The case holds for its own last argument, and not for each of `values`."""
        self.check([case])
        module, error = self.compile([case])
        self.assertEqual(error, "")
        np.save(self.folder / "a.npy", case.arguments[0])
        for value in values:
            result = subprocess.run(
                [e2e_test.OPTIONS.bin / "iree-run-module", f"--module={module}",
                 f"--function={case.name}", f"--input=@{self.folder}/a.npy", f"--input=i32={value}"],
                capture_output=True, text=True, timeout=e2e_test.TIMEOUT_SECONDS, check=False)
            self.assertEqual(result.returncode, 1)
            self.assertIn("INVALID_ARGUMENT", result.stderr)
            self.assert_says(message, result.stderr)

    def test_assertions(self):
        text = (f"%y = arith.addi %a, %a : {I}\n%z = arith.constant 0 : i32\n"
                "%c = arith.cmpi sge, %b, %z : i32\n"
                'cf.assert %c, "b must not be negative"')
        a = random_values(SHAPE, "i4", 1, -9, 9)
        self.check_assertion(Case("good", [a, np.int32(0)], text, [2 * a], ("%y",)), [-1],
                             "b must not be negative")

    def test_assertions_in_loops(self):
        """Of the counter, in a branch as well: true in the first trips."""
        a = random_values(SHAPE, "i4", 1, -9, 9)
        assertion = '%c = arith.cmpi slt, %k, %b : i32\ncf.assert %c, "the counter reached b"'
        body = (f"%k = arith.index_cast %i : index to i32\n%y = arith.addi %x0, %a : {I}\n"
                f"{assertion}\nscf.yield %y : {I}")
        self.check_assertion(Case("loop", [a, np.int32(5)], loop(5, body, f"%a) -> ({I}"), [6 * a]),
                             [4, 2, 0], "the counter reached b")
        body = ("%three = arith.constant 3 : i32\n%k = arith.index_cast %i : index to i32\n"
                f"%late = arith.cmpi sge, %k, %three : i32\nscf.if %late {{\n{assertion}\n}}\n"
                f"%y = arith.addi %x0, %a : {I}\nscf.yield %y : {I}")
        case = Case("branch", [a, np.int32(5)], loop(5, body, f"%a) -> ({I}"), [6 * a])
        self.check_assertion(case, [4, 3, 0], "the counter reached b")

    def test_checks(self):
        """In a loop and a branch; the second one of a module does not hold."""
        if e2e_test.OPTIONS.vm_c:
            self.skipTest("C source has no checks")
        splat = f"dense<1> : {I}"
        flags = I.replace("i32", "i1")
        source = (f"func.func @holds() {{\n%a = util.unfoldable_constant {splat}\n" + loop(
            3, f"%k = arith.index_cast %i : index to i32\n%s = tensor.splat %k : {I}\n"
            f"%y = arith.addi %x0, %s : {I}\n%t = arith.cmpi sge, %y, %a : {I}\n"
            f"check.expect_all_true(%t) : {flags}\nscf.yield %y : {I}", f"%a) -> ({I}")
            + f"\ncheck.expect_eq_const(%r, dense<4> : {I}) : {I}\nreturn\n}}\n"
            f"func.func @fails() {{\n%a = util.unfoldable_constant {splat}\n"
            "%c = util.unfoldable_constant dense<true> : tensor<i1>\n"
            "%f = tensor.extract %c[] : tensor<i1>\nscf.if %f {\n"
            f"%y = arith.addi %a, %a : {I}\n"
            f"check.expect_eq_const(%y, dense<3> : {I}) : {I}\n}}\nreturn\n}}\n")
        case = Case("unused", [], "", [])
        case.text = lambda: source
        module, error = self.compile([case])
        self.assertEqual(error, "")
        status, output = self.run_tests(module)
        self.assertEqual(status, 1)
        self.assertRegex(output, r"OK \] \S*holds")
        self.assertRegex(output, r"FAILED  \] \S*fails")

    def test_recursion_is_refused(self):
        for name, text in (
                ("itself", "func.func @f(%a: i32) -> i32 {\n%r = call @f(%a) : (i32) -> i32\n"
                           "return %r : i32\n}\n"),
                ("through another",
                 "func.func @f(%a: i32) -> i32 {\n%r = call @g(%a) : (i32) -> i32\n"
                 "return %r : i32\n}\nfunc.func private @g(%a: i32) -> i32 {\n"
                 "%r = call @f(%a) : (i32) -> i32\nreturn %r : i32\n}\n")):
            with self.subTest(name):
                error = self.compile([Case("unused", [], "", [], (), helpers=text)])[1]
                self.assertIn("'func.call' cannot be inlined: recursion is not supported", error)
                self.assertRegex(error, r"cases.mlir:\d+:\d+: error")


if __name__ == "__main__":
    e2e_test.main()
