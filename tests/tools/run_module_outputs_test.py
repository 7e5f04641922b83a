# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""iree-run-module: where results go, and their comparison with expected values."""

import os
import pathlib

import numpy as np

import module_builder
import tool_test

SUCCESS = "[SUCCESS] all function outputs matched their expected values.\n"


class OutputTest(tool_test.ToolTest):
    def test_npy_round_trip(self):
        for element, dtype in (("f32", "<f4"), ("i8", "|i1"), ("ui64", "<u8"), ("i1", "|b1"),
                               ("f16", "<f2"), ("f64", "<f8"), ("si16", "<i2")):
            for shape in ((), (3,), (2, 3)):
                array = np.ones(shape, dtype)
                np.save(self.path("in.npy"), array)
                type_text = "x".join([*map(str, shape), element])
                output = self.succeeds("iree-run-module", f"--module={self.identity(type_text)}",
                                       f"--input=@{self.path('in.npy')}",
                                       f"--output=@{self.path('out.npy')}")
                self.assertEqual(output, "EXEC @identity\n")
                result = np.load(self.path("out.npy"))
                self.assertEqual((result.dtype, result.shape), (array.dtype, shape))
                np.testing.assert_array_equal(result, array)

    def test_npy_is_written_as_numpy_writes_it(self):
        np.save(self.path("in.npy"), np.arange(6, dtype=np.float32).reshape(2, 3))
        self.succeeds("iree-run-module", f"--module={self.identity('2x3xf32')}",
                      f"--input=@{self.path('in.npy')}", f"--output=@{self.path('out.npy')}")
        self.assertEqual(pathlib.Path(self.path("out.npy")).read_bytes(),
                         pathlib.Path(self.path("in.npy")).read_bytes())

    def test_binary_drop_and_print(self):
        module = self.identity("2xi16", "i8", "i32")
        output = self.succeeds("iree-run-module", f"--module={module}", "--input=2xi16=1 -2",
                               "--input=3", "--input=4", f"--output=@{self.path('out.bin')}",
                               "--output=", "--output=-")
        self.assertEqual(output, "EXEC @identity\nresult[2]: hal.buffer_view\ni32=4\n")
        self.assertEqual(pathlib.Path(self.path("out.bin")).read_bytes(), b"\x01\x00\xfe\xff")

    def test_failed_write_leaves_no_file(self):
        module = self.identity("2xf32")
        error = self.fails("iree-run-module", f"--module={module}", "--input=2xf32",
                           f"--output=@{self.path('missing/out.npy')}")
        self.assertIn("output[0] (out0): ", error)
        os.mkdir(self.path("folder.npy"))
        self.fails("iree-run-module", f"--module={module}", "--input=2xf32",
                   f"--output=@{self.path('folder.npy')}")
        self.assertEqual(sorted(os.listdir(self.folder)), ["folder.npy", "test.vmfb"])

    def expect(self, type_text, given, *expected):
        return self.run_tool("iree-run-module", f"--module={self.identity(type_text)}",
                             f"--input={given}", *(f"--expected_output={e}" for e in expected[:1]),
                             *expected[1:])

    def test_expected_output(self):
        for expected in ("3xf32=1 2 3", "3xf32=1 2.00009 3", "(ignored)"):
            result = self.expect("3xf32", "3xf32=1 2 3", expected)
            self.assertEqual((result.returncode, result.stdout), (0, "EXEC @identity\n" + SUCCESS))

    def test_expected_output_mismatch(self):
        result = self.expect("3xf32", "3xf32=1 2.5 3", "3xf32=1 2 4")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout, "EXEC @identity\n[FAILED] result[0] (out0): "
                         "element at index 1: expected 2, actual 2.5\n")
        result = self.expect("2x2xi8", "2x2xi8=1 2 3 4", "2x2xi8=1 2 3 5")
        self.assertIn("element at index 3 [1, 1]: expected 5, actual 4", result.stdout)

    def test_thresholds(self):
        self.assertEqual(self.expect("f32", "1", "f32=1.001").returncode, 1)
        flag = "--expected_f32_threshold=0.01"
        self.assertEqual(self.expect("f32", "1", "f32=1.001", flag).returncode, 0)
        self.assertEqual(self.expect("f16", "1", "f16=1.0009").returncode, 0)
        self.assertEqual(self.expect("f32", "nan", "f32=nan").returncode, 0)
        self.assertEqual(self.expect("f32", "inf", "f32=-inf").returncode, 1)

    def test_expected_output_of_wrong_type(self):
        module = self.identity("3xf32")
        error = self.fails("iree-run-module", f"--module={module}", "--input=3xf32",
                           "--expected_output=3xi32=0")
        self.assertIn("expected_output[0] (out0): expected 3xf32, got 3xi32", error)

    def test_statistics(self):
        module = self.identity("3xf32")
        result = self.run_tool("iree-run-module", f"--module={module}", "--input=3xf32",
                               "--print_statistics")
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stderr, r"executable: none\narena_bytes: 64\nstack_bytes: 0\n"
                         r"constants_bytes: 0\ninvoke_nanoseconds: \d+\n$")

    def test_fill_and_constants(self):
        results = [module_builder.value("4xi16"), module_builder.value("2xi8")]
        entry = module_builder.function("constants", [], results, [
            module_builder.fill(module_builder.FIRST_ARGUMENT, 8, 2, 0x0102),
            module_builder.copy(module_builder.FIRST_ARGUMENT + 1, module_builder.CONSTANTS, 2)])
        output = self.succeeds("iree-run-module",
                               f"--module={self.module(entry, constants=bytes([5, 6]))}")
        self.assertEqual(output, "EXEC @constants\nresult[0]: hal.buffer_view\n4xi16=258 258 258 "
                         "258\nresult[1]: hal.buffer_view\n2xi8=5 6\n")


if __name__ == "__main__":
    tool_test.main()
