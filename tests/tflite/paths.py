# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where the tests of TensorFlow Lite models find things; makes them importable."""

import os
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIGITS = ROOT / "samples" / "models" / "digits"

sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "build_tools" / "tflite"))


def models_directory():
    """Where the published models are, or None: they are not part of this project."""
    for candidate in (os.environ.get("IREE_TEST_MODELS_DIR"), ROOT.parent / "shared" / "models"):
        if candidate and pathlib.Path(candidate).is_dir():
            return pathlib.Path(candidate)
    return None


def require_models():
    """The directory of the published models; skips the test if there is none."""
    directory = models_directory()
    if not directory:
        raise unittest.SkipTest("skipped: no model files")
    return directory
