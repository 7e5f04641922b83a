# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operators that the compiler refuses: where, what was found, what is supported.

    /usr/bin/python3 tests/tflite/errors_test.py --bin=build/bin
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import unittest

import paths  # noqa: F401  (makes the next ones importable)
from cases import BOOL, F32, I8, I16, I32, I64, Case, Type, arg, const, fixed, given, state
from tflite_writer import Model

OPTIONS = argparse.Namespace(bin=None)
LOG = Type("int8", 1 / 16, 127)
OUT8, OUT15 = Type("int8", 1 / 256, -128), Type("int16", 1 / 32768)


def one(operator, operands, out, shape, expected, **options):
    return Case("f", operator, operands, out, shape=shape, **options), expected


def shared():
    """Checks that many operators share."""
    return [
        one("ABS", [arg((3,), F32)], F32, (4,),
            "operand 0, 'tensor<3xf32>', and the output, 'tensor<4xf32>', have different shapes"),
        one("MAXIMUM", [arg((3,), F32), arg((2, 1), F32)], F32, (2, 4),
            "operands 'tensor<3xf32>' and 'tensor<2x1xf32>' do not broadcast to the output, "
            "'tensor<2x4xf32>'"),
        one("ABS", [arg((3,), I8)], Type("int8"), (3,),
            "output 'out0' has 0 scales; supported: one for the whole tensor"),
        one("ARG_MAX", [arg((3, 4), F32), given(2)], I32, (3,),
            "the axis is 2; supported: -2 to 1"),
        one("ARG_MAX", [arg((3, 4), F32), given([0, 1])], I32, (3,),
            "the axis has 2 elements; supported: 1"),
        one("CUMSUM", [arg((3, 4), F32), arg((1,), I32)], F32, (3, 4),
            "the axis is computed by the model; supported: constant integers"),
        one("FILL", [given([2]), arg((2,), F32)], F32, (2,),
            "the value has 2 elements; supported: 1"),
        one("SHAPE", [arg((2, 3), F32)], I32, (3,),
            "the operator computes a tensor of shape 2, but its output is declared as "
            "'tensor<3xi32>'", out_type="int32"),
    ]


def arithmetic():
    tiny, small = Type("int8", 1e-30), Type("int8", 1e-7)
    return [
        one("RSQRT", [arg((3,), small)], Type("int8", 1e-5), (3,),
            "1 / (sqrt(input scale) * output scale) is 3.162278e+08; supported: 2^-11 to 2^20"),
        one("L2_NORMALIZATION", [arg((), F32)], F32, (), "the input is a scalar; supported: at "
            "least one dimension"),
        one("L2_NORMALIZATION", [arg((4,), F32)], F32, (4,), "a fused activation is not supported",
            activation="RELU"),
        one("L2_NORMALIZATION", [arg((4,), I8)], OUT8, (4,),
            "the output has the scale 3.906250e-03 and the zero point -128; supported: 1/128 and "
            "the middle value"),
        one("L2_NORMALIZATION", [arg((40000,), I8)], Type("int8", 1 / 128), (40000,),
            "the last dimension has 40000 elements; supported: up to 33025"),
        one("DIV", [arg((3,), I8), arg((3,), tiny)], I8, (3,),
            "the quotient of the operands' scales exceeds the output's scale by a factor of 2^100; "
            "supported: up to 2^22"),
        one("DIV", [arg((3,), I32), arg((3,), I32)], I32, (3,),
            "a fused activation of i32 is not supported", activation="RELU"),
        one("LEAKY_RELU", [arg((3,), I8)], I8, (3,), "alpha is infinite or no number",
            alpha=float("nan")),
        one("LEAKY_RELU", [arg((3,), I8)], tiny, (3,),
            "the operands' scales exceed the output's by a factor of 2^95; supported: up to 2^15",
            alpha=0.1),
        one("PRELU", [arg((3,), I8), arg((3,), I8)], tiny, (3,),
            "the operands' scales exceed the output's by a factor of 2^95; supported: up to 2^15"),
        one("EQUAL", [arg((3,), I8), arg((3,), Type("int8", 1e5))], BOOL, (3,),
            "operand 1 has the scale 1.000000e+05; supported: below 2^14"),
        one("SELECT", [arg((2,), BOOL), arg((3, 4), F32), arg((3, 4), F32)], F32, (3, 4),
            "the condition, 'tensor<2xi1>', fits neither the output, 'tensor<3x4xf32>', nor its "
            "rows"),
        one("WHERE", [arg((3,), BOOL)], I64, (1, 1),
            "the condition is computed by the model; the output's shape would depend on it; "
            "supported: constants"),
    ]


