# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares an image with debug information and one without: the code is the same
at the same place, and the second file is hardly larger than code and constants.
(The library's identity, a constant, differs.)

Usage: compare_images.py <with> <without>
"""
import re
import subprocess
import sys

LIMIT = 1.15  # of the file to code and constants


def loaded_sections(path):
    """(offset, size) of the sections that take up memory."""
    text = subprocess.run(["llvm-readelf", "-SW", path], check=True, capture_output=True, text=True).stdout
    rows = re.findall(r"\] (\.\S+) +PROGBITS +[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+) [0-9a-f]+ +[AXMS]*A[AXMS]* ", text)
    return {name: (int(offset, 16), int(size, 16)) for name, offset, size in rows}


def main():
    images = [open(path, "rb").read() for path in sys.argv[1:3]]
    sections = loaded_sections(sys.argv[1])
    assert sorted(sections) == [".rodata", ".text"], sections
    offset, size = sections[".text"]
    first, second = (image[offset:offset + size] for image in images)
    assert len(first) == size and first == second
    ratio = len(images[1]) / sum(size for _, size in sections.values())
    print(f"{len(images[1])} bytes, {ratio:.3f} of code and constants")
    assert 1 < ratio <= LIMIT, ratio


main()
