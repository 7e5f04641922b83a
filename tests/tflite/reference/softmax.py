# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""SOFTMAX and LOG_SOFTMAX along the last axis.

int8: differences to the row's largest value are brought to Q5.26 (they reach -32,
where exp is negligible), exponentials are summed in Q12.19 and multiplied by a
fixed-point reciprocal of the sum; gemmlowp's functions, see fixed_point.py.
"""

import numpy as np
from reference import fixed_point as fx
from reference import lookup
from reference.registry import limits, operator

DIFFERENCE_BITS, SUM_BITS, LOG_OUTPUT_BITS = 5, 12, 4


def scaled_differences(call, beta):
    """(differences to the largest, the same in Q5, the smallest that counts,
    multiplier, left shift)."""
    factor = min(beta * call.scale(0) * (1 << (31 - DIFFERENCE_BITS)),
                 (1 << (30 if call.rounding == "single" else 31)) - 1.0)
    multiplier, left_shift = (int(v) for v in fx.quantize_multiplier(factor, call.rounding))
    x = call.values[0].astype(np.int64)
    difference = x - x.max(axis=-1, keepdims=True)
    scaled = fx.multiply(difference, multiplier, left_shift, call.rounding)
    return (difference, scaled, -fx.input_radius(DIFFERENCE_BITS, left_shift), multiplier,
            left_shift)


def sum_of_exponentials(difference, scaled, smallest):
    """(exponentials in Q0, their sum along the row in Q12)."""
    exponential = fx.exp_of_negative(np.where(difference >= smallest, scaled, 0), DIFFERENCE_BITS)
    counted = np.where(difference >= smallest, fx.shift_right(exponential, SUM_BITS), 0)
    return exponential, counted.sum(axis=-1, keepdims=True)


@operator("SOFTMAX")
def softmax(call):
    if not call.quantized:
        x = call.real(0) * call.options["beta"]
        exponential = np.exp(x - x.max(axis=-1, keepdims=True))
        return call.cast(exponential / exponential.sum(axis=-1, keepdims=True))
    if call.inputs[0].type == "int16":
        return softmax_int16(call)
    low, high = limits(call.out.type)
    difference, scaled, smallest, _, _ = scaled_differences(call, call.options["beta"])
    exponential, total = sum_of_exponentials(difference, scaled, smallest)
    inverse, exponent = fx.reciprocal(total, SUM_BITS)
    bits = 8 * np.dtype(call.out.type).itemsize
    result = fx.shift_right(fx.high_multiply(inverse, exponential), exponent + 31 - bits) + low
    return call.cast(np.where(difference >= smallest, np.clip(result, low, high), low))


def softmax_int16(call):
    """exp over [-10, 0] and 1 / (1 + x) over [0, 1] from tables of 513 entries with
    linear interpolation; the sum is normalised to [1, 2) for the second."""
    factor = call.scale(0) * call.options["beta"] / (10.0 / 65535.0)
    x = call.values[0].astype(np.int64)
    difference = call.rescale(x - x.max(axis=-1, keepdims=True), factor)
    exp_table = lookup.table_of_range(np.exp, -10.0, 0.0, -1.0, 1.0)
    exponential = lookup.interpolate(np.clip(difference + 32767, -32768, 32767), exp_table)
    total = exponential.sum(axis=-1, keepdims=True)
    headroom = 32 - np.vectorize(lambda v: int(v).bit_length())(total)
    normalised = ((total << (headroom - 1)) + (1 << 13)) >> 14
    inverse_table = lookup.table_of_range(lambda v: 1 / np.float32(1 + v), 0.0, 1.0, -1.0, 1.0)
    centred = np.clip(normalised - (1 << 15) - (1 << 16), -32768, 32767)
    inverse = lookup.interpolate(centred, inverse_table)
    right = 31 - headroom
    result = (exponential * inverse + (1 << (right - 1))) >> right
    return call.cast(np.clip(result, 0, 32767))


@operator("LOG_SOFTMAX")
def log_softmax(call):
    """int8: output scale 1/16, zero point 127."""
    if not call.quantized:
        x = call.real(0)
        x = x - x.max(axis=-1, keepdims=True)
        return call.cast(x - np.log(np.exp(x).sum(axis=-1, keepdims=True)))
    low, high = limits(call.out.type)
    difference, scaled, smallest, multiplier, left_shift = scaled_differences(call, 1.0)
    _, total = sum_of_exponentials(difference, scaled, smallest)
    log_total = logarithm(total, SUM_BITS, DIFFERENCE_BITS)
    divisor, exponent = fx.quantize_multiplier(
        (1 << (31 - left_shift)) / float(multiplier), call.rounding)
    lowest = np.maximum(smallest - 1, fx.multiply(
        log_total + fx.MIN32, divisor, exponent, call.rounding))
    result = fx.shift_right(scaled - log_total, 31 - DIFFERENCE_BITS - LOG_OUTPUT_BITS) + high
    return call.cast(np.where(difference > lowest, np.clip(result, low, high), low))


def logarithm(x, input_bits, output_bits):
    """ln(x) of x >= 1, Q(input_bits) to Q(output_bits). x is a power of two times a
    mantissa near sqrt(sqrt(1/2)), chosen of two so that it is nearer; the logarithm
    of the mantissa is a rational approximation in q, its distance, and r."""
    work_bits = output_bits + 1
    root2, centre = np.sqrt(0.5), fx.constant(np.sqrt(np.sqrt(0.5)), 0)
    quarter = fx.shift(fx.constant(0.25, 0), -work_bits)
    fourth = np.sqrt(np.sqrt(2.0))

    def leading_zeros(v):
        return 32 - np.vectorize(lambda n: int(n).bit_length())(v)

    def power(exponent):
        return fx.saturate32(exponent << (31 - work_bits))

    def up(v, amount):
        return fx.saturate32(v << amount)
    zeros_a = leading_zeros(x)
    mantissa_a = up(fx.high_multiply(up(x, zeros_a - 1), fx.constant(root2, 0)), 1)
    power_a = fx.saturate32(power(input_bits - zeros_a) + quarter)
    zeros_b = leading_zeros(fx.high_multiply(x, fx.constant(root2, 0))) - 1
    mantissa_b = up(x, zeros_b)
    power_b = fx.saturate32(power(input_bits - zeros_b) - quarter)
    r, exponent = np.minimum(mantissa_a, mantissa_b), np.maximum(power_a, power_b)

    total = r + centre
    p = fx.divide_truncating(total + np.where(total >= 0, 1, -1), 2)
    q = 2 * (r - centre)
    square = fx.high_multiply(q, q)
    numerator = fx.high_multiply(q, r) + fx.high_multiply(
        fx.high_multiply(q, square), fx.constant(11 / 240 * fourth, 0))
    denominator = fx.high_multiply(
        p, fx.constant(2 / fourth - fourth, 0) + q
        + fx.high_multiply(fx.constant(fourth / 20, 0), square)) \
        + fx.high_multiply(fx.constant(fourth / 4, 0), q)
    fraction = fx.high_multiply(fx.shift(numerator, -work_bits),
                                fx.reciprocal_of_one_plus(denominator))
    whole = fx.high_multiply(exponent, fx.constant(np.log(2.0), 0))
    return fx.shift(whole + fraction, 1)