def activations():
    return [
        one("ELU", [arg((3,), Type("int8", 1e37))], I8, (3,),
            "the input's scale is 1.000000e+37, too large for f32 values"),
        one("ELU", [arg((3,), I8)], Type("int8", 1e-39), (3,),
            "the output's scale is 1.000000e-39, too small for f32 values"),
        one("HARD_SWISH", [arg((3,), I8)], Type("int8", 1e-6), (3,),
            "the scales are 3.700000e-02 and 1.000000e-06; supported: an input scale below 128 "
            "times the output's, and below 384"),
        one("LOGISTIC", [arg((3,), I16)], I16, (3,),
            "the zero points are 0 and 0 and the output's scale 6.100000e-04; supported for i16: "
            "0, 0 and 1/32768"),
        one("TANH", [arg((3,), Type("int16", 3.0))], OUT15, (3,),
            "the input's scale is 3.000000e+00; supported: up to 8/3"),
        one("SOFTMAX", [arg((3,), I8)], OUT15, (3,),
            "the output has the scale 3.051758e-05 and the zero point 0; supported: 1 over the "
            "number of values, and the least value", beta=1.0),
        one("SOFTMAX", [arg((3,), I16)], I16, (3,),
            "the output has the scale 6.100000e-04 and the zero point 0; supported for i16: "
            "1/32768 and 0", beta=1.0),
        one("SOFTMAX", [arg((3,), I16)], OUT15, (3,),
            "beta times the input's scale is -6.100000e-04; supported: above 0 and below 5",
            beta=-1.0),
        one("LOG_SOFTMAX", [arg((), F32)], F32, (),
            "the input is a scalar; supported: at least one dimension"),
        one("LOG_SOFTMAX", [arg((4,), I8)], OUT8, (4,),
            "the output has the scale 3.906250e-03 and the zero point -128; supported: 1/16 and "
            "the largest value"),
        one("LOG_SOFTMAX", [arg((4,), Type("int8", 1e-9))], LOG, (4,),
            "beta times the input's scale is 1.000000e-09; supported: more than 2^-26"),
    ]


def slices():
    def strided(bounds, shape, expected, **options):
        return one("STRIDED_SLICE", [arg((4, 5), F32), *map(given, bounds)], F32, shape, expected,
                   **options)
    x = arg((4, 5), F32)
    return [
        one("SLICE", [x, given([0]), given([1])], F32, (1,),
            "the input, 'tensor<4x5xf32>', the output, 'tensor<1xf32>', and 1 first elements "
            "differ in rank"),
        one("SLICE", [x, given([3, 0]), given([2, 5])], F32, (2, 5),
            "2 elements from 3 on exceed dimension 0 of the input, 'tensor<4x5xf32>'"),
        strided(([0] * 3, [1] * 3, [1] * 3), (1,), "the bounds name 3 dimensions; the input has 2"),
        strided(([3, 0], [1, 5], [1, 1]), (1, 5), "bounds 3 and 1 with the stride 1 take no element "
                "of dimension 0 of the input, 'tensor<4x5xf32>'"),
        strided(([0, 0], [4, 5], [1, 0]), (4, 5), "bounds 0 and 5 with the stride 0 take no element "
                "of dimension 1 of the input, 'tensor<4x5xf32>'"),
        strided(([7, 0], [8, 5], [1, 1]), (5,), "bounds 7 and 8 with the stride 1 take no element "
                "of dimension 0 of the input, 'tensor<4x5xf32>'", shrink_axis_mask=1),
        strided(([0, 0], [4], [1, 1]), (4, 5),
                "the lists of bounds have 2 and 1 elements; supported: the same, up to 32"),
        one("SPLIT", [given(0), x], [F32] * 2, (3, 5),
            "output 1, 'tensor<3x5xf32>', is no part of what the outputs before leave of the input, "
            "'tensor<4x5xf32>', along dimension 0", num_splits=2),
        one("UNPACK", [x], [F32] * 3, (5,), "the outputs have 3 elements along dimension 0, the "
            "input, 'tensor<4x5xf32>', has 4", num=3, axis=0),
        one("PACK", [x, arg((4, 4), F32)], F32, (2, 4, 5),
            "operand 1, 'tensor<4x4xf32>', differs from operand 0, 'tensor<4x5xf32>'", axis=0,
            values_count=2),
    ]


