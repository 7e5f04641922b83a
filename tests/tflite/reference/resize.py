# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Resizing of images (N, H, W, C)."""

import numpy as np
from reference import fixed_point
from reference.registry import f32, operator


def fractions(size, out_size, options, *, integer):
    """(lower index, upper index, weight of the upper one) of each output position:
    floats, or integers with 10 bits of fraction."""
    corners = options["align_corners"] and out_size > 1
    a, b = (size - 1, out_size - 1) if corners else (size, out_size)
    position = np.arange(out_size)
    if integer:
        scale = ((1 << 10) * a + b // 2) // b
        at = position * scale
        if options["half_pixel_centers"]:
            at = at + scale // 2 - (1 << 9)
        lower = np.maximum(fixed_point.divide_truncating(at, 1 << 10), 0)
        upper = np.minimum(fixed_point.divide_truncating(at + (1 << 10) - 1, 1 << 10), size - 1)
        return lower, upper, at - (lower << 10)
    scale = f32(a) / f32(b)
    at = f32(position) * scale
    if options["half_pixel_centers"]:
        at = (f32(position) + f32(0.5)) * scale - f32(0.5)
    lower = np.maximum(np.floor(at).astype(int), 0)
    upper = np.minimum(np.ceil(at).astype(int), size - 1)
    return lower, upper, (at - f32(lower)).astype(float)


@operator("RESIZE_BILINEAR")
def resize_bilinear(call):
    """Quantised: weights with 10 bits of fraction; the sum, with 20, is rounded half
    away from zero (single rounding: half up)."""
    integer = call.out.type != "float32"
    value = call.values[0].astype(np.int64 if integer else float)
    (y0, y1, v), (x0, x1, u) = (
        fractions(value.shape[i + 1], call.out.shape[i + 1], call.options, integer=integer)
        for i in (0, 1))
    one = 1 << 10 if integer else 1.0
    v, u = v[:, None, None], u[:, None]
    rows0, rows1 = value[:, y0], value[:, y1]
    total = (rows0[:, :, x0] * (one - v) * (one - u) + rows1[:, :, x0] * v * (one - u)
             + rows0[:, :, x1] * (one - v) * u + rows1[:, :, x1] * v * u)
    if not integer:
        return call.cast(total)
    if call.rounding == "single":
        return call.cast((total + (1 << 19)) >> 20)
    rounding = np.where(total > 0, 1 << 19, -(1 << 19))
    return call.cast(fixed_point.divide_truncating(total + rounding, 1 << 20))


@operator("RESIZE_NEAREST_NEIGHBOR")
def resize_nearest_neighbor(call):
    """The position is computed in float32; align_corners rounds half away from zero,
    otherwise it is rounded down."""
    value, options = call.values[0], call.options
    for axis in (1, 2):
        size, out_size = value.shape[axis], call.out.shape[axis]
        corners = options["align_corners"] and out_size > 1
        scale = f32(size - 1) / f32(out_size - 1) if corners else f32(size) / f32(out_size)
        offset = f32(0.5 if options["half_pixel_centers"] else 0)
        at = (np.arange(out_size, dtype=np.float32) + offset) * scale
        at = fixed_point.round_away(at) if options["align_corners"] else np.floor(at)
        value = np.take(value, np.clip(at.astype(int), 0, size - 1), axis=axis)
    return value
