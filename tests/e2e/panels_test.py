#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products of i8 with constant weights on processors that take these in panels, as far
as this machine has their instructions: panels that are not whole, rows that are no
multiple of a step, single rows and columns, filters over odd numbers of channels.
"""

import pathlib
import platform
import subprocess
import sys
import unittest

import numpy as np

import e2e_test

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "boards"))

import byte_products_test  # noqa: E402

# Processors of LLVM, and what they need of this machine (/proc/cpuinfo).
PROCESSORS = {"x86_64": {"x86-64": "sse2", "haswell": "avx2", "skylake-avx512": "avx512bw",
                         "cascadelake": "avx512_vnni", "alderlake": "avx_vnni"},
              "aarch64": {"cortex-a53": "asimd", "cortex-a76": "asimddp"}}
# (rows, columns, length of the sums)
MATMULS = [(1, 4, 4), (1, 16, 37), (1, 64, 64), (1, 80, 33), (2, 5, 9), (3, 17, 6), (4, 31, 18), (5, 64, 67),
           (6, 65, 16), (7, 70, 12), (12, 33, 5), (13, 12, 8), (2, 130, 20), (1, 131, 8), (1, 97, 12), (24, 7, 3),
           (5, 4, 2)]
# (height, width, channels, filters, filter height, filter width, stride)
CONVOLUTIONS = [(8, 9, 1, 6, 5, 4, 2), (7, 7, 3, 8, 3, 3, 2), (5, 6, 3, 5, 3, 3, 1), (4, 5, 8, 4, 1, 1, 1),
                (5, 5, 7, 12, 2, 2, 1), (3, 9, 16, 4, 3, 3, 2), (6, 7, 20, 72, 1, 1, 2), (4, 27, 6, 65, 2, 1, 1),
                (5, 14, 32, 48, 3, 3, 1), (3, 3, 4, 10, 3, 3, 1),
                # One row of results, with a row of the image that none needs.
                (4, 12, 64, 8, 3, 5, 3),
                # Rows of one byte.
                (6, 7, 1, 9, 4, 1, 2), (5, 4, 1, 12, 1, 1, 2)]


def has(flag):
    return any(flag in line.split() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
               if line.startswith(("flags", "Features")))


class PanelsTest(e2e_test.E2ETest):
    def check_program(self, kind, shapes, least=-128):
        processors = PROCESSORS.get(platform.machine())
        if not processors:
            self.skipTest(f"no panels on {platform.machine()}")
        random = np.random.default_rng(len(shapes))
        program = byte_products_test.Program(random, least)
        for shape in shapes:
            getattr(program, kind)(*shape)
        source, module, data, result = (self.folder / name for name in ("p.mlir", "p.vmfb", "x.npy", "y.bin"))
        source.write_text(program.text())
        for processor, flag in processors.items():
            with self.subTest(processor):
                if not has(flag):
                    self.skipTest(f"this machine has no {flag}")
                done = subprocess.run(
                    [e2e_test.OPTIONS.bin / "iree-compile", f"--iree-llvm-target-triple={platform.machine()}-pc-linux-elf",
                     f"--iree-llvm-target-cpu={processor}", source, "-o", module],
                    capture_output=True, text=True, timeout=e2e_test.TIMEOUT_SECONDS, check=False)
                self.assertEqual(done.returncode, 0, done.stderr[:3000])
                for value in (np.full(program.bytes, -128, np.int8),
                              random.integers(-128, 128, program.bytes, np.int8)):
                    np.save(data, value)
                    outputs = [f"--output=@{result}{i}.npy" for i in range(len(program.results))]
                    done = subprocess.run(
                        [e2e_test.OPTIONS.bin / "iree-run-module", f"--module={module}", "--function=main",
                         f"--input=@{data}", *outputs],
                        capture_output=True, text=True, timeout=e2e_test.TIMEOUT_SECONDS, check=False)
                    self.assertEqual(done.returncode, 0, done.stderr[:3000])
                    for i, reference in enumerate(program.references):
                        expected = reference(value)
                        np.testing.assert_array_equal(np.load(f"{result}{i}.npy").reshape(expected.shape), expected,
                                                      f"{kind}{shapes[i]}")

    def test_matmuls(self):
        self.check_program("matmul", MATMULS)

    def test_narrow_weights(self):
        self.check_program("matmul", MATMULS, least=-127)

    def test_convolutions(self):
        self.check_program("convolution", CONVOLUTIONS)


if __name__ == "__main__":
    e2e_test.main()
