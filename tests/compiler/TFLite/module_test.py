# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What of a .tflite model ends in the module file: names, quantization, locations.

    /usr/bin/python3 tests/compiler/TFLite/module_test.py --compiler=build/bin/iree-compile \\
        --flatc=/usr/bin/flatc --schema=compiler/Input/TFLite/tflite.fbs
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import write_models
from tflite_json import convolution, per_tensor, unary

OPTIONS = argparse.Namespace(compiler=None, flatc=None, schema=None)


class ModuleTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def tool(self, name):
        return pathlib.Path(OPTIONS.compiler).parent / name

    def run_tool(self, *command):
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout

    def compile(self, model, *flags, name="model.tflite"):
        path = model.write(self.folder, OPTIONS.flatc, OPTIONS.schema)
        path = path.rename(self.folder / name)
        module = self.folder / "model.vmfb"
        self.run_tool(OPTIONS.compiler, path, "-o", module, *flags)
        return module

    def dump(self, *arguments, **options):
        module = self.compile(*arguments, **options)
        return json.loads(self.run_tool(self.tool("iree-dump-module"), module, "--output=json"))

    def call(self, module, *arguments):
        return self.run_tool(self.tool("iree-run-module"), f"--module={module}", *arguments)

    def test_names_and_quantization(self):
        function, = self.dump(convolution())["functions"]
        self.assertEqual(function["name"], "main")
        argument, result = function["arguments"][0], function["results"][0]
        self.assertEqual((argument["name"], argument["type"]), ("x", "1x4x4x2xi8"))
        self.assertEqual(argument["quantization"],
                         {"axis": -1, "scales": [0.5], "zero_points": [-3]})
        self.assertEqual((result["name"], result["type"]), ("z", "1x12xi8"))
        self.assertEqual(result["quantization"], {"axis": -1, "scales": [2.0], "zero_points": [4]})

    def test_quantization_in_text(self):
        text = self.run_tool(self.tool("iree-dump-module"), self.compile(convolution()))
        self.assertIn("argument[0] x: 1x4x4x2xi8, 32 bytes\n"
                      "      quantized: scales 0.5, zero points -3\n", text)

    def test_no_quantization(self):
        function, = self.dump(write_models.several())["functions"]
        self.assertIsNone(function["arguments"][0]["quantization"])

    def test_signature(self):
        function, = self.dump(write_models.with_signature())["functions"]
        self.assertEqual((function["name"], function["arguments"][0]["name"],
                          function["results"][0]["name"]), ("serve", "image", "scores"))

    def test_locations(self):
        """Subgraph, number, operator, first name of the output; each once."""
        locations = [kernel["location"] for kernel in self.dump(convolution())["kernels"]]
        self.assertEqual(set(locations), {"main/0 CONV_2D conv/Relu"})

    def test_dump_tensors(self):
        function, = self.dump(convolution(), "--iree-dump-tensors")["functions"]
        self.assertEqual([result["name"] for result in function["results"]],
                         ["z", "conv/Relu;conv/Conv2D", "z"])

    def test_identifier_decides(self):
        """Not the file's name, which decides only without an identifier."""
        self.assertEqual(len(self.dump(convolution(), name="model.bin")["functions"]), 1)
        for flag, code in (("auto", 0), ("tflite", 0), ("none", 1)):
            path = convolution().write(self.folder, OPTIONS.flatc, OPTIONS.schema)
            result = subprocess.run(
                [OPTIONS.compiler, path, f"--iree-input-type={flag}", "-o", self.folder / "out"],
                capture_output=True, timeout=60, check=False)
            self.assertEqual(result.returncode, code, flag)

    def test_unsigned_bytes_at_the_border(self):
        quantization = per_tensor(0.5, 128)
        model = unary("RELU", [4], "UINT8", None, (quantization, quantization))
        function, = self.dump(model)["functions"]
        self.assertEqual(function["arguments"][0]["type"], "4xui8")
        self.assertEqual(function["arguments"][0]["quantization"]["zero_points"], [128])
        # Values below the zero point are negative.
        output = self.call(self.compile(model), "--input=4xui8=0 127 128 255")
        self.assertIn("4xui8=128 128 128 255", output)

    def test_rounding(self):
        """0.25 is 0 when rounded once; twice it is first 0.5, then 1. An i8 of 1 at
        scale 1/4 becomes an i8 at scale 1."""
        model = unary("RELU", [2], "INT8", None, (per_tensor(0.25), per_tensor(1.0)))
        for rounding, expected in (("double", "1 1"), ("single", "0 1")):
            module = self.compile(model, f"--iree-tflite-rounding={rounding}")
            self.assertIn(f"2xi8={expected}", self.call(module, "--input=2xi8=1 2"), rounding)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for option in ("compiler", "flatc", "schema"):
        parser.add_argument(f"--{option}", required=True)
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    unittest.main(argv=[sys.argv[0], *rest])
