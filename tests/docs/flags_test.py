#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The flags that the pages name exist, and docs/flags.md names all there are."""

import re
import subprocess
import unittest

import pages

# --iree-..., --compile-..., --output-format, --mlir-..., --verify; not <...> placeholders.
COMPILER_FLAG = re.compile(r"(?<![\w-])--?((?:iree-[a-z]|compile-|mlir-|output-format|verify\b)[\w-]*)(\.\.\.|\*|<)?")
HELP_FLAG = re.compile(r"^ {2,}-{1,2}([\w-]+)", re.M)
RUNTIME_FLAG = re.compile(r"(?<![\w-])--([a-z]\w*)=")
# Pages whose flags are those of programs of this project.
SKIPPED = ("samples/models/digits/README.md",)


def help_flags(tool, flag):
    done = subprocess.run([str(pages.OPTIONS.build / "bin" / tool), flag], capture_output=True, text=True,
                          timeout=60, check=True)
    return set(HELP_FLAG.findall(done.stdout)), done.stdout


class FlagsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # --help-hidden shows the second spellings as well.
        cls.compiler = help_flags("iree-compile", "--help-hidden")[0]
        cls.passes = help_flags("iree-opt", "--help-hidden")[0]

    def test_named_flags_exist(self):
        known = self.compiler | self.passes
        for page in pages.all_pages():
            if str(page.relative_to(pages.OPTIONS.root)) in SKIPPED:
                continue
            for name, open_end in COMPILER_FLAG.findall(page.read_text()):
                with self.subTest(page=str(page.relative_to(pages.OPTIONS.root)), flag=name):
                    if open_end:
                        self.assertTrue(any(each.startswith(name) for each in known))
                    else:
                        self.assertTrue(name in known, "no such flag")

    def test_every_flag_is_documented(self):
        text = (pages.OPTIONS.root / "docs/flags.md").read_text()
        for name in sorted(self.compiler):
            if name.startswith(("iree-", "compile-", "output-format")):
                with self.subTest(flag=name):
                    self.assertIn(f"`--{name}", text)

    def test_every_pass_is_documented(self):
        """In the stage table, by the flag that prints the IR after it."""
        text = (pages.OPTIONS.root / "compiler/README.md").read_text()
        for name in sorted(self.passes - self.compiler):
            if name.startswith("iree-"):
                with self.subTest(name=name):
                    self.assertIn(f"`{name}`", text)


if __name__ == "__main__":
    pages.main()
