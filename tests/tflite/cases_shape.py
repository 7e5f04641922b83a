# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operators that move, take, repeat or convert elements, and resizing."""

import numpy as np
from cases import BOOL, F16, F32, I8, I16, I32, I64, Case, Type, arg, const, fixed, given

TYPES = {"f32": F32, "i8": I8, "i32": I32}


def each_type(name, operator, make, out=None, types=("f32", "i8"), **options):
    """make(type): the operands."""
    return [Case(f"{name}_{label}", operator, make(TYPES[label]), out or TYPES[label], **options)
            for label in types]


def views():
    result = each_type("reshape", "RESHAPE", lambda t: [arg((2, 6), t), given([3, 4])],
                       shape=(3, 4), new_shape=[3, 4], types=TYPES)
    result += [
        Case("reshape_option", "RESHAPE", [arg((2, 6), F32)], F32, shape=(4, 3), new_shape=[4, 3]),
        Case("reshape_rest", "RESHAPE", [arg((2, 6), I8), given([-1, 2])], I8, shape=(6, 2)),
        Case("squeeze", "SQUEEZE", [arg((1, 3, 1, 2), F32)], F32, shape=(3, 2)),
        Case("squeeze_dims", "SQUEEZE", [arg((1, 3, 1, 2), I8)], I8, shape=(1, 3, 2),
             squeeze_dims=[-2]),
        Case("expand_dims", "EXPAND_DIMS", [arg((3, 2), F32), given(1)], F32, shape=(3, 1, 2)),
        Case("expand_dims_last", "EXPAND_DIMS", [arg((3, 2), I8), given([-1])], I8, shape=(3, 2, 1)),
        Case("shape", "SHAPE", [arg((3, 2, 5), F32)], I32, out_type="int32"),
        Case("rank", "RANK", [arg((3, 2, 5), F32)], I32),
    ]
    result += each_type("transpose", "TRANSPOSE", lambda t: [arg((2, 3, 4), t), given([2, 0, 1])],
                        types=TYPES)
    result += each_type("transpose_4d", "TRANSPOSE",
                        lambda t: [arg((1, 3, 4, 5), t), given([0, 3, 1, 2])])
    return result


def joins():
    result = []
    for axis in (0, 1, -1):
        shapes = {0: ((2, 3, 4), (1, 3, 4)), 1: ((2, 3, 4), (2, 1, 4)), -1: ((2, 3, 4), (2, 3, 7))}
        result += each_type(f"concatenation_{axis % 3}{'n' if axis < 0 else ''}", "CONCATENATION",
                            lambda t, axis=axis, shapes=shapes: [
                                arg(shapes[axis][0], t), arg(shapes[axis][1], t)], axis=axis)
    result += each_type("concatenation_three", "CONCATENATION", lambda t: [
        arg((2, 3), t), const((2, 1), t), arg((2, 4), t)], axis=1, types=TYPES)
    for axis in (0, 2, -1):
        result += each_type(f"pack_{axis % 3}{'n' if axis < 0 else ''}", "PACK",
                            lambda t: [arg((2, 3), t), arg((2, 3), t)], axis=axis, values_count=2)
        result.append(Case(f"unpack_{axis % 3}{'n' if axis < 0 else ''}", "UNPACK",
                           [arg((2, 3, 2), I8)], [I8, I8], axis=axis, num=2))
    result += [
        Case("split", "SPLIT", [given(1), arg((2, 6, 2), F32)], [F32] * 3, num_splits=3),
        Case("split_negative", "SPLIT", [given(-1), arg((3, 4), I8)], [I8] * 2, num_splits=2),
        Case("split_v", "SPLIT_V", [arg((7, 2), F32), given([1, 4, 2]), given(0)], [F32] * 3,
             num_splits=3),
        Case("split_v_rest", "SPLIT_V", [arg((3, 7), I8), given([2, -1]), given(-1)], [I8] * 2,
             num_splits=2),
    ]
    return result


