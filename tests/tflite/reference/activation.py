# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Activation functions that are operators of their own."""

import math

import numpy as np
from reference import fixed_point as fx
from reference import lookup
from reference.registry import f32, limits, operator

_erf = np.vectorize(math.erf, otypes=[float])
INPUT_BITS = 4      # of 8-bit LOGISTIC and TANH: Q4.27 holds -16 to 16
TABLE_STEP = 24     # points of the 16-bit LOGISTIC's table for each unit


@operator("RELU", "RELU_N1_TO_1")
def relu(call):
    """Quantised: requantised by input scale / output scale, clamped to the bounds
    in the output's values."""
    low, high = {"RELU": (0, np.inf), "RELU_N1_TO_1": (-1, 1)}[call.name]
    if not call.quantized:
        return call.cast(np.clip(call.real(0), low, high))
    call.options = {"activation": call.name}
    return call.finish(call.rescale(call.centred(0), call.scale(0) / call.scale()))


@operator("RELU6")
def relu6(call):
    """Quantised: values as stored, clamped to 0 and 6 in the input's values."""
    if not call.quantized:
        return call.cast(np.clip(call.real(0), 0, 6))
    six = int(fx.round_away(f32(6) / f32(call.scale(0)))) + call.zero_point(0)
    six = min(six, limits(call.out.type)[1])
    return call.cast(np.clip(call.values[0].astype(np.int64), call.zero_point(0), six))


@operator("LEAKY_RELU")
def leaky_relu(call):
    """Quantised: one factor for each sign, both computed in double."""
    alpha = call.options["alpha"]
    if not call.quantized:
        x = call.real(0)
        return call.cast(np.where(x > 0, x, x * alpha))
    x = call.centred(0)
    of_negative = call.scale(0) * alpha / call.scale()
    of_positive = call.scale(0) / call.scale()
    return call.finish(np.where(x >= 0, call.rescale(x, of_positive), call.rescale(x, of_negative)))


@operator("PRELU")
def prelu(call):
    """Input 1: the slope of negative values, broadcast. Factors in double."""
    if not call.quantized:
        x, slope = call.real(0), call.real(1)
        return call.cast(np.where(x >= 0, x, x * slope))
    x, slope = call.centred(0), call.centred(1)
    of_positive = call.rescale(x, call.scale(0) / call.scale())
    of_negative = call.rescale(x * slope, call.scale(0) * call.scale(1) / call.scale())
    return call.finish(np.where(x >= 0, of_positive, of_negative))


@operator("ELU")
def elu(call):
    """8-bit: a table."""
    if not call.quantized:
        x = call.real(0)
        return call.cast(np.where(x < 0, np.expm1(np.minimum(x, 0)), x))
    return lookup.apply_8bit(call, lambda v: np.where(v < 0, f32(np.exp(v)) - f32(1), v))


@operator("GELU")
def gelu(call):
    """x times the normal distribution's cumulative function, or its approximation
    by tanh. 8-bit: a table."""
    def approximate(x):
        return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3)))

    def exact(x):
        return 0.5 * x * (1 + _erf(x * np.sqrt(0.5)))
    function = approximate if call.options["approximate"] else exact
    if not call.quantized:
        return call.cast(function(call.real(0)))
    return lookup.apply_8bit(call, function)


@operator("HARD_SWISH")
def hard_swish(call):
    """x * min(max(x + 3, 0), 6) / 6. int8: in 16 bits, after a left shift by 7. The
    factor (x + 3) / 6 is a saturating 16-bit number; scales are float32; the last
    product truncates (see high_multiply for the others)."""
    if not call.quantized:
        x = call.real(0)
        return call.cast(x * np.clip(x + 3, 0, 6) / 6)

    def multiplier16(factor):
        multiplier, exponent = fx.quantize_multiplier(factor, call.rounding)
        return int(min((multiplier + (1 << 15)) >> 16, 32767)), int(exponent)

    def saturate16(v):
        return np.clip(v, -32768, 32767)
    shifted = f32(1 / 128) * f32(call.scale(0))
    out_multiplier, out_exponent = multiplier16(shifted / f32(call.scale()))
    relu_multiplier, relu_exponent = multiplier16(shifted / (f32(3) / f32(32768)))
    x = call.centred(0) << 7
    on_output_scale = fx.high_multiply(x, out_multiplier, 15)
    factor = saturate16(x << max(relu_exponent - 1, 0))
    factor = fx.high_multiply(factor, relu_multiplier, 15)
    factor = saturate16(factor << 1) if relu_exponent > 0 else factor
    factor = fx.shift_right(factor, max(-relu_exponent, 0))
    factor = (factor + (1 << 15)) >> 1
    product = fx.divide_truncating(factor * on_output_scale, 1 << 15)
    return call.finish(fx.shift_right(product, -out_exponent), limits(call.out.type))


