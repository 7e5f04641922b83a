# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""iree-run-module: what it refuses, and what it says then. Nothing may crash."""

import pathlib
import random

import numpy as np

import module_builder
import tool_test

TOOL = "iree-run-module"


class ErrorTest(tool_test.ToolTest):
    def input_error(self, type_text, given):
        error = self.fails(TOOL, f"--module={self.identity(type_text)}", f"--input={given}")
        prefix = f"{TOOL}: error: input[0] (in0): "
        self.assertTrue(error.startswith(prefix), error)
        return error[len(prefix):].rstrip("\n")

    def threads_error(self):
        """What builds with and without threads say to 257 of them."""
        has_threads = "local-task" in self.fails(TOOL, "--module=a", "--device=cuda")
        return "at most 256" if has_threads else "--device=local-task: no such device; available: local-sync"

    def test_flags(self):
        for arguments, text in (
                (["--no_such_flag=1"], "unknown flag --no_such_flag"),
                ([], "--module= is missing"),
                (["--module"], "--module needs a value"),
                (["stray"], "unexpected argument 'stray'"),
                (["--module=a", "--device=cuda"], "available: local-sync"),
                (["--module=a", "--task_topology_group_count=2"], "local-sync has one thread"),
                (["--module=a", "--device=local-task", "--task_topology_group_count=257"], self.threads_error()),
                (["--module=a", "--output_max_element_count=-1"], "'-1' is no count"),
                (["--module=a", "--expected_f32_threshold=nan"], "no finite number"),
                (["--module=a", "--print_statistics=2"], "neither true nor false")):
            self.assertIn(text, self.fails(TOOL, *arguments))
        self.assertIn("--input=", self.succeeds(TOOL, "--help"))

    def test_types_and_shapes(self):
        self.assertEqual(self.input_error("4xf32", "3xf32=1 2 3"), "expected 4xf32, got 3xf32")
        self.assertEqual(self.input_error("4xf32", "4xi32=0"), "expected 4xf32, got 4xi32")
        self.assertEqual(self.input_error("4xui8", "4xsi8=0"), "expected 4xui8, got 4xsi8")
        self.assertEqual(self.input_error("4xf32", "1.5"), "expected 4xf32=..., got '1.5'")
        self.assertEqual(self.input_error("f32", "1xf32=1"), "expected f32, got 1xf32")
        # Refused before anyone allocates 16 GB.
        self.assertIn("got 4294967294xf32", self.input_error("4xf32", "4294967294xf32=0"))

    def test_elements(self):
        self.assertEqual(self.input_error("4xf32", "4xf32=1 2"), "4xf32 has 4 elements, got 2")
        self.assertEqual(self.input_error("2xf32", "2xf32=1 2 3"), "more than the 2 elements of 2xf32")
        self.assertEqual(self.input_error("2xf32", "2xf32=1 x"),
                         "element 1: 'x' is no value of type f32")
        self.assertEqual(self.input_error("i8", "256"), "element 0: '256' is out of the range of i8")
        self.assertIn("more nested brackets", self.input_error("2xf32", "2xf32=[[1 2]]"))
        self.assertIn("brackets around 1 elements", self.input_error("2x2xi8", "2x2xi8=[1][2 3 4]"))
        self.assertEqual(self.input_error("2xf32", "2xf32=[1 2"), "'[' without ']'")

    def test_count(self):
        module = self.identity("4xf32", "i32")
        self.assertIn("expected 2 --input= (4xf32, i32), got 1",
                      self.fails(TOOL, f"--module={module}", "--input=4xf32"))
        self.assertIn("expected 2 --output= (4xf32, i32), got 1",
                      self.fails(TOOL, f"--module={module}", "--input=4xf32", "--input=1",
                                 "--output=-"))

    def test_function_choice(self):
        module = self.module(module_builder.identity("first", "f32"),
                             module_builder.identity("second", "i32"))
        self.assertIn("--function= must name one of the module's functions: first, second",
                      self.fails(TOOL, f"--module={module}", "--input=1"))
        self.assertIn("no function 'third'; it has: first, second",
                      self.fails(TOOL, f"--module={module}", "--function=third"))
        for name in ("second", "module.second"):
            output = self.succeeds(TOOL, f"--module={module}", f"--function={name}", "--input=1")
            self.assertTrue(output.startswith("EXEC @second\n"), output)

    def test_files(self):
        pathlib.Path(self.path("in.bin")).write_bytes(b"\0" * 7)
        self.assertIn("ends 1 bytes too early", self.input_error("2xf32", f"2xf32=@{self.path('in.bin')}"))
        self.assertIn("is longer", self.input_error("f32", f"f32=@{self.path('in.bin')}"))
        self.assertIn("cannot open", self.input_error("f32", f"@{self.path('missing.npy')}"))
        self.assertIn("cannot read", self.input_error("f32", f"@{self.folder}"))
        pathlib.Path(self.path("in.bin")).write_bytes(b"\2")
        self.assertIn("neither 0 nor 1", self.input_error("i1", f"i1=@{self.path('in.bin')}"))
        self.assertIn("expected -, @file.npy",
                      self.fails(TOOL, f"--module={self.identity('f32')}", "--input=1", "--output=x"))

    def test_npy_types(self):
        for array, text in ((np.zeros(3, "<f8"), "expected 3xf32, got 3xf64"),
                            (np.zeros(2, "<f4"), "expected 3xf32, got 2xf32"),
                            (np.zeros(3, ">f4"), "big-endian"),
                            (np.zeros(3, "<c8"), "'<c8' is not supported"),
                            (np.zeros(3, [("a", "<f4")]), "structured types"),
                            (np.zeros((3, 2), "<f4", order="F"), "Fortran order")):
            np.save(self.path("in.npy"), array)
            self.assertIn(text, self.input_error("3xf32", f"@{self.path('in.npy')}"))

    def test_garbage_npy(self):
        np.save(self.path("in.npy"), np.zeros(3, "<f4"))
        good = pathlib.Path(self.path("in.npy")).read_bytes()
        module = self.identity("3xf32")
        generator = random.Random(1)
        for _ in range(60):
            bad = bytearray(good)
            bad[generator.randrange(80)] = generator.randrange(256)
            pathlib.Path(self.path("bad.npy")).write_bytes(bad[:generator.randrange(len(bad))])
            self.fails(TOOL, f"--module={module}", f"--input=@{self.path('bad.npy')}")
        pathlib.Path(self.path("bad.npy")).write_bytes(b"\x93NUMPY\x02\x00\xff\xff\xff\xff{")
        self.assertIn("too long", self.input_error("3xf32", f"@{self.path('bad.npy')}"))

    def test_bad_modules(self):
        good = pathlib.Path(self.identity("3xf32")).read_bytes()
        self.assertIn("missing.vmfb: no such file",
                      self.fails(TOOL, f"--module={self.path('missing.vmfb')}"))
        self.assertIn("is no regular file", self.fails(TOOL, f"--module={self.folder}"))
        bad = pathlib.Path(self.path("bad.vmfb"))
        for length in [0, 1, 8, *range(16, len(good), 13), len(good) - 1]:
            bad.write_bytes(good[:length])
            self.assertIn("bad.vmfb", self.fails(TOOL, f"--module={bad}", "--input=3xf32"))
        generator = random.Random(2)
        for _ in range(40):
            changed = bytearray(good)
            changed[generator.randrange(len(good))] ^= 1 << generator.randrange(8)
            bad.write_bytes(changed)
            self.fails(TOOL, f"--module={bad}", "--input=3xf32")


if __name__ == "__main__":
    tool_test.main()
