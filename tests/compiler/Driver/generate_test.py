# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""build_tools/generate.sh: what llvm-readelf says of the kernels of every architecture."""

import os
import re
import subprocess

import driver

ROOT = driver.MODELS.parents[1]
SCRIPT = ROOT / "build_tools/generate.sh"
# Machine: class, e_machine and e_flags. The image is named as its library: an identifier.
MACHINES = {
    "x86_64": ("ELF64", "Advanced Micro Devices X86-64", "0x0"),
    "i686": ("ELF32", "Intel 80386", "0x0"),
    "aarch64": ("ELF64", "AArch64", "0x0"),
    # EABI version 5; 0x400: hard float, 0x200: soft float.
    "armv7a": ("ELF32", "ARM", "0x5000400"),
    "cortex-m0plus": ("ELF32", "ARM", "0x5000200"),
    "cortex-m3": ("ELF32", "ARM", "0x5000200"),
    "cortex-m4": ("ELF32", "ARM", "0x5000400"),
    "cortex-m55": ("ELF32", "ARM", "0x5000400"),
    "cortex-m7": ("ELF32", "ARM", "0x5000400"),
    "cortex-m85": ("ELF32", "ARM", "0x5000400"),
    "rv32imc": ("ELF32", "RISC-V", "0x1, RVC"),
    "rv32imac": ("ELF32", "RISC-V", "0x1, RVC"),
    "rv32imafc": ("ELF32", "RISC-V", "0x3, RVC, single-float ABI"),
    "rv64gc": ("ELF64", "RISC-V", "0x5, RVC, double-float ABI"),
    "rv64gcv": ("ELF64", "RISC-V", "0x5, RVC, double-float ABI"),
}


def readelf(*arguments):
    return subprocess.run(["llvm-readelf-22", *map(str, arguments)], check=True, capture_output=True,
                          text=True).stdout


def header(text, name):
    return re.search(rf"^\s*{name}:\s*(.*?)\s*$", text, re.M).group(1)


class GenerateTest(driver.DriverTest):
    def generate(self, *arguments, compiler=None):
        environment = {**os.environ, "IREE_COMPILE": str(compiler or driver.OPTIONS.bin / "iree-compile")}
        return subprocess.run([SCRIPT, *map(str, arguments)], env=environment, capture_output=True, text=True,
                              check=False)

    def test_every_architecture(self):
        model = driver.MODELS / "simple_mul.mlir"
        done = self.generate(model, self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        modules = [self.folder / f"simple_mul_{name}.vmfb" for name in MACHINES]
        self.assertCountEqual(done.stdout.split(), map(str, modules))
        for name, (width, machine, flags) in MACHINES.items():
            with self.subTest(name):
                self.check_image(self.folder / f"simple_mul_{name.replace('-', '_')}.so", width, machine, flags)
                self.check_library(self.folder / f"simple_mul_{name}.o", width, machine, flags)

    def check_image(self, path, width, machine, flags):
        text = readelf("-h", "-l", path)
        self.assertEqual((header(text, "Class"), header(text, "Machine"), header(text, "Flags")),
                         (width, machine, flags))
        self.assertIn("DYN", header(text, "Type"))
        # One segment, read and executed, whose alignment needs no padding pages.
        segments = re.findall(r"^  ([A-Z_]+) +0x.*? ([RWE ]{3}) (0x[0-9a-f]+)$", text, re.M)
        self.assertEqual(segments, [("LOAD", "R E", "0x40")])
        self.assertNotIn("R_", readelf("--dyn-relocations", path))

    def check_library(self, path, width, machine, flags):
        text = readelf("-h", "-s", path)
        self.assertEqual((header(text, "Class"), header(text, "Machine"), header(text, "Flags")),
                         (width, machine, flags))
        global_symbols = re.findall(r" GLOBAL \S+ +(\S+) (\S+)$", text, re.M)
        # 32-bit x86: the linker defines its table of offsets by itself.
        visible = [name for index, name in global_symbols if name != "_GLOBAL_OFFSET_TABLE_"]
        self.assertEqual(visible, [f"{path.stem.replace('-', '_')}_library_query"])
        self.assertNotIn(("UND", visible[0]), global_symbols)

    def test_missing_compiler(self):
        done = self.generate(compiler=self.folder / "nothing")
        self.assertEqual(done.returncode, 1)
        self.assertIn("nothing is no program; run ./dev build, or set IREE_COMPILE", done.stderr)

    def test_missing_model(self):
        done = self.generate(self.folder / "missing.mlir", self.folder)
        self.assertEqual(done.returncode, 1)
        self.assertIn("missing.mlir", done.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    driver.main()
