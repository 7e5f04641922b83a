# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks the digits models against their stored reference outputs.

Upstream mlir-opt and mlir-runner, which share no code with the reference, run
the stored .mlir files on all held-out images.

    /usr/bin/python3 tests/models/digits_reference_test.py
"""

import importlib.util
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIGITS = ROOT / "samples" / "models" / "digits"
LLVM = pathlib.Path(os.environ.get("LLVM_PREFIX", "/usr/lib/llvm-22"))
MAX_MODEL_BYTES = 100 * 1000
MAX_DATA_BYTES = 300 * 1000

sys.dont_write_bytecode = True
sys.path.insert(0, str(DIGITS))
import reference  # noqa: E402

# tosa-to-linalg-pipeline would first validate against a TOSA profile and
# reject DOUBLE_ROUND, an extension; the passes themselves implement it.
PIPELINE = """builtin.module(
  func.func(convert-elementwise-to-linalg, tosa-to-linalg-named, canonicalize,
            tosa-to-linalg,
            tosa-to-arith{include-apply-rescale=true}, tosa-to-tensor,
            canonicalize),
  one-shot-bufferize{bufferize-function-boundaries=true
                     function-boundary-type-conversion=identity-layout-map},
  func.func(convert-linalg-to-loops), canonicalize, expand-strided-metadata,
  lower-affine, convert-scf-to-cf, convert-to-llvm, reconcile-unrealized-casts)
""".replace("\n", " ")


def dense(images):
    """An MLIR elements literal: hexadecimal, little-endian."""
    data = images.astype(images.dtype.newbyteorder("<")).tobytes()
    return f'dense<"0x{data.hex().upper()}">'


def main_function(images, element, widened):
    """Calls @digits on each image and prints each result as `widened`."""
    count = len(images)
    stack = f"tensor<{count}x1x8x8x1x{element}>"
    image = f"tensor<1x8x8x1x{element}>"
    widen = "" if element == widened else (
        f"%wide = arith.extsi %out : tensor<1x10x{element}> to tensor<1x10x{widened}>")
    value = "%out" if element == widened else "%wide"
    return f"""
func.func private @printMemref{widened.upper()}(tensor<*x{widened}>)
  attributes {{llvm.emit_c_interface}}
