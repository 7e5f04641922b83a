#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the marked commands of the pages and compares what they print."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import pages

TIMEOUT_SECONDS = 200
NUMBER = re.compile(r"0x[0-9a-f]+|\d+")
# What a mark's argument needs to be installed.
PROGRAMS = {"cortex-m4": ("arm-none-eabi-gcc", "qemu-system-arm", "ninja", "make", "llvm-nm-22")}


class Shell:
    """A copy of the checkout made of links, with the build directory as build/."""

    def __init__(self, folder):
        self.checkout = folder / "checkout"
        self.work = folder / "work"  # the reader's own directory
        self.temporary = folder / "tmp"  # stands for /tmp
        for directory in (self.checkout, self.work, self.temporary):
            directory.mkdir()
        for entry in pages.OPTIONS.root.iterdir():
            if not entry.name.startswith((".", "build")) or entry.name == "build_tools":
                (self.checkout / entry.name).symlink_to(entry)
        (self.checkout / "build").symlink_to(pages.OPTIONS.build)

    def run(self, commands, directory):
        """(exit status, everything printed)."""
        commands = re.sub(r"(?<![\w$}])/tmp\b", str(self.temporary), commands)
        environment = {**os.environ, "IREE": str(self.checkout),
                       "PATH": os.pathsep.join([str(self.checkout / "build/bin"), os.environ["PATH"]])}
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=directory, env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              encoding="utf-8", errors="replace", timeout=TIMEOUT_SECONDS, check=False)
        return done.returncode, done.stdout


def without_numbers(text):
    return re.sub(r" +", " ", NUMBER.sub("N", text))


class CommandsTest(unittest.TestCase):
    maxDiff = None

    def follow(self, page, in_checkout):
        """Does what a reader of `page` does; returns how many blocks were run."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        shell = Shell(Path(folder.name))
        directory = shell.checkout if in_checkout else shell.work
        printed, count = None, 0
        for block in pages.blocks((pages.OPTIONS.root / page).read_text()):
            where = f"{page}:{block.line}"
            if block.kind == "file":
                (directory / block.argument).write_text(block.text)
            elif block.kind == "test":
                missing = [p for p in PROGRAMS.get(block.argument, ()) if not shutil.which(p)]
                if missing:
                    printed = None
                    continue
                status, printed = shell.run(block.text, directory)
                self.assertEqual(status, 0, f"{where}: exit status {status}\n{printed}")
                count += 1
            elif block.kind == "output" and printed is not None:
                change = without_numbers if block.argument == "numbers vary" else str
                self.assertEqual(change(printed), change(block.text), f"{where}: prints something else")
        return count

    def test_readme(self):
        self.assertGreaterEqual(self.follow("README.md", in_checkout=True), 4)

    def test_your_own_model(self):
        self.assertGreaterEqual(self.follow("docs/your-own-model.md", in_checkout=False), 4)

    def test_porting(self):
        self.assertGreaterEqual(self.follow("docs/porting.md", in_checkout=False), 0)

    def test_out_of_tree(self):
        self.assertGreaterEqual(self.follow("samples/out_of_tree/README.md", in_checkout=False), 0)

    def test_flags(self):
        self.assertGreaterEqual(self.follow("docs/flags.md", in_checkout=True), 1)

    def test_tflite_bindings(self):
        page = "runtime/bindings/tflite/README.md"
        if "IREE_BINDINGS_TFLITE_COMPILE:BOOL=ON" not in (pages.OPTIONS.build / "CMakeCache.txt").read_text():
            self.skipTest("built without IREE_BINDINGS_TFLITE_COMPILE")
        self.assertGreaterEqual(self.follow(page, in_checkout=True), 3)


if __name__ == "__main__":
    pages.main()
