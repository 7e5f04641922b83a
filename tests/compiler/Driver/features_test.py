# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A runtime built for a processor runs the kernels compiled for it: it reports
all features that they require. One built for less refuses them."""

import pathlib
import re
import subprocess

import driver
from driver import MODELS

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROCESSOR = ROOT / "runtime" / "src" / "platform" / "processor.cpp"
CLANG = "/usr/lib/llvm-22/bin/clang++"

# The runtime's flags of clang; the kernels' triple, CPU and features.
M4 = ("--target=thumbv7em-none-eabihf -mcpu=cortex-m4", "thumbv7em-none-eabihf", "cortex-m4", "")
CASES = (
    ("--target=thumbv6m-none-eabi -mcpu=cortex-m0plus", "thumbv6m-none-eabi", "cortex-m0plus", ""),
    ("--target=thumbv7m-none-eabi -mcpu=cortex-m3", "thumbv7m-none-eabi", "cortex-m3", ""), M4,
    ("--target=thumbv7em-none-eabihf -mcpu=cortex-m7", "thumbv7em-none-eabihf", "cortex-m7", ""),
    ("--target=thumbv8m.base-none-eabi -mcpu=cortex-m23", "thumbv8m.base-none-eabi", "cortex-m23", ""),
    ("--target=thumbv8m.main-none-eabihf -mcpu=cortex-m33", "thumbv8m.main-none-eabihf", "cortex-m33", ""),
    ("--target=thumbv8.1m.main-none-eabihf -mcpu=cortex-m55", "thumbv8.1m.main-none-eabihf", "cortex-m55", ""),
    ("--target=armv7a-none-eabihf -mcpu=cortex-a7", "armv7a-none-eabihf", "cortex-a7", ""),
    ("--target=aarch64-none-elf -mcpu=cortex-a53", "aarch64-none-elf", "cortex-a53", ""),
    ("--target=aarch64-none-elf -mcpu=cortex-a76", "aarch64-none-elf", "cortex-a76", ""),
    ("--target=aarch64-none-elf -mcpu=neoverse-v2", "aarch64-none-elf", "neoverse-v2", ""),
    ("--target=riscv32-none-elf -march=rv32imc", "riscv32-none-elf", "generic-rv32", "+m,+c"),
    ("--target=riscv64-none-elf -march=rv64gc_zba_zbb_zbs", "riscv64-none-elf", "generic-rv64",
     "+m,+a,+f,+d,+c,+zba,+zbb,+zbs"),
)
# Kernels of the first on a runtime for the second.
LARGER = ((CASES[1], CASES[0]), (M4, CASES[1]), (CASES[6], M4), (CASES[3], M4), (CASES[9], CASES[8]),
          (CASES[12], CASES[11]), (CASES[7], M4), (CASES[2], CASES[4]))


def reported(case):
    """The value that iree_hal_processor_features returns, a constant on these machines."""
    command = [CLANG, *case[0].split(), "-DIREE_PLATFORM_GENERIC", "-ffreestanding", "-std=c++17",
               "-fno-exceptions", "-fno-rtti", "-O2", "-S", "-emit-llvm", f"-I{ROOT}",
               f"-I{ROOT}/runtime/include", "-o", "-", str(PROCESSOR)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return int(re.search(r"ret i32 (-?\d+)", text).group(1)) & 0xFFFFFFFF


class FeaturesTest(driver.DriverTest):
    def required(self, case):
        module = self.folder / "module.vmfb"
        self.succeeds("iree-compile", f"--iree-llvm-target-triple={case[1]}",
                      f"--iree-llvm-target-cpu={case[2]}",
                      f"--iree-llvm-target-cpu-features={case[3]}", MODELS / "simple_mul.mlir",
                      "-o", module)
        text = self.succeeds("iree-dump-module", module).decode()
        return int(re.search(r"required features: (0x[0-9a-f]+)", text).group(1), 16)

    def test_own_processor(self):
        for case in CASES:
            with self.subTest(case[0]):
                self.assertEqual(self.required(case) & ~reported(case), 0)

    def test_larger_processor(self):
        for kernels, runtime in LARGER:
            with self.subTest(f"{kernels[2]} on {runtime[2]}"):
                self.assertNotEqual(self.required(kernels) & ~reported(runtime), 0)

    def test_this_processor(self):
        """What Linux says of this machine and what code compiled for it requires."""
        module = self.folder / "host.vmfb"
        self.succeeds("iree-compile", "--iree-llvm-target-cpu=host", MODELS / "simple_mul.mlir",
                      "-o", module)
        self.succeeds("iree-run-module", f"--module={module}", "--input=4xf32=1", "--input=4xf32=1")


if __name__ == "__main__":
    driver.main()
