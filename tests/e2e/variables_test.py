# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Variables of a module: sequences of calls in one process, against numpy."""

import subprocess

import numpy as np

import e2e_test

COUNTER = """
util.global private mutable @value = 3 : i32
func.func @get() -> i32 {
  %0 = util.global.load @value : i32
  return %0 : i32
}
func.func @set(%x: i32) {
  util.global.store %x, @value : i32
  return
}
func.func @add(%x: i32) -> i32 {
  %0 = util.global.load @value : i32
  %1 = arith.addi %0, %x : i32
  util.global.store %1, @value : i32
  return %1 : i32
}
// The old and the new value, and what lies between a load and a store.
func.func @both(%x: i32) -> (i32, i32, i32) {
  %0 = util.global.load @value : i32
  util.global.store %x, @value : i32
  %1 = util.global.load @value : i32
  %2 = arith.muli %1, %x : i32
  util.global.store %2, @value : i32
  return %0, %1, %2 : i32, i32, i32
}
// Once more if it is odd; then until it is at least 100.
func.func @grow() {
  %0 = util.global.load @value : i32
  %one = arith.constant 1 : i32
  %bit = arith.andi %0, %one : i32
  %odd = arith.cmpi eq, %bit, %one : i32
  scf.if %odd {
    %1 = util.global.load @value : i32
    %2 = arith.addi %1, %one : i32
    util.global.store %2, @value : i32
  }
  scf.while : () -> () {
    %1 = util.global.load @value : i32
    %limit = arith.constant 100 : i32
    %2 = arith.cmpi slt, %1, %limit : i32
    scf.condition(%2)
  } do {
    %1 = util.global.load @value : i32
    %2 = arith.addi %1, %1 : i32
    util.global.store %2, @value : i32
    scf.yield
  }
  return
}
"""

# A delay line: the newest of 4 rows of 3 at the end; its sum over time.
DELAY = """
util.global private mutable @line = dense<[[1.0, 2.0, 3.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.5]]> : tensor<4x3xf32>
util.global private @scale : tensor<3xf32> = dense<[1.0, 2.0, 4.0]> : tensor<3xf32>
func.func @step(%x: tensor<1x3xf32>) -> tensor<3xf32> {
  %old = util.global.load @line : tensor<4x3xf32>
  %kept = tensor.extract_slice %old[1, 0] [3, 3] [1, 1] : tensor<4x3xf32> to tensor<3x3xf32>
  %new = tensor.concat dim(0) %kept, %x : (tensor<3x3xf32>, tensor<1x3xf32>) -> tensor<4x3xf32>
  util.global.store %new, @line : tensor<4x3xf32>
  %scale = util.global.load immutable @scale : tensor<3xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<3xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%empty : tensor<3xf32>) -> tensor<3xf32>
  %sum = linalg.reduce { arith.addf } ins(%new : tensor<4x3xf32>) outs(%fill : tensor<3xf32>) dimensions = [0]
  %0 = arith.mulf %sum, %scale : tensor<3xf32>
  return %0 : tensor<3xf32>
}
"""

# Adds to a variable in a loop, which the program performs; a branch in it saves.
ACCUMULATE = """
util.global private mutable @sum = dense<1> : tensor<24x9xi32>
util.global private mutable @saved : tensor<24x9xi32>
func.func @accumulate(%x: tensor<24x9xi32>, %n: i32, %save: i32) -> tensor<24x9xi32> {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %last = arith.index_cast %n : i32 to index
  scf.for %i = %zero to %last step %one {
    %0 = util.global.load @sum : tensor<24x9xi32>
    %1 = arith.addi %0, %x : tensor<24x9xi32>
    util.global.store %1, @sum : tensor<24x9xi32>
    %2 = arith.index_cast %i : index to i32
    %3 = arith.cmpi eq, %2, %save : i32
    scf.if %3 {
      %4 = util.global.load @sum : tensor<24x9xi32>
      %5 = arith.muli %4, %x : tensor<24x9xi32>
      util.global.store %5, @saved : tensor<24x9xi32>
    }
  }
  %6 = util.global.load @saved : tensor<24x9xi32>
  return %6 : tensor<24x9xi32>
}
func.func @total() -> tensor<24x9xi32> {
  %0 = util.global.load @sum : tensor<24x9xi32>
  return %0 : tensor<24x9xi32>
}
"""

# Two variables that change places, a third that keeps what was there.
ROTATE = """
ml_program.global private mutable @a(dense<[1, 2]> : tensor<2xi16>) : tensor<2xi16>
ml_program.global private mutable @b(dense<[3, 4]> : tensor<2xi16>) : tensor<2xi16>
tosa.variable @c = dense<[5, 6]> : tensor<2xi16>
func.func @rotate() -> (tensor<2xi16>, tensor<2xi16>, tensor<2xi16>) {
  %a = ml_program.global_load @a : tensor<2xi16>
  %b = ml_program.global_load @b : tensor<2xi16>
  %c = tosa.variable_read @c : tensor<2xi16>
  ml_program.global_store @a = %b : tensor<2xi16>
  ml_program.global_store @b = %c : tensor<2xi16>
  tosa.variable_write @c, %a : tensor<2xi16>
  return %a, %b, %c : tensor<2xi16>, tensor<2xi16>, tensor<2xi16>
}
"""

