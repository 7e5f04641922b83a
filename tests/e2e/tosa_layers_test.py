# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""TOSA's convolutions, matmul, poolings and rescale."""

import numpy as np

import e2e_test
import reference
import tosa
from e2e_test import ALL_DTYPES as DTYPES
from e2e_test import Case, converted, random_values
from matmul_test import tolerance

# Height, width, channels, filters, kernel, strides, dilations, pads (top, bottom, left, right).
GEOMETRIES = (
    (8, 8, 3, 4, (3, 3), (1, 1), (1, 1), (1, 1, 1, 1)),
    (8, 9, 1, 8, (3, 3), (2, 2), (1, 1), (0, 1, 1, 1)),
    (10, 9, 5, 3, (3, 2), (1, 2), (2, 1), (2, 2, 0, 1)),
    (6, 6, 8, 16, (1, 1), (1, 1), (1, 1), (0, 0, 0, 0)),
    (5, 5, 4, 7, (5, 5), (1, 1), (1, 1), (2, 2, 2, 2)),
    (7, 1, 3, 1, (3, 1), (2, 1), (1, 1), (1, 1, 0, 0)))
# Element types of image, kernel, bias and result, accumulator, zero points of both.
QUANTIZED = (("f32", "f32", "f32", "f32", (0, 0)), ("i8", "i8", "i32", "i32", (0, 0)),
             ("i8", "i8", "i32", "i32", (-7, 3)), ("i8", "i4", "i32", "i32", (-7, 0)),
             ("i16", "i8", "i48", "i48", (0, 0)), ("f16", "f16", "f16", "f32", (0, 0)),
             ("bf16", "bf16", "bf16", "f32", (0, 0)))


# Biases of up to 99; sums that are rounded at every step.
SMALL_FLOATS = {"f16": (2e-2, 0.5), "bf16": (0.1, 4)}


def round_clip(values, dtype):
    limits = np.iinfo(dtype)
    return np.clip(values, limits.min, limits.max).astype(dtype)


class ConvolutionTest(e2e_test.E2ETest):
    def layer(self, name, kind, row):
        """A convolution with bias; its kernel is FHWC, a depthwise one's HWCM."""
        height, width, channels, filters, size, strides, dilations, pads = GEOMETRIES[row]
        image_type, kernel_type, bias_type, accumulator, zeros = QUANTIZED[kind]
        image = random_values((1 + row % 2, height, width, channels), DTYPES[image_type], row)
        kernel_shape = (*size, channels, 2 if name == "depthwise_conv2d" else filters)
        kernel = random_values(kernel_shape, DTYPES[kernel_type], row + 50)
        outputs = channels * 2 if name == "depthwise_conv2d" else filters
        bias = random_values((outputs,), DTYPES[bias_type], row + 99, -99, 99)
        padded = reference.pad2d(reference.widen(image) - zeros[0], pads)
        centred = reference.widen(kernel) - zeros[1]
        if name == "depthwise_conv2d":
            result = reference.depthwise_conv2d(padded, centred, strides, dilations)
            result = result.reshape(*result.shape[:3], -1)
        else:
            result = reference.conv2d(padded, centred, strides, dilations)
            kernel = kernel.transpose(3, 0, 1, 2).copy()
        attributes = {"pad": pads, "stride": strides, "dilation": dilations,
                      "acc_type": accumulator}
        result = converted(result + bias, bias_type)
        return tosa.case(f"{name}_{row}_{kind}", name, [image, kernel, bias], result, attributes,
                         [tosa.one(zeros[0], image.dtype), tosa.one(zeros[1], kernel.dtype)],
                         SMALL_FLOATS.get(bias_type) or
                         tolerance(result.dtype, kernel[0].size + 100))

    def test_conv2d(self):
        self.check([self.layer("conv2d", kind, row)
                    for row in range(len(GEOMETRIES)) for kind in range(len(QUANTIZED))])

    def test_depthwise_conv2d(self):
        self.check([self.layer("depthwise_conv2d", kind, row)
                    for row in range(len(GEOMETRIES)) for kind in range(len(QUANTIZED))])

    def test_transpose_conv2d(self):
        cases = []
        for row, (strides, pads) in enumerate((((1, 1), (0, 0, 0, 0)), ((2, 2), (0, 0, 0, 0)),
                                               ((2, 2), (-1, -1, -1, 0)), ((1, 2), (1, 0, 0, 1)),
                                               ((3, 2), (0, 2, 0, 0)))):
            for element, accumulator in (("f32", "f32"), ("i8", "i32")):
                image = random_values((1, 4, 5, 3), DTYPES[element], row)
                kernel = random_values((2, 3, 3, 3), DTYPES[element], row + 50)
                bias = random_values((2,), DTYPES[accumulator], 1, -9, 9)
                shape = (1, 3 * strides[0] + pads[0] + pads[1] + 3,
                         4 * strides[1] + pads[2] + pads[3] + 3, 2)
                expected = reference.transpose_conv2d(image, kernel, strides, pads, shape) + bias
                expected = expected.astype(bias.dtype)
                attributes = {"out_pad": pads, "stride": strides, "acc_type": accumulator}
                zero = tosa.one(0, image.dtype)
                cases.append(tosa.case(
                    f"transpose_{row}_{element}", "transpose_conv2d", [image, kernel, bias],
                    expected, attributes, [zero, zero], tolerance(expected.dtype, 40)))
        self.check(cases)

    def test_conv3d(self):
        image, kernel = random_values((1, 4, 5, 6, 2), "f4", 1), random_values((3, 2, 3, 2, 2),
                                                                              "f4", 2)
        bias, zero = random_values((3,), "f4", 3), tosa.one(0, "f4")
        frames = kernel.transpose(1, 2, 3, 4, 0)
        expected = np.stack([sum(reference.conv2d(image[:, z + k], frames[k]) for k in range(2))
                             for z in range(3)], 1) + bias
        self.check([tosa.case("conv3d", "conv3d", [image, kernel, bias], expected.astype("f4"), {
            "pad": (0,) * 6, "stride": (1, 1, 1), "dilation": (1, 1, 1), "acc_type": "f32"},
            [zero, zero], tolerance(image.dtype, 24))])


