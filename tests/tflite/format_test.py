# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks the writer of .tflite files against the reader, the reader against
published models, and the table of numbers against the compiler's schema, which was
written independently.

    /usr/bin/python3 tests/tflite/format_test.py
"""

import json
import pathlib
import subprocess
import tempfile
import unittest

import numpy as np
import paths
import tflite_format
import tflite_reader
from tflite_writer import Model

# What https://github.com/mlcommons/tiny says of its models: file, operators,
# shape of input and output, and multiplications and additions of one inference.
PUBLISHED = (
    ("kws_ref_model.tflite", 13, (1, 49, 10, 1), (1, 12), 2656768),
    ("vww_96_int8.tflite", 31, (1, 96, 96, 3), (1, 2), 7489664),
    ("pretrainedResnet_quant.tflite", 16, (1, 32, 32, 3), (1, 10), 12501632),
    ("ad01_int8.tflite", 10, (1, 640), (1, 640), 264192),
)


def multiplications(graph, operator):
    """Of a convolution or fully connected layer, 0 of others."""
    if operator.name not in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"):
        return 0
    weights = graph.tensors[operator.inputs[1]].shape
    output = graph.tensors[operator.outputs[0]].shape
    of_one_output = weights[1] * weights[2] if "DEPTHWISE" in operator.name else weights[1:]
    return int(np.prod(output) * np.prod(of_one_output))


class Published(unittest.TestCase):
    def test_models(self):
        for name, operators, input_shape, output_shape, count in PUBLISHED:
            with self.subTest(name):
                model = tflite_reader.read((paths.require_models() / name).read_bytes())
                self.assertEqual((model.version, len(model.subgraphs)), (3, 1))
                graph = model.subgraphs[0]
                self.assertEqual(len(graph.operators), operators)
                self.assertEqual(graph.tensors[graph.inputs[0]].shape, input_shape)
                self.assertEqual(graph.tensors[graph.outputs[0]].shape, output_shape)
                self.assertEqual(
                    sum(multiplications(graph, each) for each in graph.operators), count)

    def test_rewritten(self):
        """Reading, writing and reading again gives the same model."""
        for path in sorted(paths.require_models().glob("*.tflite")):
            with self.subTest(path.name):
                first = tflite_reader.read(path.read_bytes())
                second = tflite_reader.read(rewrite(first).to_bytes())
                np.testing.assert_equal(vars_of(second), vars_of(first))


def vars_of(value):
    """Plain lists and dicts of a model."""
    if isinstance(value, list):
        return [vars_of(each) for each in value]
    return {key: vars_of(each) for key, each in vars(value).items()} if hasattr(
        value, "__dataclass_fields__") else value


def rewrite(model):
    copy = Model(model.description, model.version)
    for graph in model.subgraphs:
        target = copy.subgraph(graph.name)
        for tensor in graph.tensors:
            target.tensor(tensor.name, tensor.shape, tensor.type,
                          data=None if tensor.data is None else tensor.data.tobytes(),
                          scale=tensor.scale, zero_point=tensor.zero_point, axis=tensor.axis,
                          is_variable=tensor.is_variable)
        for operator in graph.operators:
            target.operator(operator.name, operator.inputs, operator.outputs,
                            version=operator.version, **operator.options)
        target.inputs, target.outputs = graph.inputs, graph.outputs
    return copy


def distinct_value(kind, position):
    """A value for an option that is neither its default nor its neighbour's."""
    if kind in tflite_format.ENUMS:
        return tflite_format.ENUMS[kind][1]
    return {"int": 100 + position, "int8": 1, "bool": position % 2 == 0,
            "float": 0.5 + position, "ints": [position, -1], "string": f"s{position}",
            "type": "int64"}[kind]