def _input_q4(call):
    """(centred input, the same in Q4, the radius where that saturates)."""
    mantissa, exponent = np.frexp(call.scale(0) * (1 << (31 - INPUT_BITS)))
    multiplier = int(fx.round_away(mantissa * (1 << 31)))
    x = call.centred(0)
    radius = fx.input_radius(INPUT_BITS, int(exponent))
    inside = np.where(np.abs(x) < radius, x, 0)
    return x, fx.multiply(inside, multiplier, int(exponent), call.rounding), radius


def _saturating(call, x, radius, values):
    low, high = limits(call.out.type)
    return call.cast(np.where(x <= -radius, low, np.where(x >= radius, high,
                                                          np.clip(values, low, high))))


@operator("LOGISTIC")
def logistic(call):
    """int8 (output scale 1/256, zero point -128): gemmlowp's logistic function in Q4.
    int16 (output scale 2^-15): a table, see sigmoid_table()."""
    if not call.quantized:
        return call.cast(1 / (1 + np.exp(-call.real(0))))
    if call.out.type == "int16":
        return call.cast(logistic_int16(call.values[0], *multiplier_int16(call, (0,))))
    x, scaled, radius = _input_q4(call)
    values = fx.shift_right(fx.logistic(scaled, INPUT_BITS), 31 - 8) - 128
    return _saturating(call, x, radius, values)


@operator("TANH")
def tanh(call):
    """int8 (output scale 1/128, zero point 0): gemmlowp's tanh in Q4. int16 (output
    scale 2^-15): 2 * logistic(2 x) - 1 by LOGISTIC's table."""
    if not call.quantized:
        return call.cast(np.tanh(call.real(0)))
    if call.out.type == "int16":
        return call.cast(tanh_int16(call.values[0], *multiplier_int16(call, (0, 1))))
    x, scaled, radius = _input_q4(call)
    return _saturating(call, x, radius, fx.shift_right(fx.tanh(scaled, INPUT_BITS), 31 - 7))


def sigmoid_table():
    """65536 / (1 + exp(-i / 24)), i = 0 to 255: points moved by half the error of
    linear interpolation in the middle of their interval; the last is 65535."""
    def sigmoid(i):
        return 65536 / (1 + np.exp(-i / TABLE_STEP))
    i = np.arange(256)
    error = (sigmoid(i) + sigmoid(i + 1)) / 2 - sigmoid(i + 0.5)
    table = np.rint(sigmoid(i) - error / 2).astype(np.int64)
    table[255] = 65535
    return table


def multiplier_int16(call, power_of_two_shifts):
    """(multiplier, right shift) to units of 1 / (3 * 4096): for some scales that are
    powers of two exactly 3 << n, else 15 bits, truncated."""
    log2 = f32(np.log(call.scale(0))) * (f32(1) / f32(np.log(2.0)))
    left_shift = 12 + int(fx.round_away(log2))
    if abs(log2 - fx.round_away(log2)) < 1e-3 and left_shift in power_of_two_shifts:
        return 3 << left_shift, 0
    multiplier, right_shift = call.scale(0) * 4096 * 3, 0
    while multiplier <= 32767 / 2 and right_shift <= 30:
        multiplier, right_shift = multiplier * 2, right_shift + 1
    return int(multiplier), right_shift


def _scaled_int16(x, multiplier, right_shift):
    rounding = 1 << (right_shift - 1) if right_shift else 0
    return (np.asarray(x, np.int64) * multiplier + rounding) >> right_shift


def _interpolated(magnitude, fraction_bits, saturated):
    table = sigmoid_table()
    index = magnitude >> fraction_bits
    first = np.minimum(index, 254)
    fraction = magnitude & ((1 << fraction_bits) - 1)
    value = (table[first] << fraction_bits) + fraction * (table[first + 1] - table[first])
    return np.where(index >= 255, saturated, value)


def logistic_int16(x, multiplier, right_shift):
    x = _scaled_int16(x, multiplier, right_shift)
    value = _interpolated(np.abs(x), 9, 0x7FFF << 10)
    return np.where(x >= 0, value + (1 << 9), (1 << 25) - value + (1 << 9) - 1) >> 10


def tanh_int16(x, multiplier, right_shift):
    x = _scaled_int16(x, multiplier, right_shift)
    value = _interpolated(np.abs(x), 8, 0xFFFF << 8)
    return np.where(x >= 0, value - (1 << 23) + (1 << 7), -value + (1 << 23) + (1 << 7) - 1) >> 8
