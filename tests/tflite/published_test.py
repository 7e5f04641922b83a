# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks the numpy reference against outputs of TensorFlow Lite Micro's reference
kernels on the MLPerf Tiny models: every operator, bit for bit.

    /usr/bin/python3 tests/tflite/published_test.py
"""

import unittest

import numpy as np
import paths
import reference
import tflite_reader

MODELS = {"kws": "kws_ref_model.tflite", "vww": "vww_96_int8.tflite",
          "ic": "pretrainedResnet_quant.tflite", "ad": "ad01_int8.tflite"}
FLOAT_MODELS = {"kws": "kws_ref_model_float32.tflite", "ad": "ad01_fp32.tflite"}
INPUTS = 8


class Published(unittest.TestCase):
    def load(self, file):
        return tflite_reader.read((paths.require_models() / file).read_bytes())

    def vector(self, name, shape):
        path = paths.require_models() / "vectors" / f"{name}.bin"
        return np.fromfile(path, np.int8).reshape(shape)

    def test_every_operator_of_input_1(self):
        for name, file in MODELS.items():
            model = self.load(file)
            graph = model.subgraphs[0]
            shape = graph.tensors[graph.inputs[0]].shape
            results = reference.run(model, [self.vector(f"{name}.1.in", shape)])
            for index, (output,) in enumerate(results.operators):
                with self.subTest(model=name, operator=index, kind=graph.operators[index].name):
                    np.testing.assert_array_equal(
                        output, self.vector(f"{name}.1.op{index:02}", output.shape))

    def test_outputs_of_every_input(self):
        for name, file in MODELS.items():
            model = self.load(file)
            graph = model.subgraphs[0]
            shapes = [graph.tensors[index].shape for index in (graph.inputs[0], graph.outputs[0])]
            for index in range(INPUTS):
                with self.subTest(model=name, input=index):
                    results = reference.run(model, [self.vector(f"{name}.{index}.in", shapes[0])])
                    np.testing.assert_array_equal(
                        results.outputs[0], self.vector(f"{name}.{index}.out", shapes[1]))

    def test_float_models_are_near_the_quantised_ones(self):
        """The quantised model was made from the float one: for its input, in real
        values, the float reference gives its output within a few steps."""
        for name, file in FLOAT_MODELS.items():
            quantised, model = self.load(MODELS[name]), self.load(file)
            graph = quantised.subgraphs[0]
            first, last = (graph.tensors[i] for i in (graph.inputs[0], graph.outputs[0]))
            q = self.vector(f"{name}.1.in", first.shape)
            x = (first.scale[0] * (q.astype(float) - first.zero_point[0])).astype(np.float32)
            expected = last.scale[0] * (self.vector(f"{name}.1.out", last.shape).astype(float)
                                        - last.zero_point[0])
            result = reference.run(model, [x]).outputs[0]
            self.assertEqual(result.argmax(), expected.argmax(), name)
            correlation = np.corrcoef(result.ravel(), expected.ravel())[0, 1]
            self.assertGreater(correlation, 0.98, name)


if __name__ == "__main__":
    unittest.main()
