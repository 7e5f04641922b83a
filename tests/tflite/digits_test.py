# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks digits_f32.tflite and digits_i8.tflite against the stored reference outputs
of the digits models: by the numpy reference and, compiled, on this machine.

    /usr/bin/python3 tests/tflite/digits_test.py --bin=build/bin
"""

import argparse
import pathlib
import platform
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import paths
import reference
import tflite_reader

OPTIONS = argparse.Namespace(bin=None)
COMPILED_IMAGES = 20    # of 360; each is a process


def load(name):
    return np.load(paths.DIGITS / f"{name}.npy")


class Digits(unittest.TestCase):
    def check(self, kind, result, count):
        expected = load(f"reference_{kind}")[:count]
        if kind == "i8":
            np.testing.assert_array_equal(result, expected)
        else:
            np.testing.assert_allclose(result, expected, rtol=1e-5, atol=5e-5)

    def test_numpy_reference(self):
        for kind in ("f32", "i8"):
            with self.subTest(kind):
                model = tflite_reader.read((paths.DIGITS / f"digits_{kind}.tflite").read_bytes())
                result = [reference.run(model, [image]).outputs[0]
                          for image in load(f"images_{kind}")]
                self.check(kind, np.array(result), len(result))

    def test_compiled(self):
        for kind in ("f32", "i8"):
            with self.subTest(kind), tempfile.TemporaryDirectory() as folder:
                folder = pathlib.Path(folder)
                subprocess.run([
                    OPTIONS.bin / "iree-compile", "--iree-hal-target-backends=llvm-cpu",
                    f"--iree-llvm-target-triple={platform.machine()}-pc-linux-elf",
                    paths.DIGITS / f"digits_{kind}.tflite", "-o", folder / "digits.vmfb",
                ], check=True, timeout=120)
                result = [self.call(folder, image)
                          for image in load(f"images_{kind}")[:COMPILED_IMAGES]]
                self.check(kind, np.array(result), COMPILED_IMAGES)

    def call(self, folder, image):
        np.save(folder / "image.npy", image)
        subprocess.run([
            OPTIONS.bin / "iree-run-module", f"--module={folder}/digits.vmfb", "--function=digits",
            f"--input=@{folder}/image.npy", f"--output=@{folder}/logits.npy",
        ], check=True, timeout=60)
        return np.load(folder / "logits.npy")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path,
                        help="directory of iree-compile and iree-run-module")
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    unittest.main(argv=[sys.argv[0], *rest])
