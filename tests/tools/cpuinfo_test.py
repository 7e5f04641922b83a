# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""iree-cpuinfo: what it sees, and that its flags are the compiler's."""

import pathlib
import platform
import re
import subprocess
import unittest

import tool_test

TOOL = "iree-cpuinfo"
MODEL = pathlib.Path(__file__).resolve().parents[2] / "samples/models/simple_mul.mlir"
# Names of Linux where they are not LLVM's.
LINUX_NAMES = {"sse4.2": "sse4_2", "avx512vnni": "avx512_vnni"}


class CpuinfoTest(tool_test.ToolTest):
    def compile(self, flags):
        """The module for this model, or the compiler's errors."""
        output = self.path("module.vmfb")
        done = subprocess.run([tool_test.OPTIONS.compiler, *flags, str(MODEL), "-o", output],
                              capture_output=True, text=True, timeout=tool_test.TIMEOUT_SECONDS, check=False)
        self.assertEqual(done.returncode, 0, (flags, done.stderr))
        return output

    def features(self, *flags):
        lines = [line.split(maxsplit=1) for line in self.succeeds(TOOL, *flags).splitlines()]
        self.assertEqual((lines[0][0], lines[-1][0]), ("architecture", "flags"))
        self.assertLessEqual({value for _, value in lines[1:-1]}, {"0", "1"})
        return {name: value == "1" for name, value in lines[1:-1]}

    @unittest.skipUnless(platform.machine() == "x86_64", "compares with /proc/cpuinfo of x86-64")
    def test_what_linux_sees(self):
        seen = set(re.search(r"^flags\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)[1].split())
        features = self.features()
        self.assertGreater(len(features), 8)
        for name, has in features.items():
            self.assertEqual(has, LINUX_NAMES.get(name, name) in seen, name)

    def test_flags_of_this_machine(self):
        """What is compiled with them needs exactly this processor, and runs on it."""
        flags = self.succeeds(TOOL, "--flags")
        self.assertEqual(self.succeeds(TOOL).splitlines()[-1].split(maxsplit=1)[1], flags.strip())
        module = self.compile(flags.split())
        output = self.succeeds("iree-run-module", f"--module={module}", "--input=4xf32=1 2 3 4",
                               "--input=4xf32=2")
        self.assertTrue(output.endswith("\n4xf32=2 4 6 8\n"), output)

    def test_bits_that_the_compiler_asks_for(self):
        """The dump of a module and --mask= name the same features."""
        module = self.compile(["--iree-hal-target-backends=llvm-cpu",
                               "--iree-llvm-target-triple=x86_64-pc-linux-elf",
                               "--iree-llvm-target-cpu-features=+avx2,+fma"])
        mask = re.search(r"required features: (0x[0-9a-f]+)",
                         self.succeeds("iree-dump-module", module, "--output=metadata"))[1]
        features = self.features("--architecture=x86_64", f"--mask={mask}")
        self.assertEqual({name for name, has in features.items() if has},
                         {"sse4.2", "avx", "avx2", "fma"})

    def test_flags_of_other_machines(self):
        """The compiler understands them."""
        for architecture, masks in (("x86_64", ("0", "7ff")), ("i686", ("800", "fff")),
                                    ("aarch64", ("1", "7f")), ("armv7a", ("5e7",)),
                                    ("riscv32", ("0", "1", "1f")), ("riscv64", ("0", "13", "1f", "7f", "1fff"))):
            for mask in masks:
                with self.subTest(architecture=architecture, mask=mask):
                    flags = self.succeeds(TOOL, "--flags", f"--architecture={architecture}", f"--mask={mask}")
                    self.assertEqual(flags.count("\n"), 1)
                    self.compile(flags.split())

    def test_errors(self):
        for arguments, text in ((["--architecture=riscv64"], "--architecture= needs --mask="),
                                (["--architecture=z80", "--mask=1"], "'z80' is no known architecture"),
                                (["--mask=x"], "--mask=x: expected a hexadecimal number"),
                                (["--mask=-1"], "expected a hexadecimal number"),
                                (["--mask=100000000"], "up to 32 bits"),
                                (["--flags=2"], "neither true nor false"), (["x86_64"], "unexpected argument")):
            self.assertIn(text, self.fails(TOOL, *arguments))
        self.assertIn("usage: iree-cpuinfo", self.succeeds(TOOL, "--help"))


if __name__ == "__main__":
    tool_test.main()