def pads():
    around = [[1, 0], [0, 2], [1, 1]]
    result = each_type("pad", "PAD", lambda t: [arg((2, 3, 4), t), given(around)], types=TYPES)
    result += [Case("pad_i64_paddings", "PAD", [arg((2, 3), F32), given([[1, 0], [0, 2]], I64)], F32)]
    result += [
        Case("padv2_f32", "PADV2", [arg((2, 3), F32), given([[1, 0], [0, 2]]), given(1.5, F32)], F32),
        Case("padv2_i8", "PADV2", [arg((2, 3), I8), given([[1, 0], [0, 2]]), given(77, I8)], I8),
        Case("padv2_i32", "PADV2", [arg((2, 3), I32), given([[1, 0], [0, 2]]), given(-9, I32)], I32),
    ]
    for mode in ("REFLECT", "SYMMETRIC"):
        result += each_type(f"mirror_pad_{mode.lower()}", "MIRROR_PAD", lambda t: [
            arg((3, 4), t), given([[1, 2], [2, 3]])], mode=mode)
    return result


def slices():
    result = each_type("slice", "SLICE", lambda t: [
        arg((4, 5, 3), t), given([1, 0, 2]), given([2, -1, 1])], types=TYPES)
    for name, bounds, options in (
            ("plain", ([1, 0], [3, 5], [1, 2]), {}),
            ("backward", ([3, 4], [0, 0], [-1, -2]), {}),
            ("negative", ([-3, -4], [-1, 5], [1, 1]), {}),
            ("masks", ([2, 2], [1, 1], [1, 1]), {"begin_mask": 1, "end_mask": 3}),
            ("shrink", ([1, 0], [2, 5], [1, 1]), {"shrink_axis_mask": 1}),
            ("new_axis", ([0, 1, 0], [0, 3, 4], [1, 1, 1]), {"new_axis_mask": 1}),
            ("ellipsis", ([0, 1], [0, 4], [1, 1]), {"ellipsis_mask": 1}),
            ("beyond", ([1, 1], [100, 100], [1, 3]), {})):
        result += each_type(f"strided_slice_{name}", "STRIDED_SLICE", lambda t, bounds=bounds: [
            arg((4, 5), t), *(given(each) for each in bounds)], **options)
    return result


def gathers():
    result = []
    for axis in (0, 1, -1):
        result += each_type(f"gather_{axis % 3}{'n' if axis < 0 else ''}", "GATHER", lambda t: [
            arg((3, 4, 3), t), fixed([2, 0, 1, 1], I32)], axis=axis)
    result += [
        Case("gather_matrix", "GATHER", [arg((5, 2), F32), given([[4, 0], [1, 3]])], F32, axis=0),
        Case("gather_scalar", "GATHER", [arg((5, 2), F32), fixed(3, I32)], F32, axis=0),
        Case("gather_batch", "GATHER", [arg((2, 4, 3), I8), fixed([[0, 3], [2, 1]], I32)], I8, axis=1,
             batch_dims=1),
        Case("gather_nd", "GATHER_ND", [arg((3, 4, 2), F32), fixed([[2, 1], [0, 3]], I32)], F32),
        Case("gather_nd_i8", "GATHER_ND", [arg((3, 4), I8), fixed([[[2, 1]], [[0, 3]]], I32)], I8),
        Case("one_hot_f32", "ONE_HOT", [fixed([1, 0, 5, -1], I32), given(4), given(2.0, F32),
                                        given(-1.0, F32)], F32, axis=-1),
        Case("one_hot_axis", "ONE_HOT", [fixed([[1, 0], [3, 2]], I32), given(3), given(1, I32),
                                         given(0, I32)], I32, axis=0),
    ]
    return result


def repeats():
    result = each_type("tile", "TILE", lambda t: [arg((2, 3), t), given([2, 3])], types=TYPES)
    result += each_type("broadcast_to", "BROADCAST_TO", lambda t: [
        arg((3, 1), t), given([2, 3, 4])], types=TYPES)
    result += [
        Case("fill_f32", "FILL", [given([2, 3]), arg((), F32)], F32),
        Case("fill_i32", "FILL", [given([2, 3]), given(7, I32)], I32),
        Case("zeros_like_f32", "ZEROS_LIKE", [arg((2, 3), F32)], F32),
        Case("zeros_like_i32", "ZEROS_LIKE", [arg((2, 3), I32)], I32),
        Case("reverse_v2", "REVERSE_V2", [arg((2, 3, 4), F32), given([2])], F32),
    ]
    return result


