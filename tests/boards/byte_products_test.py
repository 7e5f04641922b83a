#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products of i8 summed up in i32 on a board, in shapes that kernels lower in different
ways: rows that are no multiple of what an instruction takes, columns that are left
over, filters over one and three channels, depthwise layers, with padding too; sums
that are shifted and clamped to i8; sums over windows, and products
of two bytes. numpy is the reference:

    byte_products_test.py --board NAME --host-bin-dir DIR --build-dir DIR [unittest options]
"""

import argparse
import sys
import unittest
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "build_tools/dev"))

import model_bench  # noqa: E402

ARGS = None
VECTORS = 3
BIAS = 1000

# (rows, columns, length of the sums)
MATMULS = [(1, 1, 1), (1, 4, 37), (1, 6, 15), (2, 2, 48), (3, 5, 20), (5, 4, 67), (2, 8, 23), (3, 4, 16), (5, 8, 32),
           (3, 4, 63), (4, 8, 64), (3, 4, 65), (1, 8, 130), (5, 4, 192), (3, 8, 300), (1, 4, 640),
           # With eight columns or more, rows are widened once on cores with dual multiplies.
           (5, 8, 64), (4, 10, 36), (7, 9, 13), (3, 8, 4), (6, 12, 61), (2, 8, 148), (9, 8, 260),
           (2, 20, 18), (3, 16, 32), (1, 48, 9), (7, 70, 9), (1, 96, 5), (9, 24, 6)]
# With weights from -127: pairs of products fit in 16 bits.
NARROW = [(2, 4, 16), (3, 17, 32), (1, 16, 37), (5, 12, 6)]
# (height, width, channels, filters, filter height, filter width, stride)
CONVOLUTIONS = [(5, 7, 1, 4, 3, 4, 1), (8, 9, 1, 6, 5, 4, 2), (7, 7, 3, 8, 3, 3, 2), (5, 6, 3, 5, 3, 3, 1),
                (4, 5, 8, 4, 1, 1, 1), (5, 5, 7, 2, 2, 2, 1), (3, 9, 16, 4, 3, 3, 2), (4, 3, 5, 3, 2, 3, 1),
                (6, 7, 20, 2, 1, 1, 2), (5, 4, 1, 4, 5, 4, 1),
                (11, 9, 3, 8, 3, 3, 2), (14, 9, 1, 8, 10, 4, 2), (6, 6, 1, 4, 3, 3, 1), (5, 5, 2, 3, 2, 2, 1),
                (9, 8, 5, 4, 4, 3, 1), (4, 6, 32, 4, 3, 3, 1), (3, 5, 64, 4, 3, 3, 1), (5, 6, 16, 8, 3, 3, 1),
                # Eight filters or more: rows share what they read, are gathered, or lie one after the other.
                (5, 9, 16, 8, 3, 3, 1), (6, 11, 8, 10, 3, 3, 2), (4, 13, 4, 8, 3, 3, 1), (12, 10, 1, 8, 10, 4, 2),
                (6, 9, 3, 9, 3, 3, 1), (4, 6, 32, 8, 2, 2, 1), (3, 5, 64, 8, 3, 3, 1), (2, 17, 12, 8, 1, 3, 1),
                (6, 7, 20, 8, 1, 1, 2), (4, 12, 64, 8, 3, 5, 3),
                # Sums of columns.
                (4, 6, 5, 72, 3, 3, 1), (3, 13, 8, 16, 1, 1, 1),
                # Rows of one byte.
                (6, 7, 1, 9, 4, 1, 2), (5, 4, 1, 12, 1, 1, 2)]
# The same, and rows and columns of padding on each side; rows of the image have up to 420 bytes.
PADDED_CONVOLUTIONS = [(5, 7, 5, 4, 3, 3, 1, 1), (4, 9, 1, 4, 3, 3, 1, 1), (7, 30, 9, 4, 3, 3, 2, 1),
                       (6, 12, 16, 8, 3, 3, 1, 1), (4, 35, 12, 2, 1, 3, 2, 1), (3, 13, 10, 4, 5, 5, 1, 2)]
# (height, width, channels, filter height, filter width, stride)
DEPTHWISE = [(5, 7, 4, 3, 3, 1), (6, 6, 8, 3, 3, 1), (7, 9, 12, 3, 3, 2), (4, 6, 5, 3, 2, 1), (5, 11, 4, 5, 1, 1),
             (3, 5, 16, 1, 3, 1), (3, 3, 4, 3, 3, 1),
             # Filters with many elements, and rows that are far from each other.
             (7, 9, 4, 5, 5, 1), (5, 12, 8, 4, 8, 1), (4, 5, 512, 3, 3, 1),
             (4, 11, 24, 3, 3, 1), (5, 9, 40, 3, 3, 2), (4, 7, 32, 2, 5, 1)]
# The same, and rows and columns of padding: above, to the left, below, to the right.
PADDED_DEPTHWISE = [(5, 7, 4, 3, 3, 1, 1, 1, 1, 1), (9, 5, 12, 3, 3, 1, 1, 1, 1, 1), (8, 10, 8, 3, 3, 2, 0, 0, 1, 1),
                    (7, 9, 12, 3, 3, 2, 1, 1, 1, 1), (1, 6, 8, 3, 3, 1, 1, 1, 1, 1), (6, 2, 4, 3, 3, 2, 0, 1, 1, 0),
                    (5, 8, 8, 5, 3, 1, 2, 1, 2, 1), (6, 7, 8, 4, 4, 1, 1, 2, 2, 1), (6, 7, 8, 5, 5, 1, 2, 2, 2, 2),
                    (3, 4, 4, 3, 3, 3, 2, 2, 2, 2), (5, 5, 6, 3, 3, 1, 1, 1, 1, 1), (4, 9, 8, 1, 3, 1, 0, 1, 0, 1)]
PADDING = -77
# (rows of the upper and of the lower part, width, channels, filter height, filter width, stride)
ASSEMBLED_DEPTHWISE = [(4, 3, 6, 8, 3, 3, 1), (5, 2, 7, 8, 3, 3, 2), (3, 3, 5, 4, 2, 3, 1)]
# (rows, columns, length of the sums, shift)
NARROWED = [(3, 8, 20, shift) for shift in (1, 2, 7, 15, 16, 17, 18, 24, 25)] + [(1, 4, 33, 9), (5, 6, 16, 11)]
# (height, width, channels, window height, window width, stride)
POOLINGS = [(5, 7, 16, 5, 7, 1), (6, 6, 8, 2, 2, 2), (5, 4, 12, 3, 2, 1), (4, 4, 5, 2, 2, 1), (5, 7, 5, 3, 3, 1),
            (4, 4, 16, 4, 4, 1), (7, 5, 3, 2, 2, 3), (3, 3, 4, 1, 1, 1), (5, 5, 12, 3, 3, 2)]
# Of two operands that are multiplied element by element.
ELEMENTWISE = [(5, 16), (3, 7), (1, 4), (2, 3, 8), (64,), (9,), (4, 1, 6)]


def spread(source, filter_size, stride):
    """Windows of an image: [rows, columns, filter height, filter width, channels]."""
    windows = numpy.lib.stride_tricks.sliding_window_view(source, filter_size, axis=(0, 1))
    return numpy.moveaxis(windows[::stride, ::stride], 2, -1).astype(numpy.int32)


class Program:
    """An MLIR function of all operations, each of which reads the argument's first bytes."""

    def __init__(self, random, least=-128):
        self.random, self.least = random, least
        self.lines, self.results, self.references = [], [], []
        self.bytes = 0

    def input(self, *shape):
        """A part of the argument, as a value of `shape`."""
        name, size = f"x{len(self.results)}", int(numpy.prod(shape))
        text = "x".join(map(str, shape)) + "xi8"
        self.bytes = max(self.bytes, size)
        self.lines.append(f"%{name}_flat = tensor.extract_slice %input[0] [{size}] [1] : tensor<@BYTES@xi8> to "
                          f"tensor<{size}xi8>")
        groups = f"[[{', '.join(map(str, range(len(shape))))}]]"
        self.lines.append(f"%{name} = tensor.expand_shape %{name}_flat {groups} output_shape {list(shape)} : "
                          f"tensor<{size}xi8> into tensor<{text}>")
        return f"%{name}", f"tensor<{text}>", lambda data: data[:size].reshape(shape)

    def weights(self, *shape):
        values = self.random.integers(self.least, 128, shape, numpy.int8)
        values.flat[:8] = self.least
        text = "tensor<" + "x".join(map(str, shape)) + "xi8>"
        name = f"%w{len(self.results)}"
        self.lines.append(f'{name} = arith.constant dense<"0x{values.tobytes().hex()}"> : {text}')
        return name, text, values.astype(numpy.int32)

    def add(self, operation, operands, shape, reference):
        """`operation` with {} for its operands and result, and what it computes."""
        text = "tensor<" + "x".join(map(str, shape)) + "xi32>"
        i = len(self.results)
        names, types = ", ".join(o[0] for o in operands), ", ".join(o[1] for o in operands)
        self.lines += [f"%e{i} = tensor.empty() : {text}",
                       f"%f{i} = linalg.fill ins(%bias : i32) outs(%e{i} : {text}) -> {text}",
                       f"%r{i} = {operation} ins({names} : {types}) outs(%f{i} : {text}) -> {text}"]
        self.results.append((f"%r{i}", text))
        self.references.append(lambda data: (reference(data) + BIAS).astype("<i4"))

    def matmul(self, rows, columns, length):
        x, w = self.input(rows, length), self.weights(columns, length)
        maps = "[affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]"
        self.add(f"linalg.matmul indexing_maps = {maps}", (x, w), (rows, columns),
                 lambda data: x[2](data).astype(numpy.int32) @ w[2].T)

    def convolution(self, height, width, channels, filters, rows, columns, stride):
        x, w = self.input(1, height, width, channels), self.weights(filters, rows, columns, channels)
        self.add(f"linalg.conv_2d_nhwc_fhwc {{strides = dense<{stride}> : tensor<2xi64>}}", (x, w),
                 (1, (height - rows) // stride + 1, (width - columns) // stride + 1, filters),
                 lambda data: numpy.einsum("hwijc,fijc->hwf", spread(x[2](data)[0], (rows, columns), stride), w[2]))

    def padded_convolution(self, height, width, channels, filters, rows, columns, stride, padding):
        (x, source, data_of), w = self.input(1, height, width, channels), self.weights(filters, rows, columns, channels)
        size = (height + 2 * padding, width + 2 * padding)
        padded = f"tensor<1x{size[0]}x{size[1]}x{channels}xi8>"
        self.lines.append(f"{x}_padded = tensor.pad {x} low[0, {padding}, {padding}, 0] high[0, {padding}, {padding}, 0] "
                          f"{{ ^bb0(%a: index, %b: index, %c: index, %d: index): %value = arith.constant 99 : i8 "
                          f"tensor.yield %value : i8 }} : {source} to {padded}")

        def reference(data):
            image = numpy.pad(data_of(data)[0], ((padding, padding), (padding, padding), (0, 0)), constant_values=99)
            return numpy.einsum("hwijc,fijc->hwf", spread(image, (rows, columns), stride), w[2])

        self.add(f"linalg.conv_2d_nhwc_fhwc {{strides = dense<{stride}> : tensor<2xi64>}}",
                 ((f"{x}_padded", padded), w),
                 (1, (size[0] - rows) // stride + 1, (size[1] - columns) // stride + 1, filters), reference)

    def depthwise(self, height, width, channels, rows, columns, stride):
        x, w = self.input(1, height, width, channels), self.weights(rows, columns, channels)
        self.add(f"linalg.depthwise_conv_2d_nhwc_hwc {{strides = dense<{stride}> : tensor<2xi64>}}", (x, w),
                 (1, (height - rows) // stride + 1, (width - columns) // stride + 1, channels),
                 lambda data: numpy.einsum("hwijc,ijc->hwc", spread(x[2](data)[0], (rows, columns), stride), w[2]))

    def padded_depthwise(self, height, width, channels, rows, columns, stride, *padding):
        (x, source, data_of), w = self.input(1, height, width, channels), self.weights(rows, columns, channels)
        above, left, below, right = padding
        padded = f"tensor<1x{above + height + below}x{left + width + right}x{channels}xi8>"
        self.lines.append(f"{x}_padded = tensor.pad {x} low[0, {above}, {left}, 0] high[0, {below}, {right}, 0] {{ "
                          f"^bb0(%a: index, %b: index, %c: index, %d: index): tensor.yield %padding : i8 }} : "
                          f"{source} to {padded}")
        size = ((above + height + below - rows) // stride + 1, (left + width + right - columns) // stride + 1)

        def reference(data):
            image = numpy.pad(data_of(data)[0], ((above, below), (left, right), (0, 0)), constant_values=PADDING)
            return numpy.einsum("hwijc,ijc->hwc", spread(image, (rows, columns), stride), w[2])

        self.add(f"linalg.depthwise_conv_2d_nhwc_hwc {{strides = dense<{stride}> : tensor<2xi64>}}",
                 ((f"{x}_padded", padded), w), (1, *size, channels), reference)

    def assembled_depthwise(self, upper, lower, width, channels, rows, columns, stride):
        """The image is the rows of two tensors, one below the other, without padding."""
        (x, x_type, x_of), w = self.input(1, upper, width, channels), self.weights(rows, columns, channels)
        y, y_type, image = f"{x}_lower", f"tensor<1x{lower}x{width}x{channels}xi8>", f"{x}_image"
        self.lines += [f"{y} = tensor.extract_slice {x}[0, {upper - lower}, 0, 0] [1, {lower}, {width}, {channels}] "
                       f"[1, 1, 1, 1] : {x_type} to {y_type}",
                       f"{image} = tensor.concat dim(1) {x}, {y} : ({x_type}, {y_type}) -> "
                       f"tensor<1x{upper + lower}x{width}x{channels}xi8>"]
        size = ((upper + lower - rows) // stride + 1, (width - columns) // stride + 1)

        def reference(data):
            part = x_of(data)[0]
            whole = numpy.concatenate([part, part[upper - lower:]])
            return numpy.einsum("hwijc,ijc->hwc", spread(whole, (rows, columns), stride), w[2])

        self.add(f"linalg.depthwise_conv_2d_nhwc_hwc {{strides = dense<{stride}> : tensor<2xi64>}}",
                 ((image, f"tensor<1x{upper + lower}x{width}x{channels}xi8>"), w), (1, *size, channels), reference)

    def narrowed(self, rows, columns, length, shift):
        self.matmul(rows, columns, length)
        (sums, source), wide = self.results.pop(), self.references.pop()
        result = source.replace("i32", "i8")
        self.lines += [f"{sums}_empty = tensor.empty() : {result}",
                       f"{sums}_narrow = linalg.generic {{indexing_maps = [affine_map<(i, j) -> (i, j)>, "
                       f'affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}} '
                       f"ins({sums} : {source}) outs({sums}_empty : {result}) {{",
                       "^bb0(%x: i32, %o: i8):",
                       f"  %shift = arith.constant {shift} : i32",
                       "  %low = arith.constant -128 : i32", "  %high = arith.constant 127 : i32",
                       "  %large = arith.constant 12345 : i32", "  %y = arith.muli %x, %large : i32",
                       "  %y0 = arith.shrsi %y, %shift : i32", "  %y1 = arith.maxsi %y0, %low : i32",
                       "  %y2 = arith.minsi %y1, %high : i32", "  %y3 = arith.trunci %y2 : i32 to i8",
                       f"  linalg.yield %y3 : i8 }} -> {result}"]
        self.results.append((f"{sums}_narrow", result))
        self.references.append(lambda data: numpy.clip((wide(data) * numpy.int32(12345)) >> shift, -128,
                                                       127).astype(numpy.int8))

    def pooling(self, height, width, channels, rows, columns, stride):
        x = self.input(1, height, width, channels)
        window = (f"%window{len(self.results)}", f"tensor<{rows}x{columns}xi8>")
        self.lines.append(f"{window[0]} = tensor.empty() : {window[1]}")
        self.add(f"linalg.pooling_nhwc_sum {{strides = dense<{stride}> : tensor<2xi64>}}", (x, window),
                 (1, (height - rows) // stride + 1, (width - columns) // stride + 1, channels),
                 lambda data: spread(x[2](data)[0], (rows, columns), stride).sum(axis=(2, 3)))

    def rescaled(self, *shape):
        """clamp((a + 5) * (b - 17) * 0.1026), by the upper half of a product of words."""
        x, i = self.input(*shape), len(self.results)
        dims = ", ".join(f"d{j}" for j in range(len(shape)))
        maps = ", ".join([f"affine_map<({dims}) -> ({dims})>"] * 3)
        loops = ", ".join(['"parallel"'] * len(shape))
        result = "tensor<" + "x".join(map(str, shape)) + "xi32>"
        weights = self.weights(*shape)
        self.lines.append(f"""%e{i} = tensor.empty() : {result}
  %r{i} = linalg.generic {{indexing_maps = [{maps}], iterator_types = [{loops}]}}
      ins({x[0]}, {weights[0]} : {x[1]}, {weights[1]}) outs(%e{i} : {result}) {{
  ^bb0(%a: i8, %b: i8, %o: i32):
    %a32 = arith.extsi %a : i8 to i32
    %b32 = arith.extsi %b : i8 to i32
    %c5 = arith.constant 5 : i32
    %c17 = arith.constant 17 : i32
    %moved_a = arith.addi %a32, %c5 : i32
    %moved_b = arith.subi %b32, %c17 : i32
    %product = arith.muli %moved_a, %moved_b : i32
    %c16 = arith.constant 16 : i32
    %left = arith.shli %product, %c16 : i32
    %wide = arith.extsi %left : i32 to i64
    %factor = arith.constant 1762883632 : i64
    %scaled = arith.muli %wide, %factor : i64
    %c32 = arith.constant 32 : i64
    %high = arith.shrsi %scaled, %c32 : i64
    %narrow = arith.trunci %high : i64 to i32
    %half = arith.constant 131072 : i32
    %sum = arith.addi %narrow, %half : i32
    %c18 = arith.constant 18 : i32
    %shifted = arith.shrsi %sum, %c18 : i32
    %lowest = arith.constant -128 : i32
    %highest = arith.constant 127 : i32
    %above = arith.maxsi %shifted, %lowest : i32
    %y = arith.minsi %above, %highest : i32
    %biased = arith.addi %y, %bias : i32
    linalg.yield %biased : i32
  }} -> {result}""")
        self.results.append((f"%r{i}", result))

        def reference(data):
            product = (x[2](data).astype(numpy.int64) + 5) * (weights[2] - 17)
            return numpy.clip((((product << 16) * 1762883632 >> 32) + 131072) >> 18, -128, 127)
        self.references.append(lambda data: (reference(data) + BIAS).astype("<i4"))

    def text(self):
        names, types = (", ".join(r[i] for r in self.results) for i in (0, 1))
        body = "\n  ".join([f"%bias = arith.constant {BIAS} : i32", f"%padding = arith.constant {PADDING} : i8",
                            *self.lines, f"return {names} : {types}"])
        return f"func.func @main(%input: tensor<@BYTES@xi8>) -> ({types}) {{\n  {body}\n}}\n".replace(
            "@BYTES@", str(self.bytes))

    def expected(self, data):
        return b"".join(reference(data).tobytes() for reference in self.references)


class ByteProductsTest(unittest.TestCase):
    def check(self, name, kind, shapes, least=-128):
        random = numpy.random.default_rng(len(name))
        program = Program(random, least)
        for shape in shapes:
            getattr(program, kind)(*shape)
        inputs = [numpy.full(program.bytes, -128, numpy.int8)]
        inputs += [random.integers(-128, 128, program.bytes, numpy.int8) for _ in range(VECTORS - 1)]
        source = ARGS.build_dir / f"{name}.mlir"
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(program.text())
        case = model_bench.Case(name, source, b"".join(x.tobytes() for x in inputs),
                                b"".join(map(program.expected, inputs)))
        model_bench.prepare([case], ARGS.build_dir / "models")
        firmware, error = model_bench.build(case, ARGS.board, ARGS.build_dir, ARGS.host_bin_dir)
        self.assertIsNone(error)
        status, console, _ = model_bench.run.run_firmware(ARGS.board, firmware, echo=False)
        self.assertEqual(status, 0, console)
        self.assertIn(f"{VECTORS}/{VECTORS} equal", console)

    def test_matmuls(self):
        self.check("matmuls", "matmul", MATMULS)

    def test_narrow_weights(self):
        self.check("narrow", "matmul", NARROW, least=-127)

    def test_convolutions(self):
        self.check("convolutions", "convolution", CONVOLUTIONS)

    def test_padded_convolutions(self):
        self.check("padded_convolutions", "padded_convolution", PADDED_CONVOLUTIONS)

    def test_depthwise(self):
        self.check("depthwise", "depthwise", DEPTHWISE)

    def test_padded_depthwise(self):
        self.check("padded_depthwise", "padded_depthwise", PADDED_DEPTHWISE)

    def test_assembled_depthwise(self):
        self.check("assembled_depthwise", "assembled_depthwise", ASSEMBLED_DEPTHWISE)

    def test_narrowed(self):
        self.check("narrowed", "narrowed", NARROWED)

    def test_poolings(self):
        self.check("poolings", "pooling", POOLINGS)

    def test_elementwise(self):
        self.check("elementwise", "rescaled", ELEMENTWISE)


def main():
    global ARGS
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--board", required=True)
    parser.add_argument("--host-bin-dir", required=True, type=Path)
    parser.add_argument("--build-dir", required=True, type=Path)
    ARGS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
