#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles two kernels for every architecture and runs the embedded ELF images
in place on emulated machines, 32-bit x86 on this one. Expected results are
Python's.

Usage: run_images.py <directory of iree-compile> LLVM_BIN_DIR
"""
import math
import os
import random
import re
import struct
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "Builtins"))
from check_targets import find_tool  # noqa: E402
from run_on_boards import BOARDS, can_run, compile_for, run, run_objects  # noqa: E402

# exp(-|a * b|) in floats, and a * b of int8 in int32.
MODEL = """
func.func @floats(%a: tensor<8x8xf32>, %b: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %z = arith.constant dense<0.0> : tensor<8x8xf32>
  %c = linalg.matmul ins(%a, %b : tensor<8x8xf32>, tensor<8x8xf32>)
                     outs(%z : tensor<8x8xf32>) -> tensor<8x8xf32>
  %p = math.absf %c : tensor<8x8xf32>
  %n = arith.negf %p : tensor<8x8xf32>
  %e = math.exp %n : tensor<8x8xf32>
  return %e : tensor<8x8xf32>
}
func.func @integers(%a: tensor<8x8xi8>, %b: tensor<8x8xi8>) -> tensor<8x8xi32> {
  %z = arith.constant dense<0> : tensor<8x8xi32>
  %c = linalg.matmul ins(%a, %b : tensor<8x8xi8>, tensor<8x8xi8>)
                     outs(%z : tensor<8x8xi32>) -> tensor<8x8xi32>
  return %c : tensor<8x8xi32>
}
"""
RUNS = [  # board of run_on_boards.py, other QEMU options, triple, CPU, features
    ("cortex-m0plus", "", "thumbv6m-none-eabi", "cortex-m0plus", ""),
    ("cortex-m3", "", "thumbv7m-none-eabi", "cortex-m3", ""),
    ("cortex-m4 hard", "", "thumbv7em-none-eabihf", "cortex-m4", ""),
    ("cortex-m55", "", "thumbv8.1m.main-none-eabihf", "cortex-m55", ""),
    ("armv7a hard", "", "armv7a-none-eabihf", "cortex-a7", ""),
    ("armv7a soft", "", "armv7a-none-eabi", "cortex-a7", "-fpregs"),
    ("aarch64", "", "aarch64-none-elf", "cortex-a53", ""),
    ("i686", "", "i686-none-elf", "pentium4", ""),
    ("rv32i", "", "riscv32-none-elf", "generic-rv32", ""),
    ("rv32imfc", "", "riscv32-none-elf", "generic-rv32", "+m,+a,+f,+c"),
    ("rv64gc", "", "riscv64-none-elf", "generic-rv64", "+m,+a,+f,+d,+c"),
    ("rv64gc", "-cpu rv64,v=true,vext_spec=v1.0,vlen=128", "riscv64-none-elf", "generic-rv64",
     "+m,+a,+f,+d,+c,+v"),
    ("rv64gc", "-cpu rv64,v=true,vext_spec=v1.0,vlen=512", "riscv64-none-elf", "generic-rv64",
     "+m,+a,+f,+d,+c,+v,+zvl256b"),
]


def product(a, b):
    return [sum(a[8 * i + k] * b[8 * k + j] for k in range(8)) for i in range(8) for j in range(8)]


def write_cases(path, ranges):
    source = random.Random(1)
    # Sixteenths: their sums and products are exact in float.
    floats = [[source.randint(-32, 32) / 16 for _ in range(64)] for _ in "ab"]
    integers = [[source.randint(-128, 127) for _ in range(64)] for _ in "ab"]
    bits = [struct.unpack("<64I", struct.pack("<64f", *values))
            for values in (*floats, [math.exp(-abs(x)) for x in product(*floats)])]
    arrays = (("unsigned", "floatA", bits[0]), ("unsigned", "floatB", bits[1]),
              ("unsigned", "floatExpected", bits[2]),
              ("signed char", "integerA", integers[0]), ("signed char", "integerB", integers[1]),
              ("int", "integerExpected", product(*integers)))
    with open(path, "w") as file:
        for kind, name, values in arrays:
            file.write("alignas(64) const %s %s[] = {%s};\n"
                       % (kind, name, ", ".join(map(str, values))))
        file.write("const unsigned floatRange = %d, integerRange = %d;\n" % tuple(ranges))


def run_image(board, target, tools, directory):
    triple, cpu, features = target
    model = os.path.join(directory, "model.mlir")
    with open(model, "w") as file:
        file.write(MODEL)
    module = os.path.join(directory, "image.vmfb")
    run(tools["iree-compile"], "--iree-llvm-target-triple=" + triple, "--iree-llvm-target-cpu=" + cpu,
        "--iree-llvm-target-cpu-features=" + features, "--iree-llvm-debug-symbols=false",
        "--iree-hal-dump-executable-binaries-to=" + directory, model, "-o", module)
    ranges = re.findall(r"dispatch .* range (\d+)", run(tools["iree-dump-module"], module))
    write_cases(os.path.join(directory, "cases.h"), map(int, ranges))
    flags = ["-I" + directory, "-I" + ROOT, '-DIMAGE_FILE="%s"' % os.path.join(directory, "image.so")]
    objects = compile_for(board, [os.path.join(HERE, "run_images.cpp")], tools, directory, flags)
    return run_objects(board, objects, tools, directory)


def main():
    tools = {name: os.path.join(sys.argv[1], name) for name in ("iree-compile", "iree-dump-module")}
    tools.update({name: find_tool(sys.argv[2], name) for name in ("clang++", "ld.lld")})
    boards = {board[0]: board for board in BOARDS}
    passed = True
    for name, options, *target in RUNS:
        board = list(boards[name])
        if not can_run(board[2]):
            print("%s: skipped, no %s" % (name, board[2].split()[0] if board[2] else "32-bit x86"))
            continue
        board[2] = (board[2] + " " + options).strip()
        with tempfile.TemporaryDirectory() as directory:
            got = run_image(board, target, tools, directory)
        print("%s, %s: %s" % (name, " ".join(target), got.strip()))
        passed &= got.strip() == "right"
    sys.exit(not passed)


if __name__ == "__main__":
    main()
