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


def is_excerpt(lines, printed):
    """Whether the lines occur in this order."""
    rest = iter(printed)
    return all(line == "..." or line in rest for line in lines)


def lines_of(text):
    """Without numbers, and without what makes columns of them."""
    return [re.sub(r"-{3,}", "---", line).strip() for line in without_numbers(text).splitlines()]


# Pages whose reader works in a directory of their own; elsewhere it is the checkout.
OWN_DIRECTORY = {"docs/your-own-model.md", "docs/porting.md", "samples/out_of_tree/README.md",
                 "docs/without-runtime.md"}
# Least number of blocks that are run where every program is installed.
EXPECTED_BLOCKS = {"README.md": 5, "docs/flags.md": 5, "docs/your-own-model.md": 6, "docs/porting.md": 2,
                   "docs/without-runtime.md": 3,
                   "samples/out_of_tree/README.md": 3, "tools/README.md": 6}


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
                if block.argument == "excerpt":
                    self.assertTrue(is_excerpt(lines_of(block.text), lines_of(printed)),
                                    f"{where}: prints something else:\n{printed}")
                    continue
                change = without_numbers if block.argument == "numbers vary" else str
                self.assertEqual(change(printed), change(block.text), f"{where}: prints something else")
        return count

    def test_every_page(self):
        compiles = "IREE_BINDINGS_TFLITE_COMPILE:BOOL=ON" in (pages.OPTIONS.build / "CMakeCache.txt").read_text()
        installed = all(map(shutil.which, PROGRAMS["cortex-m4"]))
        for path in pages.all_pages():
            page = str(path.relative_to(pages.OPTIONS.root))
            if page == "runtime/bindings/tflite/README.md" and not compiles:
                continue
            with self.subTest(page=page):
                count = self.follow(page, in_checkout=page not in OWN_DIRECTORY)
                if installed:
                    self.assertGreaterEqual(count, EXPECTED_BLOCKS.get(page, 0))

    def test_every_command_is_marked(self):
        for path in pages.all_pages():
            page = str(path.relative_to(pages.OPTIONS.root))
            for block in pages.unmarked_commands(path.read_text()):
                with self.subTest(page=page, line=block.line):
                    self.fail("neither test, file, output nor not run: " + block.text.splitlines()[0])

    def test_commands_of_dev(self):
        """Those that the pages name, in blocks or in sentences, are listed by ./dev help."""
        script = (pages.OPTIONS.root / "dev").read_text()
        usage = re.search(r"^usage: ./dev.*?^TEXT$", script, re.M | re.S)[0]
        known = set(re.findall(r"^  ([a-z]+)(?: |$)", usage, re.M))
        self.assertLessEqual({"setup", "build", "test", "demo", "lint", "help"}, known)
        for path in pages.all_pages():
            named = re.findall(r"(?:^|`| )\./dev ([a-z]+)", path.read_text(), re.M)
            self.assertLessEqual(set(named), known, path)

    def test_reasons_are_given(self):
        for path in pages.all_pages():
            for block in pages.blocks(path.read_text()):
                if block.kind == "not run":
                    self.assertGreater(len(block.argument.split()), 2, f"{path}:{block.line}: why?")


class ExcerptTest(unittest.TestCase):
    def test_order(self):
        printed = lines_of("a 1\n-----\nb  22\nc\n")
        for lines, wanted in ((["a N", "c"], True), (["---", "...", "c"], True), (["c", "a N"], False),
                              (["b N", "b N"], False), (["d"], False)):
            self.assertEqual(is_excerpt(lines, printed), wanted, lines)


if __name__ == "__main__":
    pages.main()
