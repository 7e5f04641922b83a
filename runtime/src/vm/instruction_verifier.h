// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks single instructions of code with registers, of programs and of
// kernels. Mirrors vm/machine.cpp.
#ifndef IREE_SRC_VM_INSTRUCTION_VERIFIER_H_
#define IREE_SRC_VM_INSTRUCTION_VERIFIER_H_

#include "vm/instruction_formats.h"

namespace iree {

// One function's code and what its instructions may name.
struct CodeScope {
  const uint32_t *code;
  uint32_t codeWords;
  const uint8_t *registerTypes;
  uint32_t registerCount;
  const uint32_t *blocks;
  uint32_t blockCount;
  bool isKernel;
  uint32_t constantCount; // of a kernel
  // Bytes that accesses to `base` may count on to be aligned to, at most 8; 0
  // if there is no such base, or if it may not be written.
  uint32_t (*baseAlignment)(const CodeScope *scope, uint32_t base, bool isWritten);
};

// These return null or what is wrong.

// Registers and their types; whether this runtime has them.
const char *verifyRegisters(const CodeScope &scope);

// A block table's order; that its entries begin instructions is checked along
// with the code.
const char *verifyBlocks(const CodeScope &scope);

// To be called for the begin of every instruction, in order, with `*block` 0 at
// first: false if a block lies before `position` that no instruction began at.
inline bool passBlock(const CodeScope &scope, uint32_t position, uint32_t *block) {
  if (*block < scope.blockCount && scope.blocks[*block] < position)
    return false;
  if (*block < scope.blockCount && scope.blocks[*block] == position)
    ++*block;
  return true;
}

// Whether register `ordinal` exists and has this type.
bool isRegister(const CodeScope &scope, uint32_t ordinal, RegisterType type);

// Fields, registers, blocks and bases of the instruction at `position`. Sets
// `*next` to its end, unless its format is its own: then to `position`.
const char *verifyInstruction(const CodeScope &scope, uint32_t position, uint32_t *next);

// FAIL.
const char *verifyFail(const CodeScope &scope, uint32_t position, uint32_t *next);

} // namespace iree

#endif // IREE_SRC_VM_INSTRUCTION_VERIFIER_H_