class MatmulTest(e2e_test.E2ETest):
    def test_matmul(self):
        cases = []
        for index, (element, result, zeros) in enumerate((
                ("f32", "f32", (0, 0)), ("i8", "i32", (0, 0)), ("i8", "i32", (-3, 8)),
                ("i16", "i48", (0, 0)), ("f16", "f32", (0, 0)), ("bf16", "f32", (0, 0)),
                ("f16", "f16", (0, 0)))):
            for batch, m, k, n in ((1, 4, 9, 5), (3, 2, 16, 8), (1, 1, 64, 10)):
                a = random_values((batch, m, k), DTYPES[element], 1)
                b = random_values((batch, k, n), DTYPES[element], 2)
                expected = (reference.widen(a) - zeros[0]) @ (reference.widen(b) - zeros[1])
                cases.append(tosa.case(
                    f"matmul_{index}_{m}", "matmul", [a, b], converted(expected, result),
                    constants=[tosa.one(zero, a.dtype) for zero in zeros],
                    tolerance=SMALL_FLOATS.get(result) or tolerance(DTYPES[result], k)))
        self.check(cases)


class PoolingTest(e2e_test.E2ETest):
    GEOMETRIES = ((6, 6, 3, (2, 2), (2, 2), (0, 0, 0, 0)), (5, 5, 2, (3, 3), (2, 2), (1, 1, 1, 1)),
                  (7, 5, 4, (3, 2), (1, 3), (1, 1, 0, 0)), (4, 4, 8, (4, 4), (1, 1), (0, 0, 0, 0)))

    def test_max_pool(self):
        cases = []
        for row, (height, width, channels, kernel, strides, pads) in enumerate(self.GEOMETRIES):
            for element in ("f32", "i8", "f16", "bf16"):
                a = random_values((2, height, width, channels), DTYPES[element], row)
                low = -1000 if element == "i8" else -np.inf
                padded = reference.pad2d(reference.widen(a), pads, low)
                expected = reference.pool2d(np.maximum.reduce, padded, kernel, strides)
                cases.append(tosa.case(f"max_{row}_{element}", "max_pool2d", [a],
                                       expected.astype(a.dtype),
                                       {"kernel": kernel, "stride": strides, "pad": pads}))
        self.check(cases)

    @staticmethod
    def average(total, count):
        """TOSA's division of integers: by a reciprocal of 31 bits."""
        result = np.zeros(total.shape, np.int64)
        for index, value in np.ndenumerate(total):
            divisor = int(np.broadcast_to(count, total.shape)[index])
            k = (divisor - 1).bit_length()
            multiplier, shift = (((1 << 30) + 1) << k) // divisor, 30 + k
            result[index] = (int(value) * multiplier + (1 << (shift - 1))) >> shift
        return result

    def test_average_pool(self):
        cases = []
        for row, (height, width, channels, kernel, strides, pads) in enumerate(self.GEOMETRIES):
            for element, accumulator, zeros in (("f32", "f32", (0, 0)), ("i8", "i32", (0, 0)),
                                                ("i8", "i32", (5, -9)), ("f16", "f32", (0, 0)),
                                                ("bf16", "f32", (0, 0))):
                a = random_values((1, height, width, channels), DTYPES[element], row)
                padded = reference.pad2d(reference.widen(a) - zeros[0], pads)
                ones = reference.pad2d(np.ones(a.shape, int), pads)
                total, count = (reference.pool2d(np.add.reduce, each, kernel, strides)
                                for each in (padded, ones))
                expected = (converted(total / count, element) if element[0] != "i" else
                            round_clip(self.average(total, count) + zeros[1], a.dtype))
                cases.append(tosa.case(
                    f"average_{row}_{element}_{zeros[0]}", "avg_pool2d", [a], expected,
                    {"kernel": kernel, "stride": strides, "pad": pads, "acc_type": accumulator},
                    [tosa.one(zero, a.dtype) for zero in zeros]))
        self.check(cases)


