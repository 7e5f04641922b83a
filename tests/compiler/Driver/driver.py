# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the tests of iree-compile's command line share."""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

OPTIONS = argparse.Namespace(bin=None)
TIMEOUT_SECONDS = 60
MODELS = pathlib.Path(__file__).resolve().parents[3] / "samples" / "models"

# The documented command, and the same in the current spelling.
DOCUMENTED = ("--iree-stream-partitioning-favor=min-peak-memory",
              "--iree-hal-target-backends=llvm-cpu",
              "--iree-llvm-target-triple=x86_64-pc-linux-elf", "--iree-llvm-debug-symbols=false")
CURRENT = ("--iree-stream-partitioning-favor=min-peak-memory", "--iree-hal-target-device=local",
           "--iree-hal-local-target-device-backends=llvm-cpu",
           "--iree-llvmcpu-target-triple=x86_64-pc-linux-elf", "--iree-llvmcpu-debug-symbols=false")


class DriverTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def source(self, text, name="model.mlir"):
        path = self.folder / name
        path.write_text(text)
        return path

    def run_tool(self, tool, *arguments, given=b""):
        """Runs a program; one that neither succeeds nor reports an error fails the test."""
        result = subprocess.run([OPTIONS.bin / tool, *map(str, arguments)], input=given,
                                capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
        self.assertIn(result.returncode, (0, 1),
                      (arguments, result.stderr.decode("utf-8", "replace")))
        return result

    def succeeds(self, tool, *arguments, given=b""):
        """Returns what the program prints."""
        result = self.run_tool(tool, *arguments, given=given)
        self.assertEqual(result.returncode, 0, (arguments, result.stderr.decode()))
        return result.stdout

    def compiled(self, *arguments, name="module.vmfb"):
        """The bytes of the module. The kernel library has the stem of the name."""
        with tempfile.TemporaryDirectory() as folder:
            output = pathlib.Path(folder) / name
            self.succeeds("iree-compile", *arguments, "-o", output)
            return output.read_bytes()

    def fails(self, *arguments, given=b"", names=(), located=False):
        """Expects one error that contains `names`, and no output file."""
        output = self.folder / "output.vmfb"
        output.unlink(missing_ok=True)
        if "-o" not in arguments:
            arguments += ("-o", output)
        result = self.run_tool("iree-compile", *arguments, given=given)
        text = result.stderr.decode()
        self.assertEqual(result.returncode, 1, (arguments, text))
        errors = [line for line in text.splitlines() if "error:" in line]
        self.assertEqual(len(errors), 1, (arguments, text))
        for name in names:
            self.assertIn(name, errors[0], arguments)
        if located:
            self.assertRegex(errors[0], r"^\S+:\d+:\d+: error: ")
        else:
            self.assertRegex(errors[0], r"^(iree-compile|\S+:\d+:\d+): error: ")
        self.assertNotRegex(text, re.compile("stack dump|bug report|assert", re.IGNORECASE))
        self.assertEqual(result.stdout, b"")
        self.assertFalse(output.exists(), arguments)
        left = [path.name for path in self.folder.iterdir() if path.name.startswith("output.")]
        self.assertEqual(left, [])
        return text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="directory of the tools")
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    unittest.main(module="__main__", argv=[sys.argv[0], *rest])
