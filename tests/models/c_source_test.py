#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models as C source on an emulated Cortex-M4: outputs byte for byte, and what the
source adds to the kernels.

    c_source_test.py --host-bin-dir DIR --build-dir DIR [unittest options]
"""

import argparse
import re
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "build_tools/dev"))

import model_bench  # noqa: E402
import run  # noqa: E402

BOARD = "cortex-m4"
NAMES = ("digits_i8", "kws")
# Beside arena, stack, weights and kernels.
RAM_LIMIT_BYTES = 64
CODE_LIMIT_BYTES = 1536
ARGS = None


def section_bytes(path):
    """Bytes of code, of constants and of RAM."""
    listing = subprocess.run(["llvm-size-22", "-A", path], check=True, capture_output=True,
                             text=True).stdout
    code = constants = ram = 0
    for name, size in re.findall(r"^(\.\S+)\s+(\d+)", listing, re.M):
        code += int(size) * name.startswith(".text")
        constants += int(size) * name.startswith((".rodata", ".ARM.ex"))
        ram += int(size) * name.startswith((".data", ".bss", ".sdata", ".sbss"))
    return code, constants, ram


class CSourceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cases = [case for case in model_bench.all_cases() if case.name in NAMES]
        model_bench.prepare(cls.cases, ARGS.build_dir / "models")

    def test_models(self):
        for case in self.cases:
            with self.subTest(case.name):
                firmware, error = model_bench.build(case, BOARD, ARGS.build_dir, ARGS.host_bin_dir, "vm-c")
                self.assertIsNone(error)
                status, console, _ = run.run_firmware(BOARD, firmware, echo=False)
                self.assertEqual(status, 0, console)
                self.assertIn(f"{model_bench.VECTORS}/{model_bench.VECTORS} equal", console)
                folder = firmware.parents[1] / "samples/model_bench"
                macros = dict(re.findall(r"#define BENCH_MODEL_(\w+) (\d+)",
                                         (folder / f"bench_{case.name}/bench_model.h").read_text()))
                self.check_sizes(folder, case.name, {name: int(value) for name, value in macros.items()})

    def check_sizes(self, folder, name, macros):
        source, = folder.glob(f"CMakeFiles/bench_{name}_c.dir/**/bench_model.c.obj")
        code, constants, ram = section_bytes(source)
        kernels = section_bytes(folder / f"bench_{name}/bench_model.o")
        print(f"{name}: {code} B of code, {constants - macros['CONSTANT_BYTES']} B of constants beside "
              f"weights, {ram + kernels[2]} B of RAM", flush=True)
        self.assertGreater(code, 0)
        self.assertGreaterEqual(constants, macros["CONSTANT_BYTES"])
        self.assertLessEqual(code + constants - macros["CONSTANT_BYTES"], CODE_LIMIT_BYTES)
        self.assertLessEqual(ram + kernels[2] + macros["STATE_BYTES"], RAM_LIMIT_BYTES)
        self.assertEqual(macros["KERNEL_CODE_BYTES"], kernels[0] + kernels[1])


def main():
    global ARGS
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host-bin-dir", required=True, type=Path)
    parser.add_argument("--build-dir", required=True, type=Path)
    ARGS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