# Every element type, without an initial value and with one.
TYPES = "".join(f"""
util.global private mutable @{e}_zero : tensor<5x{e}>
util.global private mutable @{e}_set = {e2e_test.literal(v)}
func.func @{e}(%x: tensor<5x{e}>) -> (tensor<5x{e}>, tensor<5x{e}>) {{
  %0 = util.global.load @{e}_zero : tensor<5x{e}>
  %1 = util.global.load @{e}_set : tensor<5x{e}>
  util.global.store %x, @{e}_set : tensor<5x{e}>
  util.global.store %1, @{e}_zero : tensor<5x{e}>
  return %0, %1 : tensor<5x{e}>, tensor<5x{e}>
}}
""" for e, v in ((e, e2e_test.random_values((5,), d, 7)) for d, e in e2e_test.ELEMENT_TYPES.items()))


class VariablesTest(e2e_test.E2ETest):
    through_arguments = True

    def run_calls(self, text, calls, flags=()):
        """`calls` are (function, arguments, expected results), made in this order."""
        module, error = self.compile_text(text, flags)
        self.assertEqual(error, "")
        command = [e2e_test.OPTIONS.bin / "iree-run-module", f"--module={module}"]
        paths, index = [], 0
        for function, arguments, expected in calls:
            command.append(f"--function={function}")
            for value in arguments:
                index += 1
                np.save(self.folder / f"value{index}.npy", value)
                command.append(f"--input=@{self.folder}/value{index}.npy")
            for _ in expected:
                index += 1
                paths.append(self.folder / f"value{index}.npy")
                command.append(f"--output=@{paths[-1]}")
        result = subprocess.run(command, capture_output=True, text=True, check=False,
                                timeout=e2e_test.TIMEOUT_SECONDS)
        self.assertEqual(result.returncode, 0, result.stderr)
        actual = iter(np.load(path) for path in paths)
        for position, (function, _, expected) in enumerate(calls):
            for value in expected:
                np.testing.assert_array_equal(next(actual), value, f"call {position}, @{function}")

    def compile_text(self, text, flags):
        case = e2e_test.Case("unused", [], "", [], (), helpers=text)
        return self.compile([case], flags)

    def check_modes(self, text, calls):
        for favor in ("min-peak-memory", "max-concurrency", "debug"):
            with self.subTest(favor):
                self.run_calls(text, calls, [f"--iree-stream-partitioning-favor={favor}"])

    def test_counter(self):
        def i(value):
            return np.int32(value)
        self.check_modes(COUNTER, [
            ("get", [], [i(3)]), ("add", [i(4)], [i(7)]), ("add", [i(-10)], [i(-3)]),
            ("get", [], [i(-3)]), ("set", [i(6)], []), ("get", [], [i(6)]),
            ("both", [i(5)], [i(6), i(5), i(25)]), ("get", [], [i(25)]),
            ("grow", [], []), ("get", [], [i(104)]), ("set", [i(7)], []), ("grow", [], []),
            ("get", [], [i(128)]), ("grow", [], []), ("get", [], [i(128)])])

    def test_delay_line(self):
        # Halves of small integers: all sums are exact.
        line = np.float32([[1, 2, 3], [0, 0, 0], [0, 0, 0], [0, 0, 0.5]])
        calls = []
        for step in range(6):
            row = np.float32([[step, -step / 2, step * step]])
            line = np.concatenate([line[1:], row])
            calls.append(("step", [row], [line.sum(axis=0) * np.float32([1, 2, 4])]))
        self.check_modes(DELAY, calls)

    def test_rotation(self):
        values = [np.int16([1, 2]), np.int16([3, 4]), np.int16([5, 6])]
        calls = []
        for _ in range(4):
            calls.append(("rotate", [], list(values)))
            values = values[1:] + values[:1]
        self.check_modes(ROTATE, calls)

    def test_loops(self):
        total, saved = np.ones((24, 9), np.int32), np.zeros((24, 9), np.int32)
        calls = []
        for seed, (trips, save) in enumerate(((3, 1), (0, 0), (2, 7), (4, 0))):
            x = e2e_test.random_values((24, 9), "i4", seed, -99, 99)
            for trip in range(trips):
                total = total + x
                if trip == save:
                    saved = total * x
            calls += [("accumulate", [x, np.int32(trips), np.int32(save)], [saved]),
                      ("total", [], [total])]
        self.check_modes(ACCUMULATE, calls)

    def test_element_types(self):
        calls = []
        for dtype, element in e2e_test.ELEMENT_TYPES.items():
            first = e2e_test.random_values((5,), dtype, 7)
            second = e2e_test.random_values((5,), dtype, 8)
            third = e2e_test.random_values((5,), dtype, 9)
            calls += [(element, [second], [np.zeros(5, dtype), first]),
                      (element, [third], [first, second]), (element, [first], [second, third])]
        self.run_calls(TYPES, calls)

    def test_opaque_constants(self):
        """Not folded: the kernel adds them."""
        text = ("func.func @f() -> tensor<3xi32> {\n"
                "%0 = util.unfoldable_constant dense<[1, 2, 3]> : tensor<3xi32>\n"
                "%1 = util.unfoldable_constant 10 : i32\n%2 = tensor.splat %1 : tensor<3xi32>\n"
                "%3 = arith.addi %0, %2 : tensor<3xi32>\n"
                "%4 = util.optimization_barrier %3 : tensor<3xi32>\nreturn %4 : tensor<3xi32>\n}\n")
        self.run_calls(text, [("f", [], [np.int32([11, 12, 13])])])


if __name__ == "__main__":
    e2e_test.main()
