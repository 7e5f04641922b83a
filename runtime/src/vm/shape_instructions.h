// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Instructions of programs with dynamic shapes: sizes of arguments, shapes of
// results, memory for what lies between them.
#ifndef IREE_SRC_VM_SHAPE_INSTRUCTIONS_H_
#define IREE_SRC_VM_SHAPE_INSTRUCTIONS_H_

#include "iree/vm/bytecode_module.h"
#include "vm/instruction_verifier.h"
#include "vm/machine.h"

namespace iree {

inline bool isShapeInstruction(uint32_t word) {
  uint32_t opcode = word & 0xFF;
  return opcode >= static_cast<uint32_t>(schema::Opcode::DIM) &&
         opcode <= static_cast<uint32_t>(schema::Opcode::ASSERT);
}

// Returns null or what is wrong with the instruction at `position` of a
// program. Sets `*next` to its end.
const char *verifyShapeInstruction(const CodeScope &scope, const iree_vm_function_info_t *function,
                                   uint32_t position, uint32_t *next);

// Executes one. Statuses are those of schemas/bytecode.def and of the
// invocation's callbacks.
iree_status_t executeShapeInstruction(const Machine *machine,
                                      const iree_vm_invocation_t *invocation, const uint32_t *code,
                                      const uint32_t **next);

} // namespace iree

#endif // IREE_SRC_VM_SHAPE_INSTRUCTIONS_H_
