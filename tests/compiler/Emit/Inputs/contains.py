# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Usage: contains.py <file> <file whose bytes must lie in the first one>"""
import sys

whole, part = (open(path, "rb").read() for path in sys.argv[1:3])
assert part and part in whole
