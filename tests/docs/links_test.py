#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Links between pages lead to files and headings that exist."""

import unittest

import pages


class LinksTest(unittest.TestCase):
    def test_relative_links(self):
        found = pages.all_pages()
        self.assertIn(pages.OPTIONS.root / "README.md", found)
        for page in found:
            text = page.read_text()
            for link in pages.links(text):
                if "://" in link or link.startswith("mailto:"):
                    continue
                name, _, anchor = link.partition("#")
                target = page.parent / name if name else page
                with self.subTest(page=str(page.relative_to(pages.OPTIONS.root)), link=link):
                    self.assertTrue(target.exists(), "no such file")
                    if anchor:
                        self.assertIn(anchor, pages.anchors(target.read_text()), "no such heading")

    def test_every_page_of_docs_is_linked(self):
        """From the README, or from a page that it links to."""
        reached, queue = set(), [pages.OPTIONS.root / "README.md"]
        while queue:
            page = queue.pop()
            if page in reached:
                continue
            reached.add(page)
            for link in pages.links(page.read_text()):
                target = (page.parent / link.partition("#")[0]).resolve()
                if target.suffix == ".md" and target.exists():
                    queue.append(target)
        lost = [p for p in pages.all_pages() if p not in reached and p.is_relative_to(pages.OPTIONS.root / "docs")]
        self.assertEqual(lost, [])


class ReaderTest(unittest.TestCase):
    def test_links_and_anchors(self):
        text = "[a](x.md#b) `[no](code)`\n\n```\n[no](fence)\n```\n[c]: y.md\n[^note]: text\n"
        self.assertEqual(pages.links(text), ["x.md#b", "y.md"])
        self.assertEqual(pages.anchors("# What's it?\n## A-b c\n"), {"whats-it", "a-b-c"})

    def test_blocks(self):
        text = "<!-- test: qemu -->\n```sh\nls\n```\n\n<!-- output -->\n\n```text\nno mark\n```\n"
        first, second = pages.blocks(text)
        self.assertEqual((first.kind, first.argument, first.text, first.line), ("test", "qemu", "ls\n", 2))
        self.assertEqual(second.kind, "")

    def test_unmarked_commands(self):
        """Found in every kind of block; marks, outputs and other code are left alone."""
        text = ("x\n\n    ./dev test\n\nx\n\n    tree/   has a tree\n\n```text\niree-cpuinfo\n```\n```sh\nls\n```\n"
                "<!-- not run: takes too long -->\n```sh\nls\n```\n<!-- output -->\n```text\ncmake x\n```\n"
                "```text\niree-compile prints this, make is a word\nmakefile\n```\n")
        found = sorted((block.line, block.text.strip()) for block in pages.unmarked_commands(text))
        self.assertEqual(found[:3], [(3, "./dev test"), (9, "iree-cpuinfo"), (12, "ls")])
        self.assertEqual([line for line, _ in found[3:]], [23])


if __name__ == "__main__":
    pages.main()
