#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Single layers on a board: outputs as numpy computes them, in at most as many
instructions as benchmarks/layer_instructions.json allows. Counts are exact; what is
in the table is renewed by `./dev bench layers --write`.

    layers_test.py --board NAME --host-bin-dir DIR --build-dir DIR [unittest options]
"""

import argparse
import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "build_tools/dev"))

import bench_layers  # noqa: E402
import layers  # noqa: E402
import model_bench  # noqa: E402

ARGS = None


class LayersTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        case = layers.case(bench_layers.LAYERS_CASE, layers.LAYERS, ARGS.build_dir / "sources")
        model_bench.prepare([case], ARGS.build_dir / "models")
        cls.calls, cls.total, cls.equal = layers.count_calls(case, ARGS.board, ARGS.build_dir, ARGS.host_bin_dir)

    def test_outputs_are_equal(self):
        self.assertTrue(self.equal)

    def test_instructions_are_not_more_than_in_the_table(self):
        table = json.loads(bench_layers.TABLE.read_text())[ARGS.board]
        figures = layers.by_layer(layers.LAYERS, self.calls)
        self.assertEqual(set(table), set(figures))
        grown = [f"{name}: {instructions}, in the table {table[name]}"
                 for name, (instructions, _, _) in figures.items()
                 if instructions > bench_layers.ALLOWED_GROWTH * table[name]]
        self.assertEqual(grown, [], "if that is right, renew the table: ./dev bench layers --write")

    def test_calls_are_all_that_is_executed_but_for_the_runtime(self):
        inside = sum(call["instructions"] for call in self.calls)
        around = self.total - inside
        self.assertGreater(around, 0)
        self.assertLess(around, 1000 * len(self.calls))

    def test_work_is_that_of_the_layers(self):
        """Multiply-accumulates that the compiler counts, of kernels, are those of the shapes."""
        macs = {layer.name: layer.macs() for layer in layers.LAYERS}
        counted = dict.fromkeys(macs, 0)
        for call in self.calls:
            counted[call["layer"]] += call["macs"]
        self.assertEqual(counted, macs)


class ProgramTest(unittest.TestCase):
    def test_reference_of_a_convolution(self):
        """One window by hand: image 2 x 2 with one channel, a filter of that size."""
        layer = layers.Layer("one", "conv", (2, 2, 1), 1, (2, 2))
        program = layers.Program([layer])
        [[argument], [expected]] = program.vector()
        # What the text says of weights and bias.
        hexes = [bytes.fromhex(line.split('"0x')[1].split('"')[0]) for line in program.lines if '"0x' in line]
        weights = [value - 256 if value > 127 else value for value in hexes[0]]
        bias = int.from_bytes(hexes[1], "little", signed=True)
        total = bias + sum(w * (int(x) - layers.INPUT_ZERO) for w, x in zip(weights, argument.flat))
        rounded = (2 * total + 1024) // 2048  # times 2**-10, half up
        self.assertEqual(expected.flat[0], max(-128, min(127, rounded + layers.OUTPUT_ZERO)))

    def test_shapes(self):
        by_name = {layer.name: layer for layer in layers.LAYERS}
        self.assertEqual(by_name["pointwise"].macs(), 24 * 24 * 64 * 64)
        self.assertEqual(by_name["fully_connected"].macs(), 640 * 128)
        self.assertEqual(by_name["depthwise_3x3_stride_2"].result(), (1, 12, 12, 32))
        self.assertEqual(by_name["depthwise_3x3_stride_2"].macs(), 12 * 12 * 32 * 9)
        self.assertEqual(by_name["first_3x3"].macs(), 16 * 16 * 8 * 27)
        self.assertEqual(by_name["matmul_f32"].macs(), 32 * 64 * 32)

    def test_calls_without_a_layer(self):
        with self.assertRaisesRegex(SystemExit, "no kernel call of layer pointwise; there are: other"):
            layers.by_layer(layers.LAYERS[:1], [{"layer": "other", "instructions": 1, "code_bytes": 1}])


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
