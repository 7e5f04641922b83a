# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reductions over axes, and along one axis."""

import numpy as np
from reference import fixed_point
from reference.registry import limits, operator


@operator("MEAN", "SUM")
def mean_or_sum(call):
    """Quantised: the sum of centred values in int32, times input scale / output scale
    / count for the mean: the multiplier is shifted left by log2(count), rounded down,
    and divided by count, truncating."""
    axes, keep = call.axes(1), call.options["keep_dims"]
    count = int(np.prod([call.values[0].shape[axis] for axis in axes], dtype=int))
    if not call.quantized:
        function = np.mean if call.name == "MEAN" else np.sum
        value = call.values[0].astype(float if call.out.type == "float32" else np.int64)
        return call.cast(function(value, axis=axes, keepdims=keep))
    total = call.centred(0).sum(axis=axes, keepdims=keep)
    multiplier, exponent = (int(v) for v in fixed_point.quantize_multiplier(
        call.scale(0) / call.scale(), call.rounding))
    if call.name == "MEAN":
        shift = min(count.bit_length() - 1, 32, 31 + exponent)
        multiplier, exponent = (multiplier << shift) // count, exponent - shift
    return call.finish(fixed_point.multiply(
        fixed_point.wrap32(total), multiplier, exponent, call.rounding), limits(call.out.type))


@operator("REDUCE_MAX", "REDUCE_MIN", "REDUCE_PROD", "REDUCE_ANY", "REDUCE_ALL")
def reduce(call):
    """Maximum and minimum of quantised values: as stored."""
    function = {"REDUCE_MAX": np.max, "REDUCE_MIN": np.min, "REDUCE_PROD": np.prod,
                "REDUCE_ANY": np.any, "REDUCE_ALL": np.all}[call.name]
    value = call.values[0]
    value = value.astype(float) if value.dtype == np.float32 else value
    return call.cast(function(value, axis=call.axes(1), keepdims=call.options["keep_dims"]))


@operator("ARG_MAX", "ARG_MIN")
def arg_extremum(call):
    """The first of equal ones."""
    function = np.argmax if call.name == "ARG_MAX" else np.argmin
    return call.cast(function(call.values[0], axis=int(call.values[1].item())))


@operator("L2_NORMALIZATION")
def l2_normalization(call):
    """x / sqrt(sum of squares) along the last axis. int8 (output scale 1/128): by a
    fixed-point reciprocal of the root; see fixed_point.reciprocal_square_root."""
    if not call.quantized:
        x = call.real(0)
        norm = np.sqrt((x * x).sum(axis=-1, keepdims=True))
        return call.cast(x / np.maximum(norm, 1e-6))
    x = call.centred(0)
    result = np.empty_like(x)
    for index in np.ndindex(x.shape[:-1]):
        multiplier, exponent = fixed_point.reciprocal_square_root(int((x[index] ** 2).sum()))
        result[index] = fixed_point.multiply(x[index], multiplier, exponent + 7, call.rounding)
    return call.cast(np.clip(result, *limits(call.out.type)))


@operator("CUMSUM")
def cumsum(call):
    """int8: as ADD, in units of twice the input's scale with 20 more bits. There the
    sums begin at the negative of the input's zero point, not at zero."""
    axis, exclusive = int(call.values[1].item()), call.options["exclusive"]
    x = call.centred(0) if call.quantized else call.values[0].astype(
        float if call.out.type == "float32" else np.int64)
    start = 0
    if call.quantized:
        start = call.rescale(-call.zero_point(0) << 20, 0.5)
        x = call.rescale(x << 20, 0.5)
    x = np.flip(x, axis) if call.options["reverse"] else x
    total = np.cumsum(x, axis) - (x if exclusive else 0)
    total = np.flip(total, axis) if call.options["reverse"] else total
    if not call.quantized:
        return call.cast(total)
    factor = 2 * call.scale(0) / ((1 << 20) * call.scale())
    return call.finish(call.rescale(fixed_point.wrap32(total + start), factor))
