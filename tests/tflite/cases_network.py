# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models of several operators: branches, shared constants, values used twice, results
from the middle, several element types."""

import zlib

import numpy as np
from cases import F32, I8, I16, Operand, Type, random_values
from cases_convolution import channel_scales, out_size
from tflite_writer import Model

MIDDLE8, LAST8 = Type("int8", 0.11, -20), Type("int8", 0.16, 7)
MIDDLE16 = Type("int16", 0.0019)


class Network:
    """One model. body(network) adds its layers by methods that take and return tensor
    indices. Random values depend on the network's name and their number alone."""

    def __init__(self, name, body):
        self.name, self.body = name, body
        self.floor = 1e-5
        self.inputs, self.types = [], []
        self.first = True   # the body adds arguments and results to this case, once
        self.build(Model())
        self.first = False

    def build(self, model):
        self.graph, self.count = model.subgraph(self.name), 0
        self.body(self)
        model.signature(self.name, self.graph)
        return self.graph

    def _values(self, shape, type, low, high):
        self.count += 1
        seed = zlib.crc32(f"{self.name} {self.count}".encode())
        return random_values(Operand(shape, type, low=low, high=high), seed)

    @staticmethod
    def _quantization(type):
        return {"scale": type.scale, "zero_point": np.broadcast_to(
            type.zero_point, np.shape(type.scale) or (1,)) if type.scale != () else None,
            "axis": type.axis}

    def argument(self, shape, type):
        values = self._values(shape, type, None, None)
        if self.first:
            self.inputs.append(values)
        return self.graph.input(f"x{self.count}", shape, type.name, **self._quantization(type))

    def constant(self, shape, type, low=None, high=None):
        return self.given(self._values(shape, type, low, high), type)

    def given(self, values, type):
        self.count += 1
        return self.graph.constant(f"c{self.count}", np.asarray(values, type.dtype), type.name,
                                   **self._quantization(type))

    def tensor(self, shape, type):
        self.count += 1
        return self.graph.tensor(f"t{self.count}", tuple(shape), type.name,
                                 **self._quantization(type))

    def shape(self, tensor):
        return self.graph.tensors[tensor].shape

    def result(self, tensor, type):
        self.graph.outputs.append(tensor)
        if self.first:
            self.types.append(type)

    def operator(self, name, inputs, shape, type, **options):
        output = self.tensor(shape, type)
        self.graph.operator(name, inputs, [output], **options)
        return output

    def weights(self, shape, bias_count, type, axis=0):
        """(weights, biases) for inputs of a type."""
        if type is F32:
            return self.constant(shape, F32, -0.5, 0.5), self.constant((bias_count,), F32)
        scale = channel_scales(shape[axis])
        bias = Type("int64" if type.name == "int16" else "int32")
        return (self.constant(shape, Type("int8", scale, 0, axis), -127, 127),
                self.constant((bias_count,), bias, -5000, 5000))

    def conv(self, x, channels, kernel, type, out, *, stride=1, activation="NONE", weights=None,
             padding="SAME"):
        n, h, w, c = self.shape(x)
        weights = weights or self.weights((channels, *kernel, c), channels, type)
        size = (out_size(h, kernel[0], stride, 1, padding), out_size(w, kernel[1], stride, 1, padding))
        return self.operator("CONV_2D", [x, *weights], (n, *size, channels), out, padding=padding,
                             stride_w=stride, stride_h=stride, activation=activation)

    def depthwise(self, x, kernel, type, out, *, stride=1, activation="NONE"):
        n, h, w, c = self.shape(x)
        weights = self.weights((1, *kernel, c), c, type, axis=3)
        size = (out_size(h, kernel[0], stride, 1, "SAME"), out_size(w, kernel[1], stride, 1, "SAME"))
        return self.operator("DEPTHWISE_CONV_2D", [x, *weights], (n, *size, c), out, padding="SAME",
                             stride_w=stride, stride_h=stride, depth_multiplier=1,
                             activation=activation)

    def pool(self, x, kind, kernel, type):
        n, h, w, c = self.shape(x)
        return self.operator(kind, [x], (n, h // kernel[0], w // kernel[1], c), type, padding="VALID",
                             stride_h=kernel[0], stride_w=kernel[1], filter_height=kernel[0],
                             filter_width=kernel[1])

    def dense(self, x, units, type, out):
        rows, columns = self.shape(x)[0], int(np.prod(self.shape(x)[1:]))
        if type is F32:
            operands = self.weights((units, columns), units, F32)
        else:
            bias = Type("int64" if type.name == "int16" else "int32")
            operands = (self.constant((units, columns), Type("int8", 0.004), -127, 127),
                        self.constant((units,), bias, -5000, 5000))
        return self.operator("FULLY_CONNECTED", [x, *operands], (rows, units), out)


def residual(net, x, middle, last, softmax):
    a = net.argument((1, 8, 8, 3), x)
    b = net.conv(a, 8, (3, 3), x, middle, activation="RELU")
    c = net.conv(b, 8, (3, 3), middle, middle, activation="RELU")
    d = net.operator("ADD", [b, c], net.shape(b), last, activation="RELU")
    e = net.conv(d, 8, (1, 1), last, middle, stride=2)
    f = net.pool(e, "AVERAGE_POOL_2D", (4, 4), middle)
    g = net.operator("RESHAPE", [f, net.given([1, 8], Type("int32"))], (1, 8), middle,
                     new_shape=[1, 8])
    h = net.dense(g, 5, middle, last)
    net.result(net.operator("SOFTMAX", [h], (1, 5), softmax, beta=1.0), softmax)


def separable(net):
    a = net.argument((1, 9, 7, 4), I8)
    for stride in (2, 1):
        b = net.depthwise(a, (3, 3), I8 if stride == 2 else MIDDLE8, MIDDLE8, stride=stride,
                          activation="RELU6")
        a = net.conv(b, 6, (1, 1), MIDDLE8, MIDDLE8, activation="RELU")
    net.result(net.pool(a, "MAX_POOL_2D", (5, 4), MIDDLE8), MIDDLE8)


def shared_weights(net):
    """One kernel twice, a value with three users, results from the middle."""
    a, b = net.argument((1, 5, 5, 3), I8), net.argument((1, 5, 5, 3), I8)
    weights = net.weights((4, 3, 3, 3), 4, I8)
    c, d = (net.conv(each, 4, (3, 3), I8, MIDDLE8, weights=weights) for each in (a, b))
    e = net.operator("SUB", [c, d], net.shape(c), LAST8)
    f = net.operator("MUL", [c, e], net.shape(c), LAST8)
    for each, type in ((f, LAST8), (c, MIDDLE8), (e, LAST8)):
        net.result(each, type)


def branches(net, x):
    a = net.argument((1, 6, 6, 4), x)
    out = F32 if x is F32 else MIDDLE8
    parts = [net.conv(a, 3, (1, 1), x, out, activation="RELU"),
             net.conv(a, 5, (3, 3), x, out, activation="RELU"),
             net.depthwise(a, (5, 5), x, out)]
    b = net.operator("CONCATENATION", parts, (1, 6, 6, 12), out, axis=3)
    net.result(net.conv(b, 2, (2, 2), out, out, stride=2, padding="VALID"), out)


def float_border(net):
    """Floats outside, int8 inside."""
    a = net.argument((1, 6, 6, 3), F32)
    b = net.operator("QUANTIZE", [a], net.shape(a), I8)
    c = net.conv(b, 4, (3, 3), I8, MIDDLE8, activation="RELU")
    d = net.operator("QUANTIZE", [c], net.shape(c), LAST8)
    net.result(net.operator("DEQUANTIZE", [d], net.shape(d), F32), F32)


def wide_activations(net):
    a = net.argument((1, 5, 6, 3), I16)
    b = net.conv(a, 4, (3, 3), I16, MIDDLE16, activation="RELU")
    c = net.depthwise(b, (3, 3), MIDDLE16, MIDDLE16)
    d = net.operator("ADD", [b, c], net.shape(b), Type("int16", 0.0031))
    e = net.pool(d, "AVERAGE_POOL_2D", (5, 6), Type("int16", 0.0031))
    net.result(net.dense(e, 3, Type("int16", 0.0031), Type("int16", 0.0011)), Type("int16", 0.0011))


def float_network(net):
    a = net.argument((2, 8, 8, 1), F32)
    b = net.conv(a, 6, (3, 3), F32, F32, activation="RELU6")
    c = net.pool(b, "MAX_POOL_2D", (2, 2), F32)
    d = net.depthwise(c, (3, 3), F32, F32, stride=2, activation="RELU")
    e = net.dense(d, 4, F32, F32)
    net.result(net.operator("SOFTMAX", [e], net.shape(e), F32, beta=1.0), F32)


def random_layers(net, type, steps):
    """Each step takes any earlier value of its choice; the last few are results."""
    rng = np.random.default_rng(zlib.crc32(net.name.encode()))
    values = [(net.argument((1, 6, 5, 3), type), type)]

    def other_type():
        if type is F32:
            return F32
        return Type(type.name, float(np.float32(rng.uniform(0.03, 0.2))), int(rng.integers(-60, 60)))

    def conv(x, given_type, out):
        kernel = int(rng.integers(1, 4)), int(rng.integers(1, 4))
        return net.conv(x, int(rng.integers(1, 9)), kernel, given_type, out,
                        activation=rng.choice(["NONE", "RELU", "RELU6"]))

    def depthwise(x, given_type, out):
        return net.depthwise(x, (3, 3), given_type, out, activation=rng.choice(["NONE", "RELU"]))

    def combine(x, given_type, out):
        same = [value for value in values if net.shape(value[0]) == net.shape(x)]
        y = same[rng.integers(len(same))][0]
        return net.operator(str(rng.choice(["ADD", "SUB", "MUL"])), [x, y], net.shape(x), out)

    def concatenate(x, given_type, out):
        return net.operator("CONCATENATION", [x, x], (*net.shape(x)[:3], 2 * net.shape(x)[3]),
                            given_type, axis=3)

    def pool(x, given_type, out):
        return net.operator("MAX_POOL_2D", [x], net.shape(x), given_type, padding="SAME",
                            stride_w=1, stride_h=1, filter_width=3, filter_height=2)
    for _ in range(steps):
        x, given_type = values[rng.integers(len(values))]
        layer = [conv, depthwise, combine, combine, concatenate, pool][rng.integers(6)]
        out = given_type if layer in (concatenate, pool) else other_type()
        values.append((layer(x, given_type, out), out))
    for tensor, its_type in values[-3:]:
        net.result(tensor, its_type)


def cases():
    softmax8 = Type("int8", 1 / 256, -128)
    return [
        Network("residual_i8", lambda net: residual(net, I8, MIDDLE8, LAST8, softmax8)),
        Network("residual_f32", lambda net: residual(net, F32, F32, F32, F32)),
        Network("separable_i8", separable),
        Network("shared_weights_i8", shared_weights),
        Network("branches_i8", lambda net: branches(net, I8)),
        Network("branches_f32", lambda net: branches(net, F32)),
        Network("float_border", float_border),
        Network("wide_activations_i16", wide_activations),
        Network("float_network", float_network),
        *(Network(f"random_i8_{i}", lambda net: random_layers(net, I8, 7)) for i in range(8)),
        *(Network(f"random_f32_{i}", lambda net: random_layers(net, F32, 7)) for i in range(3)),
    ]
