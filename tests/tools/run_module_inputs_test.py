# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""iree-run-module: values that go in, and how they are printed."""

import pathlib

import numpy as np

import tool_test


class InputTest(tool_test.ToolTest):
    def test_exact_output_text(self):
        module = self.identity("4xf32", "2x2xi32")
        output = self.succeeds("iree-run-module", f"--module={module}", "--input=4xf32=1 4 9 16",
                               "--input=2x2xi32=[[1 2][3 4]]")
        self.assertEqual(output, "EXEC @identity\n"
                         "result[0]: hal.buffer_view\n4xf32=1 4 9 16\n"
                         "result[1]: hal.buffer_view\n2x2xi32=[1 2][3 4]\n")

    def test_scalar_function(self):
        module = self.identity("f32", "i32", scalar=True)
        output = self.succeeds("iree-run-module", f"--module={module}", "--input=2.5",
                               "--input=i32=-7")
        self.assertEqual(output, "EXEC @identity\nresult[0]: f32=2.5\nresult[1]: i32=-7\n")

    def test_elements_and_separators(self):
        for given in ("4xf32=1 2 3 4", "4xf32=1,2,3,4", "4xf32=[1, 2, 3, 4]", "4xf32= 1  2 3 4 "):
            self.assertEqual(self.echo("4xf32", given), "4xf32=1 2 3 4")

    def test_splat_and_zeros(self):
        self.assertEqual(self.echo("4xf32", "4xf32=1.5"), "4xf32=1.5 1.5 1.5 1.5")
        self.assertEqual(self.echo("2x2xi8", "2x2xi8"), "2x2xi8=[0 0][0 0]")

    def test_rank_0(self):
        for given in ("1.5", "f32=1.5", "f32=0x1.8p0", "f32=+1.5"):
            self.assertEqual(self.echo("f32", given), "f32=1.5")

    def test_special_floats(self):
        self.assertEqual(self.echo("5xf32", "5xf32=nan inf -inf -0 1e-30"),
                         "5xf32=NAN INF -INF -0 1E-30")
        self.assertEqual(self.echo("3xf16", "3xf16=0.333333 65504 -inf"), "3xf16=0.333252 65504 -INF")
        self.assertEqual(self.echo("2xbf16", "2xbf16=1.5 3e38"), "2xbf16=1.5 3.00406E+38")
        self.assertEqual(self.echo("2xf64", "2xf64=0.1 1e300"), "2xf64=0.1 1E+300")

    def test_integers(self):
        self.assertEqual(self.echo("4xi8", "4xi8=-128 127 255 0x7f"), "4xi8=-128 127 -1 127")
        self.assertEqual(self.echo("2xui8", "2xui8=255 0"), "2xui8=255 0")
        self.assertEqual(self.echo("2xi64", "2xi64=-9223372036854775808 010"),
                         "2xi64=-9223372036854775808 10")
        self.assertEqual(self.echo("ui64", "18446744073709551615"), "ui64=18446744073709551615")
        self.assertEqual(self.echo("4xi1", "4xi1=0 1 true false"), "4xi1=0 1 1 0")

    def test_nesting_and_limit(self):
        given = "2x2x2xi32=[[[1 2][3 4]][[5 6][7 8]]]"
        self.assertEqual(self.echo("2x2x2xi32", given), "2x2x2xi32=[[1 2][3 4]][[5 6][7 8]]")
        self.assertEqual(self.echo("2x2x2xi32", "2x2x2xi32=[[1 2][3 4]][[5 6][7 8]]"),
                         "2x2x2xi32=[[1 2][3 4]][[5 6][7 8]]")
        self.assertEqual(self.echo("6xi32", "6xi32=1 2 3 4 5 6", "--output_max_element_count=3"),
                         "6xi32=1 2 3...")
        self.assertEqual(self.echo("2x2xi32", "2x2xi32=7", "--output_max_element_count=2"),
                         "2x2xi32=[7 7]...")

    def test_npy(self):
        cases = {"f32": np.float32, "f64": np.float64, "f16": np.float16, "i32": np.int32,
                 "si8": np.int8, "ui16": np.uint16, "i64": np.uint64, "i1": np.bool_}
        for element, dtype in cases.items():
            np.save(self.path("in.npy"), np.array([[0, 1, 1], [1, 0, 1]], dtype))
            self.assertEqual(self.echo(f"2x3x{element}", f"@{self.path('in.npy')}"),
                             f"2x3x{element}=[0 1 1][1 0 1]")

    def test_npy_of_rank_0_and_version_2(self):
        np.save(self.path("in.npy"), np.float32(2.5))
        self.assertEqual(self.echo("f32", f"@{self.path('in.npy')}"), "f32=2.5")
        with open(self.path("v2.npy"), "wb") as file:
            np.lib.format.write_array(file, np.arange(3, dtype=np.int32), version=(2, 0))
        self.assertEqual(self.echo("3xi32", f"@{self.path('v2.npy')}"), "3xi32=0 1 2")

    def test_binary(self):
        pathlib.Path(self.path("in.bin")).write_bytes(np.array([1, 2], "<f4").tobytes())
        self.assertEqual(self.echo("2xf32", f"2xf32=@{self.path('in.bin')}"), "2xf32=1 2")

    def test_empty_tensor(self):
        self.assertEqual(self.echo("0xf32", "0xf32="), "0xf32=")
        self.assertEqual(self.echo("2x0xf32", "2x0xf32"), "2x0xf32=")


if __name__ == "__main__":
    tool_test.main()
