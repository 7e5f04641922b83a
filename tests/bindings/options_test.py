#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""options_test.py CMAKE SOURCES: effects of the CMake options of TFLite's C API."""

import subprocess
import sys
import tempfile
import unittest

CMAKE, SOURCES = sys.argv[1:3]
LIBRARY = "libtensorflowlite_c.so"


class OptionsTest(unittest.TestCase):
    def configure(self, *options):
        """(exit status, messages without line breaks, the build's targets)."""
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [CMAKE, "-S", SOURCES, "-B", folder, "-G", "Ninja", "-DIREE_BUILD_COMPILER=OFF",
                 "-DIREE_BUILD_TESTS=OFF", "-DIREE_BUILD_SAMPLES=OFF", *options],
                capture_output=True, text=True, check=False)
            targets = ""
            if done.returncode == 0:
                targets = subprocess.run(["ninja", "-C", folder, "-t", "targets", "all"],
                                         capture_output=True, text=True, check=True).stdout
            return done.returncode, " ".join((done.stdout + done.stderr).split()), targets

    def expect_refusal(self, text, *options):
        status, messages, _ = self.configure(*options)
        self.assertNotEqual(status, 0)
        self.assertIn(text, messages)

    def test_off_by_default(self):
        status, messages, targets = self.configure()
        self.assertEqual(status, 0, messages)
        self.assertNotIn(LIBRARY, targets)

    def test_both_names(self):
        for option in "IREE_BINDINGS_TFLITE", "IREE_BUILD_BINDINGS_TFLITE":
            status, messages, targets = self.configure(f"-D{option}=ON")
            self.assertEqual(status, 0, messages)
            self.assertIn(LIBRARY, targets)

    def test_compile_needs_the_bindings(self):
        self.expect_refusal("IREE_BINDINGS_TFLITE_COMPILE needs IREE_BINDINGS_TFLITE=ON.",
                            "-DIREE_BINDINGS_TFLITE_COMPILE=ON")

    def test_compile_needs_the_compiler(self):
        self.expect_refusal("IREE_BINDINGS_TFLITE_COMPILE needs IREE_BUILD_COMPILER=ON.",
                            "-DIREE_BINDINGS_TFLITE=ON", "-DIREE_BINDINGS_TFLITE_COMPILE=ON")

    def test_needs_a_hosted_platform(self):
        self.expect_refusal("IREE_BINDINGS_TFLITE needs a hosted platform, with heap and files; "
                            "the platform is generic.",
                            "-DIREE_BINDINGS_TFLITE=ON", "-DCMAKE_SYSTEM_NAME=Generic",
                            "-DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY")

    def test_needs_a_device(self):
        self.expect_refusal("IREE_BINDINGS_TFLITE needs a device: IREE_HAL_DRIVER_LOCAL_SYNC=ON.",
                            "-DIREE_BINDINGS_TFLITE=ON", "-DIREE_HAL_DRIVER_LOCAL_SYNC=OFF")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
