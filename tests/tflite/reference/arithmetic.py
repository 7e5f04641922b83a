# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Elementwise arithmetic with broadcasting.

Quantised sums shift both inputs left, bring them to twice the larger scale and
add there; the shift is 20 bits for 8-bit values and 15 for 16-bit ones, so that
nothing overflows (TensorFlow Lite 8-bit quantization specification, and the
paper that fixed_point.py names). Unquantised integers wrap.
"""

import numpy as np
from reference import fixed_point
from reference.registry import f32, limits, operator


def plain(call, function):
    """Floats in float64, unquantised integers in int64 that wraps when stored."""
    if call.out.type == "float32":
        return call.finish_real(function(call.real(0), call.real(1)))
    result = function(call.values[0].astype(np.int64), call.values[1].astype(np.int64))
    low, high = {"RELU": (0, None), "RELU6": (0, 6), "RELU_N1_TO_1": (-1, 1)}.get(
        call.options.get("activation", "NONE"), (None, None))
    result = call.cast(result)
    return result if low is None else np.clip(result, low, high).astype(result.dtype)


def at_twice_the_scale(call, left_shift, scales, largest):
    """Both inputs, shifted left, in units of twice the larger scale."""
    return [call.rescale(call.centred(i) << left_shift, scales[i] / largest) for i in (0, 1)]


@operator("ADD", "SUB")
def add_or_sub(call):
    """Factors in double."""
    function = np.add if call.name == "ADD" else np.subtract
    if not call.quantized:
        return plain(call, function)
    left_shift = 15 if call.out.type == "int16" else 20
    scales = call.scale(0), call.scale(1)
    largest = 2 * max(scales)
    total = function(*at_twice_the_scale(call, left_shift, scales, largest))
    return call.finish(call.rescale(total, largest / ((1 << left_shift) * call.scale())))


@operator("MUL")
def mul(call):
    """One factor, scale * scale / scale in double."""
    if not call.quantized:
        return plain(call, np.multiply)
    product = fixed_point.wrap32(call.centred(0) * call.centred(1))
    return call.finish(call.rescale(product, call.scale(0) * call.scale(1) / call.scale()))


@operator("SQUARED_DIFFERENCE")
def squared_difference(call):
    """As ADD with a left shift of 7 bits (int16: none); the square is in units of
    the square of that scale."""
    if not call.quantized:
        return plain(call, lambda a, b: (a - b) * (a - b))
    left_shift = 0 if call.out.type == "int16" else 7
    scales = call.scale(0), call.scale(1)
    largest = 2 * max(scales)
    first, second = at_twice_the_scale(call, left_shift, scales, largest)
    square = fixed_point.wrap32((first - second) ** 2)
    factor = largest * largest / float(f32(1 << left_shift * 2) * f32(call.scale()))
    return call.finish(call.rescale(square, factor), limits(call.out.type))


@operator("DIV")
def div(call):
    """Quantised: the numerator, shifted left as far as it goes, times a fixed-point
    reciprocal of the denominator. Integers truncate. The caller's denominators are
    not zero. (The kernel is undefined where the last shift exceeds 31 bits; here it
    then gives the zero point.)"""
    if not call.quantized:
        divide = np.divide if call.out.type == "float32" else fixed_point.divide_truncating
        return plain(call, divide)
    a, b = np.broadcast_arrays(call.centred(0), call.centred(1))
    a, b = np.where(b < 0, -a, a), np.abs(b)
    inverse, inverse_exponent = fixed_point.reciprocal(b, 31)
    bits = np.array([int(abs(v) - (v < 0)).bit_length() for v in a.ravel()]).reshape(a.shape)
    headroom = 31 - bits
    if call.rounding == "single":
        quotient = fixed_point.multiply(a, inverse, headroom, "single")
    else:
        quotient = fixed_point.high_multiply(fixed_point.wrap32(a << headroom), inverse)
    factor = call.scale(0) / (call.scale(1) * call.scale())
    multiplier, exponent = fixed_point.quantize_multiplier(factor, call.rounding)
    return call.finish(_multiply_below_one(
        quotient, multiplier, exponent - inverse_exponent - headroom, call.rounding))


def _multiply_below_one(x, multiplier, exponent, rounding):
    """fixed_point.multiply for right shifts only, which may exceed 31 bits."""
    if rounding == "single":
        return fixed_point.multiply(x, multiplier, np.maximum(exponent, -31), rounding)
    product = fixed_point.high_multiply(x, multiplier)
    return fixed_point.shift_right(product, np.minimum(-exponent, 62))


@operator("MAXIMUM", "MINIMUM")
def extremum(call):
    """Values as stored: inputs and output have the same quantisation."""
    function = np.maximum if call.name == "MAXIMUM" else np.minimum
    return function(call.values[0], call.values[1])


@operator("FLOOR_DIV", "FLOOR_MOD")
def floor_div_mod(call):
    return plain(call, np.floor_divide if call.name == "FLOOR_DIV" else np.mod)


@operator("POW")
def power(call):
    return plain(call, np.power)


@operator("ADD_N")
def add_n(call):
    """float32 and int32; quantised values as ADD, all inputs at twice the largest scale."""
    if not call.quantized:
        total = sum(value.astype(float if value.dtype.kind == "f" else np.int64)
                    for value in call.values)
        return call.cast(total)
    largest = 2 * max(call.scale(i) for i in range(len(call.inputs)))
    total = sum(call.rescale(call.centred(i) << 20, call.scale(i) / largest)
                for i in range(len(call.inputs)))
    return call.finish(call.rescale(total, largest / ((1 << 20) * call.scale())))


@operator("NEG", "SQUARE")
def negate_or_square(call):
    value = call.values[0].astype(float if call.out.type == "float32" else np.int64)
    return call.cast(-value if call.name == "NEG" else value * value)


@operator("ABS")
def absolute(call):
    """Quantised: of the centred value, rescaled if the scales differ."""
    if not call.quantized:
        return np.abs(call.values[0])
    magnitude = np.abs(call.centred(0))
    if call.scale(0) != call.scale():
        magnitude = call.rescale(magnitude, call.scale(0) / call.scale())
    return call.finish(magnitude, limits(call.out.type))


@operator("RSQRT")
def reciprocal_square_root(call):
    """int8: a fixed-point 1 / sqrt(q) with 20 more bits, then rescaled by
    1 / (sqrt(input scale) * output scale). A zero gives the largest value."""
    if not call.quantized:
        return call.cast(1 / np.sqrt(call.real(0)))
    factor = 1 / (np.sqrt(call.scale(0)) * call.scale())
    multiplier, exponent = fixed_point.quantize_multiplier(factor, call.rounding)

    def of(value):
        if value == 0:
            return limits(call.out.type)[1] - call.zero_point()
        inverse, inverse_exponent = fixed_point.reciprocal_square_root(value)
        wide = fixed_point.multiply(1, inverse, inverse_exponent + 20, call.rounding)
        return int(fixed_point.multiply(wide, multiplier, exponent - 20, call.rounding))
    values = call.centred(0)
    result = np.array([of(int(value)) for value in values.ravel()]).reshape(values.shape)
    return call.finish(result, limits(call.out.type))


@operator("SIN", "COS", "LOG", "SQRT", "EXP", "FLOOR", "CEIL", "ROUND")
def function_of_float(call):
    """ROUND takes halves to even."""
    function = {"SIN": np.sin, "COS": np.cos, "LOG": np.log, "SQRT": np.sqrt, "EXP": np.exp,
                "FLOOR": np.floor, "CEIL": np.ceil, "ROUND": np.rint}[call.name]
    return call.cast(function(call.real(0)))
