#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Generates code from the builtins' bitcode for each kind of target and checks
what the code generator made of it: every function that code calls is in the
bitcode itself, and no function reaches itself through calls (such as a
multiplication helper compiled to a call of the multiplication helper). The
builtins must also have everything operations.ll calls.

Usage: check_targets.py builtins32.bc builtins64.bc LLVM_BIN_DIR
"""
import os
import re
import subprocess
import sys
import tempfile

TARGETS = [  # name, pointer bits, llc flags
    ("cortex-m0plus", 32, "-mtriple=thumbv6m-none-eabi"),
    ("cortex-m3", 32, "-mtriple=thumbv7m-none-eabi"),
    ("cortex-m4 soft", 32, "-mtriple=thumbv7em-none-eabi -mcpu=cortex-m4 -float-abi=soft -mattr=+soft-float"),
    ("cortex-m4 softfp", 32, "-mtriple=thumbv7em-none-eabi -mcpu=cortex-m4 -float-abi=soft"),
    ("cortex-m4 hard", 32, "-mtriple=thumbv7em-none-eabihf -mcpu=cortex-m4 -float-abi=hard"),
    ("cortex-m7 hard", 32, "-mtriple=thumbv7em-none-eabihf -mcpu=cortex-m7 -float-abi=hard"),
    ("cortex-m23", 32, "-mtriple=thumbv8m.base-none-eabi -mcpu=cortex-m23"),
    ("cortex-m33", 32, "-mtriple=thumbv8m.main-none-eabi -mcpu=cortex-m33"),
    ("cortex-m55", 32, "-mtriple=thumbv8.1m.main-none-eabihf -mcpu=cortex-m55 -float-abi=hard"),
    ("armv7-a", 32, "-mtriple=armv7a-none-eabi"),
    ("cortex-a7", 32, "-mtriple=armv7a-none-eabihf -mcpu=cortex-a7 -mattr=+strict-align,+neon -float-abi=hard"),
    ("armv7-a gnu", 32, "-mtriple=armv7a-none-linux-gnueabihf"),
    ("rv32i", 32, "-mtriple=riscv32-none-elf -target-abi=ilp32"),
    ("rv32em", 32, "-mtriple=riscv32-none-elf -mattr=+e,+m -target-abi=ilp32e"),
    ("rv32imc", 32, "-mtriple=riscv32-none-elf -mattr=+m,+c -target-abi=ilp32"),
    ("rv32imfc", 32, "-mtriple=riscv32-none-elf -mattr=+m,+f,+c -target-abi=ilp32f"),
    ("rv64i", 64, "-mtriple=riscv64-none-elf -target-abi=lp64"),
    ("rv64gc", 64, "-mtriple=riscv64-none-elf -mattr=+m,+a,+f,+d,+c -target-abi=lp64d"),
    ("rv64gcv", 64, "-mtriple=riscv64-none-elf -mattr=+m,+a,+f,+d,+c,+v -target-abi=lp64d"),
    ("aarch64", 64, "-mtriple=aarch64-none-elf -mattr=+strict-align -code-model=tiny"),
    ("x86_64", 64, "-mtriple=x86_64-none-elf"),
    ("x86_64 avx512", 64, "-mtriple=x86_64-none-elf -mcpu=x86-64-v4"),
    ("i686", 32, "-mtriple=i686-none-elf -mcpu=pentium4"),
]
OPERATIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "operations.ll")
# The linker's own.
ALLOWED = {"_GLOBAL_OFFSET_TABLE_"}
LABEL = re.compile(r"^([A-Za-z_]\w*):")
# An operand's symbol; code may also use a function's local alias .Lname$local.
SYMBOL = re.compile(r"[.$\w]+")


def function_name(symbol):
    alias = re.fullmatch(r"\.L(\w+)\$local", symbol)
    return alias.group(1) if alias else symbol


def find_tool(directory, name):
    for candidate in (os.path.join(directory, name + "-22"), os.path.join(directory, name)):
        if os.path.exists(candidate):
            return candidate
    return name + "-22"


def call_graph(assembly, names):
    graph, current = {}, None
    for line in assembly.splitlines():
        label = LABEL.match(line)
        if label:
            current = label.group(1) if label.group(1) in names else None
            if current:
                graph[current] = set()
        elif current and line.startswith("\t") and not line.lstrip().startswith("."):
            code = re.split(r"[@#;]\s|//", line)[0]
            operands = SYMBOL.findall(code)[1:]  # without the mnemonic
            graph[current].update(name for name in map(function_name, operands) if name in names)
    return graph


def find_cycle(graph):
    state = {}

    def visit(node, path):
        state[node] = "open"
        for callee in sorted(graph.get(node, ())):
            if state.get(callee) == "open":
                return path + [node, callee]
            if callee not in state:
                cycle = visit(callee, path + [node])
                if cycle:
                    return cycle
        state[node] = "done"
        return None

    for node in sorted(graph):
        if node not in state:
            cycle = visit(node, [])
            if cycle:
                return cycle
    return None


def check(name, bitcode, flags, tools, directory):
    base = [tools["llc"], "-O2", "-relocation-model=pic", "-function-sections"] + flags.split()
    assembly = os.path.join(directory, "out.s")
    thing = os.path.join(directory, "out.o")
    calls = os.path.join(directory, "calls.o")
    subprocess.run(base + [bitcode, "-filetype=asm", "-o", assembly], check=True)
    subprocess.run(base + [bitcode, "-filetype=obj", "-o", thing], check=True)
    subprocess.run(base + [OPERATIONS, "-filetype=obj", "-o", calls], check=True)

    def symbols(file, option):
        output = subprocess.run([tools["llvm-nm"], "-j", option, file], check=True,
                                stdout=subprocess.PIPE, universal_newlines=True).stdout
        return set(output.split())

    errors = []
    defined = symbols(thing, "--defined-only")
    undefined = symbols(thing, "-u") - ALLOWED
    if undefined:
        errors.append("undefined: " + " ".join(sorted(undefined)))
    with open(assembly) as file:
        graph = call_graph(file.read(), defined)
    missing = symbols(calls, "-u") - ALLOWED - defined
    if missing:
        errors.append("called but not there: " + " ".join(sorted(missing)))
    if len(graph) < 200:
        errors.append("only %d functions found in the assembly" % len(graph))
    cycle = find_cycle(graph)
    if cycle:
        errors.append("recursion: " + " -> ".join(cycle))
    for error in errors:
        print("%s: %s" % (name, error))
    return not errors


def main():
    builtins = {32: sys.argv[1], 64: sys.argv[2]}
    tools = {name: find_tool(sys.argv[3], name) for name in ("llc", "llvm-nm")}
    passed = True
    with tempfile.TemporaryDirectory() as directory:
        for name, bits, flags in TARGETS:
            passed &= check(name, builtins[bits], flags, tools, directory)
    print("%d targets, %s" % (len(TARGETS), "all closed and free of recursion" if passed else "FAILED"))
    sys.exit(not passed)


if __name__ == "__main__":
    main()
