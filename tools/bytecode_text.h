// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Instructions of schemas/bytecode.def as text.
#ifndef IREE_TOOLS_BYTECODE_TEXT_H_
#define IREE_TOOLS_BYTECODE_TEXT_H_

#include <cstdint>
#include <string>

namespace iree::tools {

enum Opcode : uint32_t {
#define IREE_BYTECODE_OP(NAME, value, mnemonic, A, B, C, X) NAME = value,
#include "schemas/bytecode.def"
};

/// Throws a ToolError for what is no opcode.
const char *mnemonicOf(uint32_t opcode);

/// Operands of the instruction at `words[position]`, of those whose places are
/// not described apart (dispatch, copy, fill): "r2, r0, r1". Sets `*next` to the
/// instruction after it. Throws a ToolError if it runs past `wordCount`.
std::string operandText(const uint32_t *words, uint32_t wordCount, uint32_t position,
                        uint32_t *next);

} // namespace iree::tools

#endif // IREE_TOOLS_BYTECODE_TEXT_H_