class Written(unittest.TestCase):
    def test_options_of_every_operator(self):
        for name, (_, options) in tflite_format.OPERATORS.items():
            if name == "CUSTOM":
                continue
            fields = tflite_format.OPTIONS[options][1] if options else []
            values = {field: distinct_value(kind, position)
                      for position, (field, kind, _) in enumerate(fields)}
            model = Model()
            graph = model.subgraph("main")
            tensors = [graph.tensor(str(index), (index,), "float32") for index in range(4)]
            graph.operator(name, [tensors[0], -1, tensors[1]], [tensors[2]], version=7,
                           intermediates=[tensors[3]], **values)
            read = tflite_reader.read(model.to_bytes()).subgraphs[0].operators[0]
            self.assertEqual(
                (read.name, read.version, read.inputs, read.outputs, read.intermediates),
                (name, 7, [0, -1, 1], [2], [3]))
            self.assertEqual(read.options, values, name)

    def test_constants_of_every_type(self):
        model = Model("constants")
        graph = model.subgraph("main")
        arrays = {}
        for name, (_, dtype) in tflite_format.ELEMENT_TYPES.items():
            values = np.array([[-8, 7, 0], [1, -1, 5]] if name == "int4" else [[0, 1, 2], [1, 0, 3]])
            arrays[name] = values.astype(dtype)
            graph.constant(name, arrays[name], name, scale=[0.5, 0.25], zero_point=[-3, 2**40],
                           axis=1)
        tensors = tflite_reader.read(model.to_bytes()).subgraphs[0].tensors
        for tensor, (name, array) in zip(tensors, arrays.items(), strict=True):
            self.assertEqual((tensor.name, tensor.type), (name, name))
            np.testing.assert_array_equal(tensor.data, array)
            self.assertEqual(tensor.data.dtype, array.dtype)
            self.assertEqual(tensor.scale.tolist(), [0.5, 0.25])
            self.assertEqual(tensor.zero_point.tolist(), [-3, 2**40])
            self.assertEqual(tensor.axis, 1)

    def test_int4_is_packed_low_half_first(self):
        graph = Model().subgraph("main")
        graph.constant("w", np.array([1, -2, 3], np.int8), "int4")
        self.assertEqual(graph.tensors[0].data, bytes([0xE1, 0x03]))

    def test_subgraphs_signatures_and_custom_operators(self):
        model = Model("several")
        for name in ("first", "second"):
            graph = model.subgraph(name)
            graph.input("in_" + name, (2,), "int32")
            graph.output("out_" + name, (3,), "bool")
            graph.tensor("state", (1,), "int8", is_variable=True)
            graph.custom("Mine" + name, graph.inputs, graph.outputs, b"options")
            model.signature("sign_" + name, graph, outputs={"renamed": graph.outputs[0]})
        model = tflite_reader.read(model.to_bytes())
        self.assertEqual(model.description, "several")
        for index, name in enumerate(("first", "second")):
            graph, signature = model.subgraphs[index], model.signatures[index]
            self.assertEqual((graph.name, graph.inputs, graph.outputs), (name, [0], [1]))
            self.assertEqual([each.is_variable for each in graph.tensors], [False, False, True])
            operator = graph.operators[0]
            self.assertEqual((operator.name, operator.custom_code, operator.custom_options),
                             ("CUSTOM", "Mine" + name, b"options"))
            self.assertEqual((signature.key, signature.subgraph), ("sign_" + name, index))
            self.assertEqual((signature.inputs, signature.outputs),
                             ({"in_" + name: 0}, {"renamed": 1}))

    def test_buffers_are_aligned(self):
        """The format asks for 16 bytes; kernels read constants where they lie."""
        model = Model()
        graph = model.subgraph("main")
        patterns = [bytes([0xA5, 0x5A, index, 0xC3] * 5) for index in range(3)]
        for pattern in patterns:
            graph.constant("c", np.frombuffer(pattern, np.uint8))
            graph.constant("odd", np.zeros(1, np.int8))
        data = model.to_bytes()
        self.assertEqual([data.index(pattern) % 16 for pattern in patterns], [0, 0, 0])

    def test_unknown_option(self):
        model = Model()
        model.subgraph("main").operator("SOFTMAX", [], [], gamma=1.0)
        with self.assertRaisesRegex(KeyError, "SOFTMAX has no option gamma"):
            model.to_bytes()


# Deprecated fields, and one that is an enumeration for flatc.
UNPRINTED = ("new_height", "new_width", "weights_format")


class CompilersSchema(unittest.TestCase):
    """flatc prints a model by the compiler's schema as JSON: operators and the values
    of their options, in the order of the fields, must be what was written."""

    def print_as_json(self, data):
        schema = paths.ROOT / "compiler" / "Input" / "TFLite" / "tflite.fbs"
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "model.tflite"
            path.write_bytes(data)
            subprocess.run(["flatc", "--json", "--strict-json", "--raw-binary", "-o", folder, schema,
                            "--", path], check=True, capture_output=True, timeout=30)
            return json.loads(path.with_suffix(".json").read_text())

    def test_operators_and_options(self):
        model, expected = Model(), []
        graph = model.subgraph("main")
        for name, (code, options) in tflite_format.OPERATORS.items():
            fields = tflite_format.OPTIONS[options][1] if options else []
            fields = [field for field in fields if field[0] not in UNPRINTED]
            if name == "CUSTOM" or (options and not fields):    # nothing to see, or unknown there
                continue
            values = {field: distinct_value(kind, position)
                      for position, (field, kind, _) in enumerate(fields)}
            # The version tells which operator flatc's entry belongs to.
            graph.operator(name, [], [], version=1000 + code, **values)
            expected.append((name, options, code, [
                values[field].upper() if kind == "type" else values[field]
                for field, kind, _ in fields if values[field] is not False]))
        printed = self.print_as_json(model.to_bytes())
        self.assertGreater(len(expected), 60)
        for operator, (name, options, code, values) in zip(
                printed["subgraphs"][0]["operators"], expected, strict=True):
            entry = printed["operator_codes"][operator.get("opcode_index", 0)]
            self.assertEqual((entry["version"], entry.get("code", "ADD")), (1000 + code, name))
            self.assertEqual(operator.get("options_type"), options)
            self.assertEqual([value for value in operator.get("options", {}).values()
                              if value is not False], values, name)

    def test_element_types(self):
        model = Model()
        graph = model.subgraph("main")
        for name in tflite_format.ELEMENT_TYPES:
            graph.tensor(name.upper(), (1,), name)
        tensors = self.print_as_json(model.to_bytes())["subgraphs"][0]["tensors"]
        for tensor in tensors:
            self.assertEqual(tensor.get("type", "FLOAT32"), tensor["name"])


if __name__ == "__main__":
    unittest.main()
