# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares the numpy reference with TensorFlow Lite Micro's own interpreter on every
case: what keeps the reference honest, and not part of the test suite, because the
interpreter is not in Debian. With its Python package `tflite_micro` in a virtual
environment (besides numpy and flatbuffers):

    venv/bin/python tests/tflite/against_tflm.py [family ...]
"""

import importlib
import os
import pickle
import sys

import numpy as np
import paths  # noqa: F401  (makes the next ones importable)
import reference
import tflite_reader
from tflite_writer import Model

FAMILIES = ("convolution", "arithmetic", "activation", "reduction", "shape", "control", "network")
ARENA_BYTES = 4 << 20
# Where the reference is to differ, and why.
KNOWN = {"space_to_batch_i8_zero_point": "the kernel pads with stored zeros, not real ones"}


def run_kernel(data, case):
    """Results, or None if the interpreter refuses. In a process of its own: a kernel
    that meets what it does not expect aborts."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        from tflite_micro import runtime
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            interpreter = runtime.Interpreter.from_bytes(data, arena_size=ARENA_BYTES)
            for index, value in enumerate(case.inputs):
                interpreter.set_input(value.copy(), index)
            interpreter.invoke()
            results = [np.array(interpreter.get_output(i)) for i in range(len(case.types))]
            os.write(writing, pickle.dumps(results))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        data = stream.read()
    os.waitpid(child, 0)
    return pickle.loads(data) if data else None


def same(case, result, expected):
    result = result.reshape(expected.shape)
    if expected.dtype.kind == "f":
        return np.allclose(result, expected, 1e-5, case.floor)
    return np.array_equal(result, expected)


def compare_family(family):
    """Prints what differs; returns its number."""
    counts = {"equal": 0, "refused": 0, "different": 0, "known to differ": 0}
    for case in importlib.import_module(f"cases_{family}").cases():
        model = Model()
        case.build(model)
        model.signatures = []
        data = model.to_bytes()
        results = run_kernel(data, case)
        if results is None:
            counts["refused"] += 1
            continue
        expected = reference.run(tflite_reader.read(data), [v.copy() for v in case.inputs]).outputs
        if all(same(case, *pair) for pair in zip(results, expected, strict=True)):
            counts["equal"] += 1
        elif case.name in KNOWN:
            counts["known to differ"] += 1
        else:
            counts["different"] += 1
            print("different:", case.name)
    print(family + ":", ", ".join(f"{count} {what}" for what, count in counts.items() if count))
    return counts["different"]


if __name__ == "__main__":
    sys.exit(sum(compare_family(family) for family in sys.argv[1:] or FAMILIES) > 0)
