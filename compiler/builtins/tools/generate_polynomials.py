#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes math/Polynomials.h: the polynomials of the math builtins.

Each polynomial interpolates its function at the Chebyshev nodes of the
interval, which is within a small factor of the minimax polynomial, in 50-digit
decimal arithmetic. The degree is the smallest one whose measured error is below
the tolerance. The functions are given as what is left after their exact leading
terms, e.g. (sin(x) - x) / x^3 as a function of x^2, so that rounding the
coefficients costs next to nothing. Run: tools/generate_polynomials.py
"""
import os
from decimal import Decimal as D, getcontext

getcontext().prec = 60
EPS = D(10) ** -58


def series(term, ratio):
    """Sum of term(0), with term(n+1) = term(n) * ratio(n)."""
    total, t, n = D(0), D(term), 0
    while abs(t) > EPS * max(abs(total), D(10) ** -20) or n < 4:
        total += t
        t *= ratio(n)
        n += 1
    return total


# Power series in z = x^2 (or r) of what remains after the leading terms.
def exp_rest(r):  # (e^r - 1 - r) / r^2
    return series(D(1) / 2, lambda n: r / (n + 3))


def sin_rest(z):  # (sin x - x) / x^3
    return series(D(-1) / 6, lambda n: -z / ((2 * n + 4) * (2 * n + 5)))


def cos_rest(z):  # (cos x - 1 + x^2/2) / x^4
    return series(D(1) / 24, lambda n: -z / ((2 * n + 5) * (2 * n + 6)))


def sinh_rest(z):
    return -sin_rest(-z) if z else D(1) / 6


def sinc(z):  # sin x / x
    return 1 + z * sin_rest(z)


def cosine(z):
    return 1 - z / 2 + z * z * cos_rest(z)


def tan_rest(z):  # (tan x - x) / x^3
    # (sin - x cos) / (x^3 cos)
    return (sin_rest(z) + D(1) / 2 - z * cos_rest(z)) / cosine(z)


def tanh_rest(z):  # (tanh x - x) / x^3
    return -tan_rest(-z)


def asin_rest(z):  # (asin x - x) / x^3
    return series(D(1) / 6, lambda n: z * (2 * n + 3) ** 2 / ((2 * n + 4) * (2 * n + 5)))


def atan_rest(z):  # (atan x - x) / x^3
    total, t, n = D(0), D(-1), 3
    while abs(t) > EPS or n < 9:
        total += t / n
        t *= -z
        n += 2
    return total


def log_rest(z):  # (log((1+s)/(1-s)) - 2 s) / s^3, z = s^2
    total, t, n = D(0), D(2), 3
    while abs(t) > EPS or n < 9:
        total += t / n
        t *= z
        n += 2
    return total


def log_rest2(z):  # (log_rest - 2/3) / z
    total, t, n = D(0), D(2), 5
    while abs(t) > EPS or n < 9:
        total += t / n
        t *= z
        n += 2
    return total


def pi_digits():
    def arctan_inverse(n):
        return series(D(1) / n, lambda k: -D(2 * k + 1) / ((2 * k + 3) * n * n))
    return 4 * (4 * arctan_inverse(5) - arctan_inverse(239))


PI = pi_digits()
TWO_OVER_SQRT_PI = 2 / PI.sqrt()


def erf_over_x(z):
    total, t, n = D(0), D(1), 0
    while abs(t) > EPS or n < 4:
        total += t / (2 * n + 1)
        n += 1
        t *= -z / n
    return total * TWO_OVER_SQRT_PI


def erf_rest(z):  # erf x / x - 1
    return erf_over_x(z) - 1


def erfc_scaled(x):  # x e^(x^2) erfc x
    if x < 6:
        getcontext().prec = 110
        global EPS
        saved, EPS = EPS, D(10) ** -105
        root_pi = pi_digits().sqrt()
        total, t, n, z = D(0), D(1), 0, x * x
        while abs(t) > EPS or n < 4:
            total += t / (2 * n + 1)
            n += 1
            t *= -z / n
        result = x * z.exp() * (1 - total * x * 2 / root_pi)
        EPS = saved
        getcontext().prec = 60
        return +result
    # Continued fraction: erfc x e^(x^2) sqrt(pi) = 1/(x + (1/2)/(x + 1/(x + ...
    value = x
    for k in range(1500, 0, -1):
        value = x + D(k) / 2 / value
    return x / value / PI.sqrt()


def interpolate(f, a, b, count):
    """Newton interpolation at Chebyshev nodes, expanded to monomials."""
    nodes = []
    for i in range(count):
        angle = PI * (2 * i + 1) / (2 * count)
        nodes.append((a + b) / 2 + (b - a) / 2 * cosine(angle * angle))
    table = [f(x) for x in nodes]
    for level in range(1, count):
        for i in range(count - 1, level - 1, -1):
            table[i] = (table[i] - table[i - 1]) / (nodes[i] - nodes[i - level])
    poly = [table[-1]]
    for i in range(count - 2, -1, -1):  # poly * (x - node) + table
        shifted = [D(0)] + poly
        for j, c in enumerate(poly):
            shifted[j] -= c * nodes[i]
        shifted[0] += table[i]
        poly = shifted
    return poly


def fit(f, a, b, tolerance):
    a, b = D(a), D(b)
    samples = [a + (b - a) * i / 40 for i in range(41)]
    values = [f(x) for x in samples]
    for count in range(2, 40):
        poly = interpolate(f, a, b, count)
        worst = D(0)
        for x, v in zip(samples, values):
            p = D(0)
            for c in reversed(poly):
                p = p * x + c
            worst = max(worst, abs(p - v))
        if worst < tolerance:
            return poly, worst
    raise RuntimeError("no polynomial is good enough")


def about(center, function):
    return lambda u: function(center + u)


def erfc_of_inverse_square(w):
    return erfc_scaled(1 / w.sqrt())


# name, comment, function, interval, error allowed relative to one rounding of
# the function's result, per type the interval may differ
POLYNOMIALS = [
    ("exponential", "(e^r - 1 - r) / r^2, |r| <= ln(2)/2", exp_rest, "-0.3475", "0.3475", 3),
    ("sine", "(sin x - x) / x^3 in x^2, |x| <= pi/4", sin_rest, "0", "0.618", 1),
    ("cosine", "(cos x - 1 + x^2/2) / x^4 in x^2, |x| <= pi/4", cos_rest, "0", "0.618", 1),
    ("tangent", "(tan x - x) / x^3 in x^2, |x| <= pi/4", tan_rest, "0", "0.618", 1),
    ("arcsine", "(asin x - x) / x^3 in x^2, |x| <= 1/2", asin_rest, "0", "0.2501", 2),
    ("arctangent", "(atan x - x) / x^3 in x^2, |x| <= tan(pi/8)", atan_rest, "0", "0.1717", 2),
    ("logarithm", "(log((1+s)/(1-s)) - 2s) / s^3 in s^2, s <= 3 - sqrt(8)", log_rest, "0", "0.02945", 5),
    ("logarithmTail", "(logarithm - 2/3) in s^2, over s^2", log_rest2, "0", "0.02945", -1),
    ("hyperbolicSine", "(sinh x - x) / x^3 in x^2, |x| <= 1", sinh_rest, "0", "1.001", 0),
    ("hyperbolicTangent", "(tanh x - x) / x^3 in x^2, |x| <= 0.55", tanh_rest, "0", "0.3026", 2),
    ("errorFunction", "erf(x) / x - 1 in x^2, |x| <= 5/8", erf_rest, "0", "0.391", 0),
    ("erfcA", "x e^(x^2) erfc(x) in x - 7/8, 5/8 <= x <= 9/8", about(D("0.875"), erfc_scaled), "-0.25", "0.25", 1),
    ("erfcB", "x e^(x^2) erfc(x) in x - 25/16, 9/8 <= x <= 2", about(D("1.5625"), erfc_scaled), "-0.4375", "0.4375", 1),
    ("erfcC", "x e^(x^2) erfc(x) in 1/x^2 - 5/32, 2 <= x <= 4", about(D("0.15625"), erfc_of_inverse_square), "-0.09376", "0.09376", 1),
    ("erfcD", "x e^(x^2) erfc(x) in 1/x^2, 4 <= x <= 28", erfc_of_inverse_square, "0.00125", "0.0626", 1),
]
HEADER = """// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Written by tools/generate_polynomials.py; do not edit. Lowest degree first.
#pragma once

namespace iree_builtins {

template <typename T> struct Polynomials;
"""


def emit(cpp_type, bits, suffix, digits):
    lines = ["", "template <> struct Polynomials<%s> {" % cpp_type]
    for name, comment, function, a, b, spare in POLYNOMIALS:
        # Four bits below the rounding; `spare` is what the terms outside the
        # polynomial make its error smaller by.
        poly, worst = fit(function, a, b, D(2) ** -(bits + 4 - spare))
        lines.append("  // %s; error 2^%.1f" % (comment, float(worst.ln() / D(2).ln())))
        lines.append("  static constexpr %s %s[] = {" % (cpp_type, name))
        for c in poly:
            lines.append("      %.*e%s," % (digits, c, suffix))
        lines.append("  };")
    lines.append("};")
    return "\n".join(lines)


def main():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "math", "Polynomials.h")
    text = HEADER + emit("float", 24, "f", 11) + "\n" + emit("double", 53, "", 20)
    with open(path, "w") as file:
        file.write(text + "\n\n} // namespace iree_builtins\n")


if __name__ == "__main__":
    main()
