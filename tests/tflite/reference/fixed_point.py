# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fixed-point arithmetic of quantised inference, on numpy int64 arrays.

Requantisation: Jacob et al., "Quantization and Training of Neural Networks for
Efficient Integer-Arithmetic-Only Inference" (2018), section 2.4, and the
TensorFlow Lite 8-bit quantization specification. Rounding of shifts and
products is that of gemmlowp (its doc/quantization.md and fixedpoint.h), which
the reference kernels are defined by.

A fixed-point number Qm.n has m integer bits, n = 31 - m fractional bits and a
sign; here it is its raw integer, and m a parameter.
"""

import numpy as np

MIN32, MAX32 = -(1 << 31), (1 << 31) - 1


def wrap32(x):
    """What int32 arithmetic leaves of x."""
    return ((np.asarray(x, np.int64) + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)


def saturate32(x):
    return np.clip(x, MIN32, MAX32)


def divide_truncating(a, b):
    return np.sign(a) * np.sign(b) * (np.abs(a) // np.abs(b))


def round_away(x):
    """To the nearest integer, halves away from zero, in x's own float type."""
    x = np.asarray(x)
    return np.trunc(x) + (np.abs(x - np.trunc(x)) >= 0.5) * np.sign(x)


def high_multiply(a, b, bits=31):
    """a * b / 2^bits to nearest, halves up; saturates min * min. (gemmlowp's
    saturating rounding doubling high multiplication of 32 or, with bits = 15,
    16-bit numbers.)"""
    product = np.asarray(a, np.int64) * b
    nudge = np.where(product >= 0, 1 << (bits - 1), 1 - (1 << (bits - 1)))
    return np.minimum(divide_truncating(product + nudge, 1 << bits), (1 << bits) - 1)


def shift_right(x, amount):
    """x / 2^amount to nearest, halves away from zero."""
    x, amount = np.asarray(x, np.int64), np.asarray(amount, np.int64)
    mask = (1 << amount) - 1
    return (x >> amount) + ((x & mask) > (mask >> 1) + (x < 0))


def shift(x, amount):
    """x * 2^amount: saturating to the left, rounding to the right."""
    return saturate32(np.asarray(x, np.int64) << amount) if amount >= 0 else shift_right(x, -amount)


def quantize_multiplier(factor, rounding="double"):
    """factor = multiplier / 2^31 * 2^shift, multiplier in [2^30, 2^31); arrays or
    numbers. A factor below 2^-32 becomes 0."""
    mantissa, exponent = np.frexp(np.asarray(factor, float))
    multiplier = round_away(mantissa * (1 << 31)).astype(np.int64)
    exponent = exponent.astype(np.int64)
    overflow = multiplier == 1 << 31
    multiplier, exponent = multiplier >> overflow, exponent + overflow
    tiny = exponent < -31
    multiplier, exponent = np.where(tiny, 0, multiplier), np.where(tiny, 0, exponent)
    if rounding == "single":
        large = exponent > 30
        multiplier, exponent = np.where(large, MAX32, multiplier), np.where(large, 30, exponent)
    return multiplier, exponent


def multiply(x, multiplier, exponent, rounding="double"):
    """x * multiplier / 2^31 * 2^exponent of int32 values; arrays broadcast.

    double: two roundings, of the product's high half and of the right shift;
    a left shift comes first and wraps. single: one, halves up."""
    x, exponent = np.asarray(x, np.int64), np.asarray(exponent, np.int64)
    if rounding == "single":
        return (x * multiplier + (np.int64(1) << (30 - exponent))) >> (31 - exponent)
    left, right = np.maximum(exponent, 0), np.maximum(-exponent, 0)
    return shift_right(high_multiply(wrap32(x << left), multiplier), right)


def multiply64(x, multiplier, exponent):
    """The same of int64 accumulators (|x| < 2^47), with 16 bits of the multiplier
    and one rounding, halves up, in both rounding modes."""
    reduced = np.where(multiplier < 0x7FFF0000, (multiplier + (1 << 15)) >> 16, 0x7FFF)
    total = 15 - np.asarray(exponent, np.int64)
    return (np.asarray(x, np.int64) * reduced + (np.int64(1) << (total - 1))) >> total


def constant(real, integer_bits):
    return int(np.rint(real * 2.0 ** (31 - integer_bits)))