def blocks():
    image = arg((1, 4, 4, 3), F32)
    return [
        one("TRANSPOSE", [image, given([0, 1, 2, 2])], F32, (1, 4, 4, 3),
            "the permutation of 4 dimensions does not name each of them once"),
        one("SPACE_TO_DEPTH", [arg((4, 4, 3), F32)], F32, (2, 2, 12),
            "the tensor 'tensor<2x2x12xf32>' has rank 3; supported: 4", block_size=2),
        one("DEPTH_TO_SPACE", [image], F32, (1, 8, 8, 1), "blocks of 2 do not divide the 3 channels",
            block_size=2),
        one("SPACE_TO_DEPTH", [image], F32, (1, 2, 2, 8), "the input, 'tensor<1x4x4x3xf32>', and the "
            "output, 'tensor<1x2x2x8xf32>', do not fit blocks of 2", block_size=2),
        one("SPACE_TO_BATCH_ND", [image, given([2, 2]), given([[0, 0]])], F32, (4, 2, 2, 3),
            "the input, 'tensor<1x4x4x3xf32>', the output, 'tensor<4x2x2x3xf32>', 2 block sizes and "
            "2 paddings or crops do not fit; supported: ranks 2 to 4, a size and two amounts for "
            "each dimension but the first and the last"),
        one("SPACE_TO_BATCH_ND", [image, given([2, 0]), given([[0, 0], [0, 0]])], F32, (4, 2, 2, 3),
            "blocked dimension 1 has the size 0 with the amounts 0 and 0; supported: sizes from 1, "
            "amounts from 0 on"),
        one("SPACE_TO_BATCH_ND", [image, given([2, 3]), given([[0, 0], [0, 0]])], F32, (6, 2, 2, 3),
            "dimension 2 has 4 elements with its padding, no multiple of its block's 3"),
        one("BATCH_TO_SPACE_ND", [image, given([2, 2]), given([[0, 0], [0, 0]])], F32, (1, 8, 8, 3),
            "the batch, 1, is no multiple of the block's 4 elements"),
    ]


def repeats():
    x = arg((2, 3), F32)
    return [
        one("BROADCAST_TO", [x, given([2, 4])], F32, (2, 4), "the input, 'tensor<2x3xf32>', does "
            "not broadcast to the output, 'tensor<2x4xf32>'"),
        one("TILE", [x, given([1, 2])], F32, (2, 5),
            "the output, 'tensor<2x5xf32>', is no multiple of the input, 'tensor<2x3xf32>'"),
        one("MIRROR_PAD", [x, given([1, 1])], F32, (4, 3),
            "the padding has 2 elements; supported: two for each of 2 dimensions"),
        one("MIRROR_PAD", [x, given([[2, 0], [0, 0]])], F32, (4, 3), "dimension 0 of 2 elements is "
            "padded by 2 and 0; supported: 0 to 1", mode="REFLECT"),
        one("GATHER", [x, arg((3, 1), I32)], F32, (2, 1),
            "the batch of 1 dimensions is not the same of the values, 'tensor<2x3xf32>', before the "
            "axis and of the positions, 'tensor<3x1xi32>'", axis=1, batch_dims=1),
        one("GATHER_ND", [x, arg((2, 3), I32)], F32, (2,),
            "the positions, 'tensor<2x3xi32>', have to end with a dimension of up to as many "
            "numbers as the values, 'tensor<2x3xf32>', have dimensions"),
        one("RESIZE_BILINEAR", [x, given([4, 4])], F32, (4, 4),
            "the input, 'tensor<2x3xf32>', has rank 2; supported: 4"),
        one("RESIZE_NEAREST_NEIGHBOR", [arg((1, 2, 2, 3), F32), given([4, 4])], F32, (1, 4, 4, 2),
            "the output, 'tensor<1x4x4x2xf32>', differs from the input, 'tensor<1x2x2x3xf32>', in "
            "more than height and width"),
    ]


