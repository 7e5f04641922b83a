// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The formats of schemas/bytecode.def as a table.
#ifndef IREE_SRC_VM_INSTRUCTION_FORMATS_H_
#define IREE_SRC_VM_INSTRUCTION_FORMATS_H_

#include "vm/schema.h"

namespace iree {

// What a field of an instruction's first word is. The four registers come in
// the order of register types in the module file.
enum class Field : uint32_t { I32, I64, F32, F64, SAME, NONE, BASE, BYTE };

// What follows the first word.
enum class Extra : uint32_t { NONE, WORD, WORDS, REGISTER, BLOCK, BLOCKS, OWN };

// Types of registers in the file.
enum class RegisterType : uint8_t { I32, I64, F32, F64 };
constexpr uint32_t registerTypeCount = 4;

// Element types of loads, stores and microkernels.
enum class Element : uint32_t { I1, I8, U8, I16, U16, I32, I64, F16, BF16, F32, F64 };
constexpr uint32_t elementCount = 11;

// Logarithm of the element's bytes, and the type of the registers that hold it.
struct ElementFormat {
  uint8_t shift;
  RegisterType type;
};
constexpr ElementFormat elementFormats[elementCount] = {
    {0, RegisterType::I32}, {0, RegisterType::I32}, {0, RegisterType::I32}, {1, RegisterType::I32},
    {1, RegisterType::I32}, {2, RegisterType::I32}, {3, RegisterType::I64}, {1, RegisterType::F32},
    {1, RegisterType::F32}, {2, RegisterType::F32}, {3, RegisterType::F64}};

// One instruction's format, 4 bits each for A, B, C and X.
class InstructionFormat {
public:
  constexpr InstructionFormat() = default;
  constexpr InstructionFormat(Field a, Field b, Field c, Extra x)
      : bits(static_cast<uint16_t>(static_cast<uint32_t>(a) | static_cast<uint32_t>(b) << 4 |
                                   static_cast<uint32_t>(c) << 8 |
                                   static_cast<uint32_t>(x) << 12)) {}
  bool isKnown() const { return bits != unknown; }
  Field field(uint32_t index) const { return static_cast<Field>(bits >> 4 * index & 0xF); }
  Extra extra() const { return static_cast<Extra>(bits >> 12); }

private:
  static constexpr uint16_t unknown = 0xFFFF;
  uint16_t bits = unknown;
};

struct InstructionFormats {
  InstructionFormat of[256];
  constexpr InstructionFormats() {
#define IREE_BYTECODE_OP(NAME, value, mnemonic, A, B, C, X)                                        \
  of[value] = InstructionFormat(Field::A, Field::B, Field::C, Extra::X);
#include "schemas/bytecode.def"
  }
};
extern const InstructionFormats instructionFormats;

} // namespace iree

#endif // IREE_SRC_VM_INSTRUCTION_FORMATS_H_
