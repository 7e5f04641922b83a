#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints a table of operations and the element types with which a test runs them.

It is made of the programs of the end-to-end tests, which are not compiled here:
what is in the table is what these tests compile, run and compare. The types of
an operation are those on the operation's line of the program.
"""

import importlib
import pathlib
import re
import sys
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))

import e2e_test  # noqa: E402

DIALECTS = ("arith", "complex", "flow", "linalg", "math", "scf", "tensor", "tosa", "util")
# Backends that run the tests, and whether they run an operation with a type.
BACKENDS = {"llvm-cpu": lambda operation, name: True,
            "vmvx": lambda operation, name: name != "index" or
                    not operation.startswith(("arith.", "math."))}
# These need a compiler to make their programs, and have none of their own.
WITHOUT_TABLES = {"dynamic_test", "exact_test", "in_place_test", "network_test",
                  "panels_test", "partition_test", "program_test", "random_graph_test", "stripes_test",
                  "threads_test", "variables_test"}

ORDER = ["i1", "i4", "i8", "i16", "i24", "i32", "i48", "i64", "index", "bf16", "f16", "f32", "f64",
         "complex<f32>", "complex<f64>"]
OPERATION = re.compile(r'"?\b(' + "|".join(DIALECTS) + r')\.([a-z_0-9.]+)')
TYPE = re.compile(r"(?:(?<=x)|(?<=[<:( ,]))(i1|i4|i8|i16|i24|i32|i48|i64|index|bf16|f16|f32|f64|"
                  r"complex<f32>|complex<f64>)(?=[>, ){\n]|$)")
# Parts of other operations.
HIDDEN = re.compile(r"^(linalg\.(yield|index)|scf\.(yield|condition|reduce.*|forall\.in_parallel)|"
                    r"tensor\.(yield|parallel_insert_slice)|tosa\.(yield|const_shape|shape)|"
                    r"linalg\.elementwise_kind|tosa\.(resize|rounding)_mode|util\..*)$")


def collect():
    """All cases of all tests."""
    cases = []
    e2e_test.E2ETest.check = lambda self, batch, flags=(): cases.extend(batch)
    for path in sorted(FOLDER.glob("*_test.py")):
        if path.stem in WITHOUT_TABLES or path.stem == "e2e_test":
            continue
        suite = unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(path.stem))
        result = unittest.TestResult()
        suite.run(result)
        for test, error in result.errors + result.failures:
            raise SystemExit(f"{test}: {error}")
    return cases


def operations(cases):
    """{operation: types}"""
    found = {}
    for case in cases:
        lines = case.test_text().splitlines()
        for index, line in enumerate(lines):
            for dialect, name in OPERATION.findall(line):
                operation = f"{dialect}.{name}".rstrip(".")
                if not HIDDEN.match(operation):
                    types = TYPE.findall(line) or types_behind_regions(lines[index + 1:])
                    found.setdefault(operation, set()).update(types)
    return found


def types_behind_regions(lines):
    """Those of the line that ends the operation's regions."""
    for line in lines:
        if line.startswith("}") and TYPE.search(line):
            return TYPE.findall(line)
    return []


def table():
    lines = [f"| operation | {' | '.join(BACKENDS)} |", "|---|" + "---|" * len(BACKENDS)]
    for operation, types in sorted(operations(collect()).items()):
        cells = []
        for runs in BACKENDS.values():
            present = [name for name in ORDER if name in types and runs(operation, name)]
            if types and not present:
                cells.append("–")
            else:  # not twice
                cells.append("same" if cells and cells[0] == " ".join(present)
                             else " ".join(present))
        lines.append(f"| `{operation}` | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
