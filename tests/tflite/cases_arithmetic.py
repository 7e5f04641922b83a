# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Elementwise arithmetic."""

import numpy as np
from cases import F32, I8, I16, I32, I64, Case, Type, arg, const, fixed

SHAPES = {"same": ((2, 3, 5), (2, 3, 5)), "row": ((2, 4, 5), (5,)),
          "column": ((3, 1, 4), (3, 2, 1)), "scalar": ((7,), (1,)),
          "left": ((1, 3), (4, 2, 3))}
OTHER8, OTHER16 = Type("int8", 0.052, 17), Type("int16", 0.00043)
LABELS = {"float32": "f32", "int8": "i8", "int16": "i16", "int32": "i32", "int64": "i64"}


def binary(operator, label, shapes, first, second, out, *, constant=False, **options):
    make = const if constant else arg
    operands = [arg(shapes[0], first), make(shapes[1], second)]
    return Case(f"{operator.lower()}_{LABELS[first.name]}_{label}", operator, operands, out,
                **options)


def scaled(operator, type):
    """An output type that some results saturate."""
    factor = {"MUL": 0.15, "SQUARED_DIFFERENCE": 0.27}.get(operator, 0.061)
    if type.name == "int16":
        return Type("int16", factor / 30)
    return Type("int8", factor, -31)


def sums_and_products():
    result = []
    for operator in ("ADD", "SUB", "MUL", "SQUARED_DIFFERENCE"):
        for label, shapes in SHAPES.items():
            result.append(binary(operator, label, shapes, I8, OTHER8, scaled(operator, I8)))
        for label in ("same", "row"):
            result.append(binary(operator, label, SHAPES[label], F32, F32, F32))
            result.append(binary(operator, label, SHAPES[label], I16, OTHER16,
                                 scaled(operator, I16)))
        # All pairs of 256 and 52 values, or many.
        result.append(Case(f"{operator.lower()}_i8_grid", operator,
                           [fixed(np.arange(-128, 128).reshape(-1, 1), I8),
                            fixed(np.arange(-128, 128, 5), OTHER8)], scaled(operator, I8)))
        result.append(Case(f"{operator.lower()}_i16_grid", operator,
                           [arg((64, 1), I16), arg((64,), OTHER16)], scaled(operator, I16)))
        result.append(binary(operator, "constant", SHAPES["row"], I8, OTHER8,
                             scaled(operator, I8), constant=True))
        result.append(Case(f"{operator.lower()}_i32", operator,
                           [arg((3, 4), I32, -20000, 20000), arg((4,), I32, -20000, 20000)], I32))
        if operator == "SQUARED_DIFFERENCE":
            continue
        for activation in ("RELU", "RELU6", "RELU_N1_TO_1"):
            for type, other in ((I8, OTHER8), (F32, F32)):
                out = scaled(operator, type) if type is I8 else F32
                result.append(binary(operator, activation.lower(), SHAPES["same"], type, other,
                                     out, activation=activation))
    return result


def without_small(type):
    """All values but those near the zero point: for them DIV's last shift can exceed
    the 31 bits that the kernel is defined for."""
    values = np.arange(-128, 128)
    return values[np.abs(values - type.zero_point) > 4]


def double_factors():
    """Scales at which factors computed in float32 would give other results."""
    every, some = without_small(I8).reshape(-1, 1), np.setdiff1d(np.arange(-128, 128, 5), [17])
    second = Type("int8", 0.03, 17)
    return [Case(f"{operator.lower()}_i8_double_factors", operator,
                 [fixed(every, I8), fixed(some, second)], Type("int8", scale, -31))
            for operator, scale in (("SUB", 0.044), ("ADD", 0.044), ("DIV", 0.03))]


