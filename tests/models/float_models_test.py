# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The float32 models, compiled for this machine, against a reference in double
precision: every operator's output within 1e-5.

    /usr/bin/python3 tests/models/float_models_test.py --bin=build/bin --flatc=/usr/bin/flatc
"""

import importlib
import subprocess
import sys

import numpy as np
import published

DTYPES = {0: np.float32, 9: np.int8, 2: np.int32}
SAME, NONE, RELU = 0, 0, 1


class Reference:
    """One subgraph, as classes that flatc generates have it, operator by operator."""

    def __init__(self, model):
        self.model, self.graph = model, model.subgraphs[0]
        self.values = {}

    def value(self, index):
        """As doubles: constants with their scales applied."""
        if index in self.values:
            return self.values[index]
        tensor = self.graph.tensors[index]
        data = bytes(self.model.buffers[tensor.buffer].data)
        value = np.frombuffer(data, DTYPES[tensor.type]).reshape(tensor.shape).astype(float)
        quantization = tensor.quantization
        if quantization is not None and quantization.scale is not None:
            shape = [1] * value.ndim
            shape[quantization.axis] = -1
            zero = np.array(quantization.zeroPoint, float).reshape(shape)
            value = (value - zero) * np.float32(quantization.scale).astype(float).reshape(shape)
        return value

    def run(self, x):
        """Returns every operator's output."""
        self.values[self.graph.inputs[0]] = x.astype(float)
        outputs = []
        for op in self.graph.operators:
            code = self.model.operatorCodes[op.opcodeIndex].shortCode
            y = OPERATORS[code](op.options, *(self.value(i) for i in op.inputs))
            y = y.reshape(self.graph.tensors[op.outputs[0]].shape)
            activation = getattr(op.options, "activation", NONE)
            assert activation in (NONE, RELU)
            self.values[op.outputs[0]] = np.maximum(y, 0) if activation == RELU else y
            outputs.append(self.values[op.outputs[0]])
        return outputs


def windows(options, x, height, width):
    """Windows of the padded input: batch, rows, columns, height, width, channels."""
    pads = [(0, 0)]
    for size, kernel, stride in ((x.shape[1], height, options.strideH),
                                 (x.shape[2], width, options.strideW)):
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        pads.append((total // 2, total - total // 2) if options.padding == SAME else (0, 0))
    view = np.lib.stride_tricks.sliding_window_view(np.pad(x, [*pads, (0, 0)]),
                                                    (height, width), axis=(1, 2))
    view = view[:, ::options.strideH, ::options.strideW]
    return np.moveaxis(view, 3, 5)


def convolution(options, x, w, bias):
    return np.einsum("nyxhwc,ohwc->nyxo", windows(options, x, *w.shape[1:3]), w) + bias


def depthwise(options, x, w, bias):
    return np.einsum("nyxhwc,hwc->nyxc", windows(options, x, *w.shape[1:3]), w[0]) + bias


def softmax(options, x):
    exps = np.exp(options.beta * (x - x.max(-1, keepdims=True)))
    return exps / exps.sum(-1, keepdims=True)


def average(options, x):
    assert options.padding != SAME
    return windows(options, x, options.filterH, options.filterW).mean((3, 4))


OPERATORS = {
    1: average, 3: convolution, 4: depthwise, 22: lambda options, x, shape=None: x,
    9: lambda options, x, w, bias: x @ w.T + bias, 25: softmax,
}


class FloatModels(published.PublishedTest):
    def read(self, file):
        schema = published.ROOT / "compiler" / "Input" / "TFLite" / "tflite.fbs"
        subprocess.run([published.OPTIONS.flatc, "--python", "--gen-object-api", "--gen-onefile",
                        "-o", self.folder, schema], check=True, timeout=60)
        sys.path.insert(0, str(self.folder))
        self.addCleanup(sys.path.remove, str(self.folder))
        generated = importlib.import_module("tflite_generated")
        data = (self.models / file).read_bytes()
        return generated.ModelT.InitFromObj(generated.Model.GetRootAs(data))

    def check(self, file, shape):
        expected_of = Reference(self.read(file)).run
        x = np.random.default_rng(1).normal(size=shape).astype(np.float32)
        np.save(self.folder / "x.npy", x)
        expected = expected_of(x)
        module = self.compile(file, "--iree-dump-tensors")
        results = self.call(module, f"@{self.folder}/x.npy", 1 + len(expected))
        self.assertEqual(results[0], results[-1])
        for index, (result, wanted) in enumerate(zip(results[1:], expected)):
            with self.subTest(operator=index):
                actual = np.frombuffer(result, np.float32).reshape(wanted.shape)
                # Sums cancel: relative to the largest value of the tensor.
                np.testing.assert_allclose(actual, wanted, 1e-5, 1e-5 * np.abs(wanted).max())

    def test_keyword_spotting(self):
        """Float activations; convolutions with int8 weights."""
        self.check("kws_ref_model_float32.tflite", (1, 49, 10, 1))

    def test_anomaly_detection(self):
        self.check("ad01_fp32.tflite", (1, 640))


if __name__ == "__main__":
    published.main()
