# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Convolutions and poolings of linalg, alone and with what follows them."""

import numpy as np

import e2e_test
from e2e_test import DTYPES, Case, random_values, type_of, types_of
from linalg_test import dimensions, empty, filled, generic
from matmul_test import tolerance
from reference import conv2d, depthwise_conv2d, pool2d

NUMBERS = ("f32", "f64", "i64", "i32", "i16", "i8")
# Height, width, channels, filters, kernel, strides, dilations.
GEOMETRIES = (
    (8, 8, 3, 4, (3, 3), (1, 1), (1, 1)), (9, 7, 1, 8, (3, 3), (2, 2), (1, 1)),
    (11, 10, 5, 3, (3, 2), (1, 2), (2, 1)), (6, 6, 8, 16, (1, 1), (1, 1), (1, 1)),
    (5, 5, 4, 7, (5, 5), (1, 1), (1, 1)), (12, 13, 2, 1, (2, 3), (3, 1), (1, 3)),
    (7, 1, 3, 5, (3, 1), (1, 1), (1, 1)), (8, 8, 16, 8, (3, 3), (1, 1), (1, 1)))


def window_attributes(strides, dilations):
    return (f"{{strides = dense<{list(strides)}> : tensor<{len(strides)}xi64>, "
            f"dilations = dense<{list(dilations)}> : tensor<{len(dilations)}xi64>}}")


def windowed(name, operation, operands, expected, strides, dilations, start=0):
    """A convolution or pooling of %a and %b into a filled tensor."""
    terms = int(np.prod(operands[1].shape))
    used = "%a, %b"
    text = filled("%i", expected, start) + (
        f"%r = linalg.{operation} {window_attributes(strides, dilations)} "
        f"ins({used} : {types_of(*operands)}) outs(%i : {type_of(expected)}) "
        f"-> {type_of(expected)}\n")
    return Case(name, list(operands), text, [expected],
                tolerance=tolerance(expected.dtype, terms))