def svdf(expected, *, state_shape=(2, 12), bias=(4,), rank=1, weights=None, **options):
    memories = state(state_shape, F32)
    weights = weights or const((4, 5), F32)
    return one("SVDF", [arg((2, 5), F32), weights, const((4, 3), F32), const(bias, F32), memories],
               F32, (2, 4), expected, rank=rank, **options)


def lstm(expected, types=(F32,) * 5, *, change=None, activation="TANH", **options):
    x, weights, bias, hidden, cell = types
    operands = [arg((1, 2, 3), x), *[const((4, 3), weights)] * 4, *[const((4, 4), weights)] * 4,
                None, None, None, *[const((4,), bias)] * 4, None, None, state((1, 4), hidden),
                state((1, 4), cell)]
    for index, operand in (change or {}).items():
        operands[index] = operand
    return one("UNIDIRECTIONAL_SEQUENCE_LSTM", operands, hidden, (1, 2, 4), expected,
               activation=activation, **options)


def recurrent():
    def quantized(hidden=Type("int8", 1 / 128), cell=Type("int16", 2.0 ** -11), weights=0.006):
        return I8, Type("int8", weights), I32, hidden, cell
    return [
        svdf("the input, 'tensor<2x5xf32>', the weights over time, 'tensor<4x3xf32>', and the "
             "rank, 3, do not fit; supported: batch x depth, filters x memory, and a rank that "
             "divides the filters", rank=3),
        svdf("the state is 'tensor<2x11xf32>'; the other operands need 'tensor<2x12xf32>'",
             state_shape=(2, 11)),
        svdf("the bias is 'tensor<3xf32>' for 4 units", bias=(3,)),
        svdf("operand 1 is 'tensor<4x6xf32>'; the other operands need 'tensor<4x5xf32>'",
             weights=const((4, 6), F32)),
        svdf("operand 1, 'in1', is computed by the model; supported: constants",
             weights=arg((4, 5), F32)),
        svdf("the fused activation TANH is not supported; supported: NONE, RELU, RELU6, "
             "RELU_N1_TO_1", activation="TANH"),
        lstm("the cell's activation is RELU; supported: TANH", activation="RELU"),
        lstm("the input, 'tensor<2x3xf32>', and the cell state, 'tensor<1x4xf32>', have other "
             "ranks than 3 and 2", change={0: arg((2, 3), F32)}),
        lstm("operand 18 is 'tensor<1x3xf32>'; the other operands need 'tensor<1x4xf32>'",
             change={18: state((1, 3), F32)}),
        lstm("operand 18, 'in18', has to be a variable, which keeps its value between invocations",
             change={18: arg((1, 4), F32)}),
        lstm("operand 13 is 'tensor<5xf32>'; the other operands need 'tensor<4xf32>'",
             change={13: const((5,), F32)}),
        lstm("the cell state has the scale 1.000000e-01 and the zero point 0; supported: powers of "
             "two from 2^-15 to 1, and 0", quantized(cell=Type("int16", 0.1))),
        lstm("the output state has the scale 1.000000e-30; supported: from 2^-40 on",
             quantized(hidden=Type("int8", 1e-30))),
        lstm("the scales of operands 0 and 1 are 3.700000e-02 and 1.000000e+03; supported: "
             "products below 8", quantized(weights=1000.0)),
        lstm("operand 3, the weights 'in3', has a zero point other than 0; supported: 0",
             quantized(), change={3: const((4, 3), Type("int8", 0.006, 1))}),
    ]


