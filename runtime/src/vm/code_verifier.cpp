// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Decodes every instruction once, so that the interpreter need not look.
// Mirrors vm/interpreter.cpp function by function.
#include "base/internal.h"
#include "schemas/kernel_abi.h"
#include "vm/module_verifier.h"
#include "vm/schema.h"

namespace iree {

namespace {

using schema::Opcode;

class CodeVerifier {
public:
  CodeVerifier(const iree_vm_bytecode_module_t *verifiedModule,
               const iree_vm_function_info_t *verifiedFunction, uint32_t alignment)
      : placeAlignment(alignment), module(verifiedModule), function(verifiedFunction) {}

  iree_status_t verify();
  uint32_t placeAlignment;

private:
  // Each returns null or what is wrong, and sets `next`.
  const char *verifyInstruction();
  const char *verifyDispatch();
  const char *verifyCopy();
  const char *verifyFill();
  const char *verifyPlace(const uint32_t *place) const;
  bool baseLength(uint32_t base, uint32_t *out) const;
  void notePlaceAlignment(const uint32_t *place);

  // Words from the current instruction to the end of the function.
  uint32_t wordsLeft() const { return function->code_words - position; }
  bool isWritten(const uint32_t *place) const { return (place[0] & schema::placeWritten) != 0; }

