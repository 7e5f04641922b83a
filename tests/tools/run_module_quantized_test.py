# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""iree-run-module: real numbers for quantised arguments and results."""

import numpy as np

import module_builder
import tool_test

TOOL = "iree-run-module"
SUCCESS = "[SUCCESS] all function outputs matched their expected values.\n"
SCALE, ZERO_POINT = 0.5, -3


def per_tensor(scale=SCALE, zero_point=ZERO_POINT):
    return {"axis": -1, "scales": [scale], "zero_points": [zero_point]}


class QuantizedTest(tool_test.ToolTest):
    def quantized(self, type_text, quantization):
        """A module that returns its argument, both quantised in the same way."""
        entry = module_builder.identity("identity", type_text)
        entry["arguments"][0]["quantization"] = quantization
        entry["results"][0]["quantization"] = quantization
        return self.module(entry)

    def run_identity(self, type_text, given, *flags, quantization=None):
        module = self.quantized(type_text, quantization or per_tensor())
        output = self.succeeds(TOOL, f"--module={module}", f"--input={given}", *flags)
        return output.removeprefix("EXEC @identity\n").removeprefix(
            "result[0]: hal.buffer_view\n").rstrip("\n")

    def test_integers_stay_integers(self):
        for flags in ([], ["--quantize_inputs"]):
            self.assertEqual(self.run_identity("4xi8", "4xi8=-128 0 5 127", *flags),
                             "4xi8=-128 0 5 127")
        self.assertEqual(self.run_identity("2xui8", "2xui8=0 255"), "2xui8=0 255")

    def test_reals_become_integers(self):
        # x / 0.5 - 3, halves away from zero before the zero point, clamped.
        self.assertEqual(self.run_identity("5xi8", "5xf32=0 1 0.25 -0.25 1e6", "--quantize_inputs"),
                         "5xi8=-3 -1 -2 -4 127")
        self.assertEqual(self.run_identity("2xi8", "2xf32=1", "--quantize_inputs"), "2xi8=-1 -1")
        self.assertEqual(self.run_identity("i8", "f32=2", "--quantize_inputs"), "i8=1")

    def test_against_numpy(self):
        reals = np.random.default_rng(1).normal(0, 30, (3, 5)).astype(np.float32)
        scales = np.array([0.1, 0.37, 1.5], np.float32)
        zero_points = np.array([7, 0, -90])
        quantization = {"axis": 0, "scales": [float(s) for s in scales],
                        "zero_points": [int(z) for z in zero_points]}
        np.save(self.path("in.npy"), reals)
        reals.tofile(self.path("in.bin"))
        quotient = reals / scales[:, None]
        rounded = np.copysign(np.floor(np.abs(quotient.astype(np.float64)) + 0.5), quotient)
        expected = np.clip(rounded + zero_points[:, None], -128, 127).astype(np.int8)
        module = self.quantized("3x5xi8", quantization)
        for given in (f"@{self.path('in.npy')}", f"3x5xf32=@{self.path('in.npy')}",
                      f"3x5xf32=@{self.path('in.bin')}"):
            self.succeeds(TOOL, f"--module={module}", f"--input={given}", "--quantize_inputs",
                          f"--output=@{self.path('out.npy')}")
            np.testing.assert_array_equal(np.load(self.path("out.npy")), expected)
        self.succeeds(TOOL, f"--module={module}", f"--input=@{self.path('out.npy')}",
                      f"--output=+dequantized@{self.path('reals.npy')}")
        wanted = (expected.astype(np.float64) - zero_points[:, None]) * scales[:, None]
        result = np.load(self.path("reals.npy"))
        self.assertEqual(result.dtype, np.float32)
        np.testing.assert_array_equal(result, wanted.astype(np.float32))

    def test_dequantized_output(self):
        for output in ("+dequantized", "+dequantized-"):
            self.assertEqual(self.run_identity("3xi8", "3xi8=-3 0 127", f"--output={output}"),
                             "3xf32=0 1.5 65")
        self.run_identity("2xi8", "2xi8=-3 1", f"--output=+dequantized@{self.path('out.bin')}")
        self.assertEqual(np.fromfile(self.path("out.bin"), "<f4").tolist(), [0.0, 2.0])
        quantization = {"axis": 1, "scales": [1.0, 0.25], "zero_points": [0, 4]}
        self.assertEqual(self.run_identity("2x2xui8", "2x2xui8=1 2 3 4", "--output=+dequantized",
                                           quantization=quantization), "2x2xf32=[1 -0.5][3 0]")

    def test_expected_output(self):
        module = self.quantized("3xi8", per_tensor())
        arguments = [TOOL, f"--module={module}", "--input=3xi8=-3 0 127"]
        for expected in ("3xf32=0 1.5 65", "3xf32=0 1.50009 65", "3xi8=-3 0 127"):
            result = self.run_tool(*arguments, f"--expected_output={expected}")
            self.assertEqual((result.returncode, result.stdout), (0, "EXEC @identity\n" + SUCCESS))
        result = self.run_tool(*arguments, "--expected_output=3xf32=0 1.5 64")
        self.assertEqual((result.returncode, result.stdout), (
            1, "EXEC @identity\n[FAILED] result[0] (out0): element at index 2: expected 64, actual 65\n"))
        result = self.run_tool(*arguments, "--expected_output=3xf32=0 1.6 65",
                               "--expected_f32_threshold=0.2")
        self.assertEqual(result.returncode, 0)

    def test_errors(self):
        plain = self.identity("2xi8", "2xf32")
        self.assertIn("--quantize_inputs: the module does not say that an argument of @identity (2xi8, "
                      "2xf32) is quantised",
                      self.fails(TOOL, f"--module={plain}", "--input=2xf32", "--input=2xf32",
                                 "--quantize_inputs"))
        self.assertIn("input[0] (in0): expected 2xi8, got 2xf32; the module does not say how this argument "
                      "is quantised", self.fails(TOOL, f"--module={plain}", "--input=2xf32", "--input=2xf32"))
        self.assertIn("output[0] (out0): '+dequantized': the module does not say how this 2xi8 is quantised",
                      self.fails(TOOL, f"--module={plain}", "--input=2xi8", "--input=2xf32",
                                 "--output=+dequantized", "--output="))
        self.assertIn("expected_output[0] (out0): expected 2xi8, got 2xf32; the module does not say how this "
                      "result is quantised",
                      self.fails(TOOL, f"--module={plain}", "--input=2xi8", "--input=2xf32",
                                 "--expected_output=2xf32", "--expected_output=(ignored)"))
        module = self.quantized("2xi8", per_tensor())
        arguments = [TOOL, f"--module={module}"]
        self.assertIn("expected 2xi8, got 2xf32; --quantize_inputs would quantise real numbers",
                      self.fails(*arguments, "--input=2xf32"))
        self.assertIn("expected 2xi8, got 3xf32", self.fails(*arguments, "--input=3xf32", "--quantize_inputs"))
        self.assertIn("element 1 is not a number",
                      self.fails(*arguments, "--input=2xf32=1 nan", "--quantize_inputs"))
        self.assertIn("one of the first three behind +dequantized, got 'x'",
                      self.fails(*arguments, "--input=2xi8", "--output=+dequantizedx"))
        self.assertIn("given as f32, not as f64",
                      self.fails(*arguments, "--input=2xi8", "--expected_output=2xf64"))

    def test_unusable_quantization(self):
        module = self.quantized("2x3xi8", {"axis": 1, "scales": [1.0], "zero_points": []})
        error = self.fails(TOOL, f"--module={module}", "--input=2x3xf32", "--quantize_inputs")
        self.assertIn("input[0] (in0): the module gives 1 scales and 0 zero points where 3 are needed", error)
        for flag in ("--output=+dequantized", "--expected_output=2x3xf32"):
            self.assertIn("(out0): the module gives 1 scales", self.fails(
                TOOL, f"--module={module}", "--input=2x3xi8", flag))
        module = self.quantized("2xi8", per_tensor(scale=0.0))
        self.assertIn("scales are positive and finite",
                      self.fails(TOOL, f"--module={module}", "--input=2xf32", "--quantize_inputs"))


if __name__ == "__main__":
    tool_test.main()
