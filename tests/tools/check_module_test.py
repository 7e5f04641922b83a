# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""iree-check-module: which functions are tests, what is printed, exit status."""

import re
import subprocess

import tool_test

TOOL = "iree-check-module"
PROGRAM = """
func.func @passes() {
  %0 = util.unfoldable_constant dense<[1, 2, 3]> : tensor<3xi32>
  %1 = arith.addi %0, %0 : tensor<3xi32>
  check.expect_eq_const(%1, dense<[2, 4, 6]> : tensor<3xi32>) : tensor<3xi32>
  %true = util.unfoldable_constant dense<true> : tensor<i1>
  %bit = tensor.extract %true[] : tensor<i1>
  check.expect_true(%bit) : i1
  return
}
func.func @fails() {
  %0 = util.unfoldable_constant dense<[[1.0, 2.0], [3.0, 4.5]]> : tensor<2x2xf32>
  check.expect_almost_eq_const(%0, dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>) : tensor<2x2xf32>
  check.expect_eq(%0, %0) : tensor<2x2xf32>
  %1 = util.unfoldable_constant dense<[1, 0]> : tensor<2xi8>
  check.expect_all_true(%1) : tensor<2xi8>
  return
}
func.func @__not_a_test() { return }
func.func @has_argument(%a: tensor<2xf32>) { return }
func.func @has_result() -> tensor<2xf32> {
  %0 = arith.constant dense<1.0> : tensor<2xf32>
  return %0 : tensor<2xf32>
}
"""


class CheckModuleTest(tool_test.ToolTest):
    def compiled(self, text=PROGRAM, name="tests"):
        source = self.folder / f"{name}.mlir"
        source.write_text(text)
        module = self.path(f"{name}.vmfb")
        subprocess.run([tool_test.OPTIONS.compiler, "--iree-hal-target-backends=llvm-cpu", source,
                        "-o", module], check=True, capture_output=True,
                       timeout=tool_test.TIMEOUT_SECONDS)
        return module

    def output(self, status, *flags):
        result = self.run_tool(TOOL, *flags)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return re.sub(r"\d+ ms", "N ms", result.stdout)

    def test_output(self):
        text = self.output(1, f"--module={self.compiled()}")
        self.assertEqual(text.splitlines(), [
            "[==========] Running 2 tests from 1 test suite.",
            "[ RUN      ] module.passes", "[       OK ] module.passes (N ms)",
            "[ RUN      ] module.fails",
            "tests.mlir:13:3: Failure",
            "expect_almost_eq: element [1, 1] of 2x2xf32: expected 4, actual 4.5, tolerance "
            "0.0001 + 0 * |expected|",
            "tests.mlir:16:3: Failure",
            "expect_all_true: element [1] of 2xi8: expected other than 0, actual 0",
            "[  FAILED  ] module.fails (N ms)",
            "[==========] 2 tests from 1 test suite ran. (N ms total)",
            "[  PASSED  ] 1 test.", "[  FAILED  ] 1 test, listed below:",
            "[  FAILED  ] module.fails", "", " 1 FAILED TEST"])

    def test_filter(self):
        module = f"--module={self.compiled()}"
        self.assertIn("[  PASSED  ] 1 test.", self.output(0, module, "--gtest_filter=*.pass*"))
        self.assertIn("[  PASSED  ] 1 test.", self.output(0, module, "--gtest_filter=-*fails"))
        self.assertIn("[  PASSED  ] 1 test.",
                      self.output(0, module, "--gtest_filter=no.*:module.?asses"))
        self.assertIn("[  PASSED  ] 0 tests.", self.output(1, module, "--gtest_filter=*s-*.p*"))
        self.assertIn("no tests", self.fails(TOOL, module, "--gtest_filter=nothing"))

    def test_list(self):
        self.assertEqual(self.output(0, f"--module={self.compiled()}", "--gtest_list_tests"),
                         "module.\n  passes\n  fails\n")

    def test_expect_failure(self):
        module = f"--module={self.compiled()}"
        self.assertIn("Test failed as expected.", self.output(0, module, "--expect_failure"))
        self.assertIn("Test passed but a failure was expected.",
                      self.output(1, module, "--expect_failure", "--gtest_filter=*passes"))

    def test_several_modules(self):
        first = self.compiled("module @first { func.func @test() { return } }", "first")
        second = self.compiled("module @second { func.func @test() { return } }", "second")
        text = self.output(0, f"--module={first}", f"--module={second}")
        self.assertIn("[==========] Running 2 tests from 2 test suites.", text)
        self.assertLess(text.index("first.test"), text.index("second.test"))

    def test_other_tools_say_what_runs_checks(self):
        error = self.fails("iree-run-module", f"--module={self.compiled()}", "--function=passes")
        self.assertIn("has checks, which only iree-check-module runs", error)

    def test_disassembly(self):
        text = self.succeeds("iree-dump-module", self.compiled())
        self.assertRegex(text, r"check const\+\d+:16, const\+\d+:16 almost equal, from "
                               r"tests\.mlir:13:3")

    def test_errors(self):
        self.assertIn("--module=FILE is missing", self.fails(TOOL))
        self.assertIn("no tests", self.fails(
            TOOL, f"--module={self.compiled('func.func @__main() { return }', 'none')}"))


if __name__ == "__main__":
    tool_test.main()