def division():
    def denominators(type, shape, seed):
        """Random, without the zero point."""
        values = np.random.default_rng(seed).integers(-128, 127, shape, type.dtype, endpoint=True)
        return fixed(np.where(values == type.zero_point, 100, values), type)
    near_one = Type("int8", 0.017, 3)
    return [
        Case("div_f32", "DIV", [arg((3, 4), F32), arg((4,), F32, 0.5, 3)], F32),
        Case("div_f32_relu6", "DIV", [arg((3, 4), F32, 1, 20), arg((3, 4), F32, 0.5, 3)], F32,
             activation="RELU6"),
        Case("div_i32", "DIV", [arg((5, 4), I32), fixed([-7, 3, 1, 100000], I32)], I32),
        Case("div_i8", "DIV", [arg((4, 6), I8), denominators(OTHER8, (4, 6), 1)], near_one),
        Case("div_i8_row", "DIV", [arg((4, 6), I8), denominators(OTHER8, (6,), 2)], near_one),
        Case("div_i8_relu", "DIV", [arg((4, 6), I8), denominators(OTHER8, (4, 6), 3)], near_one,
             activation="RELU"),
        Case("div_i8_grid", "DIV", [fixed(without_small(I8).reshape(-1, 1), I8),
                                    fixed(np.setdiff1d(np.arange(-128, 128, 5), [17]), OTHER8)],
             Type("int8", 0.05, 3)),
        Case("div_i8_small", "DIV", [arg((9, 9), I8), fixed(np.arange(18, 27), OTHER8)],
             Type("int8", 0.5, 0)),
    ]


def extrema():
    result = []
    for operator in ("MAXIMUM", "MINIMUM"):
        for type in (F32, I8, I16, I32, I64):
            for label in ("same", "column"):
                result.append(binary(operator, label, SHAPES[label], type, type, type))
    return result


def unary():
    positive = {"low": 0.01, "high": 50}
    result = [Case(f"{operator.lower()}_f32", operator, [arg((4, 9), F32, **bounds)], F32)
              for operator, bounds in (
                  ("ABS", {}), ("NEG", {}), ("EXP", {"low": -10, "high": 8}), ("LOG", positive),
                  ("SQRT", positive), ("RSQRT", positive), ("SIN", {"low": -9, "high": 9}),
                  ("COS", {"low": -9, "high": 9}), ("FLOOR", {}), ("CEIL", {}), ("ROUND", {}),
                  ("SQUARE", {}))]
    result += [
        Case("round_f32_halves", "ROUND",
             [fixed([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.4999998, -0.49999997], F32)], F32),
        Case("floor_f32_whole", "FLOOR", [fixed([-3, -0.0, 2, 8388609, -1e20], F32)], F32),
        Case("ceil_f32_whole", "CEIL", [fixed([-3, 0.0, 2, 8388609, 1e20], F32)], F32),
        Case("abs_i8_rescaled", "ABS", [arg((5, 7), I8)], Type("int8", 0.051, -100)),
        Case("abs_i8_same", "ABS", [arg((5, 7), I8)], I8),
        Case("abs_i16", "ABS", [arg((5, 7), I16)], Type("int16", 0.0009)),
        Case("rsqrt_i8", "RSQRT", [fixed(np.arange(-60, 128), Type("int8", 0.031, -60))],
             Type("int8", 0.05, -128)),
        Case("neg_i32", "NEG", [arg((6,), I32)], I32),
        Case("pow_f32", "POW", [arg((3, 5), F32, 0.1, 4), arg((5,), F32, -2, 2)], F32),
        Case("floor_div_i32", "FLOOR_DIV", [arg((5, 4), I32), fixed([-7, 3, 1, 1000], I32)], I32),
        Case("floor_mod_i32", "FLOOR_MOD", [arg((5, 4), I32), fixed([-7, 3, 1, 1000], I32)], I32),
        Case("add_n_f32", "ADD_N", [arg((2, 3), F32)] + [arg((2, 3), F32), arg((2, 3), F32)], F32),
    ]
    return result


def cases():
    return sums_and_products() + double_factors() + division() + extrema() + unary()
