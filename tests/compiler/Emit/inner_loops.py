#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The innermost loops of single layers, as machine code: they multiply with the target's
instructions, keep everything in registers, and have few instructions for each
multiplication.

    inner_loops.py BIN LLVM_BIN [unittest options]

With --print, shows for each row of the table what the loop has, and its code.
"""

import re
import sys
import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "build_tools/dev"))

import layers  # noqa: E402
import measure  # noqa: E402

BIN, LLVM_BIN = None, None
LAYERS = {layer.name: layer for layer in layers.LAYERS}


@dataclass(frozen=True)
class Row:
    """What the hottest loop of a layer on a board, or a target of TARGETS, must be like: `multiply` matches
    the mnemonics that multiply; at most `limit` instructions for each of them, and `stack` accesses of the
    stack; `others` are mnemonics that must be there, too."""

    target: str
    layer: str
    multiply: str
    limit: float
    stack: int = 0
    others: tuple = ()


# Flags of targets that are no boards.
LINUX = "--iree-llvm-target-triple=x86_64-pc-linux-elf"
TARGETS = {
    "aarch64-dotprod": ["--iree-llvm-target-triple=aarch64-none-elf", "--iree-llvm-target-cpu=cortex-a76"],
    "x86_64-sse2": [LINUX],
    "x86_64-avx512vnni": [LINUX, "--iree-llvm-target-cpu=icelake-server"],
    "x86_64-avxvnni": [LINUX, "--iree-llvm-target-cpu=alderlake"],
}

ROWS = [
    Row("cortex-m4", "pointwise", "smlad", 1.8, stack=1, others=("sxtb16",)),
    Row("cortex-m4", "conv_3x3", "smlad", 1.85, stack=1),
    Row("cortex-m4", "fully_connected", "smlad", 3.1, stack=1),
    Row("cortex-m4", "depthwise_3x3", "smla[bt][bt]", 2.6, stack=50),
    Row("cortex-m4", "matmul_f32", r"vmul\.f32|vfma\.f32", 2.65),
    Row("cortex-m55", "pointwise", r"vmlava?\.s8", 2.65, others=("le",)),
    Row("cortex-m55", "conv_3x3", r"vmlava?\.s8", 1.85),
    Row("cortex-m55", "fully_connected", r"vmlava?\.s8", 2.5, others=("le",)),
    Row("cortex-m55", "depthwise_3x3", r"vmlava?\.s8", 3.8),
    Row("cortex-m55", "matmul_f32", r"vfma\.f32", 2.2, stack=6),
    Row("cortex-m0plus", "pointwise", "muls", 6.1, stack=34),
    Row("cortex-m0plus", "fully_connected", "muls", 6.9, stack=36),
    Row("riscv32", "pointwise", "mul", 3.25),
    Row("riscv32", "conv_3x3", "mul", 3.35),
    Row("riscv32", "fully_connected", "mul", 3.6),
    Row("riscv32", "depthwise_3x3", "mul", 4.7, stack=42),
    Row("riscv64v", "pointwise", r"vwmacc\.vx", 3.7),
    Row("riscv64v", "fully_connected", r"vwmacc\.vx", 7.5),
    Row("riscv64v", "depthwise_3x3", r"vw?(macc|mul)\.v[vx]", 10.3, stack=21),
    Row("riscv64v", "matmul_f32", r"vf(macc|mul)\.v[vf]", 3.0),
    Row("aarch64", "conv_3x3", "smull2?|smlal2?", 2.2, stack=26, others=("sadalp",)),
    Row("aarch64-dotprod", "conv_3x3", "sdot", 1.3),
    Row("x86_64-sse2", "pointwise", "pmaddwd", 4.6, stack=5),
    Row("x86_64", "pointwise", "vpmaddwd", 3.4, stack=4),
    Row("x86_64", "fully_connected", "vpmaddwd", 4.3),
    Row("x86_64-avxvnni", "pointwise", "vpdpbusd", 2.3),
    Row("x86_64-avx512vnni", "pointwise", "vpdpbusd", 1.8),
    Row("x86_64-avx512vnni", "conv_3x3", "vpdpbusd", 2.25),
    Row("x86_64-avx512vnni", "fully_connected", "vpdpbusd", 2.0),
    Row("x86_64-avx512vnni", "matmul_f32", r"vfmadd\d+ps", 1.65),
]

# Of an operand that is relative to the stack pointer; whole registers of RISC-V vectors are
# only stored and loaded there.
WHOLE_REGISTERS = re.compile(r"v[ls]\dr\.v|vl\dre\d+\.v")
STACK = re.compile(r"\[sp\b|\(sp\)|\(%[er]sp\)|\(%[er]sp,|%[er]sp\)")
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\s+(?:{\w+}\s+)?(\S+)(?:\s+(.*))?$")
# What llvm-objdump adds to an instruction: its constants, addresses of data.
COMMENT = re.compile(r"\s+(@|//|#\s).*$")
SYMBOL = re.compile(r"^[0-9a-f]+ <(?!\.L)(.+)>:$")  # but labels within functions
# Without comments, only operands of branches name a place: "0x1c <kernel+0x1c>".
BRANCH_TARGET = re.compile(r"(?:0x)?([0-9a-f]+) <[^>]*>")
CALLS = re.compile(r"^(bl|blx|call\w*|jal|jalr|auipc)$")


@dataclass(frozen=True)
class Instruction:
    address: int
    mnemonic: str
    operands: str


def flags_of(target):
    return TARGETS[target] if target in TARGETS else measure.target_flags(target)


def disassemble(target, layer, folder):
    """The instructions of each function of a layer's kernels."""
    source, library = folder / "layer.mlir", folder / "layer.o"
    source.write_text(layers.Program([layer]).text())
    measure.run([BIN / "iree-compile", *flags_of(target), "--iree-llvm-debug-symbols=false", source,
                 f"--iree-llvm-static-library-output-path={library}", "-o", folder / "layer.vmfb"])
    listing = measure.run([LLVM_BIN / "llvm-objdump", "-d", "--no-show-raw-insn", library])
    functions = {}
    for line in listing.splitlines():
        if symbol := SYMBOL.match(line):
            current = functions.setdefault(symbol.group(1), [])
        elif found := INSTRUCTION.match(COMMENT.sub("", line)):
            current.append(Instruction(int(found.group(1), 16), found.group(2), found.group(3) or ""))
    return functions


