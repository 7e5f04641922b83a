# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Convolutions, fully connected layers, matrix products and pooling.

Quantised layers (TensorFlow Lite 8-bit quantization specification): products of
centred values are summed with the bias in int32 (int64 for int16 activations
with int64 bias), requantised by input scale * weight scale / output scale, and
clamped to the fused activation. Padding contributes real zero.
"""

import numpy as np
from reference import fixed_point
from reference.registry import operator


def padding_before(kind, size, out_size, kernel, stride, dilation=1):
    """SAME splits what the last window lacks, the odd one at the end."""
    if kind == "VALID":
        return 0
    return max((out_size - 1) * stride + (kernel - 1) * dilation + 1 - size, 0) // 2


def taps(x, out_sizes, kernel, strides, dilations, before, fill=0):
    """Yields (ky, kx, the elements of x (N, H, W, C) under that tap for each output)."""
    reach = [(out_sizes[i] - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1 for i in (0, 1)]
    after = [max(reach[i] - before[i] - x.shape[i + 1], 0) for i in (0, 1)]
    x = np.pad(x, ((0, 0), (before[0], after[0]), (before[1], after[1]), (0, 0)),
               constant_values=fill)
    for ky in range(kernel[0]):
        for kx in range(kernel[1]):
            y, z = ky * dilations[0], kx * dilations[1]
            yield ky, kx, x[:, y:y + (out_sizes[0] - 1) * strides[0] + 1:strides[0],
                            z:z + (out_sizes[1] - 1) * strides[1] + 1:strides[1]]


def windows_of(call, x, kernel, fill=0):
    """taps() with the operator's strides, dilations and padding."""
    options, out = call.options, call.out.shape[1:3]
    strides = options["stride_h"], options["stride_w"]
    dilations = options.get("dilation_h", 1), options.get("dilation_w", 1)
    before = [padding_before(options["padding"], x.shape[i + 1], out[i], kernel[i], strides[i],
                             dilations[i]) for i in (0, 1)]
    return taps(x, out, kernel, strides, dilations, before, fill)


def operands(call, x, w):
    """(input, weights), centred integers or floats."""
    if call.quantized:
        weights = call.values[w].astype(np.int64)
        return call.centred(x), weights - call.zero_point(w)
    return call.real(x), call.real(w)


def finish(call, acc, x, w, bias, *, wide=False):
    """Adds the bias and requantises by a factor computed in double. wide: the
    accumulator is int64."""
    if call.has(bias):
        acc = acc + (call.values[bias].astype(np.int64) if call.quantized else call.real(bias))
    if not call.quantized:
        return call.finish_real(acc)
    factor = call.scale(x) * call.inputs[w].scale / call.scale()
    multiplier, exponent = fixed_point.quantize_multiplier(factor, call.rounding)
    if wide:
        return call.finish(fixed_point.multiply64(acc, multiplier, exponent))
    return call.finish(fixed_point.multiply(
        fixed_point.wrap32(acc), multiplier, exponent, call.rounding))


@operator("CONV_2D")
def conv_2d(call):
    """Weights (O, KH, KW, I); I divides the input's channels into groups. int16: int32
    accumulator with an int32 bias or none, otherwise int64."""
    x, w = operands(call, 0, 1)
    outputs, *kernel, channels = w.shape
    groups = x.shape[-1] // channels
    acc = np.zeros(call.out.shape, x.dtype)
    for ky, kx, pixels in windows_of(call, x, kernel):
        for group in range(groups):
            part = slice(group * outputs // groups, (group + 1) * outputs // groups)
            acc[..., part] += pixels[..., group * channels:(group + 1) * channels] \
                @ w[part, ky, kx].T
    wide = call.out.type == "int16" and call.has(2) and call.inputs[2].type == "int64"
    return finish(call, acc, 0, 1, 2, wide=wide)


@operator("DEPTHWISE_CONV_2D")
def depthwise_conv_2d(call):
    """Weights (1, KH, KW, C * M): output channel c * M + m. int16: int64 accumulator."""
    x, w = operands(call, 0, 1)
    x = np.repeat(x, w.shape[3] // x.shape[3], axis=3)
    acc = np.zeros(call.out.shape, x.dtype)
    for ky, kx, pixels in windows_of(call, x, w.shape[1:3]):
        acc += pixels * w[0, ky, kx]
    return finish(call, acc, 0, 1, 2, wide=call.out.type == "int16")


@operator("TRANSPOSE_CONV")
def transpose_conv(call):
    """Inputs: output shape, weights (O, KH, KW, I), input, bias. The adjoint of the
    convolution that makes the input's size of the output's."""
    x, w = operands(call, 2, 1)
    kernel, out = w.shape[1:3], call.out.shape
    strides = call.options["stride_h"], call.options["stride_w"]
    before = [padding_before(call.options["padding"], out[i + 1], -(-out[i + 1] // strides[i]),
                             kernel[i], strides[i]) for i in (0, 1)]
    full = [max((x.shape[i + 1] - 1) * strides[i] + kernel[i], before[i] + out[i + 1])
            for i in (0, 1)]
    acc = np.zeros((out[0], *full, out[3]), x.dtype)
    for ky in range(kernel[0]):
        for kx in range(kernel[1]):
            acc[:, ky:ky + (x.shape[1] - 1) * strides[0] + 1:strides[0],
                kx:kx + (x.shape[2] - 1) * strides[1] + 1:strides[1]] += x @ w[:, ky, kx].T
    acc = acc[:, before[0]:before[0] + out[1], before[1]:before[1] + out[2]]
    return finish(call, acc, 2, 1, 3, wide=call.out.type == "int16")


@operator("FULLY_CONNECTED")
def fully_connected(call):
    """Weights (O, I); the input's elements in rows of I."""
    x, w = operands(call, 0, 1)
    acc = x.reshape(-1, w.shape[1]) @ w.T
    result = finish(call, acc, 0, 1, 2, wide=call.out.type == "int16")
    return result.reshape(call.out.shape)


@operator("BATCH_MATMUL")
def batch_matmul(call):
    """Broadcast matrix products; adj_x and adj_y transpose the last two axes."""
    x, y = operands(call, 0, 1)
    x = np.swapaxes(x, -1, -2) if call.options["adj_x"] else x
    y = np.swapaxes(y, -1, -2) if call.options["adj_y"] else y
    return finish(call, x @ y, 0, 1, 2, wide=call.out.type == "int16")


@operator("AVERAGE_POOL_2D")
def average_pool_2d(call):
    """Of the elements inside the image; integers round half away from zero. Input and
    output have the same scale and zero point."""
    x = call.values[0].astype(np.int64 if call.quantized else float)
    kernel = call.options["filter_height"], call.options["filter_width"]
    total = sum(pixels for _, _, pixels in windows_of(call, x, kernel))
    count = sum(pixels for _, _, pixels in windows_of(call, np.ones_like(x), kernel))
    if not call.quantized:
        return call.finish_real(total / count)
    mean = fixed_point.divide_truncating(
        total + np.where(total > 0, count // 2, -(count // 2)), count)
    return call.cast(np.clip(mean, *call.activation_range()))


@operator("MAX_POOL_2D")
def max_pool_2d(call):
    x = call.values[0].astype(np.int64 if call.quantized else float)
    lowest = np.iinfo(np.int64).min if call.quantized else -np.inf
    kernel = call.options["filter_height"], call.options["filter_width"]
    largest = np.max([pixels for _, _, pixels in windows_of(call, x, kernel, lowest)], axis=0)
    if not call.quantized:
        return call.finish_real(largest)
    return call.cast(np.clip(largest, *call.activation_range()))
