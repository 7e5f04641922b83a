# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the digits network as TOSA 1.0 in MLIR's textual form."""

import numpy as np

_ELEMENT_TYPES = {"float32": "f32", "int32": "i32", "int8": "i8"}
_HEADER = """\
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Written by samples/models/digits/train.py; see README.md there.
"""


def _type(shape, element):
    return "tensor<" + "".join(f"{d}x" for d in shape) + element + ">"


class _Function:
    """The body of one func.func, one operation a line."""

    def __init__(self):
        self.lines = []

    def const(self, name, value):
        """A tosa.const of a numpy array; returns (SSA name, type)."""
        value = np.asarray(value)
        element = _ELEMENT_TYPES[value.dtype.name]
        kind = _type(value.shape, element)
        if value.size == 1:
            text = repr(float(value.item())) if element == "f32" else str(value.item())
        elif value.size <= 16 and element != "f32":
            text = "[" + ", ".join(str(v) for v in value.tolist()) + "]"
        else:
            # Hexadecimal is exact for floats; MLIR reads it little-endian.
            data = value.astype(value.dtype.newbyteorder("<")).tobytes()
            text = '"0x' + data.hex().upper() + '"'
        self.lines.append(
            f'%{name} = "tosa.const"() <{{values = dense<{text}> : {kind}}}> : () -> {kind}')
        return "%" + name, kind

    def op(self, name, result, operands, attributes, kind):
        """operands: [(SSA name, type)]. Returns (SSA name, type)."""
        values = ", ".join(v for v, _ in operands)
        types = ", ".join(t for _, t in operands)
        dictionary = f" {{{attributes}}}" if attributes else ""
        self.lines.append(
            f"%{result} = tosa.{name} {values}{dictionary} : ({types}) -> {kind}")
        return "%" + result, kind

    def reshape(self, result, operand, shape, element):
        dims = ", ".join(str(d) for d in shape)
        rank = len(shape)
        self.lines.append(
            f"%{result}_shape = tosa.const_shape {{values = dense<[{dims}]> : "
            f"tensor<{rank}xindex>}} : () -> !tosa.shape<{rank}>")
        return self.op("reshape", result,
                       [operand, (f"%{result}_shape", f"!tosa.shape<{rank}>")],
                       "", _type(shape, element))

    def clamp(self, result, operand, low, high):
        self.lines.append(
            f"%{result} = tosa.clamp {operand[0]} {{min_val = {low}, max_val = {high}}}"
            f" : ({operand[1]}) -> {operand[1]}")
        return "%" + result, operand[1]

    def text(self, argument, result):
        body = "".join(f"  {line}\n" for line in self.lines)
        return (f"{_HEADER}func.func @digits(%image: {argument}) -> {result[1]} {{\n"
                f"{body}  return {result[0]} : {result[1]}\n}}\n")


# name, operator, pad, stride, output shape
_CONVOLUTIONS = (
    ("conv1", "conv2d", (1, 1, 1, 1), 1, (1, 8, 8, 8)),
    ("conv2", "conv2d", (0, 1, 0, 1), 2, (1, 4, 4, 16)),
    ("dw", "depthwise_conv2d", (1, 1, 1, 1), 1, (1, 4, 4, 16)),
)


def _attributes(pad, stride, accumulator):
    pads = ", ".join(str(v) for v in pad)
    return (f"acc_type = {accumulator}, dilation = array<i64: 1, 1>, "
            f"pad = array<i64: {pads}>, stride = array<i64: {stride}, {stride}>")


def digits_f32(p):
    """p: float32 parameters in the layouts of float_model.py."""
    f = _Function()
    zero = f.const("zero", np.zeros(1, np.float32))
    x = ("%image", _type((1, 8, 8, 1), "f32"))
    for name, op, pad, stride, shape in _CONVOLUTIONS:
        w = f.const(name + "_w", p[name + "_w"])
        b = f.const(name + "_b", p[name + "_b"])
        x = f.op(op, name + "_acc", [x, w, b, zero, zero],
                 _attributes(pad, stride, "f32"), _type(shape, "f32"))
        # The largest finite float: ReLU has no upper bound.
        x = f.clamp(name, x, "0.0 : f32", "3.40282347E+38 : f32")
    x = f.reshape("flat", x, (1, 1, 256), "f32")
    w = f.const("fc_w", p["fc_w"].reshape(1, 256, 10))
    b = f.const("fc_b", p["fc_b"].reshape(1, 1, 10))
    x = f.op("matmul", "fc_acc", [x, w, zero, zero], "", _type((1, 1, 10), "f32"))
    x = f.op("add", "fc", [x, b], "", x[1])
    x = f.reshape("logits", x, (1, 10), "f32")
    return f.text(_type((1, 8, 8, 1), "f32"), x)


def _rescale(f, name, x, layer, zero_i32, shape):
    """int32 accumulators to int8."""
    per_channel = "true" if layer["multiplier"].size > 1 else "false"
    operands = [
        x,
        f.const(name + "_multiplier", layer["multiplier"]),
        f.const(name + "_shift", layer["shift"]),
        zero_i32,
        f.const(name + "_out_zp", np.array([layer["out_zp"]], np.int8)),
    ]
    return f.op("rescale", name + "_q", operands,
                f"input_unsigned = false, output_unsigned = false, "
                f"per_channel = {per_channel}, rounding_mode = DOUBLE_ROUND, "
                f"scale32 = true", _type(shape, "i8"))


def digits_i8(layers):
    """layers: the result of quantize.quantize()."""
    f = _Function()
    zero_i32 = f.const("zero_i32", np.zeros(1, np.int32))
    weight_zp = f.const("weight_zp", np.zeros(1, np.int8))
    x = ("%image", _type((1, 8, 8, 1), "i8"))

    def convolution(name, op, pad, stride, shape):
        layer = layers[name]
        in_zp = f.const(name + "_in_zp", np.array([layer["in_zp"]], np.int8))
        operands = [x, f.const(name + "_w", layer["w"]),
                    f.const(name + "_b", layer["b"]), in_zp, weight_zp]
        acc = f.op(op, name + "_acc", operands,
                   _attributes(pad, stride, "i32"), _type(shape, "i32"))
        return _rescale(f, name, acc, layer, zero_i32, shape)

    for name, op, pad, stride, shape in _CONVOLUTIONS:
        x = convolution(name, op, pad, stride, shape)
        # Real zero is the zero point: this clamp is ReLU.
        x = f.clamp(name, x, f"{layers[name]['out_zp']} : i8", "127 : i8")
    x = f.reshape("flat", x, (1, 1, 1, 256), "i8")
    x = convolution("fc", "conv2d", (0, 0, 0, 0), 1, (1, 1, 1, 10))
    x = f.reshape("logits", x, (1, 10), "i8")
    return f.text(_type((1, 8, 8, 1), "i8"), x)
