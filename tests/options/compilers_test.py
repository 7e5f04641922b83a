#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The runtime's sources and public headers, with every compiler that is promised.

    compilers_test.py [unittest options]

Sources are C++17, headers C99 and C++17, each on its own; warnings are errors.
"""

import concurrent.futures
import os
import shutil
import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "runtime"
# Debian 12 has the three GCCs in version 12.
COMPILERS = {
    "gcc": ["gcc"],
    "clang-22": ["clang-22"],
    "arm-none-eabi-gcc": ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb"],
    "riscv64-unknown-elf-gcc": ["riscv64-unknown-elf-gcc", "-march=rv32imac", "-mabi=ilp32"],
}
CROSS = {"arm-none-eabi-gcc", "riscv64-unknown-elf-gcc"}
WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Werror", "-fsyntax-only"]
CXX = ["-x", "c++", "-std=c++17", "-fno-exceptions", "-fno-rtti"]
C = ["-x", "c", "-std=c99", "-pedantic-errors", "-Wstrict-prototypes"]
INCLUDES = [f"-I{RUNTIME / 'src'}", f"-I{RUNTIME / 'include'}", f"-I{ROOT}"]
GENERIC = ["-DIREE_PLATFORM_GENERIC", "-ffreestanding", "-DIREE_TIME_NOW_FN=return 0;",
           "-DIREE_WAIT_UNTIL_FN(ns)=false"]


# Need a dynamic linker, and threads.
HOSTED_LIBRARIES = {"iree_loader_system_library", "iree_task"}


def sources(generic):
    """Of runtime/sources.txt."""
    lines = (RUNTIME / "sources.txt").read_text().splitlines()
    entries = [line.split() for line in lines if line and not line.startswith("#")]
    return [RUNTIME / path for library, path in entries if not generic or library not in HOSTED_LIBRARIES]


def headers(_generic):
    return sorted((RUNTIME / "include").rglob("*.h")) + [ROOT / "schemas/kernel_abi.h"]


class Compilers(unittest.TestCase):
    def compile_all(self, files_for, flags):
        """Every file with every compiler that is installed, two at a time; `files_for(generic)`."""
        commands = []
        for name, compiler in COMPILERS.items():
            if not shutil.which(compiler[0]):
                continue
            for generic in ([True] if name in CROSS else [True, False]):
                command = [*compiler, *flags, *WARNINGS, *(GENERIC if generic else []), *INCLUDES, "-"]
                commands += [(command, path) for path in files_for(generic)]
        self.assertGreater(len(commands), 50)

        def run(task):
            command, path = task
            # A header twice, which its guard allows.
            text = f'#include "{path}"\n' * (2 if path.suffix == ".h" else 1) + "extern int nothing_else;\n"
            done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  check=False)
            return done.returncode, done.stdout, command[0], path

        with concurrent.futures.ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
            for status, output, compiler, path in pool.map(run, commands):
                with self.subTest(compiler=compiler, file=str(path)):
                    self.assertEqual((status, output), (0, ""))

    def test_sources(self):
        self.compile_all(sources, CXX)

    def test_headers_are_c99(self):
        self.compile_all(headers, C)

    def test_headers_are_cxx17(self):
        self.compile_all(headers, CXX)

    @unittest.skipUnless(shutil.which("clang-22"), "needs a compiler for big-endian machines")
    def test_big_endian_is_refused(self):
        done = subprocess.run(["clang-22", "--target=aarch64_be-none-elf", *C, *GENERIC, *INCLUDES, "-fsyntax-only",
                               RUNTIME / "include/iree/base/api.h"], capture_output=True, text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("error: \"module files are little-endian and used in place\"", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
