// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Mirrors vmvx/map.cpp and vmvx/contract.cpp.
#include "vmvx/microkernels.h"

#include "base/internal.h"
#include "vm/math_functions.h"

namespace iree::vmvx {

using schema::Opcode;

namespace {

const char *const badOperand = IREE_MESSAGE_TEXT("unknown binding, register or element type");

bool isInteger(const CodeScope &scope, uint32_t ordinal) {
  return isRegister(scope, ordinal, RegisterType::I32);
}

// Elements of type `element` in binding `base`.
bool isBinding(const CodeScope &scope, uint32_t base, uint32_t element) {
  return element < elementCount &&
         scope.baseAlignment(&scope, base, true) >= 1u << elementFormats[element].shift;
}

// An operand word; `hasInner` unless its last byte must be 0.
bool isOperand(const CodeScope &scope, uint32_t word, uint32_t element, bool hasInner = true) {
  return isBinding(scope, word & 0xFF, element) && isInteger(scope, word >> 8 & 0xFF) &&
         isInteger(scope, word >> 16 & 0xFF) &&
         (hasInner ? isInteger(scope, word >> 24) : word >> 24 == 0);
}

// A source: an operand whose elements registers of `type` hold, or a register.
bool isSource(const CodeScope &scope, uint32_t word, uint32_t element, RegisterType type) {
  if ((word & 0xFF) == registerBase)
    return word >> 16 == 0 && element < elementCount && isRegister(scope, word >> 8 & 0xFF, type);
  return isOperand(scope, word, element) && elementFormats[element].type == type;
}

bool hasWords(const CodeScope &scope, uint32_t position, uint32_t count) {
  return count <= scope.codeWords - position;
}

const char *verifySizes(const CodeScope &scope, uint32_t word) {
  if (!isInteger(scope, word >> 16 & 0xFF) || !isInteger(scope, word >> 24))
    return IREE_MESSAGE_TEXT("no register of the type that the instruction wants");
  return nullptr;
}

bool isEnabled(const MapOperation &operation) {
  auto isOn = [](RegisterType type) {
    return (IREE_VM_EXT_F32_ENABLE || type != RegisterType::F32) &&
           (IREE_VM_EXT_F64_ENABLE || type != RegisterType::F64);
  };
  return isOn(operation.target) && isOn(operation.sources[0]) && isOn(operation.sources[1]) &&
         isOn(operation.sources[2]);
}

// Byte 3 of the types: the function or the mask of what has one.
const char *verifyImmediate(uint32_t opcode, uint32_t value) {
  if (opcode == static_cast<uint32_t>(Opcode::MATH_F32) ||
      opcode == static_cast<uint32_t>(Opcode::MATH_F64))
    return verifyMathFunction(value, 1);
  return value <= 0xF ? nullptr : IREE_MESSAGE_TEXT("unused bits are set");
}

const char *verifyMap(const CodeScope &scope, uint32_t position, uint32_t *next) {
  const uint32_t *code = scope.code + position;
  if (!hasWords(scope, position, 3))
    return IREE_MESSAGE_TEXT("cut instruction");
  uint32_t opcode = code[0] >> 8 & 0xFF, element = code[1] & 0xFF;
  MapOperation operation;
  if (!describeMapOperation(opcode, element, &operation))
    return IREE_MESSAGE_TEXT("no operation of a microkernel");
  if (!isEnabled(operation))
    return IREE_MESSAGE_TEXT("needs floating point that this runtime was built without");
  if (const char *error = verifySizes(scope, code[0]))
    return error;
  *next = position + 3 + operation.sourceCount;
  if (!hasWords(scope, position, 3 + operation.sourceCount))
    return IREE_MESSAGE_TEXT("cut instruction");
  if (!isOperand(scope, code[2], element) || elementFormats[element].type != operation.target)
    return badOperand;
  for (uint32_t i = 0; i < operation.sourceCount; ++i) {
    if (!isSource(scope, code[3 + i], code[1] >> (8 + 8 * i) & 0xFF, operation.sources[i]))
      return badOperand;
  }
  uint32_t rest = operation.sourceCount == 3 ? 0 : code[1] >> (8 + 8 * operation.sourceCount);
  if (!operation.hasImmediate)
    return rest == 0 ? nullptr : IREE_MESSAGE_TEXT("unused bits are set");
  if ((rest & ~(0xFFu << (16 - 8 * operation.sourceCount))) != 0)
    return IREE_MESSAGE_TEXT("unused bits are set");
  return verifyImmediate(opcode, code[1] >> 24);
}

bool isReduction(uint32_t opcode) {
  switch (static_cast<Opcode>(opcode)) {
#define IREE_REDUCTION(NAME, member, expression) case Opcode::NAME:
#define IREE_RARE_REDUCTION(NAME) case Opcode::NAME:
#include "vmvx/reductions.def"
    return true;
  default:
    return false;
  }
}

const char *verifyReduce(const CodeScope &scope, uint32_t position, uint32_t *next) {
  const uint32_t *code = scope.code + position;
  if (!hasWords(scope, position, 4))
    return IREE_MESSAGE_TEXT("cut instruction");
  uint32_t opcode = code[0] >> 8 & 0xFF;
  if (!isReduction(opcode))
    return IREE_MESSAGE_TEXT("no operation of a microkernel");
  if (const char *error = verifySizes(scope, code[0]))
    return error;
  auto type = static_cast<RegisterType>(instructionFormats.of[opcode].field(0));
  uint32_t element = code[1] & 0xFF;
  if (!isOperand(scope, code[2], element, false) || elementFormats[element].type != type ||
      !isSource(scope, code[3], code[1] >> 8 & 0xFF, type))
    return badOperand;
  *next = position + 4;
  return code[1] >> 16 == 0 ? nullptr : IREE_MESSAGE_TEXT("unused bits are set");
}

// Element types of target and sources by kind; no entry: no such kind.
struct ContractTypes {
  uint8_t target, a, b;
};
bool contractTypes(uint32_t kind, ContractTypes *out) {
  constexpr uint8_t types[3] = {static_cast<uint8_t>(Element::F32),
                                static_cast<uint8_t>(Element::I32),
                                static_cast<uint8_t>(Element::I8)};
  if (kind > 14 || (kind & 3) == 3)
    return false;
  out->a = out->b = out->target = types[kind & 3];
  if (kind == static_cast<uint32_t>(ContractKind::MultiplyI8) ||
      kind == static_cast<uint32_t>(ContractKind::AddI8))
    out->target = static_cast<uint8_t>(Element::I32);
  return true;
}

const char *verifyContractLoop(const CodeScope &scope, uint32_t word, bool hasB) {
  if (!isInteger(scope, word & 0xFF) || !isInteger(scope, word >> 8 & 0xFF) ||
      !isInteger(scope, word >> 16 & 0xFF) ||
      (hasB ? !isInteger(scope, word >> 24) : word >> 24 != 0))
    return IREE_MESSAGE_TEXT("no register of the type that the instruction wants");
  return nullptr;
}

const char *verifyContract(const CodeScope &scope, uint32_t position, uint32_t *next) {
  const uint32_t *code = scope.code + position;
  uint32_t kind = code[0] >> 8 & 0xFF, loops = code[0] >> 16 & 0xFF;
  ContractTypes types;
  if (code[0] >> 24 != 0 || loops > maxLoops || !contractTypes(kind, &types) ||
      (!IREE_VM_EXT_F32_ENABLE && (kind & 3) == 0))
    return IREE_MESSAGE_TEXT("unknown kind of contraction");
  if (!hasWords(scope, position, contractHeaderWords + loops))
    return IREE_MESSAGE_TEXT("cut instruction");
  bool hasB = kind < 4, hasZeroPoints = kind == static_cast<uint32_t>(ContractKind::MultiplyI8);
  for (uint32_t i = 1; i <= 3; ++i) {
    uint32_t element = i == 1 ? types.target : i == 2 ? types.a : types.b;
    if (i == 3 && !hasB ? code[i] != 0
                        : code[i] >> 16 != 0 || !isBinding(scope, code[i] & 0xFF, element) ||
                              !isInteger(scope, code[i] >> 8))
      return badOperand;
  }
  if (hasZeroPoints ? code[4] >> 16 != 0 || !isInteger(scope, code[4] & 0xFF) ||
                          !isInteger(scope, code[4] >> 8)
                    : code[4] != 0)
    return badOperand;
  for (uint32_t i = 0; i < loops; ++i) {
    if (const char *error = verifyContractLoop(scope, code[contractHeaderWords + i], hasB))
      return error;
  }
  *next = position + contractHeaderWords + loops;
  return nullptr;
}

const char *verifyRequantize(const CodeScope &scope, uint32_t position, uint32_t *next) {
  const uint32_t *code = scope.code + position;
  if (!hasWords(scope, position, 8))
    return IREE_MESSAGE_TEXT("cut instruction");
  if ((code[0] >> 8 & 0xFF) > 1)
    return IREE_MESSAGE_TEXT("unused bits are set");
  if (const char *error = verifySizes(scope, code[0]))
    return error;
  uint32_t target = code[1] & 0xFF;
  if (!isOperand(scope, code[2], target) || elementFormats[target].type != RegisterType::I32)
    return badOperand;
  const uint32_t elements[] = {code[1] >> 8 & 0xFF, static_cast<uint32_t>(Element::I32),
                               code[1] >> 16 & 0xFF, code[1] >> 24};
  for (uint32_t i = 0; i < 4; ++i) {
    if (!isSource(scope, code[3 + i], elements[i], RegisterType::I32))
      return badOperand;
  }
  if (!isInteger(scope, code[7] & 0xFF) || !isInteger(scope, code[7] >> 8 & 0xFF) ||
      !isInteger(scope, code[7] >> 16))
    return badOperand;
  *next = position + 8;
  return nullptr;
}

} // namespace

bool describeMapOperation(uint32_t opcode, uint32_t element, MapOperation *out) {
  InstructionFormat format = instructionFormats.of[opcode];
  bool isOther = opcode >= static_cast<uint32_t>(Opcode::BITCAST_I32_F32) &&
                 opcode <= static_cast<uint32_t>(Opcode::BITCAST_F64_I64);
  bool isArithmetic = opcode >= static_cast<uint32_t>(Opcode::ADD_I32) &&
                      opcode < static_cast<uint32_t>(Opcode::MAP) &&
                      opcode != static_cast<uint32_t>(Opcode::MATH2_F32) &&
                      opcode != static_cast<uint32_t>(Opcode::MATH2_F64);
  bool isMove = opcode == static_cast<uint32_t>(Opcode::MOV) ||
                opcode == static_cast<uint32_t>(Opcode::SELECT);
  if (!format.isKnown() || element >= elementCount || !(isOther || isArithmetic || isMove))
    return false;
  RegisterType same = elementFormats[element].type;
  auto typeOf = [&](uint32_t index) {
    Field field = format.field(index);
    return field == Field::SAME ? same : static_cast<RegisterType>(field);
  };
  *out = {};
  out->isMove = isMove;
  out->target = typeOf(0);
  for (uint32_t i = 1; i < 3; ++i) {
    if (format.field(i) <= Field::SAME)
      out->sources[out->sourceCount++] = typeOf(i);
  }
  if (format.extra() == Extra::REGISTER)
    out->sources[out->sourceCount++] = out->target;
  out->hasImmediate = format.extra() == Extra::WORD || format.field(2) == Field::BYTE;
  return true;
}

const char *verifyMicrokernel(const CodeScope &scope, uint32_t position, uint32_t *next) {
  switch (static_cast<Opcode>(scope.code[position] & 0xFF)) {
  case Opcode::MAP:
    return verifyMap(scope, position, next);
  case Opcode::REDUCE:
    return verifyReduce(scope, position, next);
  case Opcode::CONTRACT:
    return verifyContract(scope, position, next);
  default:
    return verifyRequantize(scope, position, next);
  }
}

} // namespace iree::vmvx
