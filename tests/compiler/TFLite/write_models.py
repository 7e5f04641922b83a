# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes small .tflite models that between them use every part of the importer."""

import argparse
import pathlib
import tempfile

from tflite_json import Model, convolution, per_tensor, unary

SOFTMAX = ("SoftmaxOptions", {"beta": 1.0})


def with_signature():
    model = convolution()
    model.root["signatures"] = [{"key": "serve", "subgraph_index": 0,
                                 "inputs": [{"name": "image", "tensor_index": 0}],
                                 "outputs": [{"name": "scores", "tensor_index": 4}]}]
    return model


def pooled(type, quantization):
    options = {"padding": "SAME", "stride_w": 2, "stride_h": 2, "filter_w": 3, "filter_h": 3,
               "activation": "RELU6"}
    return unary("AVERAGE_POOL_2D", [1, 5, 5, 2], type, ("Pool2DOptions", options),
                 (quantization, quantization), result=[1, 3, 3, 2])


def several():
    """f32: FULLY_CONNECTED, PAD, ADD with broadcasting, MEAN, CONCATENATION."""
    model = Model()
    x = model.tensor("x", [2, 4], "FLOAT32")
    w = model.tensor("w", [3, 4], "FLOAT32", None, [0, 0, 128, 63] * 12)
    h = model.tensor("h", [2, 3], "FLOAT32")
    model.operator("FULLY_CONNECTED", [x, w, -1], [h], ("FullyConnectedOptions", {}))
    amounts = model.tensor("amounts", [2, 2], "INT32", None,
                           [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0])
    p = model.tensor("p", [3, 5], "FLOAT32")
    model.operator("PAD", [h, amounts], [p])
    row = model.tensor("row", [5], "FLOAT32", None, [0, 0, 0, 64] * 5)
    s = model.tensor("s", [3, 5], "FLOAT32")
    model.operator("ADD", [p, row], [s], ("AddOptions", {"activation": "RELU"}))
    axes = model.tensor("axes", [1], "INT32", None, [255] * 4)
    m = model.tensor("m", [3, 1], "FLOAT32")
    model.operator("MEAN", [s, axes], [m], ("ReducerOptions", {"keep_dims": True}))
    c = model.tensor("c", [3, 6], "FLOAT32")
    model.operator("CONCATENATION", [s, m], [c], ("ConcatenationOptions", {"axis": 1}))
    model.graph["inputs"], model.graph["outputs"] = [x], [c]
    return model


MODELS = {
    "convolution": convolution(), "signature": with_signature(), "several": several(),
    "pool_i8": pooled("INT8", per_tensor(0.1, 3)), "pool_u8": pooled("UINT8", per_tensor(0.1, 99)),
    "softmax": unary("SOFTMAX", [2, 9], "INT8", SOFTMAX,
                     (per_tensor(0.1), per_tensor(1 / 256, -128))),
    "tanh": unary("TANH", [7], "INT8", None, (per_tensor(0.05, 2), per_tensor(1 / 128))),
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for option in ("output", "flatc", "schema"):
        parser.add_argument(f"--{option}", required=True)
    arguments = parser.parse_args()
    output = pathlib.Path(arguments.output)
    output.mkdir(parents=True, exist_ok=True)
    for name, model in MODELS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = model.write(folder, arguments.flatc, arguments.schema)
            (output / f"{name}.tflite").write_bytes(path.read_bytes())