class ConvolutionTest(e2e_test.E2ETest):
    def conv(self, row, geometry, element, result=None, layout="hwcf", batch=1):
        height, width, channels, filters, size, strides, dilations = geometry
        dtype, wide = DTYPES[element], DTYPES[result or element]
        image = random_values((batch, height, width, channels), dtype, row)
        kernel = random_values((*size, channels, filters), dtype, row + 50)
        expected = conv2d(image, kernel, strides, dilations).astype(wide)
        operation = f"conv_2d_nhwc_{layout}"
        if layout == "fhwc":
            kernel = kernel.transpose(3, 0, 1, 2).copy()
        if layout == "fchw":
            image, expected = (v.transpose(0, 3, 1, 2).copy() for v in (image, expected))
            kernel, operation = kernel.transpose(3, 2, 0, 1).copy(), "conv_2d_nchw_fchw"
        return windowed(f"conv_{row}_{element}_{result}_{layout}_{batch}", operation,
                        (image, kernel), expected, strides, dilations)

    def test_types(self):
        self.check([self.conv(row, GEOMETRIES[row], element, None, layout)
                    for row, element in enumerate(NUMBERS) for layout in ("hwcf", "fhwc", "fchw")])

    def test_geometries(self):
        self.check([self.conv(row, geometry, *types, layout=layout)
                    for row, geometry in enumerate(GEOMETRIES)
                    for types in (("f32",), ("i8", "i32")) for layout in ("hwcf", "fhwc")])

    def test_batches(self):
        self.check([self.conv(row, GEOMETRIES[row], "f32", None, "hwcf", 3) for row in range(3)])

    def test_zero_points(self):
        cases = []
        for layout in ("hwcf", "fhwc"):
            image = random_values((1, 7, 6, 3), "i1", 1)
            kernel = random_values((3, 2, 3, 4), "i1", 2)
            expected = conv2d(image.astype(int) + 5, kernel.astype(int) - 3).astype("i4")
            if layout == "fhwc":
                kernel = kernel.transpose(3, 0, 1, 2).copy()
            text = filled("%i", expected, 0) + (
                "%p = arith.constant -5 : i32\n%q = arith.constant 3 : i32\n"
                f"%r = linalg.conv_2d_nhwc_{layout}_q {window_attributes((1, 1), (1, 1))} "
                f"ins(%a, %b, %p, %q : {types_of(image, kernel)}, i32, i32) "
                f"outs(%i : {type_of(expected)}) -> {type_of(expected)}")
            cases.append(Case(f"quantized_{layout}", [image, kernel], text, [expected]))
        self.check(cases)

    def test_one_and_three_dimensions(self):
        a, b = random_values((2, 15, 3), "f4", 1), random_values((4, 3, 5), "f4", 2)
        line = conv2d(a[:, None], b[None], (1, 2), (1, 1))[:, 0].astype("f4")
        c, d = random_values((1, 4, 5, 6, 2), "f4", 3), random_values((2, 3, 2, 2, 3), "f4", 4)
        volume = sum(conv2d(c[:, z:z + 3].reshape(3, 5, 6, 2), d[z]) for z in range(2))[None]
        self.check([
            windowed("line", "conv_1d_nwc_wcf", (a, b), line, (2,), (1,)),
            windowed("volume", "conv_3d_ndhwc_dhwcf", (c, d), volume.astype("f4"),
                     (1, 1, 1), (1, 1, 1))])

    def test_depthwise(self):
        cases = []
        for row, (height, width, channels, _, size, strides, dilations) in enumerate(GEOMETRIES):
            for element, result in (("f32", "f32"), ("i8", "i32")):
                for multiplier in (0, 1, 3):
                    image = random_values((1, height, width, channels), DTYPES[element], row)
                    kernel = random_values((*size, channels, multiplier or 1), DTYPES[element], 9)
                    expected = depthwise_conv2d(image, kernel, strides, dilations)
                    if not multiplier:
                        kernel, expected = kernel[..., 0].copy(), expected[..., 0]
                    operation = f"depthwise_conv_2d_nhwc_hwc{'m' if multiplier else ''}"
                    cases.append(windowed(f"depthwise_{row}_{element}_{multiplier}", operation,
                                          (image, kernel), expected.astype(DTYPES[result]),
                                          strides, dilations))
        self.check(cases)

    def test_bias_and_relu(self):
        """conv -> + bias -> relu -> conv, as one function."""
        image, kernel = random_values((1, 8, 8, 3), "f4", 1), random_values((3, 3, 3, 6), "f4", 2)
        bias, second = random_values((6,), "f4", 3), random_values((3, 3, 6, 2), "f4", 4)
        first = np.maximum(conv2d(image, kernel) + bias, 0).astype("f4")
        expected = conv2d(first, second).astype("f4")
        relu = ("%t = arith.addf %x, %y : f32\n%o = arith.constant 0.0 : f32\n"
                "%q = arith.maximumf %t, %o : f32\nlinalg.yield %q : f32")
        attributes = window_attributes((1, 1), (1, 1))
        text = filled("%i", first, 0) + (
            f"%m = linalg.conv_2d_nhwc_hwcf {attributes} ins(%a, %b : {types_of(image, kernel)}) "
            f"outs(%i : {type_of(first)}) -> {type_of(first)}\n") + empty("%e", first) + generic(
                [dimensions(4), dimensions(4, [3]), dimensions(4)], ["parallel"] * 4,
                [("%m", first), ("%c", bias)], [("%e", first)], relu, "%n") + "\n" + filled(
                    "%j", expected, 0) + (
            f"%r = linalg.conv_2d_nhwc_hwcf {attributes} ins(%n, %d : {types_of(first, second)}) "
            f"outs(%j : {type_of(expected)}) -> {type_of(expected)}\n")
        self.check([Case("two_layers", [image, kernel, bias, second], text, [expected],
                         tolerance=(1e-5, 1e-4))])


class PoolingTest(e2e_test.E2ETest):
    def test_pooling(self):
        cases = []
        for kind, reduce in (("sum", np.add.reduce), ("max", np.maximum.reduce),
                             ("min", np.minimum.reduce)):
            for row, element in enumerate(NUMBERS):
                height, width, channels, _, size, strides, dilations = GEOMETRIES[row]
                dtype = DTYPES[element]
                limits = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
                start = {"sum": 0, "max": limits.min, "min": limits.max}[kind]
                image = random_values((2, height, width, channels), dtype, row)
                expected = pool2d(reduce, image, size, strides, dilations).astype(dtype)
                window = np.zeros(size, dtype)
                cases.append(windowed(f"pool_{kind}_{element}", f"pooling_nhwc_{kind}",
                                      (image, window), expected, strides, dilations, start))
                if kind == "min":
                    continue
                image, expected = (v.transpose(0, 3, 1, 2).copy() for v in (image, expected))
                cases.append(windowed(f"pool_{kind}_{element}_nchw", f"pooling_nchw_{kind}",
                                      (image, window), expected, strides, dilations, start))
        self.check(cases)


if __name__ == "__main__":
    e2e_test.main()
