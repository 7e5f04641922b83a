// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "vm/shape_instructions.h"

#include "base/internal.h"
#include "vm/schema.h"

namespace iree {

using schema::Opcode;

namespace {

// Words of RESULT before the sizes.
constexpr uint32_t resultHeaderWords = 3;

const char *verifyDim(const iree_vm_function_info_t *function, const uint32_t *code) {
  iree_vm_value_info_t value;
  if (code[1] >= function->argument_count)
    return IREE_MESSAGE_TEXT("size of an unknown argument");
  iree_vm_function_argument(function, code[1], &value);
  if ((code[0] >> 16 & 0xFF) >= value.shape_rank)
    return IREE_MESSAGE_TEXT("size of a dimension beyond the argument's rank");
  return nullptr;
}

const char *verifyResultShape(const CodeScope &scope, const iree_vm_function_info_t *function,
                              uint32_t position, uint32_t *next) {
  const uint32_t *code = scope.code + position;
  uint32_t rank = code[0] >> 8 & 0xFF;
  if (code[0] >> 16 != 0)
    return IREE_MESSAGE_TEXT("unused bits are set");
  if (scope.codeWords - position < resultHeaderWords + rank)
    return IREE_MESSAGE_TEXT("cut instruction");
  if (code[1] >= function->result_count)
    return IREE_MESSAGE_TEXT("shape of an unknown result");
  iree_vm_value_info_t value;
  iree_vm_function_result(function, code[1], &value);
  if (rank != value.shape_rank)
    return IREE_MESSAGE_TEXT("shape of other than the result's rank");
  for (uint32_t i = 0; i <= rank; ++i) {
    if (!isRegister(scope, code[2 + i], RegisterType::I32))
      return IREE_MESSAGE_TEXT("no register of the type that the instruction wants");
  }
  *next = position + resultHeaderWords + rank;
  return nullptr;
}

const char *verifyAssert(const CodeScope &scope, uint32_t position, uint32_t *next) {
  uint32_t word = scope.code[position];
  uint32_t status = word >> 16 & 0xFF, words = 1 + (word >> 24);
  if (!isRegister(scope, word >> 8 & 0xFF, RegisterType::I32))
    return IREE_MESSAGE_TEXT("no register of the type that the instruction wants");
  if (status == 0 || status > IREE_STATUS_UNAUTHENTICATED)
    return IREE_MESSAGE_TEXT("unknown status code");
  if (words > scope.codeWords - position)
    return IREE_MESSAGE_TEXT("cut instruction");
  *next = position + words;
  return nullptr;
}

iree_status_t negativeSize(const Machine *machine, int32_t size) {
  return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "%s '%.*s': a size is negative: %d",
                          machine->kind, IREE_SV_ARGS(machine->name), static_cast<int>(size));
}

iree_status_t sizeOverflow(const Machine *machine) {
  return iree_make_status(IREE_STATUS_RESOURCE_EXHAUSTED,
                          "%s '%.*s': a value or all memory together is not below 2 GiB",
                          machine->kind, IREE_SV_ARGS(machine->name));
}

// a = b * c, or a = b + c rounded up.
iree_status_t executeSize(const Machine *machine, uint32_t word, bool isProduct) {
  Register *r = machine->registers;
  int32_t b = r[word >> 16 & 0xFF].s, c = r[word >> 24].s;
  if (b < 0 || c < 0)
    return negativeSize(machine, b < 0 ? b : c);
  uint64_t first = static_cast<uint32_t>(b), second = static_cast<uint32_t>(c);
  constexpr uint64_t alignment = schema::bindingAlignment;
  uint64_t result =
      isProduct ? first * second : (first + second + alignment - 1) & ~(alignment - 1);
  if (result > INT32_MAX)
    return sizeOverflow(machine);
  r[word >> 8 & 0xFF].u = static_cast<uint32_t>(result);
  return iree_ok_status();
}

iree_status_t executeResult(const Machine *machine, const iree_vm_invocation_t *invocation,
                            const uint32_t *code) {
  uint32_t shape[IREE_VM_MAX_RANK];
  uint32_t rank = code[0] >> 8 & 0xFF;
  for (uint32_t i = 0; i < rank; ++i) {
    int32_t size = machine->registers[code[resultHeaderWords + i]].s;
    if (size < 0)
      return negativeSize(machine, size);
    shape[i] = static_cast<uint32_t>(size);
  }
  return invocation->set_result(invocation->self, code[1], machine->registers[code[2]].u, shape);
}

iree_status_t executeAssert(const Machine *machine, const uint32_t *code) {
  if (machine->registers[code[0] >> 8 & 0xFF].u != 0)
    return iree_ok_status();
  const char *text = reinterpret_cast<const char *>(code + 1);
  size_t length = 0;
  while (length < 4 * (code[0] >> 24) && text[length] != 0)
    ++length;
  return iree_make_status(static_cast<iree_status_code_t>(code[0] >> 16 & 0xFF), "%s '%.*s': %.*s",
                          machine->kind, IREE_SV_ARGS(machine->name), static_cast<int>(length),
                          text);
}

} // namespace

const char *verifyShapeInstruction(const CodeScope &scope, const iree_vm_function_info_t *function,
                                   uint32_t position, uint32_t *next) {
  switch (static_cast<Opcode>(scope.code[position] & 0xFF)) {
  case Opcode::RESULT:
    return verifyResultShape(scope, function, position, next);
  case Opcode::ASSERT:
    return verifyAssert(scope, position, next);
  case Opcode::DIM:
    if (const char *error = verifyInstruction(scope, position, next))
      return error;
    return verifyDim(function, scope.code + position);
  default:
    return verifyInstruction(scope, position, next);
  }
}

iree_status_t executeShapeInstruction(const Machine *machine,
                                      const iree_vm_invocation_t *invocation, const uint32_t *code,
                                      const uint32_t **next) {
  uint32_t word = code[0];
  Register &a = machine->registers[word >> 8 & 0xFF];
  switch (static_cast<Opcode>(word & 0xFF)) {
  case Opcode::DIM:
    a.u = invocation->argument_size(invocation->self, code[1], word >> 16 & 0xFF);
    *next = code + 2;
    return iree_ok_status();
  case Opcode::SIZE:
    *next = code + 1;
    return executeSize(machine, word, true);
  case Opcode::BEHIND:
    *next = code + 1;
    return executeSize(machine, word, false);
  case Opcode::RESERVE:
    *next = code + 1;
    if (a.s < 0)
      return negativeSize(machine, a.s);
    return invocation->reserve(invocation->self, a.u);
  case Opcode::RESULT:
    *next = code + resultHeaderWords + (word >> 8 & 0xFF);
    return executeResult(machine, invocation, code);
  case Opcode::ASSERT:
    *next = code + 1 + (word >> 24);
    return executeAssert(machine, code);
  default:
    __builtin_unreachable(); // isShapeInstruction
  }
}

} // namespace iree
