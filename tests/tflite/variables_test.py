# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Variables that a model keeps between invocations: VAR_HANDLE, READ_VARIABLE,
ASSIGN_VARIABLE and CALL_ONCE, called several times in one process.

    /usr/bin/python3 tests/tflite/variables_test.py --bin=build/bin
"""

import argparse
import pathlib
import platform
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import paths  # noqa: F401  (makes the next one importable)
from tflite_writer import Model

OPTIONS = argparse.Namespace(bin=None)


def handle(graph, name="v", shape=(), container=""):
    tensor = graph.tensor(f"{name}_handle", shape, "resource")
    graph.operator("VAR_HANDLE", [], [tensor], container=container, shared_name=name)
    return tensor


def read(graph, variable, name, shape, type, **quantization):
    tensor = graph.tensor(name, shape, type, **quantization)
    graph.operator("READ_VARIABLE", [variable], [tensor])
    return tensor


def counter(initial=(1.0, 2.0, 3.0)):
    """add(x) -> v + x, which v is from then on; get() -> v; v is `initial` at first."""
    model = Model()
    add, get, init = (model.subgraph(name) for name in ("add", "get", "init"))
    x, out = add.input("x", (3,), "float32"), add.output("sum", (3,), "float32")
    add.operator("CALL_ONCE", [], [], init_subgraph=init.index)
    v = handle(add)
    add.operator("ADD", [read(add, v, "old", (3,), "float32"), x], [out])
    add.operator("ASSIGN_VARIABLE", [v, out], [])
    get.operator("CALL_ONCE", [], [], init_subgraph=init.index)
    v = handle(get)
    get.outputs.append(read(get, v, "value", (3,), "float32"))
    v = handle(init)
    init.operator("ASSIGN_VARIABLE", [v, init.constant("start", np.float32(initial))], [])
    model.signature("add", add)
    model.signature("get", get)
    return model


class VariablesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def compile(self, model):
        (self.folder / "model.tflite").write_bytes(model.to_bytes())
        return subprocess.run(
            [OPTIONS.bin / "iree-compile", "--iree-hal-target-backends=llvm-cpu",
             f"--iree-llvm-target-triple={platform.machine()}-pc-linux-elf",
             self.folder / "model.tflite", "-o", self.folder / "model.vmfb"],
            capture_output=True, text=True, timeout=120, check=False)

    def check(self, model, calls):
        """`calls` are (function, arguments, expected results), in this order."""
        result = self.compile(model)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        command = [OPTIONS.bin / "iree-run-module", f"--module={self.folder}/model.vmfb"]
        outputs = []
        for function, arguments, expected in calls:
            command.append(f"--function={function}")
            for value in arguments:
                path = self.folder / f"in{len(command)}.npy"
                np.save(path, value)
                command.append(f"--input=@{path}")
            for value in expected:
                path = self.folder / f"out{len(command)}.npy"
                outputs.append((function, path, value))
                command.append(f"--output=@{path}")
        result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        for index, (function, path, expected) in enumerate(outputs):
            actual = np.load(path)
            self.assertEqual(actual.dtype, expected.dtype)
            np.testing.assert_array_equal(actual, expected, f"result {index}, of @{function}")

    def check_error(self, model, expected):
        result = self.compile(model)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr, f"{self.folder}/model.tflite: {expected}\n")

    def test_initial_values(self):
        # Small integers: sums are exact.
        value = np.float32([1, 2, 3])
        calls = [("get", [], [value])]
        for step in np.float32([[1, 0, -1], [5, 5, 5], [-3, 2, 8]]):
            value = value + step
            calls += [("add", [step], [value]), ("get", [], [value])]
        self.check(counter(), calls)

    def test_without_initial_value(self):
        """Zeros at first; the old value is returned."""
        model = Model()
        graph = model.subgraph("main")
        x = graph.input("x", (2, 2), "int32")
        v = handle(graph, shape=(1,), container="box")
        graph.outputs.append(read(graph, v, "old", (2, 2), "int32"))
        graph.operator("ASSIGN_VARIABLE", [v, x], [])
        rows = [np.int32([[1, 2], [3, 4]]), np.int32([[-5, 6], [7, 8]])]
        self.check(model, [("main", [rows[0]], [np.zeros((2, 2), np.int32)]),
                           ("main", [rows[1]], [rows[0]]), ("main", [rows[0]], [rows[1]])])

    def test_types(self):
        """Kept as they are: quantised, unsigned, boolean."""
        quantised = {"scale": 0.5, "zero_point": 3}
        for type, fields in (("int8", quantised), ("uint8", quantised), ("int16", {"scale": 0.25}),
                             ("int64", {}), ("bool", {}), ("uint8", {})):
            with self.subTest(type, **fields):
                dtype = np.dtype(type)
                first, second = (np.array([0, 1, 1, 0, 1]).astype(dtype),
                                 np.array([1, 1, 0, 0, 1]).astype(dtype))
                if type != "bool":
                    limits = np.iinfo(dtype)
                    first = np.array([limits.min, limits.max, 3, 0, 1]).astype(dtype)
                    second = np.array([7, limits.min, limits.max, 100, 0]).astype(dtype)
                model = Model()
                graph, init = model.subgraph("main"), model.subgraph("init")
                x = graph.input("x", (5,), type, **fields)
                graph.operator("CALL_ONCE", [], [], init_subgraph=1)
                v = handle(graph)
                graph.outputs.append(read(graph, v, "old", (5,), type, **fields))
                graph.operator("ASSIGN_VARIABLE", [v, x], [])
                init.operator("ASSIGN_VARIABLE",
                              [handle(init), init.constant("start", first, **fields)], [])
                self.check(model, [("main", [second], [first]), ("main", [first], [second]),
                                   ("main", [first], [first])])

    def test_branches(self):
        """IF: one subgraph assigns, the other reads. Two variables, one name in two containers."""
        model = Model()
        main, push, pop = (model.subgraph(name) for name in ("main", "push", "pop"))
        condition = main.input("condition", (), "bool")
        x = main.input("x", (2,), "float32")
        main.operator("IF", [condition, x], [main.output("r", (2,), "float32")],
                      then_subgraph=1, else_subgraph=2)
        x = push.input("x", (2,), "float32")
        top, below = handle(push, container="top"), handle(push, container="below")
        push.operator("ASSIGN_VARIABLE", [below, read(push, top, "t", (2,), "float32")], [])
        push.operator("ASSIGN_VARIABLE", [top, x], [])
        push.outputs.append(x)
        x = pop.input("x", (2,), "float32")
        top, below = handle(pop, container="top"), handle(pop, container="below")
        old = read(pop, top, "t", (2,), "float32")
        pop.operator("ASSIGN_VARIABLE", [top, read(pop, below, "b", (2,), "float32")], [])
        pop.outputs.append(old)
        a, b, ignored = np.float32([1, 2]), np.float32([3, 4]), np.float32([9, 9])
        yes, no = np.bool_(True), np.bool_(False)
        self.check(model, [("main", [yes, a], [a]), ("main", [yes, b], [b]),
                           ("main", [no, ignored], [b]), ("main", [no, ignored], [a]),
                           ("main", [no, ignored], [a])])

    def test_errors(self):
        model = counter()
        model.subgraphs[1].tensors[1].shape = (4,)
        self.check_error(model, "get/2 READ_VARIABLE value: error: the variable 'v' holds "
                         "'tensor<4xf32>' here, 'tensor<3xf32>' elsewhere; supported: one type")

        model = counter()
        init = model.subgraphs[2]
        x = init.operators[-1].inputs[1]
        init.operators.pop()
        once = handle(init, "w")
        init.operator("ASSIGN_VARIABLE", [0, read(init, once, "x", (3,), "float32")], [])
        init.operator("ASSIGN_VARIABLE", [once, x], [])
        self.check_error(model, "init/3 ASSIGN_VARIABLE: error: the initial value of a variable is "
                         "computed by the model; supported: constants")

        model = counter()
        init = model.subgraphs[2]
        other = init.constant("other", np.float32([4, 5, 6]))
        init.operator("ASSIGN_VARIABLE", [0, other], [])
        self.check_error(model, "init/2 ASSIGN_VARIABLE: error: the variable gets two initial "
                         "values; supported: one")

        model = counter()
        init = model.subgraphs[2]
        init.inputs.append(init.tensor("x", (1,), "float32"))
        self.check_error(model, "add/0 CALL_ONCE: error: subgraph 'init' has 1 inputs and 0 "
                         "outputs; supported: none")

        model = counter()
        model.subgraphs[2].operator("CALL_ONCE", [], [], init_subgraph=3)
        model.subgraph("more")
        self.check_error(model, "add/0 CALL_ONCE: error: subgraph 'init', which runs once, "
                         "contains CALL_ONCE; supported: operators that call nothing")

        model = Model()
        graph = model.subgraph("main")
        graph.input("v", (), "resource")
        graph.outputs.append(read(graph, 0, "value", (3,), "float32"))
        self.check_error(model, "main/0 READ_VARIABLE value: error: operand 0, 'v', comes from "
                         "elsewhere; supported: a VAR_HANDLE of the same subgraph")

        model = counter()
        model.subgraphs[0].operators[0].options = {"init_subgraph": 7}
        self.check_error(model, "error: add/0 CALL_ONCE: calls subgraph 7 of 3")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path,
                        help="directory of iree-compile and iree-run-module")
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    unittest.main(argv=[sys.argv[0], *rest])