class RescaleTest(e2e_test.E2ETest):
    def rescale(self, name, a, result, per_channel, double_round, zeros=(0, 0), unsigned=False):
        channels = a.shape[-1] if per_channel else 1
        multipliers = random_values((channels,), "i4", 7, 1 << 30, (1 << 31) - 1)
        bits = a.dtype.itemsize * 8
        low = {8: 38, 16: 30, 32: 39 if result == "i8" else 31}[bits]
        high = {8: 42, 16: 34, 32: 43}[bits]
        shifts = random_values((channels,), "i1", 8, low, high)
        wide = a.astype(np.int64) - zeros[0]
        scaled = reference.rescale(wide, multipliers, shifts, double_round) + zeros[1]
        expected = round_clip(scaled, DTYPES[result])
        mode = "DOUBLE_ROUND" if double_round else "SINGLE_ROUND"
        attributes = {"scale32": True, "rounding_mode": f"#tosa.rounding_mode<{mode}>",
                      "per_channel": per_channel, "input_unsigned": unsigned,
                      "output_unsigned": False}
        return tosa.case(name, "rescale", [a], expected, attributes,
                         [multipliers, shifts, tosa.one(zeros[0], a.dtype),
                          tosa.one(zeros[1], DTYPES[result])])

    def test_rescale(self):
        cases = []
        for source, target, zeros in (("i32", "i8", (0, -11)), ("i32", "i16", (0, 0)),
                                      ("i8", "i8", (7, -100)), ("i8", "i32", (-3, 0)),
                                      ("i32", "i32", (0, 0)), ("i16", "i8", (0, 5))):
            a = random_values((2, 3, 19), DTYPES[source], 1)
            if source == "i32":  # within the accumulators that layers have
                a = (a >> 8).astype("i4")
            for per_channel in (False, True):
                for double_round in (False, True):
                    name = f"{source}_{target}_{per_channel}_{double_round}".lower()
                    cases.append(self.rescale(name, a, target, per_channel, double_round, zeros))
        self.check(cases)

    def test_small_scales(self):
        """16-bit multipliers."""
        a = (random_values((4, 9), "i4", 1) >> 12).astype("i4")
        expected = round_clip((a.astype(np.int64) * 21000 + (1 << 20)) >> 21, "i1")
        self.check([tosa.case("short", "rescale", [a], expected, {
            "scale32": False, "rounding_mode": "#tosa.rounding_mode<SINGLE_ROUND>",
            "per_channel": False, "input_unsigned": False, "output_unsigned": False},
            [np.array([21000], "i2"), np.array([21], "i1"), tosa.one(0, "i4"),
             tosa.one(0, "i1")])])


class ChainTest(e2e_test.E2ETest):
    def test_quantized_chain(self):
        """Three times conv -> rescale -> clamp; the first is a result, too."""
        image = random_values((1, 8, 8, 3), "i1", 1)
        text, name, value, branch = "", "%a", image, None
        for layer, channels in enumerate((8, 8, 8)):
            kernel = random_values((channels, 3, 3, value.shape[3]), "i1", layer)
            bias = random_values((channels,), "i4", layer, -5000, 5000)
            multipliers = random_values((channels,), "i4", layer, 1 << 30, (1 << 31) - 1)
            shifts = random_values((channels,), "i1", layer, 39, 41)
            zeros = tosa.one(0, "i4"), tosa.one(0, "i1"), tosa.one(4, "i1"), tosa.one(-5, "i1")
            accumulated = (reference.conv2d(reference.pad2d(reference.widen(value) - 4, (1,) * 4),
                                            kernel.transpose(1, 2, 3, 0)) + bias).astype("i4")
            scaled = round_clip(reference.rescale(accumulated, multipliers, shifts, True) - 5, "i1")
            operands = dict(k=kernel, b=bias, m=multipliers, s=shifts, z=zeros[0], w=zeros[1],
                            i=zeros[2], o=zeros[3])
            text += "".join(tosa.const(f"%{key}{layer}", each) for key, each in operands.items())

            def named(*keys, layer=layer, operands=operands):
                return [(f"%{key}{layer}", operands[key]) for key in keys]
            text += tosa.operation("conv2d", [(name, value), *named("k", "b", "i", "w")],
                                   [accumulated], {"pad": (1,) * 4, "stride": (1, 1),
                                                   "dilation": (1, 1), "acc_type": "i32"},
                                   f"%c{layer}")
            text += tosa.operation("rescale", [(f"%c{layer}", accumulated),
                                               *named("m", "s", "z", "o")], [scaled], {
                "scale32": True, "rounding_mode": "#tosa.rounding_mode<DOUBLE_ROUND>",
                "per_channel": True, "input_unsigned": False, "output_unsigned": False},
                f"%q{layer}")
            value = np.maximum(scaled, -5)
            text += tosa.operation("clamp", [(f"%q{layer}", scaled)], [value], {
                "min_val": "-5 : i8", "max_val": "127 : i8"}, f"%v{layer}")
            name, branch = f"%v{layer}", value if layer == 0 else branch
        self.check([Case("chain", [image], text, [value, branch], (name, "%v0"))])


if __name__ == "__main__":
    e2e_test.main()
