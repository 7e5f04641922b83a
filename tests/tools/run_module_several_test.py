# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""iree-run-module: several modules, functions and files in one run; progress."""

import os
import pathlib
import pty
import subprocess

import numpy as np

import module_builder
import tool_test

TOOL = "iree-run-module"


class SeveralTest(tool_test.ToolTest):
    def two_modules(self):
        """Modules `first` and `second`; both have a function `same`."""
        return [f"--module={self.named('first', 'one', '2xf32')}",
                f"--module={self.named('second', 'two', '2xi8')}"]

    def named(self, name, function, type_text, file=None):
        functions = [module_builder.identity(function, type_text),
                     module_builder.identity("same", type_text)]
        return self.module(*functions, file=file or f"{name}.vmfb", name=name)

    def test_functions_of_both(self):
        output = self.succeeds(TOOL, *self.two_modules(), "--function=second.two", "--input=2xi8=1 2",
                               "--function=one", "--input=2xf32=3 4")
        self.assertEqual(output,
                         "EXEC @second.two\nresult[0]: hal.buffer_view\n2xi8=1 2\n"
                         "EXEC @first.one\nresult[0]: hal.buffer_view\n2xf32=3 4\n")

    def test_functions_of_one_module(self):
        module = self.named("m", "one", "f32")
        output = self.succeeds(TOOL, f"--module={module}", "--function=same", "--function=one",
                               "--function=same", "--input=1", "--input=2", "--input=3")
        self.assertEqual(output, "".join(f"EXEC @{name}\nresult[0]: hal.buffer_view\nf32={value}\n"
                                         for name, value in (("same", 1), ("one", 2), ("same", 3))))

    def test_names_that_both_have(self):
        modules = self.two_modules()
        error = self.fails(TOOL, *modules, "--function=same", "--input=2xi8=1 2")
        self.assertIn(f"function 'same' is in {self.path('first.vmfb')} and in "
                      f"{self.path('second.vmfb')}; give its module's name too", error)
        for name, value in (("first", "2xf32=1 2"), ("second", "2xi8=1 2")):
            output = self.succeeds(TOOL, *modules, f"--function={name}.same", f"--input={value}")
            self.assertEqual(output, f"EXEC @{name}.same\nresult[0]: hal.buffer_view\n{value}\n")

    def test_modules_of_one_name(self):
        modules = [f"--module={self.named('m', 'one', 'f32', 'a.vmfb')}",
                   f"--module={self.named('m', 'two', 'i32', 'b.vmfb')}"]
        self.assertIn("f32=1", self.succeeds(TOOL, *modules, "--function=m.one", "--input=1"))
        self.assertIn("i32=1", self.succeeds(TOOL, *modules, "--function=m.two", "--input=1"))
        self.assertIn("function 'm.same' is in ",
                      self.fails(TOOL, *modules, "--function=m.same", "--input=1"))

    def test_choice(self):
        modules = self.two_modules()
        names = "first.one, first.same, second.two, second.same"
        self.assertIn(f"--function= must name one of the modules' functions: {names}",
                      self.fails(TOOL, *modules))
        self.assertIn(f"the modules have no function 'third'; they have: {names}",
                      self.fails(TOOL, *modules, "--function=third"))
        # The only function of all modules needs no name.
        empty = self.module(file="empty.vmfb", name="empty")
        single = self.module(module_builder.identity("f", "f32"), file="single.vmfb", name="single")
        self.assertIn("EXEC @single.f\n", self.succeeds(TOOL, f"--module={empty}", f"--module={single}",
                                                        "--input=1"))

    def test_counts_are_of_all_functions(self):
        arguments = [*self.two_modules(), "--function=one", "--function=two", "--input=2xf32=1 2"]
        self.assertIn("expected 2 --input= (2xf32, 2xi8), got 1", self.fails(TOOL, *arguments))
        arguments.append("--input=2xi8=3 4")
        self.assertIn("expected 2 --output= (2xf32, 2xi8), got 1",
                      self.fails(TOOL, *arguments, "--output=-"))
        self.assertIn("input[1] (in0): expected 2xi8, got 3xi8",
                      self.fails(TOOL, *arguments[:-1], "--input=3xi8"))

    def test_expected_and_stored(self):
        arguments = [*self.two_modules(), "--function=one", "--function=two", "--input=2xf32=1 2",
                     "--input=2xi8=3 4"]
        self.assertIn("[SUCCESS]", self.succeeds(TOOL, *arguments, "--expected_output=2xf32=1 2",
                                                 "--expected_output=2xi8=3 4"))
        result = self.run_tool(TOOL, *arguments, "--expected_output=2xf32=1 2", "--expected_output=2xi8=3 5")
        self.assertEqual(result.returncode, 1)
        self.assertIn("[FAILED] result[1] (out0): ", result.stdout)
        self.succeeds(TOOL, *arguments, f"--output=@{self.path('a.npy')}", f"--output=@{self.path('b.bin')}")
        np.testing.assert_array_equal(np.load(self.path("a.npy")), np.array([1, 2], np.float32))
        self.assertEqual(pathlib.Path(self.path("b.bin")).read_bytes(), b"\3\4")

    def test_inputs_from_files(self):
        """Each from a file of its own, in both formats."""
        module = self.identity("2x2xf32", "3xi8", "2xi64")
        np.save(self.path("a.npy"), np.array([[1, 2], [3, 4]], np.float32))
        pathlib.Path(self.path("b.bin")).write_bytes(b"\x01\xff\x7f")
        np.save(self.path("c.npy"), np.array([-1, 1 << 40], np.int64))
        output = self.succeeds(TOOL, f"--module={module}", f"--input=@{self.path('a.npy')}",
                               f"--input=3xi8=@{self.path('b.bin')}", f"--input=@{self.path('c.npy')}")
        self.assertEqual(output.splitlines()[2::2], ["2x2xf32=[1 2][3 4]", "3xi8=1 -1 127",
                                                     "2xi64=-1 1099511627776"])
        # The error names the argument and the file.
        error = self.fails(TOOL, f"--module={module}", f"--input=@{self.path('a.npy')}",
                           "--input=3xi8=0", f"--input=@{self.path('missing.npy')}")
        self.assertIn(f"input[2] (in2): {self.path('missing.npy')}: ", error)

    def test_statistics(self):
        result = self.run_tool(TOOL, *self.two_modules(), "--function=one", "--input=2xf32",
                               "--print_statistics")
        keys = [line.split(":")[0] for line in result.stderr.splitlines()]
        self.assertEqual(keys, ["module", "executable", "arena_bytes", "stack_bytes",
                                "constants_bytes"] * 2 + ["invoke_nanoseconds"])

    def test_bad_second_module(self):
        good = self.named("first", "one", "2xf32")
        self.assertIn("missing.vmfb: no such file",
                      self.fails(TOOL, f"--module={good}", f"--module={self.path('missing.vmfb')}"))
        pathlib.Path(self.path("bad.vmfb")).write_bytes(b"no module")
        self.assertIn("bad.vmfb", self.fails(TOOL, f"--module={good}", f"--module={self.path('bad.vmfb')}"))


