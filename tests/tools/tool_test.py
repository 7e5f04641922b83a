# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the tests of the tools share: a scratch folder, modules, running a tool."""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import unittest

import module_builder

OPTIONS = argparse.Namespace(bin=None, flatc=None, compiler=None, chromium=None)
TIMEOUT_SECONDS = 60


class ToolTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def path(self, name):
        return str(self.folder / name)

    def module(self, *functions, file="test.vmfb", **fields):
        """Writes a module with these functions and returns its path."""
        data = module_builder.build(OPTIONS.flatc, list(functions), **fields)
        (self.folder / file).write_bytes(data)
        return self.path(file)

    def identity(self, *types, **fields):
        return self.module(module_builder.identity("identity", *types, **fields))

    def run_tool(self, tool, *arguments):
        """Runs build/bin/<tool>; a crash fails the test."""
        result = subprocess.run([str(pathlib.Path(OPTIONS.bin) / tool), *arguments],
                                capture_output=True, timeout=TIMEOUT_SECONDS, check=False,
                                encoding="utf-8", errors="replace")
        self.assertIn(result.returncode, (0, 1), (tool, arguments, result.stderr))
        return result

    def succeeds(self, tool, *arguments):
        """Returns what the tool prints."""
        result = self.run_tool(tool, *arguments)
        self.assertEqual(result.returncode, 0, (arguments, result.stdout, result.stderr))
        return result.stdout

    def fails(self, tool, *arguments):
        """Returns the error that the tool prints on standard error."""
        result = self.run_tool(tool, *arguments)
        self.assertEqual(result.returncode, 1, (arguments, result.stdout))
        self.assertTrue(result.stderr.startswith(f"{tool}: error: "), result.stderr)
        return result.stderr

    def echo(self, type_text, given, *flags):
        """What a function that returns its argument prints for `given`."""
        output = self.succeeds("iree-run-module", f"--module={self.identity(type_text)}",
                               f"--input={given}", *flags)
        prefix = "EXEC @identity\nresult[0]: hal.buffer_view\n"
        self.assertTrue(output.startswith(prefix), output)
        return output[len(prefix):].rstrip("\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, help="directory of the tools")
    parser.add_argument("--flatc", help="FlatBuffers compiler")
    parser.add_argument("--compiler", help="iree-compile")
    parser.add_argument("--chromium", help="a browser, for pages")
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    unittest.main(module="__main__", argv=[sys.argv[0], *rest])