def blocks():
    result = each_type("space_to_depth", "SPACE_TO_DEPTH", lambda t: [arg((2, 4, 6, 3), t)],
                       block_size=2, shape=(2, 2, 3, 12))
    result += each_type("depth_to_space", "DEPTH_TO_SPACE", lambda t: [arg((2, 2, 3, 12), t)],
                        block_size=2, shape=(2, 4, 6, 3))
    for name, type in (("f32", F32), ("i8", Type("int8", 0.037)), ("i8_zero_point", I8)):
        result.append(Case(f"space_to_batch_{name}", "SPACE_TO_BATCH_ND", [
            arg((2, 5, 4, 3), type), given([2, 3]), given([[1, 0], [1, 1]])], type,
            shape=(12, 3, 2, 3)))
    result += each_type("batch_to_space", "BATCH_TO_SPACE_ND", lambda t: [
        arg((12, 3, 2, 3), t), given([2, 3]), given([[1, 0], [1, 1]])], shape=(2, 5, 4, 3))
    return result


def resizes():
    result = []
    for operator in ("RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR"):
        for name, options in (("plain", {}), ("corners", {"align_corners": True}),
                              ("centers", {"half_pixel_centers": True})):
            for size in ((7, 9), (2, 3), (4, 10)):
                label = f"{operator.lower()}_{name}_{size[0]}x{size[1]}"
                result += each_type(label, operator, lambda t, size=size: [
                    arg((2, 4, 5, 3), t), given(size)], shape=(2, *size, 3), floor=2e-6, **options)
    return result


def conversions():
    values = np.array([-1000, -3.3, -1.5, -0.5, -0.4999, 0, 0.5, 0.55, 1.49, 2.5, 3.3, 1000])
    halves = np.arange(-20, 20) * 0.125
    result = [Case("quantize_f32_to_i8", "QUANTIZE", [fixed(values, F32)], Type("int8", 0.1, 3)),
              Case("quantize_f32_to_i8_halves", "QUANTIZE", [fixed(halves, F32)],
                   Type("int8", 0.25, -7)),
              Case("quantize_f32_to_u8", "QUANTIZE", [fixed(values, F32)], Type("uint8", 0.1, 3)),
              Case("quantize_f32_to_i16", "QUANTIZE", [fixed(values, F32)], Type("int16", 0.001))]
    other = {"int8": Type("int8", 0.051, 20), "int16": Type("int16", 0.0007),
             "int32": Type("int32", 0.002, 5), "uint8": Type("uint8", 0.021, 99)}
    for first, second in (("int8", "int8"), ("int8", "int16"), ("int16", "int8"),
                          ("int16", "int16"), ("int8", "int32"), ("int8", "uint8"),
                          ("uint8", "int8"), ("int16", "int32"), ("int32", "int8"),
                          ("int32", "int16")):
        source = {"int8": I8, "int16": I16, "uint8": Type("uint8", 0.033, 120),
                  "int32": Type("int32", 0.0003, 0)}[first]
        bounds = (-200000, 200000) if first == "int32" else ()
        result.append(Case(f"quantize_{first}_to_{second}", "QUANTIZE", [arg((5, 7), source, *bounds)],
                           other[second]))
    result += [
        Case("quantize_i8_to_u8_flip", "QUANTIZE", [arg((5, 7), Type("int8", 0.03, -3))],
             Type("uint8", 0.03, 125)),
        Case("dequantize_i8", "DEQUANTIZE", [arg((5, 7), I8)], F32),
        Case("dequantize_u8", "DEQUANTIZE", [arg((5, 7), Type("uint8", 0.021, 99))], F32),
        Case("dequantize_i16", "DEQUANTIZE", [arg((5, 7), I16)], F32),
        Case("dequantize_f16", "DEQUANTIZE", [const((5, 7), F16)], F32),
    ]
    for name, source, target, bounds in (
            ("f32_to_i32", F32, I32, (-1000, 1000)), ("f32_to_i8", F32, Type("int8"), (-128, 127)),
            ("i32_to_f32", I32, F32, ()), ("i8_to_f32", Type("int8"), F32, ()),
            ("i32_to_i8", I32, Type("int8"), ()), ("i8_to_i32", Type("int8"), I32, ()),
            ("bool_to_f32", BOOL, F32, ()), ("f32_to_bool", F32, BOOL, ()),
            ("i32_to_i64", I32, I64, ()), ("i64_to_i32", I64, I32, ()),
            ("i16_to_f32", Type("int16"), F32, ()), ("bool_to_i32", BOOL, I32, ()),
            ("f32_to_i16", F32, Type("int16"), (-30000, 30000))):
        result.append(Case(f"cast_{name}", "CAST", [arg((4, 5), source, *bounds)], target,
                           in_type=source.name, out_type=target.name))
    return result


def cases():
    return (views() + joins() + pads() + slices() + gathers() + repeats() + blocks() + resizes()
            + conversions())
