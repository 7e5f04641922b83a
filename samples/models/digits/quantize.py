# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Post-training quantisation of the digits network to int8.

Activations are asymmetric per tensor, real = scale * (q - zero_point). Weights
are symmetric: per output channel for the convolutions, per tensor for the fully
connected layer. Accumulators and biases are int32 with scale in * weight.

Scales are float32 numbers and their products and quotients are rounded as in
TensorFlow Lite Micro, so that digits_i8.mlir, which has the multipliers, and
digits_i8.tflite, which has the scales, are the same function.
"""

import numpy as np

INPUT_SCALE = 1.0 / 255.0
INPUT_ZERO_POINT = -128
# -128 would give ReLU the whole int8 range, and then the saturation of RESCALE
# already does the work of CLAMP. The depthwise layer gives up an eighth of its
# range so that a compiler that loses its CLAMP computes something else.
ACTIVATION_ZERO_POINTS = {"conv1": -128, "conv2": -128, "dw": -96}
_RANGE_GRID = 1.0 / 64.0


def quantize_images(images):
    """float images in 0..1 to int8."""
    q = np.rint(images / INPUT_SCALE) + INPUT_ZERO_POINT
    return np.clip(q, -128, 127).astype(np.int8)


def multiplier_and_shift(scale):
    """scale = multiplier / 2^shift with multiplier in [2^30, 2^31)."""
    mantissa, exponent = np.frexp(scale)
    multiplier = int(np.rint(mantissa * (1 << 31)))
    shift = 31 - int(exponent)
    if multiplier == 1 << 31:
        multiplier, shift = 1 << 30, shift - 1
    if not 2 <= shift <= 62:
        raise ValueError(f"rescale factor {scale} needs shift {shift}, not in 2..62")
    return multiplier, shift


def _f32(value):
    """Rounded to float32, in float64."""
    return np.asarray(value, np.float32).astype(np.float64)


def _range_up(value):
    """Rounds a range up to a coarse grid: the files must not depend on the
    last bits of the calibration pass."""
    return np.ceil(value / _RANGE_GRID) * _RANGE_GRID


def _quantize_layer(weight, bias, channel_axis, in_scale, out_scale):
    """channel_axis None means one weight scale for the whole tensor."""
    if channel_axis is None:
        scale = _f32(np.array([np.abs(weight).max() / 127.0]))
        q_weight = np.rint(weight / scale[0])
        product = _f32(in_scale * scale)
    else:
        others = tuple(i for i in range(weight.ndim) if i != channel_axis)
        kept = _f32(np.abs(weight).max(axis=others, keepdims=True) / 127.0)
        q_weight = np.rint(weight / kept)
        scale = kept.reshape(-1)
        product = in_scale * scale
    pairs = [multiplier_and_shift(p / out_scale) for p in product]
    return {
        "w": q_weight.astype(np.int8),
        "b": np.rint(bias / product).astype(np.int32),
        "multiplier": np.array([m for m, _ in pairs], np.int32),
        "shift": np.array([s for _, s in pairs], np.int8),
        "in_scale": in_scale, "w_scale": scale, "out_scale": out_scale,
    }


def quantize(p, activations):
    """p: float parameters; activations: those of forward() on the training
    images. Returns {layer: {w, b, multiplier, shift, in_zp, out_zp, in_scale,
    w_scale, out_scale}}; fc's weight is transposed to OHWI (10, 1, 1, 256)."""
    layers = {}
    in_scale, in_zp = _f32(INPUT_SCALE), INPUT_ZERO_POINT
    for name, axis in (("conv1", 0), ("conv2", 0), ("dw", 2)):
        out_zp = ACTIVATION_ZERO_POINTS[name]
        out_scale = _f32(_range_up(activations[name].max()) / (127 - out_zp))
        layers[name] = _quantize_layer(
            p[name + "_w"], p[name + "_b"], axis, in_scale, out_scale)
        layers[name].update(in_zp=in_zp, out_zp=out_zp)
        in_scale, in_zp = out_scale, out_zp

    low = -_range_up(-activations["logits"].min())
    out_scale = _f32((_range_up(activations["logits"].max()) - low) / 255)
    out_zp = int(np.clip(np.rint(-128 - low / out_scale), -128, 127))
    fc_weight = p["fc_w"].T.reshape(10, 1, 1, 256)
    layers["fc"] = _quantize_layer(
        fc_weight, p["fc_b"], None, in_scale, out_scale)
    layers["fc"].update(in_zp=in_zp, out_zp=out_zp)
    return layers, out_scale