def called(outputs=1, inputs=((3,), (3,)), variable=False, depth=1, then=None):
    """A model whose IF calls a subgraph (x, y) -> outputs, which calls it again
    through `depth` levels of IF."""
    model = Model()
    main = model.subgraph("main")
    condition = main.input("condition", (), "bool")
    ends = [main.input(name, (3,), "float32") for name in ("x", "y")]
    graphs = [main] + [model.subgraph(f"level{i}") for i in range(1, depth + 1)]
    arguments = [[condition, *ends]]
    for graph in graphs[1:]:
        first = [graph.input("condition", (), "bool")] if depth > 1 else []
        arguments.append(first + [graph.input(f"in{i}", shape, "float32")
                                  for i, shape in enumerate(inputs)])
    for graph, values in zip(graphs[:-1], arguments):
        passed = [condition, condition, *ends] if depth > 1 and graph is main else values
        if depth > 1 and graph is not main:
            passed = [values[0], *values]
        target = graph.index + 1 if then is None else then
        graph.operator("IF", passed, [graph.output("r", (3,), "float32")], then_subgraph=target,
                       else_subgraph=target)
    last, values = graphs[-1], arguments[-1][-2:]
    if variable:
        values[1] = last.tensor("kept", (3,), "float32", is_variable=True)
    for i in range(outputs):
        last.operator("ADD", values, [last.output(f"r{i}", (3,), "float32")])
    return model


class ErrorsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def compile(self, model):
        source, module = self.folder / "model.tflite", self.folder / "model.vmfb"
        source.write_bytes(model.to_bytes())
        result = subprocess.run([OPTIONS.bin / "iree-compile", source, "-o", module],
                                capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((result.returncode, module.exists()), (1, False), result.stderr)
        return result.stderr.removeprefix(f"{source}: ")

    def check(self, cases):
        for case, expected in cases:
            with self.subTest(expected):
                model = Model()
                case.build(model)
                self.assertEqual(self.compile(model),
                                 f"f/0 {case.operator} out0: error: {expected}\n")

    def test_shared(self):
        self.check(shared())

    def test_arithmetic(self):
        self.check(arithmetic())

    def test_activations(self):
        self.check(activations())

    def test_slices(self):
        self.check(slices())

    def test_blocks(self):
        self.check(blocks())

    def test_repeats(self):
        self.check(repeats())

    def test_recurrent(self):
        self.check(recurrent())

    def test_calls(self):
        for options, expected in (
                ({"then": 7}, "error: main/0 IF: calls subgraph 7 of 2\n"),
                ({"then": 0}, "error: main: calls of subgraphs are nested more than 16 deep, or a "
                              "subgraph calls itself\n"),
                ({"depth": 17}, "error: level15: calls of subgraphs are nested more than 16 deep, or "
                                "a subgraph calls itself\n"),
                ({"depth": 12}, "level10/0 IF r: error: the model calls subgraphs in more than 1000 "
                                "places, those of called ones included\n"),
                ({"outputs": 2}, "main/0 IF r: error: subgraph 'level1' has the outputs (3xf32, "
                                 "3xf32), the operator has (3xf32)\n"),
                ({"inputs": ((3,), (1, 3))}, "main/0 IF r: error: subgraph 'level1' has the inputs "
                                             "(3xf32, 1x3xf32), the operator has (3xf32, 3xf32)\n"),
                ({"variable": True}, "main/0 IF r: error: tensor 'kept' of the called subgraph "
                                     "'level1' keeps its value between invocations; supported in "
                                     "subgraphs of entry points\n")):
            with self.subTest(options):
                self.assertEqual(self.compile(called(**options)), expected)

    def test_condition_of_a_loop(self):
        model = Model()
        main, condition, body = (model.subgraph(name) for name in ("main", "condition", "body"))
        ends = [graph.input("x", (2,), "float32") for graph in (main, condition, body)]
        condition.operator("LESS", [ends[1], ends[1]], [condition.output("flags", (2,), "bool")])
        body.operator("ADD", [ends[2], ends[2]], [body.output("next", (2,), "float32")])
        main.operator("WHILE", [ends[0]], [main.output("y", (2,), "float32")], cond_subgraph=1,
                      body_subgraph=2)
        self.assertEqual(self.compile(model),
                         "main/0 WHILE y: error: subgraph 'condition' returns 2 elements; "
                         "supported: one condition\n")

    def test_unsupported_operators_of_called_subgraphs(self):
        model = called()
        level = model.subgraphs[1]
        level.operator("ABS", [level.constant("flag", given([True], BOOL).values, "bool")],
                       [level.tensor("a", (1,), "bool")])
        self.assertIn("level1/1 ABS a: error: ABS version 1, (bool) -> bool, is not supported for "
                      "these types; supported: f32 -> f32 | ", self.compile(model))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="directory of iree-compile")
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    unittest.main(argv=[sys.argv[0], *rest])
