# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The int8 models, compiled for this machine, against outputs of TensorFlow Lite
Micro's reference kernels: byte for byte.

    /usr/bin/python3 tests/models/mlperf_tiny_test.py --bin=build/bin --flatc=/usr/bin/flatc
"""

import published

INPUTS = 8


class MLPerfTiny(published.PublishedTest):
    def check(self, name, file, shape):
        vectors = self.models / "vectors"
        module = self.compile(file)
        for index in range(INPUTS):
            with self.subTest(input=index):
                result, = self.call(module, f"{shape}xi8=@{vectors}/{name}.{index}.in.bin", 1)
                self.assertEqual(result, (vectors / f"{name}.{index}.out.bin").read_bytes())

        # Final outputs mostly saturate: every operator's output shows more.
        expected = [path.read_bytes() for path in sorted(vectors.glob(f"{name}.1.op*.bin"))]
        module = self.compile(file, "--iree-dump-tensors")
        results = self.call(module, f"{shape}xi8=@{vectors}/{name}.1.in.bin", 1 + len(expected))
        self.assertGreater(len(expected), 9)
        for index, (result, wanted) in enumerate(zip(results[1:], expected)):
            with self.subTest(operator=index):
                self.assertEqual(result, wanted)

    def test_budgets(self):
        """In stripes of rows: about half of the memory, the same bytes."""
        if published.OPTIONS.backend != "llvm-cpu":
            self.skipTest("bytecode kernels copy rows, and need more")
        vectors = self.models / "vectors"
        for name, file, shape, budget in (("kws", "kws_ref_model.tflite", "1x49x10x1", 6000),
                                          ("vww", "vww_96_int8.tflite", "1x96x96x3", 20000),
                                          ("ic", "pretrainedResnet_quant.tflite", "1x32x32x3", 16000)):
            for in_place in ("always", "never"):
                # Without results over arguments kernels need more.
                given = budget if in_place == "always" else budget * 3 // 2
                with self.subTest(name, in_place=in_place):
                    module = self.compile(file, f"--iree-memory-budget={given}",
                                          f"--iree-in-place={in_place}")
                    for index in range(INPUTS):
                        result, = self.call(
                            module, f"{shape}xi8=@{vectors}/{name}.{index}.in.bin", 1)
                        self.assertEqual(result, (vectors / f"{name}.{index}.out.bin").read_bytes())

    def test_keyword_spotting(self):
        self.check("kws", "kws_ref_model.tflite", "1x49x10x1")

    def test_visual_wake_words(self):
        self.check("vww", "vww_96_int8.tflite", "1x96x96x3")

    def test_image_classification(self):
        self.check("ic", "pretrainedResnet_quant.tflite", "1x32x32x3")

    def test_anomaly_detection(self):
        self.check("ad", "ad01_int8.tflite", "1x640")


if __name__ == "__main__":
    published.main()
