# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks the reference's fixed-point arithmetic against the real functions that it
approximates: every quantised case, in real numbers, is within a few steps of the
float reference's result.

    /usr/bin/python3 tests/tflite/reference_test.py
"""

import importlib
import unittest

import numpy as np
import paths  # noqa: F401  (makes the next ones importable)
import reference
import tflite_reader
from cases import F32, Case, Operand
from reference import activation, fixed_point
from reference.registry import QUANTIZED_TYPES
from tflite_writer import Model

FAMILIES = ("activation", "arithmetic", "control", "convolution", "reduction", "shape")
# Steps of the output that a result may be off; one half is rounding alone. What is
# more than one comes from intermediate roundings: of a 16-bit product, of an 8-bit
# state, of each time step; and CUMSUM begins at the negative of the zero point.
STEPS = {"HARD_SWISH": 1.6, "UNIDIRECTIONAL_SEQUENCE_LSTM": 2.6, "SVDF": 10, "CUMSUM": 2.2}
# 16-bit results of tables and of 16-bit multipliers.
STEPS16 = {"SOFTMAX": 24, "LOGISTIC": 4, "TANH": 6, "SQUARED_DIFFERENCE": 6}


def real(operand):
    """The same operand in float32, or unchanged."""
    type = operand.type
    if type.name not in QUANTIZED_TYPES or type.scale == ():
        return operand
    shape = [1] * len(operand.shape)
    if np.ndim(type.scale):
        shape[type.axis] = -1
    scale = np.reshape(np.asarray(type.scale, np.float32).astype(float), shape)
    values = (operand.values.astype(float) - type.zero_point) * scale
    return Operand(operand.shape, F32, values.astype(np.float32), constant=operand.constant,
                   variable=operand.variable)


def real_bias(case, operands):
    """Integer biases have the scale input * weights."""
    positions = {"TRANSPOSE_CONV": (2, 1, 3), "SVDF": (4, 2, 3)}.get(case.operator, (0, 1, 2))
    layers = ("CONV_2D", "DEPTHWISE_CONV_2D", "TRANSPOSE_CONV", "FULLY_CONNECTED", "SVDF")
    sets = [positions] if case.operator in layers else []
    if case.operator == "UNIDIRECTIONAL_SEQUENCE_LSTM":
        sets = [(0, gate[0], gate[2]) for gate in reference.recurrent.GATES.values()]
    for x, w, bias in sets:
        if bias < len(operands) and operands[bias] is not None:
            scale = np.float64(case.operands[x].type.scale) * np.asarray(case.operands[w].type.scale)
            values = (operands[bias].values * scale).astype(np.float32)
            operands[bias] = Operand(values.shape, F32, values, constant=True)
    return operands


def evaluate(case, rounding="double"):
    model = Model()
    case.build(model)
    with np.errstate(divide="ignore"):  # RSQRT of 0 is infinite
        return reference.run(tflite_reader.read(model.to_bytes()),
                             [value.copy() for value in case.inputs], rounding=rounding).outputs


class Quantized(unittest.TestCase):
    def test_near_the_real_function(self):
        count = 0
        for family in FAMILIES:
            for case in importlib.import_module(f"cases_{family}").cases():
                types = [operand.type.name for operand in case.operands if operand]
                if case.types[0].scale != () and "float32" not in types:
                    count += 1
                    with self.subTest(case.name):
                        self.check(case)
        self.assertGreater(count, 250)

    def check(self, case):
        if case.operator == "QUANTIZE":
            real_result = [real(case.operands[0]).values] if case.operands[0].type.name in \
                QUANTIZED_TYPES else [case.operands[0].values * float(np.float32(
                    case.operands[0].type.scale))]
        else:
            operands = real_bias(case, [operand and real(operand) for operand in case.operands])
            twin = Case(case.name, case.operator, operands, [F32] * len(case.types),
                        shape=case.shapes[0], **case.options)
            twin.shapes = case.shapes
            real_result = evaluate(twin)
        for rounding in ("double", "single"):
            for result, wanted, type in zip(evaluate(case, rounding), real_result, case.types):
                info = np.iinfo(type.dtype)
                scaled = wanted / float(np.float32(type.scale)) + type.zero_point
                error = np.abs(result - np.clip(scaled, info.min, info.max)).max()
                steps = STEPS16 if type.name == "int16" else STEPS
                self.assertLess(error, steps.get(case.operator, 1.3 if steps is STEPS16 else 1.05))


class Functions(unittest.TestCase):
    """gemmlowp's functions, to what its documentation promises: a few units of 2^-31
    times the error of the approximation."""

    def setUp(self):
        self.a = -np.random.default_rng(1).integers(0, 1 << 31, 5000)

    def test_exponential(self):
        for bits in (3, 4, 5):
            result = fixed_point.exp_of_negative(self.a, bits) / 2 ** 31
            np.testing.assert_allclose(result, np.exp(self.a * 2.0 ** (bits - 31)), 0, 2e-6)

    def test_logistic_and_tanh(self):
        x = np.concatenate([self.a, -self.a - 1])
        np.testing.assert_allclose(fixed_point.logistic(x, 4) / 2 ** 31,
                                   1 / (1 + np.exp(-x * 2.0 ** -27)), 0, 2e-6)
        np.testing.assert_allclose(fixed_point.tanh(x, 4) / 2 ** 31, np.tanh(x * 2.0 ** -27), 0, 4e-6)

    def test_reciprocals(self):
        for x in (1, 2, 3, 255, 256, 65025, 99999, (1 << 29) - 1, 1 << 29, (1 << 31) - 1):
            multiplier, exponent = fixed_point.reciprocal(x, 31)
            self.assertAlmostEqual(multiplier * 2.0 ** (-31 - exponent) * x, 1, delta=2e-6)
            root, shift = fixed_point.reciprocal_square_root(x)
            self.assertAlmostEqual(root * 2.0 ** (shift - 31) * np.sqrt(x), 1, delta=2e-6)

    def test_logarithm(self):
        x = np.random.default_rng(2).integers(1 << 19, 1 << 31, 5000)
        np.testing.assert_allclose(reference.softmax.logarithm(x, 12, 5) / 2 ** 26,
                                   np.log(x / 2 ** 19), 0, 1e-6)

    def test_sigmoid_table(self):
        """Values of the published table, at its ends and where rounding is close."""
        table = activation.sigmoid_table()
        self.assertEqual(table[[0, 1, 4, 35, 62, 128, 254, 255]].tolist(),
                         [32768, 33451, 35493, 53169, 60935, 65221, 65534, 65535])

    def test_rounding(self):
        """By hand: halves of shifts go away from zero, of products up."""
        self.assertEqual(fixed_point.shift_right([5, -5, 6, -6, 7], 2).tolist(), [1, -1, 2, -2, 2])
        self.assertEqual(fixed_point.high_multiply([3, -3, -(1 << 31)], [1 << 30, 1 << 30, -(1 << 31)]
                                                   ).tolist(), [2, -1, (1 << 31) - 1])
        self.assertEqual([int(v) for v in fixed_point.quantize_multiplier(0.75)], [3 << 29, 0])
        self.assertEqual([int(v) for v in fixed_point.quantize_multiplier(1 - 2 ** -40)],
                         [1 << 30, 1])
        # 1 * 0.5^2: one rounding gives 0; of two, the first makes 0.5 a 1, then 0.5 again 1.
        self.assertEqual(int(fixed_point.multiply(1, 1 << 30, -1, "double")), 1)
        self.assertEqual(int(fixed_point.multiply(1, 1 << 30, -1, "single")), 0)


if __name__ == "__main__":
    unittest.main()
