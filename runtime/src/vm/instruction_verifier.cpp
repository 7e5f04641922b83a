// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "vm/instruction_verifier.h"

#include "base/internal.h"
#include "vm/math_functions.h"
#include "vm/shape_instructions.h"

namespace iree {

constexpr InstructionFormats allFormats;
const InstructionFormats instructionFormats = allFormats;

namespace {

using schema::Opcode;

// Number of words that follow the first, by Extra.
constexpr uint8_t extraWords[] = {0, 1, 2, 1, 1, 1, 0};

const char *verifyBase(const CodeScope &scope, uint32_t word) {
  uint32_t opcode = word & 0xFF;
  bool isWritten = opcode >= static_cast<uint32_t>(Opcode::STORE_I1);
  uint32_t alignment = scope.baseAlignment(&scope, word >> 16 & 0xFF, isWritten);
  if (alignment == 0)
    return IREE_MESSAGE_TEXT("unknown base of an access, or one that may not be written");
  // Opcodes are LOAD_I1 and STORE_I1 plus the element's type.
  if (alignment < 1u << elementFormats[opcode & 0xF].shift)
    return IREE_MESSAGE_TEXT("base is not aligned to the element");
  return nullptr;
}

const char *verifyNumber(const CodeScope &scope, uint32_t word) {
  Opcode opcode = static_cast<Opcode>(word & 0xFF);
  if (opcode == Opcode::PARAM) {
    if ((word >> 16 & 0xFF) >= scope.constantCount)
      return IREE_MESSAGE_TEXT("unknown constant");
  } else if (opcode == Opcode::MATH_F32 || opcode == Opcode::MATH_F64) {
    return verifyMathFunction(word >> 24, 1);
  }
  return nullptr;
}

const char *verifyField(const CodeScope &scope, uint32_t word, uint32_t index, Field field) {
  uint32_t value = word >> (8 + 8 * index) & 0xFF;
  switch (field) {
  case Field::I32:
  case Field::I64:
  case Field::F32:
  case Field::F64:
    if (!isRegister(scope, value, static_cast<RegisterType>(field)))
      return IREE_MESSAGE_TEXT("no register of the type that the instruction wants");
    return nullptr;
  case Field::SAME: {
    uint32_t first = word >> 8 & 0xFF; // A is SAME whenever another field is
    if (value >= scope.registerCount || scope.registerTypes[value] != scope.registerTypes[first])
      return IREE_MESSAGE_TEXT("registers of different types");
    return nullptr;
  }
  case Field::NONE:
    return value == 0 ? nullptr : IREE_MESSAGE_TEXT("unused bits are set");
  case Field::BASE:
    return verifyBase(scope, word);
  case Field::BYTE:
    return verifyNumber(scope, word);
  }
  return nullptr;
}

const char *verifyExtra(const CodeScope &scope, const uint32_t *code, Extra extra) {
  Opcode opcode = static_cast<Opcode>(code[0] & 0xFF);
  switch (extra) {
  case Extra::REGISTER:
    if (code[1] >= scope.registerCount ||
        scope.registerTypes[code[1]] != scope.registerTypes[code[0] >> 8 & 0xFF])
      return IREE_MESSAGE_TEXT("no register of the type that the instruction wants");
    return nullptr;
  case Extra::BLOCK:
    return code[1] < scope.blockCount ? nullptr : IREE_MESSAGE_TEXT("branch to an unknown block");
  case Extra::BLOCKS:
    return (code[1] & 0xFFFF) < scope.blockCount && code[1] >> 16 < scope.blockCount
               ? nullptr
               : IREE_MESSAGE_TEXT("branch to an unknown block");
  case Extra::WORD:
    if (opcode == Opcode::MATH2_F32 || opcode == Opcode::MATH2_F64)
      return verifyMathFunction(code[1], 2);
    if ((opcode == Opcode::CMP_F32 || opcode == Opcode::CMP_F64) && code[1] > 0xF)
      return IREE_MESSAGE_TEXT("unused bits are set");
    return nullptr;
  default:
    return nullptr;
  }
}

// Programs neither have ranges and constants nor link mathematical functions.
bool isOfKernels(Opcode opcode) {
  switch (opcode) {
  case Opcode::PARAM:
  case Opcode::RANGE:
  case Opcode::MATH_F32:
  case Opcode::MATH2_F32:
  case Opcode::MATH_F64:
  case Opcode::MATH2_F64:
    return true;
  default:
    return false;
  }
}

} // namespace

bool isRegister(const CodeScope &scope, uint32_t ordinal, RegisterType type) {
  return ordinal < scope.registerCount &&
         scope.registerTypes[ordinal] == static_cast<uint8_t>(type);
}

const char *verifyRegisters(const CodeScope &scope) {
  for (uint32_t i = 0; i < scope.registerCount; ++i) {
    if (scope.registerTypes[i] >= registerTypeCount)
      return IREE_MESSAGE_TEXT("register of an unknown type");
    if (!IREE_VM_EXT_F32_ENABLE && isRegister(scope, i, RegisterType::F32))
      return IREE_MESSAGE_TEXT("needs f32: build the runtime with IREE_VM_EXT_F32_ENABLE=1");
    if (!IREE_VM_EXT_F64_ENABLE && isRegister(scope, i, RegisterType::F64))
      return IREE_MESSAGE_TEXT("needs f64: build the runtime with IREE_VM_EXT_F64_ENABLE=1");
  }
  return nullptr;
}

const char *verifyBlocks(const CodeScope &scope) {
  for (uint32_t i = 0; i < scope.blockCount; ++i) {
    if (scope.blocks[i] >= scope.codeWords || (i != 0 && scope.blocks[i] <= scope.blocks[i - 1]))
      return IREE_MESSAGE_TEXT("blocks are not in ascending order within the code");
  }
  return nullptr;
}

const char *verifyInstruction(const CodeScope &scope, uint32_t position, uint32_t *next) {
  const uint32_t *code = scope.code + position;
  uint32_t opcode = code[0] & 0xFF;
  InstructionFormat format = instructionFormats.of[opcode];
  if (!format.isKnown())
    return IREE_MESSAGE_TEXT("unknown opcode");
  if (scope.isKernel && isShapeInstruction(code[0]))
    return IREE_MESSAGE_TEXT("instruction of programs in a kernel");
  if (format.extra() == Extra::OWN) {
    *next = position;
    return nullptr;
  }
  if (!scope.isKernel && isOfKernels(static_cast<Opcode>(opcode)))
    return IREE_MESSAGE_TEXT("instruction of kernels in a program");
  uint32_t words = 1 + extraWords[static_cast<uint32_t>(format.extra())];
  if (words > scope.codeWords - position)
    return IREE_MESSAGE_TEXT("cut instruction");
  for (uint32_t i = 0; i < 3; ++i) {
    if (const char *error = verifyField(scope, code[0], i, format.field(i)))
      return error;
  }
  *next = position + words;
  return verifyExtra(scope, code, format.extra());
}

const char *verifyFail(const CodeScope &scope, uint32_t position, uint32_t *next) {
  uint32_t word = scope.code[position];
  uint32_t status = word >> 8 & 0xFF, words = 1 + (word >> 16 & 0xFF);
  if (status == 0 || status > IREE_STATUS_UNAUTHENTICATED || word >> 24 != 0)
    return IREE_MESSAGE_TEXT("unknown status code");
  if (words > scope.codeWords - position)
    return IREE_MESSAGE_TEXT("cut instruction");
  *next = position + words;
  return nullptr;
}

} // namespace iree
