# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Configuration of the compiler's lit tests.

    /usr/bin/python3 /usr/lib/llvm-22/bin/lit -v build/tests/compiler/Schedule

A test is an .mlir or .test file in a stage's directory, with RUN lines in POSIX
shell. Substitutions beside lit's own (%s, %t, %S, ...): %iree-compile, %iree-opt,
%iree-run-module, %iree-dump-module, %python, %models (samples/models), %flatc, and
%tflite-schema for making a .tflite model of JSON: %flatc -b -o <folder> %tflite-schema
<name>.json.
"""

import importlib.util
import os
import platform
import sys

import lit.formats
import lit.util

TEST_TIMEOUT_SECONDS = 60
TOOLS = ("iree-compile", "iree-opt", "iree-run-module", "iree-dump-module")

config.name = "compiler"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.iree_binary_dir, "tests", "compiler")

# `not`, `FileCheck` and llvm-readelf come from LLVM, our tools from the build.
config.environment["PATH"] = os.pathsep.join(
    [config.iree_tools_dir, config.llvm_tools_dir, config.environment.get("PATH", "")])
config.environment["FILECHECK_OPTS"] = "--enable-var-scope --dump-input-filter=annotation-full"

for tool in TOOLS:
    config.substitutions.append(
        (f"%{tool}(?![-\\w])", os.path.join(config.iree_tools_dir, tool)))
config.substitutions.append(("%python(?!\\w)", sys.executable))
config.substitutions.append(
    ("%models(?!\\w)", os.path.join(config.iree_source_dir, "samples", "models")))

schema = os.path.join(config.iree_source_dir, "compiler", "Input", "TFLite", "tflite.fbs")
config.substitutions.append(("%tflite-schema(?!\\w)", schema))
config.substitutions.append(("%flatc(?!\\w)", config.flatc))

config.available_features.add(f"host-{platform.machine()}")
for feature, program in (("qemu-arm", "qemu-system-arm"), ("qemu-riscv32", "qemu-system-riscv32")):
    if lit.util.which(program, config.environment["PATH"]):
        config.available_features.add(feature)

# lit can end a single test only with psutil; ctest ends a whole directory.
if importlib.util.find_spec("psutil"):
    lit_config.maxIndividualTestTime = TEST_TIMEOUT_SECONDS
