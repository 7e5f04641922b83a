# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Wrong .tflite models: one error that says where, what, and what is supported.

    /usr/bin/python3 tests/compiler/TFLite/errors_test.py --compiler=build/bin/iree-compile \\
        --flatc=/usr/bin/flatc --schema=compiler/Input/TFLite/tflite.fbs
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import unittest

import tflite_json
from tflite_json import Model, convolution, per_tensor, unary

OPTIONS = argparse.Namespace(compiler=None, flatc=None, schema=None)
CONV = "main/0 CONV_2D conv/Relu: error: "


class ErrorsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def compile(self, path, *flags):
        output = self.folder / "model.vmfb"
        result = subprocess.run([OPTIONS.compiler, path, "-o", output, *flags],
                                capture_output=True, text=True, timeout=60)
        self.assertEqual(output.exists(), result.returncode == 0, result.stderr)
        self.assertIn(result.returncode, (0, 1), result.stderr)
        return result

    def check(self, model, expected):
        """expected: the text after the file's name, whole."""
        path = model.write(self.folder, OPTIONS.flatc, OPTIONS.schema)
        result = self.compile(path)
        self.assertEqual(result.stderr, "".join(f"{path}: {line}\n" for line in expected.split("\n")))

    def check_changed(self, change, expected):
        model = convolution()
        change(model)
        self.check(model, expected)

    def test_right_model(self):
        path = convolution().write(self.folder, OPTIONS.flatc, OPTIONS.schema)
        self.assertEqual(self.compile(path).stderr, "")

    def test_files(self):
        good = convolution().write(self.folder, OPTIONS.flatc, OPTIONS.schema).read_bytes()
        path = self.folder / "broken.tflite"
        for data, expected in (
            (b"", "not a .tflite file: the identifier 'TFL3' is missing"),
            (good[:4] + b"TFL2" + good[8:], "not a .tflite file: the identifier 'TFL3' is missing"),
            (good[:8], "the file is damaged: its tables do not lie within it"),
            (good[:len(good) // 2], "the file is damaged: its tables do not lie within it"),
            (b"\xff\xff\xff\x7f" + good[4:], "the file is damaged: its tables do not lie within it"),
        ):
            path.write_bytes(data)
            self.assertEqual(self.compile(path).stderr, f"{path}: error: {expected}\n")

    def test_whole_model(self):
        def at(field, value):
            return lambda m: m.root.__setitem__(field, value)

        signature = {"key": "f", "subgraph_index": 0, "inputs": [], "outputs": []}
        for change, expected in (
            (at("version", 2), "schema version 2 is not supported; supported: 3"),
            (at("subgraphs", []), "the model has no subgraph; nothing could be called"),
            (at("signatures", [dict(signature, subgraph_index=1)]),
             "signature 'f' names subgraph 1 of 1"),
            (at("signatures", [signature, signature]),
             "signature 'f': every signature needs a name of its own"),
            (at("signatures", [dict(signature, inputs=[{"name": "in", "tensor_index": 1}])]),
             "signature 'f': 'in' names tensor 1, which is no input of its subgraph"),
        ):
            self.check_changed(change, f"error: {expected}")

    def test_tensors(self):
        def at(index, **fields):
            return lambda m: m.graph["tensors"][index].update(fields)

        def quantization(**fields):
            return lambda m: m.graph["tensors"][1]["quantization"].update(fields)

        for change, expected in (
            (at(0, shape=[1, -1, 4, 2]),
             "tensor 0 'x' has the dimension -1; supported: static shapes"),
            (at(0, shape=[1] * 7), "tensor 0 'x' has rank 7; supported: 0 to 6"),
            (at(0, shape=[1 << 16, 1 << 16]), "tensor 0 'x' has more than 2147483647 elements"),
            (at(1, buffer=9), "tensor 1 'w' names buffer 9 of 4"),
            (at(1, shape=[3, 3, 3, 1]),
             "tensor 1 'w' has 54 bytes of data; its type and shape need 27"),
            (at(1, sparsity={}), "tensor 1 'w' is sparse; supported: dense tensors"),
            (quantization(scale=[0.5, 0.5], zero_point=[0, 0]),
             "tensor 1 'w' has 2 scales for 3 channels"),
            (quantization(zero_point=[0, 0]), "tensor 1 'w' has 2 zero points for 3 scales"),
            (quantization(axis=4),
             "tensor 1 'w' is quantized along dimension 4, which it does not have"),
            (quantization(zero_point=[0, 0, 200]),
             "tensor 1 'w' has the zero point 200, which its type i8 cannot hold"),
            (quantization(scale=[0.5, -0.5, 0.5]),
             "tensor 1 'w' has a scale that is negative, infinite or no number"),
            (quantization(details_type="BlockwiseQuantization", details={}),
             "tensor 1 'w' has custom or blockwise quantization; supported: scales and zero points "
             "per tensor or per channel"),
        ):
            self.check_changed(change, f"error: main: {expected}")

    def test_buffer_outside(self):
        """Data behind the tables: supported where it lies within the file."""
        model = convolution()
        model.root["buffers"][1] = {"offset": 1 << 20, "size": 54}
        self.check(model, "error: main: tensor 1 'w' has its data at byte 1048576, past the end of "
                          "the file; the file is cut off")
        path = model.write(self.folder, OPTIONS.flatc, OPTIONS.schema)
        path.write_bytes(path.read_bytes().ljust(1 << 20, b"\0") + bytes(range(54)))
        inside = convolution().write(self.folder, OPTIONS.flatc, OPTIONS.schema)
        expected = self.compile(inside, "--compile-to=input").stdout
        model.write(self.folder, OPTIONS.flatc, OPTIONS.schema)
        path.write_bytes(path.read_bytes().ljust(1 << 20, b"\0") + bytes(range(54)))
        self.assertEqual(self.compile(path, "--compile-to=input").stdout, expected)

    def test_graph(self):
        def op(index, **fields):
            return lambda m: m.graph["operators"][index].update(fields)

        for change, expected in (
            (op(0, opcode_index=7), "error: main/0: operator names operator code 7 of 2"),
            (op(0, inputs=[0, 1, 99]), "error: main/0 CONV_2D: input names tensor 99 of 6"),
            (op(0, outputs=[-1]), "error: main/0 CONV_2D: output names tensor -1 of 6"),
            (lambda m: m.graph.update(inputs=[77]), "error: main: input names tensor 77 of 6"),
            (lambda m: m.graph.update(inputs=[0, 1]),
             "error: main: input tensor 1 'w' is a constant or another input"),
            (lambda m: m.graph.update(inputs=[]),
             "error: main/0 CONV_2D conv/Relu: tensor 0 'x' is used before an operator computes it"),
            (op(1, outputs=[3]), "error: main/1 RESHAPE conv/Relu: tensor 3 'conv/Relu;conv/Conv2D' "
                                 "has a value before this operator computes it"),
            (lambda m: m.graph["operators"].pop(),
             "error: main: no operator computes the output tensor 4 'z'"),
        ):
            self.check_changed(change, expected)

    def test_unsupported_operators_are_listed(self):
        model = Model()
        types = ("INT8", "INT64", "STRING")
        a, b, c = (model.tensor(f"t{i}", [4], type) for i, type in enumerate(types))
        model.operator("CUSTOM", [a, -1], [b])
        model.operator("RESHAPE", [b], [c], version=9)
        out = model.tensor("t3", [4], "INT8")
        model.operator("LSTM", [c], [out])
        last = model.tensor("t4", [4], "INT64")
        model.operator("SOFTMAX", [b], [last], ("SoftmaxOptions", {"beta": 1.0}))
        model.root["operator_codes"][0]["custom_code"] = "Magic"
        model.graph["inputs"], model.graph["outputs"] = [a], [last]
        self.check(
            model,
            "main/0 CUSTOM 'Magic' t1: error: CUSTOM 'Magic' version 1, (i8, -) -> i64, is not "
            "supported\n"
            "main/1 RESHAPE t2: note: RESHAPE version 9, (i64) -> STRING, is not supported in this "
            "version; supported: up to 1\n"
            "main/2 LSTM t3: note: LSTM version 1, (STRING) -> i8, is not supported\n"
            "main/3 SOFTMAX t4: note: SOFTMAX version 1, (i64) -> i64, is not supported for these "
            "types; supported: f32 -> f32 | i8 -> i8 | u8 -> u8 | i8 -> i16 | i16 -> i16")

    def test_convolution(self):
        def option(**fields):
            return lambda m: m.graph["operators"][0]["options"].update(fields)

        def tensor(index, **fields):
            return lambda m: m.graph["tensors"][index].update(fields)

        def weights(**fields):
            return lambda m: m.graph["tensors"][1]["quantization"].update(fields)

        for change, expected in (
            (lambda m: m.graph["operators"][0].update(options_type="MulOptions", options={}),
             "the operator's options are missing"),
            (option(stride_h=0), "the height of the window has filter 3, stride 0, dilation 1; "
                                 "supported: positive numbers"),
            (option(padding="VALID", dilation_w=2),
             "the width of the input is 4, less than that of the window, 5"),
            (option(activation="TANH"), "the fused activation TANH is not supported; supported: "
                                        "NONE, RELU, RELU6, RELU_N1_TO_1"),
            (tensor(0, shape=[4, 4, 2]), "the input has rank 3; supported: 4"),
            (tensor(0, shape=[1, 4, 4, 3]), "the input has 3 channels, the filter 2 of them and 3 "
                                            "results, which do not form groups"),
            (tensor(3, shape=[1, 2, 2, 4]), "the operator computes a tensor of shape 1x2x2x3, but "
                                            "its output is declared as 'tensor<1x2x2x4xi8>'"),
            (weights(axis=1), "the filter is quantized along dimension 1; supported: 0, its "
                              "channels"),
            (weights(zero_point=[0, 1, 0]), "the filter has a zero point other than 0; supported "
                                            "for u8 quantized as a whole only"),
            (lambda m: m.graph["tensors"][1].pop("quantization"), "the filter has no scale"),
            (tensor(3, quantization={}),
             "output 'conv/Relu;conv/Conv2D' has 0 scales; supported: one for the whole tensor"),
            (tensor(3, quantization=per_tensor(0.0)),
             "output 'conv/Relu;conv/Conv2D' has the scale 0"),
            # 0.5 * 0.25 / 1e-30 lies between 2^96 and 2^97.
            (tensor(3, quantization=per_tensor(1e-30)), "the operands' scales exceed the output's "
             "by a factor of 2^97; supported: up to 2^29"),
            (tensor(0, shape=[0, 4, 4, 2]), "tensor 'x' has no elements; supported: at least one"),
        ):
            self.check_changed(change, CONV + expected)

    def test_softmax_and_sigmoid(self):
        beta = ("SoftmaxOptions", {"beta": 1.0})
        q, p = per_tensor(0.1, 0), per_tensor(1 / 256, -128)
        for model, name, expected in (
            (unary("SOFTMAX", [], "FLOAT32", beta), "SOFTMAX",
             "the input is a scalar; supported: at least one dimension"),
            (unary("SOFTMAX", [4], "INT8", beta, (q, q)), "SOFTMAX",
             "the output has the scale 1.000000e-01 and the zero point 0; supported: 1 over the "
             "number of values, and the least value"),
            (unary("SOFTMAX", [4], "INT8", beta, (per_tensor(1e-9), p)), "SOFTMAX",
             "beta times the input's scale is 1.000000e-09; supported: more than 2^-26"),
            (unary("LOGISTIC", [4], "INT8", None, (q, q)), "LOGISTIC",
             "the output has the scale 1.000000e-01 and the zero point 0; supported: 1/256 and the "
             "least value"),
            (unary("TANH", [4], "INT8", None, (q, p)), "TANH",
             "the output has the scale 3.906250e-03 and the zero point -128; supported: 1/128 and "
             "the middle value"),
            (unary("LOGISTIC", [4], "INT8", None, (per_tensor(64.0), p)), "LOGISTIC",
             "the input's scale is 6.400000e+01; supported: 2^-28 to 16"),
        ):
            self.check(model, f"main/0 {name} y: error: {expected}")

    def test_shapes(self):
        axis = tflite_json.Model()
        x = axis.tensor("x", [2, 3], "FLOAT32")
        where = axis.tensor("axes", [1], "INT32", None, [5, 0, 0, 0])
        y = axis.tensor("y", [2], "FLOAT32")
        axis.operator("MEAN", [x, where], [y], ("ReducerOptions", {}))
        axis.graph["inputs"], axis.graph["outputs"] = [x], [y]
        self.check(axis, "main/0 MEAN y: error: the axis is 5; supported: -2 to 1")

        axis.graph["tensors"][where].pop("buffer")
        axis.graph["inputs"] = [x, where]
        self.check(axis, "main/0 MEAN y: error: the list of axes is computed by the model; "
                         "supported: constant integers")

        pads = tflite_json.Model()
        x = pads.tensor("x", [2], "FLOAT32")
        amounts = pads.tensor("amounts", [1, 2], "INT32", None, [255] * 4 + [0] * 4)
        y = pads.tensor("y", [2], "FLOAT32")
        pads.operator("PAD", [x, amounts], [y])
        pads.graph["inputs"], pads.graph["outputs"] = [x], [y]
        self.check(pads, "main/0 PAD y: error: the padding is -1; supported: 0 to 2147483647")

        self.check(unary("SQUEEZE", [1, 4], "FLOAT32", result=[5]),
                   "main/0 SQUEEZE y: error: the input, 'tensor<1x4xf32>', and the output, "
                   "'tensor<5xf32>', differ in the number of elements")

    def test_binary(self):
        for code, shapes, expected in (
            ("ADD", ([2, 3], [2], [2, 3]),
             "operands 'tensor<2x3xf32>' and 'tensor<2xf32>' do not broadcast to the output, "
             "'tensor<2x3xf32>'"),
            ("ADD", ([1, 3], [3], [2, 3]),
             "operands 'tensor<1x3xf32>' and 'tensor<3xf32>' do not broadcast to the output, "
             "'tensor<2x3xf32>'"),
            ("BATCH_MATMUL", ([2, 3], [2, 4], [2, 4]),
             "operands 'tensor<2x3xf32>' and 'tensor<2x4xf32>' do not multiply to the output, "
             "'tensor<2x4xf32>'"),
            ("CONCATENATION", ([2, 3], [3, 3], [2, 6]),
             "operand 1, 'tensor<3x3xf32>', does not fit the output, 'tensor<2x6xf32>'"),
            ("CONCATENATION", ([2, 3], [2, 3], [2, 7]),
             "the operands have 6 elements along axis 1, the output 7"),
            ("FULLY_CONNECTED", ([2, 3], [2, 4], [2, 2]),
             "the input has 6 elements, no multiple of the filter's depth, 4"),
        ):
            options = {"ADD": ("AddOptions", {}), "BATCH_MATMUL": ("BatchMatMulOptions", {}),
                       "CONCATENATION": ("ConcatenationOptions", {"axis": -1}),
                       "FULLY_CONNECTED": ("FullyConnectedOptions", {})}[code]
            model = Model()
            tensors = [model.tensor(f"t{i}", shape, "FLOAT32") for i, shape in enumerate(shapes)]
            model.operator(code, tensors[:2], tensors[2:], options)
            model.graph["inputs"], model.graph["outputs"] = tensors[:2], tensors[2:]
            self.check(model, f"main/0 {code} t2: error: {expected}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for option in ("compiler", "flatc", "schema"):
        parser.add_argument(f"--{option}", required=True)
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    unittest.main(argv=[sys.argv[0], *rest])
