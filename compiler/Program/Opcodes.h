// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_PROGRAM_OPCODES_H_
#define IREE_COMPILER_PROGRAM_OPCODES_H_

#include <cstdint>

namespace iree_compiler {

/// Opcodes of schemas/bytecode.def.
enum class Opcode : uint32_t {
#define IREE_BYTECODE_OP(name, value, ...) name = value,
#include "schemas/bytecode.def"
};

/// Functions of MATH and MATH2.
enum class MathFunction : uint32_t {
#define IREE_BYTECODE_MATH(name, value, ...) name = value,
#define IREE_BYTECODE_OP(...)
#include "schemas/bytecode.def"
};

/// Functions below this one are in every runtime with floating point.
inline constexpr uint32_t kFirstOptionalMathFunction = 16;

/// The first word of an instruction.
constexpr uint32_t word(Opcode opcode, uint32_t a = 0, uint32_t b = 0, uint32_t c = 0) {
  return static_cast<uint32_t>(opcode) | a << 8 | b << 16 | c << 24;
}

} // namespace iree_compiler

#endif // IREE_COMPILER_PROGRAM_OPCODES_H_