def _exp_near_zero(a):
    """exp of a in [-1/4, 0), Q0: Taylor's series to the fourth order at -1/8."""
    centre = constant(np.exp(-1 / 8), 0)
    x = a + (1 << 28)
    x2 = high_multiply(x, x)
    x3, x4 = high_multiply(x2, x), high_multiply(x2, x2)
    third = high_multiply(shift_right(x4, 2) + x3, constant(1 / 3, 0))
    return centre + high_multiply(centre, x + shift_right(third + x2, 1))


def exp_of_negative(a, integer_bits):
    """exp(a) in Q0 of a <= 0 in Q(integer_bits), up to 5: the fraction of a quarter
    by a series, then a factor exp(-2^k) for each bit of the number of quarters."""
    fraction_bits = 31 - integer_bits
    quarter = 1 << (fraction_bits - 2)
    fraction = (a & (quarter - 1)) - quarter
    result = _exp_near_zero(shift(fraction, integer_bits))
    rest = fraction - a
    for exponent in range(-2, integer_bits):
        factor = high_multiply(result, constant(np.exp(-2.0 ** exponent), 0))
        result = np.where(rest & (1 << (fraction_bits + exponent)), factor, result)
    return np.where(np.asarray(a) == 0, MAX32, result)


def _reciprocal_of_half(a):
    """Of (1 + a) / 2, a in [0, 1] in Q0; in Q2. Three steps of Newton and Raphson
    from the usual linear guess 48/17 - 32/17 d."""
    total = np.asarray(a, np.int64) + MAX32
    denominator = divide_truncating(total + np.where(total >= 0, 1, -1), 2)
    x = constant(48 / 17, 2) + high_multiply(denominator, constant(-32 / 17, 2))
    for _ in range(3):
        error = (1 << 29) - high_multiply(denominator, x)
        x = x + shift(high_multiply(x, error), 2)
    return x


def reciprocal_of_one_plus(a):
    """1 / (1 + a), a in [0, 1]; Q0 to Q0."""
    return shift(_reciprocal_of_half(a), 1)


def reciprocal(x, integer_bits):
    """(r, s): 1 / x = r / 2^31 / 2^s, for positive x in Q(integer_bits)."""
    x = np.asarray(x, np.int64)
    leading_zeros = 31 - np.floor(np.log2(x.astype(float))).astype(np.int64)
    return (reciprocal_of_one_plus(wrap32((x << leading_zeros) - (1 << 31))),
            integer_bits - leading_zeros)


def logistic(a, integer_bits):
    """1 / (1 + exp(-a)), Q(integer_bits) to Q0."""
    positive = reciprocal_of_one_plus(exp_of_negative(-np.abs(a), integer_bits))
    return np.where(a == 0, 1 << 30, np.where(a > 0, positive, MAX32 - positive))


def tanh(a, integer_bits):
    """Q(integer_bits) to Q0: (1 - e) / (1 + e) = 2 / (1 + e) - 1, e = exp(-2 |a|)."""
    e = exp_of_negative(-np.abs(a), integer_bits + 1)
    magnitude = shift(_reciprocal_of_half(e) - (1 << 29), 2)
    return np.where(a == 0, 0, np.where(a > 0, magnitude, -magnitude))


def reciprocal_square_root(x):
    """(multiplier, exponent) of 1 / sqrt(x) for one integer x >= 0; 0 counts as 1.
    Five steps of Newton and Raphson in Q3 on x, scaled by a power of four."""
    if x <= 1:
        return MAX32, 0
    exponent = 11
    while x >= 1 << 29:
        x //= 4
        exponent += 1
    pairs = (31 - int(x).bit_length()) // 2 - 1
    exponent -= pairs
    x <<= 2 * pairs
    half = int(shift_right(x >> 1, 1))
    root = 1 << 28
    for _ in range(5):
        cube = shift(high_multiply(high_multiply(root, root), root), 6)
        root = shift(high_multiply(constant(1.5, 3), root) - high_multiply(half, cube), 3)
    root = high_multiply(root, constant(np.sqrt(0.5), 0))
    if exponent < 0:
        root, exponent = root << -exponent, 0
    return int(root), -exponent


def input_radius(integer_bits, left_shift, total_bits=31):
    """The largest difference that Q(integer_bits) holds after scaling."""
    return int(np.floor(((1 << integer_bits) - 1) * 2.0 ** (total_bits - integer_bits - left_shift)))
