#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""iree_bytecode_module(), iree_static_module(), iree_c_module() and iree_c_embed_data(): what they make
and refuse.

    helpers_test.py --build DIR [unittest options]
"""

import argparse
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = argparse.Namespace(build=None)
MODEL = ROOT / "samples/models/simple_mul.mlir"
# An application of its own: the helper functions need nothing else of the project.
HEAD = f"""cmake_minimum_required(VERSION 3.22)
project(app LANGUAGES C)
add_library(iree_schemas INTERFACE)
target_include_directories(iree_schemas INTERFACE {ROOT})
include({ROOT}/build_tools/cmake/IreeMacros.cmake)
include({ROOT}/build_tools/cmake/IreeBytecodeModule.cmake)
"""
PROGRAM = """
#include <stdint.h>
#include <stdio.h>
#include "text.h"
int main(void) {
  printf("%lu %s %d", text_size, (const char *)text, (int)((uintptr_t)text % 64));
  return 0;
}
"""


class Helpers(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def run_cmake(self, *arguments):
        done = subprocess.run(["cmake", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=120, check=False)
        return done.returncode, done.stdout

    def configure(self, calls, host_tools="bin"):
        (self.folder / "CMakeLists.txt").write_text(HEAD + calls)
        tools = [f"-DIREE_HOST_BIN_DIR={OPTIONS.build / host_tools}"] if host_tools else []
        return self.run_cmake("-G", "Ninja", "-S", self.folder, "-B", self.folder / "build", *tools)

    def build(self, calls):
        """The build directory."""
        status, output = self.configure(calls)
        self.assertEqual(status, 0, output)
        status, output = self.run_cmake("--build", self.folder / "build")
        self.assertEqual(status, 0, output)
        return self.folder / "build"

    def refused(self, calls, **options):
        status, output = self.configure(calls, **options)
        self.assertNotEqual(status, 0, output)
        self.assertEqual(output.count("CMake Error"), 1, output)
        return re.sub(r"\s+", " ", output)

    def test_embedded_data(self):
        """Every byte, aligned, and again when the file changes."""
        (self.folder / "main.c").write_text(PROGRAM)
        (self.folder / "text.txt").write_bytes(b"embedded\0")
        calls = ("iree_c_embed_data(NAME data FILE ${CMAKE_CURRENT_SOURCE_DIR}/text.txt IDENTIFIER text)\n"
                 "add_executable(app main.c)\ntarget_link_libraries(app PRIVATE data)\n")
        build = self.build(calls)
        self.assertEqual(subprocess.run([build / "app"], capture_output=True, text=True, check=True).stdout,
                         "9 embedded 0")
        (self.folder / "text.txt").write_bytes(b"other\0")
        self.assertEqual(self.run_cmake("--build", build)[0], 0)
        self.assertEqual(subprocess.run([build / "app"], capture_output=True, text=True, check=True).stdout,
                         "6 other 0")

    def test_bytecode_module(self):
        """The file, with the flags that were given, and the library that embeds it."""
        build = self.build(f"iree_bytecode_module(NAME mul SRC {MODEL} C_IDENTIFIER mul_module\n"
                           "  FLAGS --iree-llvm-target-triple=riscv32-none-elf)\n"
                           "add_custom_target(everything ALL DEPENDS mul mul_c)\n")
        dump = subprocess.run([OPTIONS.build / "bin/iree-dump-module", build / "mul.vmfb"], capture_output=True,
                              text=True, check=True).stdout
        self.assertIn("target: riscv32-none-elf", dump)
        embedded = (build / "mul_c/mul_module.c").read_text()
        self.assertIn(f"mul_module_size = {(build / 'mul.vmfb').stat().st_size};", embedded)

    def test_static_module(self):
        build = self.build(f"iree_static_module(NAME mul SRC {MODEL})\n"
                           "add_executable(app main.c)\ntarget_link_libraries(app PRIVATE mul_kernels)\n"
                           'file(WRITE ${CMAKE_CURRENT_SOURCE_DIR}/main.c "#include <stddef.h>\\n#include \\"mul.h\\"\\n'
                           'int main(void) { return mul_library_query(0, NULL) != NULL; }\\n")\n')
        self.assertEqual(subprocess.run([build / "app"], check=False).returncode, 0)

    def test_c_module(self):
        """Beside the build's files, and elsewhere; functions begin with the target's name."""
        text = "".join(f"iree_c_module(NAME {name} SRC {MODEL} {more})\n"
                       f"add_executable(app_{name} main_{name}.c {stem}.c)\n"
                       f"target_link_libraries(app_{name} PRIVATE {name}_kernels)\n"
                       for name, stem, more in (
                           ("mul", "${CMAKE_CURRENT_BINARY_DIR}/mul", ""),
                           ("other", "${CMAKE_CURRENT_BINARY_DIR}/sub/file",
                            "STEM ${CMAKE_CURRENT_BINARY_DIR}/sub/file FLAGS --iree-llvm-debug-symbols=true")))
        for name, header in (("mul", "mul.h"), ("other", "file.h")):
            (self.folder / f"main_{name}.c").write_text(
                f'#include "{header}"\nstatic uint8_t arena[{name.upper()}_ARENA_BYTES] {name.upper()}_ALIGNED;\n'
                f"int main(void) {{\n  const float a[4] = {{1, 2, 3, 4}};\n  float r[4];\n"
                f"  return {name}_invoke(a, a, r, arena) != 0 || r[3] != 16;\n}}\n")
        build = self.build(text)
        for name in ("mul", "other"):
            self.assertEqual(subprocess.run([build / f"app_{name}"], check=False).returncode, 0)

    def test_missing_arguments(self):
        for call, text in (
                ("iree_bytecode_module(NAME m)", "iree_bytecode_module(m): SRC is missing"),
                (f"iree_bytecode_module(SRC {MODEL})", "iree_bytecode_module(): NAME is missing"),
                ("iree_static_module(NAME m)", "iree_static_module(m): SRC is missing"),
                (f"iree_static_module(SRC {MODEL})", "iree_static_module(): NAME is missing"),
                ("iree_c_module(NAME m)", "iree_c_module(m): SRC is missing"),
                ("iree_c_embed_data(NAME d FILE f)", "iree_c_embed_data(d): IDENTIFIER is missing"),
                ("iree_c_embed_data(NAME d IDENTIFIER i)", "iree_c_embed_data(d): FILE is missing")):
            with self.subTest(call=call):
                self.assertIn(text, self.refused(call))

    def test_wrong_arguments(self):
        for call, text in (
                (f"iree_bytecode_module(NAME m SRC {MODEL} FLAG --x)", "(m): unknown arguments: FLAG;--x"),
                (f"iree_static_module(NAME m SRC {MODEL} OUT x)", "iree_static_module(m): unknown arguments: OUT;x"),
                (f"iree_c_module(NAME m SRC {MODEL} OUT x)", "iree_c_module(m): unknown arguments: OUT;x"),
                ("iree_c_module(NAME m SRC missing.mlir)", "iree_c_module(m): there is no "),
                ("iree_c_embed_data(NAME d FILE f IDENTIFIER i TEXT)", "(d): unknown arguments: TEXT"),
                ("iree_c_embed_data(NAME d FILE f IDENTIFIER 2-i)", "(d): '2-i' is no C identifier"),
                (f"iree_bytecode_module(NAME m SRC {MODEL} C_IDENTIFIER a.b)", "'a.b' is no C identifier"),
                ("iree_bytecode_module(NAME m SRC missing.mlir)", "iree_bytecode_module(m): there is no ")):
            with self.subTest(call=call):
                self.assertIn(text, self.refused(call))

    def test_no_compiler(self):
        self.assertIn("iree_bytecode_module(m): no compiler; build it (IREE_BUILD_COMPILER=ON) or name the "
                      "directory of a host build's tools (IREE_HOST_BIN_DIR)",
                      self.refused(f"iree_bytecode_module(NAME m SRC {MODEL})", host_tools=""))
        self.assertRegex(self.refused(f"iree_bytecode_module(NAME m SRC {MODEL})", host_tools="tests"),
                         r"IREE_HOST_BIN_DIR is '.*', which has no iree-compile")

    def test_model_that_does_not_compile(self):
        """The build stops with the compiler's message; no module is left."""
        (self.folder / "bad.mlir").write_text("func.func @f(\n")
        self.assertEqual(self.configure("iree_bytecode_module(NAME bad SRC bad.mlir)\n")[0], 0)
        status, output = self.run_cmake("--build", self.folder / "build", "--target", "bad")
        self.assertNotEqual(status, 0)
        self.assertRegex(output, r"bad\.mlir:\d+:\d+: error:")
        self.assertFalse((self.folder / "build/bad.vmfb").exists())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=Path)
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    OPTIONS.build = OPTIONS.build.resolve()
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)
