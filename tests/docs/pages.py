# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads the project's Markdown pages: fenced blocks, links, mentioned flags.

A comment on the line before a fenced block says what the tests do with it:

    <!-- test -->                   run it (`<!-- test: cortex-m4 -->`: if that board can be emulated)
    <!-- output -->                 what the last block that was run prints
    <!-- output: numbers vary -->   the same, except for numbers
    <!-- output: excerpt -->        lines of it in this order, except for numbers; ... for others
    <!-- file: NAME -->             store it as NAME before going on
    <!-- not run: REASON -->        nothing; of ./dev, the command's name is checked

Commands are in such blocks only: a block with a line that looks like one, or in the language of a
shell, C, CMake or MLIR, must have a mark.
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
MARK = re.compile(r"<!-- (test|output|file|not run)(?:: ([^>]*?))? -->\n\Z")
# Indented code: lines with four spaces after an empty one that follow no list.
INDENTED = re.compile(r"(?<=\n\n)(?:    .*\n|\n(?=    ))+")
# How a line begins that readers are meant to type.
COMMAND = re.compile(
    r"^(?:\$ |sudo |export |cd |mkdir |cp |\./dev\b|\.ci/run\b|(?:\S*/)?(?:iree-[a-z]+(?:-[a-z]+)*|cmake|ctest|ninja|make|"
    r"python3|qemu-\S+|cc|c\+\+|gcc|g\+\+|clang\S*|arm-none-eabi-\S+|riscv64-\S+|git|apt\S*|docker|\w+\.py|\w+\.sh) )"
    r"|^(?:\S*/)?iree-[a-z]+(?:-[a-z]+)*$", re.M)
MUST_BE_MARKED = {"sh", "bash", "console", "c", "cpp", "cmake", "mlir", "python"}
INLINE_CODE = re.compile(r"`[^`\n]*`")
# [text](target) and [text]: target
LINK = re.compile(r"\]\(([^)\s]+)\)|^\[[^\]^]+\]: (\S+)", re.M)


@dataclass(frozen=True)
class Block:
    """A fenced or indented block; `kind` is test, output, file, not run or empty."""

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


def unmarked_commands(text):
    """Blocks that no mark says anything about and that have commands or code."""
    fences = blocks(text)
    plain = FENCE.sub(lambda fence: "\n" * fence.group().count("\n"), text)
    indented = [Block(plain.count("\n", 0, m.start()) + 1, "", re.sub(r"^    ", "", m.group(), flags=re.M), "", "")
                for m in INDENTED.finditer(plain)]
    return [block for block in fences + indented
            if not block.kind and (block.language in MUST_BE_MARKED or COMMAND.search(block.text))]


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
