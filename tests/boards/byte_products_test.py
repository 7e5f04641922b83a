#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products of i8 summed up in i32 on a board, in shapes that kernels lower in different
ways: rows that are no multiple of what an instruction takes, columns that are left
over, filters over one and three channels, depthwise layers. numpy is the reference:

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

# (rows, columns, length of the sums)
MATMULS = [(1, 1, 1), (1, 4, 37), (1, 6, 15), (2, 2, 48), (3, 5, 20), (5, 4, 67), (2, 8, 23)]
# (height, width, channels, filters, filter height, filter width, stride)
CONVOLUTIONS = [(5, 7, 1, 4, 3, 4, 1), (8, 9, 1, 6, 5, 4, 2), (7, 7, 3, 8, 3, 3, 2), (5, 6, 3, 5, 3, 3, 1),
                (4, 5, 8, 4, 1, 1, 1), (5, 5, 7, 2, 2, 2, 1), (3, 9, 16, 4, 3, 3, 2), (4, 3, 5, 3, 2, 3, 1),
                (6, 7, 20, 2, 1, 1, 2), (5, 4, 1, 4, 5, 4, 1)]
# (height, width, channels, filter height, filter width, stride)
DEPTHWISE = [(5, 7, 4, 3, 3, 1), (6, 6, 8, 3, 3, 1), (7, 9, 12, 3, 3, 2), (4, 6, 5, 3, 2, 1), (5, 11, 4, 5, 1, 1),
             (3, 5, 16, 1, 3, 1), (3, 3, 4, 3, 3, 1)]


def spread(source, filter_size, stride):
    """Windows of an image: [rows, columns, filter height, filter width, channels]."""
    windows = numpy.lib.stride_tricks.sliding_window_view(source, filter_size, axis=(0, 1))
    return numpy.moveaxis(windows[::stride, ::stride], 2, -1).astype(numpy.int32)


class Program:
    """An MLIR function of all operations, each of which reads the argument's first bytes."""

    def __init__(self, random):
        self.random = random
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
        values = self.random.integers(-128, 128, shape, numpy.int8)
        values.flat[0] = -128
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
        self.references.append(reference)

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

    def depthwise(self, height, width, channels, rows, columns, stride):
        x, w = self.input(1, height, width, channels), self.weights(rows, columns, channels)
        self.add(f"linalg.depthwise_conv_2d_nhwc_hwc {{strides = dense<{stride}> : tensor<2xi64>}}", (x, w),
                 (1, (height - rows) // stride + 1, (width - columns) // stride + 1, channels),
                 lambda data: numpy.einsum("hwijc,ijc->hwc", spread(x[2](data)[0], (rows, columns), stride), w[2]))

    def text(self):
        names, types = (", ".join(r[i] for r in self.results) for i in (0, 1))
        body = "\n  ".join(["%bias = arith.constant 1000 : i32", *self.lines, f"return {names} : {types}"])
        return f"func.func @main(%input: tensor<@BYTES@xi8>) -> ({types}) {{\n  {body}\n}}\n".replace(
            "@BYTES@", str(self.bytes))

    def expected(self, data):
        return b"".join((reference(data) + 1000).astype("<i4").tobytes() for reference in self.references)


class ByteProductsTest(unittest.TestCase):
    def check(self, name, kind, shapes):
        random = numpy.random.default_rng(len(name))
        program = Program(random)
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

    def test_convolutions(self):
        self.check("convolutions", "convolution", CONVOLUTIONS)

    def test_depthwise(self):
        self.check("depthwise", "depthwise", DEPTHWISE)


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
