# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Independent reference outputs of the digits network.

    /usr/bin/python3 samples/models/digits/reference.py [directory]

Reads weights.npz, images_f32.npy and images_i8.npy, writes reference_f32.npy
and reference_i8.npy and prints both accuracies. The operators are written from
the TOSA 1.0 specification, one explicit sum per output position, and share no
code with the training or export: float results are computed in float64, int8
results in exact int64 integers.
"""

import pathlib
import sys

import numpy as np


def pad_spatial(x, pad, value):
    """x: (N, H, W, C); pad: (top, bottom, left, right)."""
    top, bottom, left, right = pad
    n, h, w, c = x.shape
    out = np.full((n, h + top + bottom, w + left + right, c), value, x.dtype)
    out[:, top : top + h, left : left + w, :] = x
    return out


def output_size(padded, kernel, stride):
    # CONV2D requires the division to be exact.
    assert (padded - kernel) % stride == 0
    return (padded - kernel) // stride + 1


def conv2d(x, weight, bias, pad, stride, input_zp=0):
    """weight: (OC, KH, KW, IC). A padded position contributes zero, that is,
    holds input_zp. The result has x's (wide) type."""
    out_channels, kh, kw, _ = weight.shape
    x = pad_spatial(x, pad, input_zp) - input_zp
    oh, ow = output_size(x.shape[1], kh, stride), output_size(x.shape[2], kw, stride)
    out = np.zeros((len(x), oh, ow, out_channels), x.dtype)
    for y in range(oh):
        for z in range(ow):
            window = x[:, y * stride : y * stride + kh, z * stride : z * stride + kw]
            for oc in range(out_channels):
                out[:, y, z, oc] = (window * weight[oc]).sum(axis=(1, 2, 3)) + bias[oc]
    return out


def depthwise_conv2d(x, weight, bias, pad, stride, input_zp=0):
    """weight: (KH, KW, C, M); output channel c * M + m."""
    kh, kw, channels, multiplier = weight.shape
    x = pad_spatial(x, pad, input_zp) - input_zp
    oh, ow = output_size(x.shape[1], kh, stride), output_size(x.shape[2], kw, stride)
    out = np.zeros((len(x), oh, ow, channels * multiplier), x.dtype)
    for y in range(oh):
        for z in range(ow):
            window = x[:, y * stride : y * stride + kh, z * stride : z * stride + kw]
            for c in range(channels):
                for m in range(multiplier):
                    oc = c * multiplier + m
                    products = window[..., c] * weight[:, :, c, m]
                    out[:, y, z, oc] = products.sum(axis=(1, 2)) + bias[oc]
    return out


def apply_scale_32(value, multiplier, shift):
    """TOSA apply_scale_32 with DOUBLE_ROUND, on Python integers."""
    assert multiplier >= 0 and 2 <= shift <= 62
    rounding = 1 << (shift - 1)
    if shift > 31:
        rounding += 1 << 30 if value >= 0 else -(1 << 30)
    result = (value * multiplier + rounding) >> shift
    assert -(1 << 31) <= result < 1 << 31
    return result


def rescale_to_i8(acc, multiplier, shift, output_zp):
    """acc: int32 range, channels last; multiplier, shift: one or per channel."""
    assert acc.min() >= -(1 << 31) and acc.max() < 1 << 31
    out = np.zeros(acc.shape, np.int64)
    for index in np.ndindex(*acc.shape):
        channel = index[-1] if len(multiplier) > 1 else 0
        scaled = apply_scale_32(int(acc[index]), int(multiplier[channel]),
                                int(shift[channel]))
        out[index] = min(max(scaled + output_zp, -128), 127)
    return out


def logits_f32(weights, images):
    """images: (N, 8, 8, 1). Returns float64 logits (N, 10)."""
    w = {k[4:]: v.astype(np.float64)
         for k, v in weights.items() if k.startswith("f32_")}
    x = images.astype(np.float64)
    x = conv2d(x, w["conv1_w"], w["conv1_b"], (1, 1, 1, 1), 1)
    x = np.where(x > 0, x, 0)
    x = conv2d(x, w["conv2_w"], w["conv2_b"], (0, 1, 0, 1), 2)
    x = np.where(x > 0, x, 0)
    x = depthwise_conv2d(x, w["dw_w"], w["dw_b"], (1, 1, 1, 1), 1)
    x = np.where(x > 0, x, 0)
    return np.matmul(x.reshape(len(x), 256), w["fc_w"]) + w["fc_b"]


def logits_i8(weights, images):
    """images: (N, 8, 8, 1) int8. Returns int8 logits (N, 10)."""

    def layer(name, op, x, pad, stride):
        w = {field: weights[f"i8_{name}_{field}"].astype(np.int64)
             for field in ("w", "b", "multiplier", "shift", "in_zp", "out_zp")}
        acc = op(x, w["w"], w["b"], pad, stride, int(w["in_zp"]))
        return rescale_to_i8(acc, w["multiplier"], w["shift"], int(w["out_zp"]))

    def relu(name, x):
        return np.clip(x, int(weights[f"i8_{name}_out_zp"]), 127)

    x = images.astype(np.int64)
    x = relu("conv1", layer("conv1", conv2d, x, (1, 1, 1, 1), 1))
    x = relu("conv2", layer("conv2", conv2d, x, (0, 1, 0, 1), 2))
    x = relu("dw", layer("dw", depthwise_conv2d, x, (1, 1, 1, 1), 1))
    x = layer("fc", conv2d, x.reshape(len(x), 1, 1, 256), (0, 0, 0, 0), 1)
    return x.reshape(len(x), 10).astype(np.int8)


def write(directory):
    """Writes both reference files next to the images and prints accuracies."""
    directory = pathlib.Path(directory)
    weights = dict(np.load(directory / "weights.npz"))
    labels = np.load(directory / "labels.npy")
    for kind, compute, dtype in (("f32", logits_f32, np.float32),
                                 ("i8", logits_i8, np.int8)):
        images = np.load(directory / f"images_{kind}.npy")[:, 0]
        logits = compute(weights, images)
        correct = int((logits.argmax(axis=1) == labels).sum())
        print(f"{kind}: {correct} of {len(labels)} held-out images correct "
              f"({100 * correct / len(labels):.2f} %)")
        np.save(directory / f"reference_{kind}.npy",
                logits[:, None].astype(dtype))


if __name__ == "__main__":
    write(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent)