func.func @main() {{
  %images = arith.constant {dense(images)} : {stack}
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %count = arith.constant {count} : index
  scf.for %i = %c0 to %count step %c1 {{
    %in = tensor.extract_slice %images[%i, 0, 0, 0, 0] [1, 1, 8, 8, 1] [1, 1, 1, 1, 1]
      : {stack} to {image}
    %out = func.call @digits(%in) : ({image}) -> tensor<1x10x{element}>
    {widen}
    %any = tensor.cast {value} : tensor<1x10x{widened}> to tensor<*x{widened}>
    func.call @printMemref{widened.upper()}(%any) : (tensor<*x{widened}>) -> ()
  }}
  return
}}
"""


def run_upstream(model, images, element, widened):
    """Runs the text of a model; returns its logits, (len(images), 10)."""
    text = model + main_function(images, element, widened)
    with tempfile.TemporaryDirectory() as directory:
        lowered = pathlib.Path(directory) / "lowered.mlir"
        subprocess.run(
            [LLVM / "bin" / "mlir-opt", f"--pass-pipeline={PIPELINE}", "-o", lowered],
            input=text, text=True, check=True, timeout=60)
        libraries = ",".join(str(LLVM / "lib" / f"libmlir_{name}runner_utils.so")
                             for name in ("", "c_"))
        printed = subprocess.run(
            [LLVM / "bin" / "mlir-runner", lowered, "-e", "main",
             "--entry-point-result=void", f"--shared-libs={libraries}"],
            capture_output=True, text=True, check=True, timeout=60).stdout
    rows = re.findall(r"data =\s*\[\[(.*?)\]\]", printed, re.DOTALL)
    return np.array([[float(v) for v in row.split(",")] for row in rows])


def load(name):
    return np.load(DIGITS / f"{name}.npy")


def model_text(kind):
    return (DIGITS / f"digits_{kind}.mlir").read_text()


class StoredFiles(unittest.TestCase):
    def test_shapes_and_types(self):
        labels = load("labels")
        count = len(labels)
        for name, shape, dtype in (
            ("images_f32", (count, 1, 8, 8, 1), np.float32),
            ("images_i8", (count, 1, 8, 8, 1), np.int8),
            ("reference_f32", (count, 1, 10), np.float32),
            ("reference_i8", (count, 1, 10), np.int8),
        ):
            array = load(name)
            self.assertEqual((array.shape, array.dtype), (shape, dtype), name)

    def test_sizes(self):
        models = [*DIGITS.parent.rglob("*.mlir"), *DIGITS.parent.rglob("*.tflite")]
        self.assertGreater(len(models), 3)
        for path in models:
            self.assertLess(path.stat().st_size, MAX_MODEL_BYTES, path)
        data = [*DIGITS.glob("*.npy"), *DIGITS.glob("*.npz")]
        self.assertLess(sum(p.stat().st_size for p in data), MAX_DATA_BYTES)

    def test_accuracy(self):
        labels = load("labels")
        for kind, at_least in (("f32", 0.96), ("i8", 0.95)):
            chosen = load(f"reference_{kind}")[:, 0].argmax(axis=1)
            self.assertGreater((chosen == labels).mean(), at_least, kind)

    def test_references_are_current(self):
        weights = dict(np.load(DIGITS / "weights.npz"))
        f32 = reference.logits_f32(weights, load("images_f32")[:, 0])
        np.testing.assert_allclose(load("reference_f32")[:, 0], f32, rtol=1e-6, atol=1e-6)
        i8 = reference.logits_i8(weights, load("images_i8")[:, 0])
        np.testing.assert_array_equal(load("reference_i8")[:, 0], i8)

    @unittest.skipUnless(importlib.util.find_spec("sklearn"), "no scikit-learn")
    def test_training_reproduces_every_file(self):
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([sys.executable, "-B", DIGITS / "train.py", directory],
                           capture_output=True, check=True, timeout=60)
            written = sorted(pathlib.Path(directory).iterdir())
            self.assertEqual(len(written), 10)
            for path in written:
                self.assertEqual(path.read_bytes(),
                                 (DIGITS / path.name).read_bytes(), path.name)


class ApplyScale32(unittest.TestCase):
    """Expected values by hand from the TOSA definition."""

    def test_single_rounding_up_to_shift_31(self):
        half = 1 << 30
        self.assertEqual(reference.apply_scale_32(1, half, 31), 1)  # 0.5 -> 1
        self.assertEqual(reference.apply_scale_32(-1, half, 31), 0)  # -0.5 -> 0
        self.assertEqual(reference.apply_scale_32(3, half, 31), 2)  # 1.5 -> 2
        self.assertEqual(reference.apply_scale_32(-3, half, 31), -1)  # -1.5 -> -1

    def test_double_rounding_above_shift_31(self):
        quarter = (1 << 30, 32)
        self.assertEqual(reference.apply_scale_32(2, *quarter), 1)  # 0.5 -> 1
        self.assertEqual(reference.apply_scale_32(-2, *quarter), -1)  # -0.5 -> -1
        self.assertEqual(reference.apply_scale_32(-1, *quarter), 0)  # -0.25 -> 0
        # 0.25 becomes 0.5 in the first rounding and 1 in the second.
        self.assertEqual(reference.apply_scale_32(1, *quarter), 1)


@unittest.skipUnless((LLVM / "bin" / "mlir-runner").exists(), f"no MLIR in {LLVM}")
class Upstream(unittest.TestCase):
    def test_f32(self):
        got = run_upstream(model_text("f32"), load("images_f32"), "f32", "f32")
        # Logits reach 48 and the printer keeps six significant digits.
        np.testing.assert_allclose(
            got, load("reference_f32")[:, 0], rtol=1e-5, atol=5e-5)

    def test_i8_is_exact(self):
        got = run_upstream(model_text("i8"), load("images_i8"), "i8", "i32")
        np.testing.assert_array_equal(got, load("reference_i8")[:, 0])

    def test_i8_data_exposes_wrong_lowerings(self):
        """A mistake in these places must change some stored output."""
        expected = load("reference_i8")[:, 0]
        for right, wrong in (
            ("rounding_mode = DOUBLE_ROUND", "rounding_mode = SINGLE_ROUND"),
            ("min_val = -96", "min_val = -128"),
            ("pad = array<i64: 0, 1, 0, 1>", "pad = array<i64: 1, 0, 1, 0>"),
            ("%dw_in_zp = \"tosa.const\"() <{values = dense<-128>",
             "%dw_in_zp = \"tosa.const\"() <{values = dense<0>"),
        ):
            with self.subTest(wrong):
                text = model_text("i8")
                self.assertIn(right, text)
                got = run_upstream(text.replace(right, wrong), load("images_i8"),
                                   "i8", "i32")
                self.assertGreater((got != expected).sum(), 0)


if __name__ == "__main__":
    unittest.main()