def loops(code):
    """The innermost loops: from the target of a branch back to it, with no other such in between."""
    spans = []
    for index, each in enumerate(code):
        found = BRANCH_TARGET.search(each.operands)
        if not found or CALLS.match(each.mnemonic):
            continue
        target = int(found.group(1), 16)
        if code[0].address <= target <= each.address:
            spans.append((next(i for i, other in enumerate(code) if other.address >= target), index))
    return [code[first:last + 1] for first, last in spans
            if not any((first <= f and l <= last) and (f, l) != (first, last) for f, l in spans)]


def stack_accesses(loop):
    return sum(bool(STACK.search(each.operands) or WHOLE_REGISTERS.fullmatch(each.mnemonic)) for each in loop)


def hottest_loop(functions, multiply):
    """The innermost loop with most multiplications."""
    def count(loop):
        return sum(bool(re.fullmatch(multiply, each.mnemonic)) for each in loop)

    best = max((loop for code in functions.values() if code for loop in loops(code)), key=count, default=[])
    return best, count(best)


class InnerLoopsTest(unittest.TestCase):
    def test_loops(self):
        for row in ROWS:
            with self.subTest(target=row.target, layer=row.layer), tempfile.TemporaryDirectory() as folder:
                loop, multiplies = hottest_loop(disassemble(row.target, LAYERS[row.layer], Path(folder)), row.multiply)
                text = "\n" + "\n".join(f"{each.mnemonic} {each.operands}" for each in loop)
                self.assertGreater(multiplies, 0, f"no loop with {row.multiply}")
                self.assertLessEqual(len(loop) / multiplies, row.limit, text)
                self.assertLessEqual(stack_accesses(loop), row.stack, text)
                for other in row.others:
                    self.assertTrue(any(re.fullmatch(other, each.mnemonic) for each in loop), other + text)

    def test_loops_are_found(self):
        """Two nested loops with a call and a branch forward, of hand-written code."""
        lines = [("push", ""), ("mov", "r0, #0x1"), ("ldr", "r1, [r2]"), ("beq", "0xa <f+0xa>"),
                 ("smlad", "r3, r1, r1, r3"), ("bl", "0x0 <f>"), ("bne", "0x4 <f+0x4>"), ("bne", "0x2 <f+0x2>")]
        code = [Instruction(2 * index, *line) for index, line in enumerate(lines)]
        loop, multiplies = hottest_loop({"f": code}, "smlad|mla")
        self.assertEqual([each.address for each in loop], [4, 6, 8, 10, 12])
        self.assertEqual(multiplies, 1)
        self.assertEqual(hottest_loop({"f": code}, "mul")[1], 0)
        self.assertEqual(hottest_loop({"f": []}, "mul"), ([], 0))

    def test_accesses_of_the_stack_are_found(self):
        for operands in ("r0, [sp, #4]", "a0, 12(sp)", "q0, [sp]", "0x8(%rsp), %eax", "(%esp,%ecx), %eax"):
            self.assertTrue(STACK.search(operands), operands)
        for operands in ("r0, [r1, #4]", "a0, 12(s0)", "0x8(%rsi), %eax"):
            self.assertFalse(STACK.search(operands), operands)
        spills = [Instruction(0, *line) for line in (("vs1r.v", "v8, (a1)"), ("vl4re8.v", "v8, (a1)"), ("vl2r.v", "v8, (a1)"))]
        self.assertEqual(stack_accesses(spills), 3)
        self.assertEqual(stack_accesses([Instruction(0, "vle8.v", "v8, (a1)")]), 0)


def show():
    for row in ROWS:
        with tempfile.TemporaryDirectory() as folder:
            loop, multiplies = hottest_loop(disassemble(row.target, LAYERS[row.layer], Path(folder)), row.multiply)
        stack = stack_accesses(loop)
        print(f"{row.target} {row.layer}: {len(loop)} instructions, {multiplies} multiply"
              f" ({len(loop) / max(multiplies, 1):.3f}; limit {row.limit}), {stack} of the stack (limit {row.stack})")
        for each in loop:
            print(f"    {each.address:4x}  {each.mnemonic} {each.operands}")


if __name__ == "__main__":
    BIN, LLVM_BIN = Path(sys.argv[1]), Path(sys.argv[2])
    if "--print" in sys.argv:
        show()
    else:
        unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
