# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads the project's Markdown pages: fenced blocks, links, mentioned flags.

A comment on the line before a fenced block says what the tests do with it:

    <!-- test -->                   run it (`<!-- test: cortex-m4 -->`: if that board can be emulated)
    <!-- output -->                 what the last block that was run prints
    <!-- output: numbers vary -->   the same, except for numbers
    <!-- file: NAME -->             store it as NAME before going on
"""

import argparse
import re
import subprocess
import sys
import unittest
from dataclasses import dataclass
from pathlib import Path

OPTIONS = argparse.Namespace(root=None, build=None)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
MARK = re.compile(r"<!-- (test|output|file)(?:: ([^>]*?))? -->\n\Z")
INLINE_CODE = re.compile(r"`[^`\n]*`")
# [text](target) and [text]: target
LINK = re.compile(r"\]\(([^)\s]+)\)|^\[[^\]^]+\]: (\S+)", re.M)


@dataclass(frozen=True)
class Block:
    """A fenced block; `kind` is test, output, file or empty."""

    line: int
    language: str
    text: str
    kind: str
    argument: str


def all_pages():
    """Every Markdown file that is part of the project."""
    listed = subprocess.run(["git", "-C", str(OPTIONS.root), "ls-files", "-z", "--cached", "--others",
                             "--exclude-standard", "*.md"], capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        names = sorted(set(filter(None, listed.stdout.split("\0"))))
        return [path for path in (OPTIONS.root / name for name in names) if path.exists()]
    return sorted(path for path in OPTIONS.root.rglob("*.md")
                  if not path.relative_to(OPTIONS.root).parts[0].startswith("build"))


def blocks(text):
    found = []
    for fence in FENCE.finditer(text):
        mark = MARK.search(text[:fence.start()])
        kind, argument = (mark.group(1), mark.group(2) or "") if mark else ("", "")
        found.append(Block(text.count("\n", 0, fence.start()) + 1, fence.group(1), fence.group(2),
                           kind, argument))
    return found


def prose(text):
    """The page without fenced blocks."""
    return FENCE.sub("", text)


def links(text):
    """Targets of links outside of code."""
    plain = INLINE_CODE.sub("", prose(text))
    return [inline or reference for inline, reference in LINK.findall(plain)]


def anchors(text):
    """The names by which GitHub lets a page's headings be linked."""
    headings = re.findall(r"^#+ (.*)$", prose(text), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True, type=Path, help="directory of the sources")
    parser.add_argument("--build", required=True, type=Path, help="build directory with bin/")
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    OPTIONS.root, OPTIONS.build = OPTIONS.root.resolve(), OPTIONS.build.resolve()
    unittest.main(module="__main__", argv=[sys.argv[0], *rest])
