#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Links checksum.cpp with the builtins' bitcode for emulated boards and compares
what it prints with the host's output, where the FPU does the arithmetic.

Usage: run_on_boards.py builtins32.bc builtins64.bc LLVM_BIN_DIR
Boards whose QEMU is not installed are skipped. 32-bit x86 needs no emulator.
"""
import os
import platform
import shutil
import subprocess
import sys
import tempfile

from check_targets import find_tool

HERE = os.path.dirname(os.path.abspath(__file__))
ARM = "qemu-system-arm -M %s"
RISCV = "qemu-system-riscv%s -M virt -bios none"
HARD = "-mfloat-abi=hard"
BOARDS = [  # name, bits, QEMU, code address, stack's end, clang flags, llc flags
    ("cortex-m0", 32, ARM % "microbit", 0, 0x20004000, "--target=thumbv6m-none-eabi -mcpu=cortex-m0",
     "-mtriple=thumbv6m-none-eabi"),
    ("cortex-m3", 32, ARM % "mps2-an385", 0, 0x20010000, "--target=thumbv7m-none-eabi", "-mtriple=thumbv7m-none-eabi"),
    ("cortex-m4 hard", 32, ARM % "mps2-an386", 0, 0x20010000,
     "--target=thumbv7em-none-eabihf -mcpu=cortex-m4 -mfpu=fpv4-sp-d16 " + HARD,
     "-mtriple=thumbv7em-none-eabihf -mcpu=cortex-m4 -float-abi=hard"),
    ("cortex-m55", 32, ARM % "mps3-an547", 0, 0x20010000,
     "--target=thumbv8.1m.main-none-eabihf -mcpu=cortex-m55 " + HARD,
     "-mtriple=thumbv8.1m.main-none-eabihf -mcpu=cortex-m55 -float-abi=hard"),
    ("cortex-m0plus", 32, ARM % "microbit", 0, 0x20004000, "--target=thumbv6m-none-eabi -mcpu=cortex-m0plus",
     "-mtriple=thumbv6m-none-eabi -mcpu=cortex-m0plus"),
    ("armv7a hard", 32, ARM % "virt -cpu cortex-a7", 0x40200000, 0x40400000,
     "--target=armv7a-none-eabihf -mcpu=cortex-a7 -mno-unaligned-access " + HARD,
     "-mtriple=armv7a-none-eabihf -mcpu=cortex-a7 -mattr=+strict-align,+neon -float-abi=hard"),
    ("armv7a soft", 32, ARM % "virt -cpu cortex-a7", 0x40200000, 0x40400000,
     "--target=armv7a-none-eabi -mcpu=cortex-a7 -mno-unaligned-access -mfloat-abi=soft",
     "-mtriple=armv7a-none-eabi -mcpu=cortex-a7 -mattr=+strict-align,+soft-float -float-abi=soft"),
    ("aarch64", 64, "qemu-system-aarch64 -M virt -cpu cortex-a53", 0x40200000, 0x40400000,
     "--target=aarch64-none-elf -mcpu=cortex-a53 -mstrict-align",
     "-mtriple=aarch64-none-elf -mcpu=cortex-a53 -mattr=+strict-align -code-model=tiny"),
    ("i686", 32, "", 0x400000, 0x500000, "--target=i686-linux-elf -msse2 -mfpmath=sse -fno-pic",
     "-mtriple=i686-none-elf -mcpu=pentium4"),
    ("rv32i", 32, RISCV % 32, 0x80000000, 0x80100000, "--target=riscv32-none-elf -march=rv32i_zicsr -mabi=ilp32",
     "-mtriple=riscv32-none-elf -target-abi=ilp32"),
    ("rv32imfc", 32, RISCV % 32, 0x80000000, 0x80100000,
     "--target=riscv32-none-elf -march=rv32imfc_zicsr -mabi=ilp32f",
     "-mtriple=riscv32-none-elf -mattr=+m,+f,+c -target-abi=ilp32f"),
    ("rv64i", 64, RISCV % 64, 0x80000000, 0x80100000,
     "--target=riscv64-none-elf -march=rv64i_zicsr -mabi=lp64 -mcmodel=medany",
     "-mtriple=riscv64-none-elf -target-abi=lp64 -code-model=medium"),
    ("rv64gc", 64, RISCV % 64, 0x80000000, 0x80100000,
     "--target=riscv64-none-elf -march=rv64gc -mabi=lp64d -mcmodel=medany",
     "-mtriple=riscv64-none-elf -mattr=+m,+a,+f,+d,+c -target-abi=lp64d -code-model=medium"),
]
COMPILE = ("-std=c++17 -O1 -ffreestanding -fno-builtin -fno-exceptions -fno-rtti -ffp-contract=off "
           "-fno-math-errno -fno-unwind-tables -fno-asynchronous-unwind-tables -c").split()


def run(*command, **options):
    result = subprocess.run(command, stdout=subprocess.PIPE, universal_newlines=True, **options)
    if result.returncode:
        print(result.stdout)
        sys.exit("exit code %d: %s" % (result.returncode, " ".join(command)))
    return result.stdout


def host_output(tools, builtins, directory):
    builtins_object = os.path.join(directory, "host.o")
    program = os.path.join(directory, "host")
    main = os.path.join(directory, "main.cpp")
    with open(main, "w") as file:
        file.write('#include <unistd.h>\nextern "C" unsigned long length(const char *s)'
                   "{ unsigned long n = 0; while (s[n]) ++n; return n; }\n"
                   'extern "C" void run();\nextern "C" void print(const char *s)'
                   "{ if (write(1, s, length(s)) < 0) _exit(1); }\n"
                   "int main() { run(); }\n")
    brain_object = os.path.join(directory, "host_brain.o")
    for source, result in ((builtins, builtins_object), (os.path.join(HERE, "brain.ll"), brain_object)):
        run(tools["llc"], "-O2", "-relocation-model=pic", "-mtriple=x86_64-unknown-linux-gnu", "-filetype=obj",
            source, "-o", result)
    checksum = os.path.join(directory, "host_checksum.o")
    run(tools["clang++"], *COMPILE, "-fPIC", os.path.join(HERE, "checksum.cpp"), "-o", checksum)
    run(tools["clang++"], main, checksum, builtins_object, brain_object, "-o", program)
    return run(program)


def compile_for(board, sources, tools, directory, flags=()):
    objects = []
    for source in ("board.cpp", *sources):
        objects.append(os.path.join(directory, os.path.basename(source) + ".o"))
        run(tools["clang++"], *board[5].split(), *COMPILE, *flags, os.path.join(HERE, source), "-o", objects[-1])
    return objects


def board_output(board, tools, builtins, directory):
    _, bits, _, _, _, _, llc_flags = board
    objects = compile_for(board, ["checksum.cpp"], tools, directory)
    for source in (builtins[bits], os.path.join(HERE, "brain.ll")):
        objects.append(os.path.join(directory, os.path.basename(source) + ".o"))
        run(tools["llc"], "-O2", "-relocation-model=pic", "-function-sections", "-filetype=obj", *llc_flags.split(),
            source, "-o", objects[-1])
    return run_objects(board, objects, tools, directory)


def run_objects(board, objects, tools, directory):
    """Links a program and runs it; returns what it prints."""
    qemu, code, stack = board[2:5]
    script = os.path.join(directory, "board.ld")
    with open(script, "w") as file:
        file.write("SECTIONS { /DISCARD/ : { *(.ARM.exidx*) *(.eh_frame*) } . = 0x%x; .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) *(.srodata*) }\n"
                   ". = 0x%x; .data : { *(.data*) *(.sdata*) } .bss : { *(.bss*) *(.sbss*) *(COMMON) } }\n"
                   "stackEnd = 0x%x;\n" % (code, (code + 0x80000) if code else 0x20000000, stack))
    image = os.path.join(directory, "image.elf")
    run(tools["ld.lld"], "--gc-sections", "-e", "start" if not code else "_start", "-T", script, *objects,
        "-o", image)
    if not qemu:
        return run(image)
    return run(*qemu.split(), "-display", "none", "-monitor", "none", "-serial", "none",
               "-semihosting-config", "enable=on,target=native", "-kernel", image, timeout=60,
               stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)


def can_run(qemu):
    return shutil.which(qemu.split()[0]) if qemu else platform.machine() == "x86_64"


def main():
    builtins = {32: sys.argv[1], 64: sys.argv[2]}
    tools = {name: find_tool(sys.argv[3], name) for name in ("clang++", "ld.lld", "llc")}
    passed = True
    with tempfile.TemporaryDirectory() as directory:
        want = host_output(tools, builtins[64], directory)
        print(want)
        for board in BOARDS:
            if not can_run(board[2]):
                print("%s: skipped, no %s" % (board[0], board[2].split()[0] if board[2] else "32-bit x86"))
                continue
            got = board_output(board, tools, builtins, directory)
            print("%s: %s" % (board[0], "same" if got == want else "DIFFERENT:\n" + got))
            passed &= got == want
    sys.exit(not passed)


if __name__ == "__main__":
    main()
