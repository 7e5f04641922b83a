# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes models with every operator and type that the cases have, once each, for
tests that break files.

    /usr/bin/python3 tests/tflite/write_models.py --output=/tmp/models
"""

import argparse
import importlib
import pathlib

import paths  # noqa: F401  (makes the next ones importable)
import variables_test
from tflite_writer import Model

FAMILIES = ("activation", "arithmetic", "control", "convolution", "reduction", "shape")
FUNCTIONS_PER_MODEL = 25


def selected(family):
    """The first case of each operator with its types and options."""
    chosen = {}
    for case in importlib.import_module(f"cases_{family}").cases():
        types = [each and each.type.name for each in case.operands]
        key = (type(case).__name__, case.operator, *sorted(case.options), str(types),
               str(case.types))
        chosen.setdefault(key, case)
    return list(chosen.values())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", required=True, type=pathlib.Path)
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    for name in FAMILIES:
        cases = selected(name)
        for start in range(0, len(cases), FUNCTIONS_PER_MODEL):
            model = Model()
            for each in cases[start:start + FUNCTIONS_PER_MODEL]:
                each.build(model)
            path = output / f"cases_{name}_{start // FUNCTIONS_PER_MODEL}.tflite"
            path.write_bytes(model.to_bytes())
    (output / "variables.tflite").write_bytes(variables_test.counter().to_bytes())
