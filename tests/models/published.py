# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The MLPerf Tiny models and vectors, which are not part of this project."""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
OPTIONS = argparse.Namespace(bin=None, flatc=None, backend="llvm-cpu")


def directory():
    """Where the models are; skips the test if they are nowhere."""
    for candidate in (os.environ.get("IREE_TEST_MODELS_DIR"), ROOT.parent / "shared" / "models"):
        if candidate and pathlib.Path(candidate).is_dir():
            return pathlib.Path(candidate)
    raise unittest.SkipTest("skipped: no model files")


class PublishedTest(unittest.TestCase):
    def setUp(self):
        self.models = directory()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def tool(self, name, *arguments):
        result = subprocess.run([OPTIONS.bin / name, *arguments], capture_output=True, text=True,
                                timeout=120, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)

    def compile(self, file, *flags):
        module = self.folder / "model.vmfb"
        self.tool("iree-compile", self.models / file, "-o", module,
                  f"--iree-hal-target-backends={OPTIONS.backend}", *flags)
        return module

    def call(self, module, argument, outputs):
        """argument: as for --input. Returns the bytes of that many results."""
        paths = [self.folder / f"result{i}.bin" for i in range(outputs)]
        self.tool("iree-run-module", f"--module={module}", "--function=main",
                  f"--input={argument}", *(f"--output=@{path}" for path in paths))
        return [path.read_bytes() for path in paths]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="directory of the tools")
    parser.add_argument("--flatc", required=True)
    parser.add_argument("--backend", default="llvm-cpu", help="llvm-cpu or vmvx")
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    unittest.main(argv=[sys.argv[0], *rest])
