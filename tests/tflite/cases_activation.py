# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Activation functions, SOFTMAX and LOG_SOFTMAX. Functions of one 8-bit value get
all 256 of them."""

import numpy as np
from cases import F32, I8, I16, Case, Type, arg, const, fixed

ALL8 = np.arange(-128, 128)
SOME16 = np.unique(np.concatenate([np.arange(-32768, 32768, 97), np.arange(-130, 130),
                                   [32767]]))


def all8(name, operator, type, out, **options):
    return Case(f"{operator.lower()}_i8_{name}", operator, [fixed(ALL8, type)], out, **options)


def all16(name, operator, type, out):
    return Case(f"{operator.lower()}_i16_{name}", operator, [fixed(SOME16, type)], out)


def simple():
    result = []
    for operator in ("RELU", "RELU6", "RELU_N1_TO_1"):
        result.append(Case(f"{operator.lower()}_f32", operator, [arg((5, 9), F32, -9, 9)], F32))
        result.append(all8("same", operator, I8, I8))
    result += [all8("rescaled", "RELU", I8, Type("int8", 0.019, -101)),
               all8("rescaled", "RELU_N1_TO_1", I8, Type("int8", 0.019, 3)),
               all16("rescaled", "RELU", I16, Type("int16", 0.0004)),
               all16("same", "RELU6", I16, I16)]
    return result


def slopes():
    return [
        Case("leaky_relu_f32", "LEAKY_RELU", [arg((5, 9), F32)], F32, alpha=0.2),
        Case("leaky_relu_f32_large", "LEAKY_RELU", [arg((5, 9), F32)], F32, alpha=1.5),
        all8("plain", "LEAKY_RELU", I8, Type("int8", 0.029, 7), alpha=0.1),
        all8("large", "LEAKY_RELU", I8, Type("int8", 0.05, 7), alpha=1.7),
        all8("negative", "LEAKY_RELU", I8, Type("int8", 0.05, 7), alpha=-0.3),
        # Factors computed in float32 would give other results.
        all8("double_factors", "LEAKY_RELU", I8, Type("int8", 0.05, 5), alpha=0.05),
        Case("leaky_relu_i16_double_factors", "LEAKY_RELU", [fixed(np.arange(-32768, 32768), I16)],
             Type("int16", 0.02 / 60), alpha=0.05),
        Case("leaky_relu_i16", "LEAKY_RELU", [fixed(SOME16, I16)], Type("int16", 0.0007),
             alpha=0.25),
        Case("prelu_f32", "PRELU", [arg((2, 3, 4, 5), F32), const((1, 1, 5), F32)], F32),
        Case("prelu_i8", "PRELU", [arg((1, 3, 4, 5), I8), const((1, 1, 5), Type("int8", 0.009, 4))],
             Type("int8", 0.041, -9)),
        Case("prelu_i8_full", "PRELU", [arg((3, 4), I8), const((3, 4), Type("int8", 0.009, 4))],
             Type("int8", 0.041, -9)),
        Case("prelu_i16", "PRELU", [arg((3, 5), I16), const((5,), Type("int8", 0.009))],
             Type("int16", 0.0007)),
    ]


def smooth():
    logistic8, tanh8 = Type("int8", 1 / 256, -128), Type("int8", 1 / 128, 0)
    q15, q12 = Type("int16", 2.0 ** -15), Type("int16", 2.0 ** -12)
    result = []
    for operator in ("LOGISTIC", "TANH", "ELU", "HARD_SWISH"):
        result.append(Case(f"{operator.lower()}_f32", operator, [arg((5, 9), F32, -9, 9)], F32))
    for approximate in (False, True):
        name = "approximate" if approximate else "exact"
        result.append(Case(f"gelu_f32_{name}", "GELU", [arg((5, 9), F32, -5, 5)], F32,
                           approximate=approximate))
        result.append(all8(name, "GELU", I8, Type("int8", 0.031, -90), approximate=approximate))
    for operator, out in (("LOGISTIC", logistic8), ("TANH", tanh8)):
        for name, type in (("plain", Type("int8", 0.061, 4)), ("wide", Type("int8", 0.25, -20)),
                           ("narrow", Type("int8", 0.003, 0)), ("power", Type("int8", 0.03125, 0))):
            result.append(all8(name, operator, type, out))
        for name, type in (("q12", q12), ("q11", Type("int16", 2.0 ** -11)),
                           ("general", Type("int16", 0.000377)), ("large", Type("int16", 0.0031))):
            result.append(all16(name, operator, type, q15))
    result += [all8("plain", "ELU", I8, Type("int8", 0.029, -70)),
               all8("same", "ELU", Type("int8", 0.05, 10), Type("int8", 0.05, 10))]
    for name, scale, out in (("plain", 0.037, 0.029), ("wide", 0.11, 0.09), ("narrow", 0.009, 0.008),
                             ("huge", 0.6, 0.5)):
        result.append(all8(name, "HARD_SWISH", Type("int8", scale, -3), Type("int8", out, -101)))
    return result


def softmaxes():
    out8, out_wide = Type("int8", 1 / 256, -128), Type("int16", 1 / 65536, -32768)
    log8 = Type("int8", 1 / 16, 127)
    result = [
        Case("softmax_f32", "SOFTMAX", [arg((3, 7), F32, -5, 5)], F32, beta=1.0),
        Case("softmax_f32_beta", "SOFTMAX", [arg((2, 2, 9), F32, -5, 5)], F32, beta=0.5),
        Case("softmax_f32_rank4", "SOFTMAX", [arg((1, 2, 3, 4), F32)], F32, beta=1.0),
        Case("softmax_i16", "SOFTMAX", [arg((3, 10), I16, -9000, 9000)], Type("int16", 1 / 32768),
             beta=1.0),
        Case("softmax_i16_full", "SOFTMAX", [arg((2, 33), Type("int16", 0.0002))],
             Type("int16", 1 / 32768), beta=1.0),
        Case("log_softmax_f32", "LOG_SOFTMAX", [arg((3, 7), F32, -5, 5)], F32),
    ]
    for name, scale, shape, beta, largest in (
            ("plain", 0.037, (4, 10), 1.0, 127), ("wide", 0.4, (2, 12), 1.0, 12),
            ("far", 1.5, (2, 12), 1.0, 127), ("beta", 0.05, (3, 5), 0.4, 127),
            ("narrow", 0.002, (2, 4), 1.0, 127), ("one", 0.05, (3, 1), 1.0, 127),
            ("rank3", 0.1, (2, 3, 8), 1.0, 30), ("long", 0.02, (1, 100), 1.0, 127)):
        operands = [arg(shape, Type("int8", scale, 13), -largest, largest)]
        result.append(Case(f"softmax_i8_{name}", "SOFTMAX", operands, out8, beta=beta))
    for name, scale in (("plain", 0.037), ("wide", 0.3)):
        result.append(Case(f"softmax_i8_to_i16_{name}", "SOFTMAX",
                           [arg((3, 9), Type("int8", scale, 13), -40, 40)], out_wide, beta=1.0))
    for name, scale in (("plain", 0.037), ("wide", 0.2), ("narrow", 0.003)):
        result.append(Case(f"log_softmax_i8_{name}", "LOG_SOFTMAX",
                           [arg((4, 11), Type("int8", scale, 13), -80, 80)], log8))
    return result


def cases():
    return simple() + slopes() + smooth() + softmaxes()