  const iree_vm_bytecode_module_t *module;
  const iree_vm_function_info_t *function;
  uint32_t position = 0;
  uint32_t next = 0;
};

bool CodeVerifier::baseLength(uint32_t base, uint32_t *out) const {
  iree_vm_value_info_t value;
  if (base == schema::baseArena) {
    *out = function->arena_bytes;
    return true;
  }
  if (base == schema::baseConstants) {
    *out = static_cast<uint32_t>(module->constants.data_length);
    return true;
  }
  if (base == schema::baseState) {
    *out = module->state_bytes;
    return true;
  }
  base -= schema::baseArguments;
  if (base < function->argument_count) {
    iree_vm_function_argument(function, base, &value);
  } else {
    base -= function->argument_count;
    if (base >= function->result_count)
      return false;
    iree_vm_function_result(function, base, &value);
  }
  *out = value.byte_length;
  return true;
}

const char *CodeVerifier::verifyPlace(const uint32_t *place) const {
  uint32_t base = place[0] & ~schema::placeWritten;
  uint32_t length = 0;
  if (!baseLength(base, &length))
    return IREE_MESSAGE_TEXT("unknown base of a place");
  if (!rangeIsWithin(place[1], place[2], length))
    return IREE_MESSAGE_TEXT("place outside its base");
  bool isReadOnly =
      base == schema::baseConstants ||
      (base >= schema::baseArguments && base < schema::baseArguments + function->argument_count);
  if (isWritten(place) && isReadOnly)
    return IREE_MESSAGE_TEXT("writes a constant or an argument");
  return nullptr;
}

void CodeVerifier::notePlaceAlignment(const uint32_t *place) {
  uint32_t base = place[0] & ~schema::placeWritten;
  if (base >= schema::baseArguments)
    return;
  uint32_t alignment = base == schema::baseConstants ? 64 : module->arena_alignment;
  uint32_t lowestBit = place[1] & (0 - place[1]);
  if (lowestBit != 0 && lowestBit < alignment)
    alignment = lowestBit;
  if (alignment < placeAlignment)
    placeAlignment = alignment;
}

const char *CodeVerifier::verifyDispatch() {
  const uint32_t *code = function->code + position;
  uint32_t bindings = code[0] >> 8 & 0xFF;
  uint32_t constants = code[0] >> 16;
  if (wordsLeft() < schema::dispatchHeaderWords)
    return IREE_MESSAGE_TEXT("cut instruction");
  if (code[1] >= module->kernel_count)
    return IREE_MESSAGE_TEXT("unknown kernel");
  iree_vm_kernel_info_t kernel;
  iree_vm_bytecode_module_kernel(module, code[1], &kernel);
  if (bindings != kernel.binding_count || constants != kernel.constant_count)
    return IREE_MESSAGE_TEXT("not as many operands as the kernel has");
  uint32_t words = schema::dispatchHeaderWords + bindings * schema::placeWords + constants;
  if (words > wordsLeft())
    return IREE_MESSAGE_TEXT("cut instruction");
  const uint32_t *place = code + schema::dispatchHeaderWords;
  for (uint32_t i = 0; i < bindings; ++i, place += schema::placeWords) {
    if (const char *error = verifyPlace(place))
      return error;
    notePlaceAlignment(place);
  }
  next = position + words;
  return nullptr;
}

const char *CodeVerifier::verifyCopy() {
  const uint32_t *target = function->code + position + 1;
  const uint32_t *source = target + schema::placeWords;
  if (function->code[position] >> 8 != 0)
    return IREE_MESSAGE_TEXT("unused bits are set");
  if (wordsLeft() < schema::copyWords)
    return IREE_MESSAGE_TEXT("cut instruction");
  if (const char *error = verifyPlace(target))
    return error;
  if (const char *error = verifyPlace(source))
    return error;
  if (!isWritten(target) || isWritten(source))
    return IREE_MESSAGE_TEXT("copy must write its target only");
  if (target[2] != source[2])
    return IREE_MESSAGE_TEXT("copy between places of different length");
  next = position + schema::copyWords;
  return nullptr;
}

const char *CodeVerifier::verifyFill() {
  const uint32_t *target = function->code + position + 1;
  uint32_t patternBytes = function->code[position] >> 8;
  if (!isPowerOfTwo(patternBytes) || patternBytes > 8)
    return IREE_MESSAGE_TEXT("fill pattern of other than 1, 2, 4 or 8 bytes");
  if (wordsLeft() < schema::fillWords)
    return IREE_MESSAGE_TEXT("cut instruction");
  if (const char *error = verifyPlace(target))
    return error;
  if (!isWritten(target))
    return IREE_MESSAGE_TEXT("fill must write its target");
  if (target[2] % patternBytes != 0)
    return IREE_MESSAGE_TEXT("fill length is no multiple of the pattern");
  next = position + schema::fillWords;
  return nullptr;
}

const char *CodeVerifier::verifyInstruction() {
  uint32_t word = function->code[position];
  switch (static_cast<Opcode>(word & 0xFF)) {
  case Opcode::RETURN:
    if (word >> 8 != 0)
      return IREE_MESSAGE_TEXT("unused bits are set");
    next = position + 1;
    return next == function->code_words ? nullptr : IREE_MESSAGE_TEXT("return before the end");
  case Opcode::DISPATCH:
    return verifyDispatch();
  case Opcode::COPY:
    return verifyCopy();
  case Opcode::FILL:
    return verifyFill();
  default:
    break;
  }
  return IREE_MESSAGE_TEXT("unknown opcode");
}

iree_status_t CodeVerifier::verify() {
  const char *error = nullptr;
  bool isComplete = false;
  while (!error && position < function->code_words) {
    isComplete = function->code[position] == static_cast<uint32_t>(Opcode::RETURN);
    error = verifyInstruction();
    if (!error)
      position = next;
  }
  if (!error && !isComplete)
    error = IREE_MESSAGE_TEXT("does not end with a return");
  if (!error)
    return iree_ok_status();
  return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "module: function '%.*s', word %u: %s",
                          IREE_SV_ARGS(function->name), position, error);
}

} // namespace

iree_status_t verifyCode(const iree_vm_bytecode_module_t *module,
                         const iree_vm_function_info_t *function, uint32_t *placeAlignment) {
  CodeVerifier verifier(module, function, *placeAlignment);
  IREE_RETURN_IF_ERROR(verifier.verify());
  *placeAlignment = verifier.placeAlignment;
  return iree_ok_status();
}

} // namespace iree