class ProgressTest(tool_test.ToolTest):
    def call(self, *flags, **streams):
        module = self.identity("f32")
        return subprocess.run([pathlib.Path(tool_test.OPTIONS.bin) / TOOL, f"--module={module}", "--input=1",
                               *flags], check=True, text=True, stdout=subprocess.PIPE, timeout=60, **streams)

    def test_lines(self):
        done = self.call("--progress", stderr=subprocess.PIPE)
        self.assertRegex(done.stderr, r"^@identity: 0 kernel calls, \d+\.\d s\n$")
        self.assertNotIn("kernel calls", done.stdout)

    def test_nothing_by_default(self):
        for flags in ([], ["--progress=false"]):
            self.assertEqual(self.call(*flags, stderr=subprocess.PIPE).stderr, "")

    def test_terminal(self):
        """Short work leaves a terminal as it was."""
        master, slave = pty.openpty()
        try:
            self.call(stderr=slave)
            os.close(slave)
            try:
                shown = os.read(master, 1000)
            except OSError:  # nothing was written
                shown = b""
            self.assertEqual(shown, b"")
        finally:
            os.close(master)

    def test_flag(self):
        self.assertIn("neither true nor false",
                      self.fails(TOOL, f"--module={self.identity('f32')}", "--progress=2"))


if __name__ == "__main__":
    tool_test.main()
