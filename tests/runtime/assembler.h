// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Words of instructions with registers (schemas/bytecode.def), for tests.
#ifndef IREE_TESTS_RUNTIME_ASSEMBLER_H_
#define IREE_TESTS_RUNTIME_ASSEMBLER_H_

#include <cstring>
#include <initializer_list>

#include "module_builder.h"

namespace iree::test {

namespace op {
enum : uint32_t {
#define IREE_BYTECODE_OP(NAME, value, mnemonic, A, B, C, X) NAME = value,
#include "schemas/bytecode.def"
};
} // namespace op

namespace math {
enum : uint32_t {
#define IREE_BYTECODE_OP(NAME, value, mnemonic, A, B, C, X)
#define IREE_BYTECODE_MATH(NAME, value, name, operands) NAME = value,
#include "schemas/bytecode.def"
};
} // namespace math

namespace element {
enum : uint32_t { I1, I8, U8, I16, U16, I32, I64, F16, BF16, F32, F64 };
} // namespace element

enum RegisterType : uint8_t { I32, I64, F32, F64 };

// [op | a << 8 | b << 16 | c << 24] and further words.
inline Words ins(uint32_t opcode, uint32_t a = 0, uint32_t b = 0, uint32_t c = 0,
                 std::initializer_list<uint32_t> more = {}) {
  Words words = {opcode | a << 8 | b << 16 | c << 24};
  words.insert(words.end(), more);
  return words;
}

template <typename To, typename From> To bits(From value) {
  static_assert(sizeof(To) == sizeof(From), "of one size");
  To result;
  std::memcpy(&result, &value, sizeof(To));
  return result;
}

inline Words constI32(uint32_t reg, int32_t value) {
  return ins(op::CONST_I32, reg, 0, 0, {static_cast<uint32_t>(value)});
}
inline Words constI64(uint32_t reg, int64_t value) {
  return ins(op::CONST_I64, reg, 0, 0,
             {static_cast<uint32_t>(value), static_cast<uint32_t>(value >> 32)});
}
inline Words constF32(uint32_t reg, float value) {
  return ins(op::CONST_F32, reg, 0, 0, {bits<uint32_t>(value)});
}
inline Words constF64(uint32_t reg, double value) {
  auto word = bits<uint64_t>(value);
  return ins(op::CONST_F64, reg, 0, 0,
             {static_cast<uint32_t>(word), static_cast<uint32_t>(word >> 32)});
}

inline Words failWith(uint32_t code, const std::string &text) {
  Words message((text.size() + 3) / 4, 0);
  std::memcpy(message.data(), text.data(), text.size());
  return ins(op::FAIL, code, static_cast<uint32_t>(message.size())) + message;
}

// [base | offset << 8 | outer stride << 16 | inner stride << 24]
inline uint32_t operand(uint32_t base, uint32_t offset, uint32_t outer = 0, uint32_t inner = 0) {
  return base | offset << 8 | outer << 16 | inner << 24;
}

} // namespace iree::test

#endif // IREE_TESTS_RUNTIME_ASSEMBLER_H_
