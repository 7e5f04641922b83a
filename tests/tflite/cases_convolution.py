# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Convolutions, fully connected layers, matrix products and pooling."""

import numpy as np
from cases import F32, I8, I16, I32, I64, U8, Case, Type, arg, const, given

W8, W4 = Type("int8"), Type("int4")
OUT8, OUT16 = Type("int8", 0.21, 11), Type("int16", 0.0021)


def channel_scales(count):
    """A different scale each channel, over three octaves."""
    return tuple(float(s) for s in np.float32(0.004 * 2 ** (3 * np.arange(count) / count)))


def out_size(size, kernel, stride, dilation, padding):
    if padding == "SAME":
        return -(-size // stride)
    return -(-(size - (kernel - 1) * dilation) // stride)


def window(kind, x, channels, out_type, operands, kernel, name, *, stride=(1, 1),
           dilation=(1, 1), padding="SAME", activation="NONE", **options):
    height, width = (out_size(x[i + 1], kernel[i], stride[i], dilation[i], padding)
                     for i in (0, 1))
    if "POOL" not in kind:
        options |= {"dilation_h": dilation[0], "dilation_w": dilation[1]}
    else:
        options |= {"filter_height": kernel[0], "filter_width": kernel[1]}
    return Case(name, kind, operands, out_type, shape=(x[0], height, width, channels),
                padding=padding, activation=activation, stride_h=stride[0], stride_w=stride[1],
                floor=4e-6, **options)


# name, input, output channels, kernel, further options
CONVOLUTIONS = (
    ("k3_same", (1, 5, 7, 3), 4, (3, 3), {}),
    ("k3_valid", (2, 6, 5, 2), 3, (3, 3), {"padding": "VALID"}),
    ("k1", (1, 4, 4, 8), 8, (1, 1), {}),
    ("stride2_even", (1, 8, 8, 3), 5, (3, 3), {"stride": (2, 2)}),
    ("stride2_odd", (1, 9, 7, 3), 5, (3, 3), {"stride": (2, 2)}),
    ("stride2_valid", (1, 9, 8, 1), 2, (4, 3), {"stride": (2, 2), "padding": "VALID"}),
    ("stride23", (1, 7, 11, 2), 3, (2, 5), {"stride": (2, 3)}),
    ("k10x4", (1, 49, 10, 1), 6, (10, 4), {"stride": (2, 2)}),
    ("dilated", (1, 9, 9, 2), 3, (3, 3), {"dilation": (2, 3)}),
    ("dilated_valid", (1, 9, 9, 2), 3, (3, 2), {"dilation": (2, 1), "padding": "VALID"}),
    ("relu", (1, 4, 5, 3), 4, (3, 3), {"activation": "RELU"}),
    ("relu6", (1, 4, 5, 3), 4, (3, 3), {"activation": "RELU6"}),
    ("relu_n1_to_1", (1, 4, 5, 3), 4, (3, 3), {"activation": "RELU_N1_TO_1"}),
    ("larger_than_image", (1, 3, 2, 2), 3, (5, 5), {}),
    ("wide", (1, 6, 6, 16), 20, (3, 3), {}),
)


def conv(name, x, outputs, kernel, options, *, types="i8"):
    groups = options.pop("groups", 1)
    weights = (outputs, *kernel, x[3] // groups)
    scales = channel_scales(outputs)
    operands, out = {
        "f32": lambda: ([arg(x, F32), const(weights, F32), const((outputs,), F32)], F32),
        "i8": lambda: ([arg(x, I8), const(weights, W8.quantized(scales), -127),
                        const((outputs,), I32, -20000, 20000)], OUT8),
        "i8_tensor": lambda: ([arg(x, I8), const(weights, W8.quantized(0.011), -127),
                               const((outputs,), I32, -20000, 20000)], OUT8),
        "i8_no_bias": lambda: ([arg(x, I8), const(weights, W8.quantized(scales), -127)], OUT8),
        "i16": lambda: ([arg(x, I16), const(weights, W8.quantized(scales), -127),
                         const((outputs,), I64, -2000000, 2000000)], OUT16),
        "i16_i32": lambda: ([arg(x, I16), const(weights, W8.quantized(scales), -127),
                             const((outputs,), I32, -2000000, 2000000)], OUT16),
        "hybrid": lambda: ([arg(x, F32), const(weights, W8.quantized(scales), -127),
                            const((outputs,), F32)], F32),
        "i4": lambda: ([arg(x, I8), const(weights, W4.quantized(scales), -7),
                        const((outputs,), I32, -2000, 2000)], OUT8),
        "u8": lambda: ([arg(x, U8), const(weights, Type("uint8", 0.015625, 131)),
                        const((outputs,), I32, -20000, 20000)], Type("uint8", 0.25, 113)),
    }[types]()
    return window("CONV_2D", x, outputs, out, operands, kernel, f"conv_{types}_{name}", **options)


def depthwise(name, x, multiplier, kernel, options, *, types="i8"):
    outputs = x[3] * multiplier
    weights, scales = (1, *kernel, outputs), channel_scales(outputs)
    w8, w4 = W8.quantized(scales, axis=3), W4.quantized(scales, axis=3)
    operands, out = {
        "f32": lambda: ([arg(x, F32), const(weights, F32), const((outputs,), F32)], F32),
        "i8": lambda: ([arg(x, I8), const(weights, w8, -127),
                        const((outputs,), I32, -9000, 9000)], OUT8),
        "i16": lambda: ([arg(x, I16), const(weights, w8, -127),
                         const((outputs,), I64, -900000, 900000)], OUT16),
        "i4": lambda: ([arg(x, I8), const(weights, w4, -7),
                        const((outputs,), I32, -900, 900)], OUT8),
        "hybrid": lambda: ([arg(x, F32), const(weights, w8, -127), const((outputs,), F32)], F32),
    }[types]()
    return window("DEPTHWISE_CONV_2D", x, outputs, out, operands, kernel,
                  f"depthwise_{types}_{name}", depth_multiplier=multiplier, **options)


DEPTHWISE = (
    ("k3", (1, 5, 7, 3), 1, (3, 3), {}),
    ("stride2", (1, 9, 8, 4), 1, (3, 3), {"stride": (2, 2)}),
    ("valid", (2, 6, 6, 2), 1, (3, 2), {"padding": "VALID"}),
    ("multiplier2", (1, 5, 5, 3), 2, (3, 3), {"activation": "RELU6"}),
    ("multiplier8", (1, 7, 5, 1), 8, (3, 3), {"activation": "RELU"}),
    ("dilated", (1, 9, 9, 2), 1, (3, 3), {"dilation": (2, 2)}),
)


def transposed(name, x, outputs, kernel, stride, padding, types):
    def size(i):
        if padding == "SAME":
            return x[i + 1] * stride[i]
        return (x[i + 1] - 1) * stride[i] + max(kernel[i], stride[i])
    shape = (x[0], size(0), size(1), outputs)
    weights, scales = (outputs, *kernel, x[3]), channel_scales(outputs)
    operands, out = {
        "f32": lambda: ([const(weights, F32), arg(x, F32), const((outputs,), F32)], F32),
        "i8": lambda: ([const(weights, W8.quantized(scales), -127), arg(x, I8),
                        const((outputs,), I32, -9000, 9000)], OUT8),
        "i16": lambda: ([const(weights, W8.quantized(scales), -127), arg(x, I16)], OUT16),
    }[types]()
    return Case(f"transpose_conv_{types}_{name}", "TRANSPOSE_CONV", [given(shape), *operands], out,
                shape=shape, padding=padding, stride_h=stride[0], stride_w=stride[1], floor=4e-6,
                version=3)


TRANSPOSED = (
    ("stride2", (1, 3, 4, 3), 2, (3, 3), (2, 2), "SAME"),
    ("stride1", (1, 4, 5, 2), 3, (3, 3), (1, 1), "SAME"),
    ("valid", (1, 3, 3, 2), 3, (3, 2), (2, 2), "VALID"),
    ("k4", (2, 3, 2, 2), 2, (4, 4), (2, 2), "SAME"),
    ("stride_beyond_kernel", (1, 3, 3, 2), 2, (2, 2), (3, 3), "VALID"),
)


def fully_connected(name, x, outputs, types="i8", **options):
    weights, shape = (outputs, x[-1]), (int(np.prod(x[:-1])), outputs)
    if options.get("keep_num_dims"):
        shape = (*x[:-1], outputs)
    operands, out = {
        "f32": lambda: ([arg(x, F32), const(weights, F32), const((outputs,), F32)], F32),
        "f32_no_bias": lambda: ([arg(x, F32), const(weights, F32), None], F32),
        "i8": lambda: ([arg(x, I8), const(weights, W8.quantized(0.0123), -127),
                        const((outputs,), I32, -9000, 9000)], OUT8),
        "i8_no_bias": lambda: ([arg(x, I8), const(weights, W8.quantized(0.0123), -127)], OUT8),
        "i8_channel": lambda: ([arg(x, I8), const(weights, W8.quantized(channel_scales(outputs)),
                                                  -127),
                                const((outputs,), I32, -9000, 9000)], OUT8),
        "i16": lambda: ([arg(x, I16), const(weights, W8.quantized(0.0123), -127),
                         const((outputs,), I64, -900000, 900000)], OUT16),
        "i4": lambda: ([arg(x, I8), const(weights, W4.quantized(0.11), -7),
                        const((outputs,), I32, -900, 900)], OUT8),
        "hybrid": lambda: ([arg(x, F32), const(weights, W8.quantized(0.0123), -127),
                            const((outputs,), F32)], F32),
    }[types]()
    return Case(f"fully_connected_{types}_{name}", "FULLY_CONNECTED", operands, out, shape=shape,
                floor=4e-6, version=4, **options)


def batch_matmul(name, x, y, types, **options):
    """x and y: shapes of the product's operands before adj_x and adj_y."""
    x = (*x[:-2], x[-1], x[-2]) if options.get("adj_x") else x
    y = (*y[:-2], y[-1], y[-2]) if options.get("adj_y") else y
    first, second, out = {"f32": (F32, F32, F32), "i8": (I8, Type("int8", 0.019, 9), OUT8),
                          "i16": (I16, Type("int16", 0.0007), Type("int16", 0.02))}[types]
    return Case(f"batch_matmul_{types}_{name}", "BATCH_MATMUL", [arg(x, first), arg(y, second)], out,
                floor=4e-6, version=4 if types == "i16" else 2, **options)


def double_factor():
    """Biases near the halves between outputs, where a factor computed in float32 would
    give other results."""
    x, w, out = Type("int8", 3e-5), Type("int8", 5e-4), Type("int8", 0.213)
    factor = float(np.float32(x.scale)) * float(np.float32(w.scale)) / float(np.float32(out.scale))
    halves = np.arange(-120, 120, 7) + 0.5
    bias = given(np.rint(halves / factor) + np.arange(-17, 18) % 4 * 2 - 3, I32)
    count = len(halves)
    return [Case("fully_connected_i8_double_factor", "FULLY_CONNECTED",
                 [arg((1, 1), x, 0, 0), given(np.zeros((count, 1)), w), bias], out,
                 shape=(1, count)),
            Case("conv_i8_double_factor", "CONV_2D",
                 [arg((1, 1, 1, 1), x, 0, 0), given(np.zeros((count, 1, 1, 1)), w), bias], out,
                 shape=(1, 1, 1, count), padding="VALID", stride_h=1, stride_w=1)]


MATRIX_PRODUCTS = (
    ("plain", (2, 3, 5), (2, 5, 4), {}),
    ("adj_x", (2, 3, 5), (2, 5, 4), {"adj_x": True}),
    ("adj_y", (2, 3, 5), (2, 5, 4), {"adj_y": True}),
    ("broadcast", (3, 1, 2, 7), (2, 7, 3), {}),
)


def pool(kind, name, x, kernel, options, type):
    label = {"float32": "f32", "int8": "i8", "int16": "i16"}[type.name]
    return window(kind, x, x[3], type, [arg(x, type)], kernel,
                  f"{kind.split('_')[0].lower()}_pool_{label}_{name}", **options)


POOLS = (
    ("k2", (1, 4, 6, 3), (2, 2), {"stride": (2, 2), "padding": "VALID"}),
    ("k3_same", (1, 5, 7, 2), (3, 3), {}),
    ("k3_stride2", (2, 7, 6, 2), (3, 3), {"stride": (2, 2)}),
    ("whole", (1, 7, 5, 4), (7, 5), {"padding": "VALID", "stride": (7, 5)}),
    ("relu", (1, 5, 4, 2), (2, 3), {"activation": "RELU"}),
    ("relu6", (1, 5, 4, 2), (2, 3), {"activation": "RELU6", "padding": "VALID"}),
)


def cases():
    result = [conv(name, x, outputs, kernel, dict(options))
              for name, x, outputs, kernel, options in CONVOLUTIONS]
    some = [CONVOLUTIONS[i] for i in (0, 4, 8, 11)]
    for types in ("f32", "i16", "i8_tensor", "i8_no_bias"):
        result += [conv(name, x, outputs, kernel, dict(options), types=types)
                   for name, x, outputs, kernel, options in some]
    for types in ("i16_i32", "hybrid", "i4", "u8"):
        name, x, outputs, kernel, options = some[1]
        result.append(conv(name, x, outputs, kernel, dict(options), types=types))
    for types in ("i8", "f32"):
        result.append(conv("groups", (1, 5, 5, 6), 4, (3, 3), {"groups": 2}, types=types))
    for types in ("i8", "f32", "i16"):
        result += [depthwise(name, x, multiplier, kernel, dict(options), types=types)
                   for name, x, multiplier, kernel, options in DEPTHWISE]
    result += [depthwise("k3", (1, 5, 7, 3), 1, (3, 3), {}, types=types)
               for types in ("i4", "hybrid")]
    for types in ("i8", "f32", "i16"):
        result += [transposed(*each, types) for each in TRANSPOSED[:2 if types == "i16" else None]]
    for types in ("f32", "f32_no_bias", "i8", "i8_no_bias", "i8_channel", "i16", "i4", "hybrid"):
        result.append(fully_connected("plain", (3, 17), 5, types))
    result += [fully_connected("relu", (1, 640), 16, activation="RELU"),
               fully_connected("relu6", (2, 9), 7, activation="RELU6"),
               fully_connected("rank4", (2, 3, 1, 8), 5),
               fully_connected("keep", (2, 3, 8), 5, keep_num_dims=True),
               fully_connected("keep", (2, 3, 8), 5, "f32", keep_num_dims=True)]
    for types in ("f32", "i8", "i16"):
        result += [batch_matmul(name, x, y, types, **options)
                   for name, x, y, options in MATRIX_PRODUCTS]
    for kind in ("AVERAGE_POOL_2D", "MAX_POOL_2D"):
        for type in (F32, I8, I16):
            result += [pool(kind, *each, type) for each in POOLS]
    return result + double_factor()
