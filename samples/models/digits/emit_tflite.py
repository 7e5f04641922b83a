# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the digits network as TensorFlow Lite models."""

import pathlib
import sys

import numpy as np

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "build_tools" / "tflite"))
from tflite_writer import Model  # noqa: E402

# name, operator, stride, output shape
_CONVOLUTIONS = (
    ("conv1", "CONV_2D", 1, (1, 8, 8, 8)),
    ("conv2", "CONV_2D", 2, (1, 4, 4, 16)),
    ("dw", "DEPTHWISE_CONV_2D", 1, (1, 4, 4, 16)),
)


def _network(element, activation, weights):
    """activation(layer): quantisation of its output; weights(graph, layer): the
    indices of its weights and biases."""
    model = Model("Handwritten digits, 8x8")
    graph = model.subgraph("main")
    x = graph.input("image", (1, 8, 8, 1), element, **activation("image"))
    for name, operator, stride, shape in _CONVOLUTIONS:
        y = graph.tensor(name, shape, element, **activation(name))
        options = {"depth_multiplier": 1} if "DEPTHWISE" in operator else {}
        graph.operator(operator, [x, *weights(graph, name)], [y], version=3, padding="SAME",
                       stride_w=stride, stride_h=stride, activation="RELU", **options)
        x = y
    y = graph.tensor("flat", (1, 256), element, **activation("dw"))
    graph.operator("RESHAPE", [x, graph.constant("shape", np.array([1, 256], np.int32))], [y],
                   new_shape=[1, 256])
    logits = graph.output("logits", (1, 10), element, **activation("fc"))
    graph.operator("FULLY_CONNECTED", [y, *weights(graph, "fc")], [logits], version=4)
    model.signature("digits", graph)
    return model.to_bytes()


def _layout(name, weight):
    """From the layouts of float_model.py and quantize.py to the file's."""
    if name == "dw":
        return weight.reshape(1, 3, 3, 16)
    return weight.reshape(10, 256) if name == "fc" else weight


def digits_f32(p):
    """p: float32 parameters in the layouts of float_model.py."""
    def weights(graph, name):
        weight = p["fc_w"].T if name == "fc" else _layout(name, p[name + "_w"])
        return graph.constant(name + "_w", weight), graph.constant(name + "_b", p[name + "_b"])
    return _network("float32", lambda name: {}, weights)


def digits_i8(layers):
    """layers: the result of quantize.quantize()."""
    def activation(name):
        if name == "image":
            layer = layers["conv1"]
            return {"scale": layer["in_scale"], "zero_point": layer["in_zp"]}
        return {"scale": layers[name]["out_scale"], "zero_point": layers[name]["out_zp"]}

    def weights(graph, name):
        layer = layers[name]
        scale, axis = layer["w_scale"], 3 if name == "dw" else 0
        return (graph.constant(name + "_w", _layout(name, layer["w"]), scale=scale, axis=axis),
                graph.constant(name + "_b", layer["b"], scale=layer["in_scale"] * scale))
    return _network("int8", activation, weights)
