#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Compiles a model for every documented architecture:
#
#   build_tools/generate.sh [MODEL.mlir [DIRECTORY]]
#
# writes DIRECTORY/<model>_<machine>.vmfb and, beside it, the kernels' ELF image
# and static library. MODEL is samples/models/simple_mul.mlir and DIRECTORY
# build/generated unless given. IREE_COMPILE names the compiler.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
readonly root
readonly compiler="${IREE_COMPILE:-$root/build/bin/iree-compile}"
readonly model="${1:-$root/samples/models/simple_mul.mlir}"
readonly directory="${2:-$root/build/generated}"

if [[ ! -x "$compiler" ]]; then
  printf 'generate: %s is no program; run ./dev build, or set IREE_COMPILE\n' "$compiler" >&2
  exit 1
fi
mkdir -p "$directory"
stem="$(basename "$model")"
readonly stem="${stem%.*}"

# generate MACHINE FLAG...
generate() {
  local output="$directory/${stem}_$1"
  shift
  "$compiler" \
    --iree-stream-partitioning-favor=min-peak-memory \
    --iree-hal-target-backends=llvm-cpu \
    --iree-llvm-debug-symbols=false \
    "$@" \
    --iree-hal-dump-executable-binaries-to="$directory" \
    "$model" -o "$output.vmfb"
  "$compiler" \
    --iree-hal-target-backends=llvm-cpu \
    --iree-llvm-debug-symbols=false \
    "$@" \
    -iree-llvm-static-library-output-path="$output.o" \
    "$model" -o "${output}_static.vmfb"
  printf '%s\n' "$output.vmfb"
}

# What the triple alone stands for.
generate x86_64 --iree-llvm-target-triple=x86_64-pc-linux-elf
generate i686 --iree-llvm-target-triple=i686-pc-linux-elf
generate aarch64 --iree-llvm-target-triple=aarch64-pc-linux-elf
generate armv7a --iree-llvm-target-triple=armv7a-pc-linux-elf
generate cortex-m0plus --iree-llvm-target-triple=thumbv6m-pc-linux-elf
generate cortex-m3 --iree-llvm-target-triple=thumbv7m-pc-linux-elf
generate cortex-m4 --iree-llvm-target-triple=thumbv7em-pc-linux-elf
generate cortex-m55 --iree-llvm-target-triple=thumbv8.1m.main-pc-linux-elf
generate rv32imc --iree-llvm-target-triple=riscv32-pc-linux-elf
generate rv64gc --iree-llvm-target-triple=riscv64-pc-linux-elf

# Other cores and extensions.
generate cortex-m7 --iree-llvm-target-triple=thumbv7em-pc-linux-elf \
  --iree-llvm-target-cpu=cortex-m7
generate cortex-m85 --iree-llvm-target-triple=thumbv8.1m.main-pc-linux-elf \
  --iree-llvm-target-cpu=cortex-m85
generate rv32imac --iree-llvm-target-triple=riscv32-pc-linux-elf \
  --iree-llvm-target-cpu=generic-rv32 --iree-llvm-target-cpu-features=+m,+a,+c
generate rv32imafc --iree-llvm-target-triple=riscv32-pc-linux-elf \
  --iree-llvm-target-cpu=generic-rv32 --iree-llvm-target-cpu-features=+m,+a,+f,+c \
  --iree-llvm-target-abi=ilp32f
generate rv64gcv --iree-llvm-target-triple=riscv64-pc-linux-elf \
  --iree-llvm-target-cpu=generic-rv64 --iree-llvm-target-cpu-features=+m,+a,+f,+d,+c,+v \
  --iree-llvm-target-abi=lp64d
