# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reductions, comparisons, logic and selection."""

from cases import BOOL, F32, I8, I16, I32, I64, Case, Type, arg, const, fixed, given

OUT8, OUT16 = Type("int8", 0.029, 9), Type("int16", 0.0005)
AXES = {"last": ([-1], False), "image": ([1, 2], True), "all": ([0, 1, 2, 3], False),
        "first": ([0], True), "pair": ([-3, 3], False)}
SHAPE = (2, 5, 3, 4)


def reductions():
    result = []
    for operator in ("MEAN", "SUM"):
        for label, (axes, keep) in AXES.items():
            for name, type, out in (("f32", F32, F32), ("i8", I8, OUT8), ("i16", I16, OUT16)):
                if operator == "SUM" and name != "f32":
                    out = Type(out.name, 10 * out.scale, out.zero_point)
                result.append(Case(f"{operator.lower()}_{name}_{label}", operator,
                                   [arg(SHAPE, type), given(axes)], out, keep_dims=keep,
                                   floor=4e-6))
    result += [Case("mean_i8_same", "MEAN", [arg(SHAPE, I8), given([1, 2])], I8),
               Case("mean_i8_long", "MEAN", [arg((1, 40, 50), I8), given([1, 2])], I8),
               Case("mean_i8_axis", "MEAN", [arg((4, 6), I8), given(1)], OUT8)]
    for operator in ("REDUCE_MAX", "REDUCE_MIN"):
        for label, (axes, keep) in list(AXES.items())[:3]:
            for name, type in (("f32", F32), ("i8", I8)):
                result.append(Case(f"{operator.lower()}_{name}_{label}", operator,
                                   [arg(SHAPE, type), given(axes)], type, keep_dims=keep))
    result += [
        Case("reduce_max_i16", "REDUCE_MAX", [arg((3, 4), I16), given([0])], I16),
        Case("reduce_prod_f32", "REDUCE_PROD", [arg((3, 4), F32), given([1])], F32),
        Case("reduce_prod_i32", "REDUCE_PROD", [arg((3, 4), I32, -9, 9), given([0])], I32),
        Case("sum_i32", "SUM", [arg((3, 4), I32, -1000, 1000), given([0])], I32),
        Case("reduce_any", "REDUCE_ANY", [arg((5, 2), BOOL), given([1])], BOOL),
        Case("reduce_all", "REDUCE_ALL", [arg((5, 2), BOOL), given([-1])], BOOL, keep_dims=True),
    ]
    return result


def along_an_axis():
    ties = [[3, 7, 7, -1], [5, 5, 5, 5], [-128, 127, -128, 127]]
    result = []
    for operator in ("ARG_MAX", "ARG_MIN"):
        name = operator.lower()
        result += [
            Case(f"{name}_f32", operator, [arg((3, 4, 5), F32), given(1)], I32, output_type="int32"),
            Case(f"{name}_i8_ties", operator, [fixed(ties, I8), given(-1)], I32,
                 output_type="int32"),
            Case(f"{name}_i64", operator, [arg((3, 4), F32), given([0])], I64,
                 output_type="int64"),
        ]
    for name, type, out in (("f32", F32, F32), ("i8", I8, Type("int8", 0.11, 5))):
        for label, options in (("plain", {}), ("exclusive", {"exclusive": True}),
                               ("reverse", {"reverse": True}),
                               ("both", {"exclusive": True, "reverse": True})):
            result.append(Case(f"cumsum_{name}_{label}", "CUMSUM", [arg((3, 6, 2), type), given(1)],
                               out, **options))
    result += [
        Case("l2_normalization_f32", "L2_NORMALIZATION", [arg((3, 7), F32)], F32),
        Case("l2_normalization_i8", "L2_NORMALIZATION", [arg((6, 8), I8)], Type("int8", 1 / 128, 0)),
        Case("l2_normalization_i8_long", "L2_NORMALIZATION", [arg((2, 3, 200), I8)],
             Type("int8", 1 / 128, 0)),
        Case("l2_normalization_i8_zero", "L2_NORMALIZATION",
             [fixed([[-5, -5, -5], [-5, -4, -5], [127, -128, -5]], I8)], Type("int8", 1 / 128, 0)),
    ]
    return result


def comparisons():
    close = Type("int8", 0.036, -2)
    result = []
    for operator in ("EQUAL", "NOT_EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL"):
        name = operator.lower()
        result += [
            Case(f"{name}_f32", operator, [fixed([1, 2, 2, -0.0], F32), fixed([2, 1, 2, 0], F32)],
                 BOOL),
            Case(f"{name}_i8", operator, [arg((9, 9), I8, -9, 9), arg((9,), close, -9, 9)], BOOL),
            Case(f"{name}_i8_same", operator, [arg((9, 9), I8, -4, 4), arg((9, 9), I8, -4, 4)], BOOL),
            Case(f"{name}_i32", operator, [arg((9, 9), I32, -3, 3), arg((9, 1), I32, -3, 3)], BOOL),
            Case(f"{name}_i64", operator, [arg((9,), I64, -3, 3), const((9,), I64, -3, 3)], BOOL),
        ]
    result += [Case("equal_bool", "EQUAL", [arg((9,), BOOL), arg((9,), BOOL)], BOOL),
               Case("logical_and", "LOGICAL_AND", [arg((9, 4), BOOL), arg((4,), BOOL)], BOOL),
               Case("logical_or", "LOGICAL_OR", [arg((9, 4), BOOL), arg((9, 4), BOOL)], BOOL),
               Case("logical_not", "LOGICAL_NOT", [arg((9,), BOOL)], BOOL)]
    return result


def selections():
    result = []
    for name, type in (("f32", F32), ("i8", I8), ("i32", I32)):
        result += [
            Case(f"select_{name}", "SELECT", [arg((3, 5), BOOL), arg((3, 5), type),
                                              arg((3, 5), type)], type),
            Case(f"select_v2_{name}", "SELECT_V2", [arg((3, 1), BOOL), arg((3, 5), type),
                                                    arg((5,), type)], type),
        ]
    result += [Case("select_f32_rows", "SELECT", [arg((3,), BOOL), arg((3, 5), F32),
                                                  arg((3, 5), F32)], F32),
               Case("where_constant", "WHERE", [given([[1, 0, 1], [0, 1, 1]], BOOL)], I64)]
    return result


def cases():
    return reductions() + along_an_axis() + comparisons() + selections()
