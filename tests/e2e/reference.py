# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Layers in numpy, written for clarity. Images are NHWC, floats are computed as f64."""

import numpy as np


def widen(array):
    """The type that a reference computes in: f64, or i64 which wraps to any other."""
    return array.astype(float if array.dtype.kind == "f" else np.int64)


def windows(image, kernel, strides, dilations):
    """Yields (ky, kx, pixels under that tap of the kernel for each output)."""
    sizes = [(image.shape[axis + 1] - (kernel[axis] - 1) * dilations[axis] - 1) // strides[axis] + 1
             for axis in (0, 1)]
    for y in range(kernel[0]):
        for x in range(kernel[1]):
            top, left = y * dilations[0], x * dilations[1]
            yield y, x, image[:, top:top + (sizes[0] - 1) * strides[0] + 1:strides[0],
                              left:left + (sizes[1] - 1) * strides[1] + 1:strides[1]]


def conv2d(image, kernel, strides=(1, 1), dilations=(1, 1)):
    """NHWC image, HWCF kernel."""
    image, kernel = widen(image), widen(kernel)
    return sum(np.einsum("nhwc,cf->nhwf", pixels, kernel[y, x])
               for y, x, pixels in windows(image, kernel.shape[:2], strides, dilations))


def depthwise_conv2d(image, kernel, strides=(1, 1), dilations=(1, 1)):
    """NHWC image, HWCM kernel; result NHWCM."""
    image, kernel = widen(image), widen(kernel)
    return sum(np.einsum("nhwc,cm->nhwcm", pixels, kernel[y, x])
               for y, x, pixels in windows(image, kernel.shape[:2], strides, dilations))


def transpose_conv2d(image, kernel, strides, pads, shape):
    """NHWC image, FHWC kernel; pads top, bottom, left, right, as in TOSA."""
    image, kernel = widen(image), widen(kernel)
    result = np.zeros(shape, image.dtype)
    for y in range(image.shape[1]):
        for x in range(image.shape[2]):
            for ky in range(kernel.shape[1]):
                for kx in range(kernel.shape[2]):
                    row, column = y * strides[0] + ky + pads[0], x * strides[1] + kx + pads[2]
                    if 0 <= row < shape[1] and 0 <= column < shape[2]:
                        result[:, row, column] += image[:, y, x] @ kernel[:, ky, kx].T
    return result


def pool2d(reduce, image, kernel, strides=(1, 1), dilations=(1, 1)):
    """`reduce` is one of np.add.reduce, np.maximum.reduce, ..."""
    pixels = [p for _, _, p in windows(widen(image), kernel, strides, dilations)]
    return reduce(pixels, axis=0)


def pad2d(image, pads, value=0):
    """pads: top, bottom, left, right."""
    return np.pad(image, ((0, 0), pads[:2], pads[2:], (0, 0)), constant_values=value)


def rescale(values, multipliers, shifts, double_round):
    """TOSA's apply_scale_32 of each element, with exact integers."""
    def scaled(value, multiplier, shift):
        rounding = 1 << (shift - 1)
        if double_round and shift > 31:
            rounding += (1 << 30) if value >= 0 else -(1 << 30)
        return (value * multiplier + rounding) >> shift
    multipliers, shifts = (np.broadcast_to(each, values.shape) for each in (multipliers, shifts))
    return np.array([scaled(int(v), int(m), int(s)) for v, m, s in zip(
        values.ravel(), multipliers.ravel(), shifts.ravel())], np.int64).reshape(values.shape)


def softmax(values, axis=-1):
    exponential = np.exp(widen(values) - values.max(axis, keepdims=True))
    return exponential / exponential.sum(axis, keepdims=True)
