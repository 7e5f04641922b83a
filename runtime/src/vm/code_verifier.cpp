// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Decodes every instruction once, so that the interpreter need not look.
// Mirrors vm/interpreter.cpp function by function.
#include "base/internal.h"
#include "iree/hal/element_type.h"
#include "schemas/kernel_abi.h"
#include "vm/instruction_verifier.h"
#include "vm/module_verifier.h"
#include "vm/schema.h"
#include "vm/shape_instructions.h"
#include "vm/wave_verifier.h"

namespace iree {

namespace {

using schema::Opcode;

class CodeVerifier {
public:
  CodeVerifier(const iree_vm_bytecode_module_t *verifiedModule,
               const iree_vm_function_info_t *verifiedFunction, uint32_t alignment)
      : placeAlignment(alignment), module(verifiedModule), function(verifiedFunction),
        wave(verifiedFunction) {}

  iree_status_t verify();
  uint32_t placeAlignment;

private:
  // Each returns null or what is wrong, and sets `next`.
  const char *verifyCode();
  const char *verifyInstruction();
  const char *verifyDispatch();
  const char *verifyCopy();
  const char *verifyFill();
  const char *verifyCheck();
#if IREE_VM_REGISTERS_ENABLE
  const char *verifyOther();
  bool isInteger(uint32_t ordinal) const;
#endif
  const char *verifyPlace(const uint32_t *place) const;
  const char *verifyEnd() const;
  bool baseLength(uint32_t base, uint32_t *out) const;
  bool isReadOnly(uint32_t base) const;
  void notePlaceAlignment(const uint32_t *place);

  // Words from the current instruction to the end of the function.
  uint32_t wordsLeft() const { return function->code_words - position; }
  bool isWritten(const uint32_t *place) const { return (place[0] & schema::placeWritten) != 0; }
  bool isFixed(const uint32_t *place) const {
    return !IREE_VM_REGISTERS_ENABLE || (place[0] & schema::placeInRegisters) == 0;
  }

  const iree_vm_bytecode_module_t *module;
  const iree_vm_function_info_t *function;
  WaveVerifier wave;
  uint32_t position = 0;
  uint32_t next = 0;
  uint32_t last = 0; // position of the instruction before
#if IREE_VM_REGISTERS_ENABLE
  // What instructions with registers may name; `scope` comes first, so that its
  // callback finds the verifier.
  struct ProgramScope {
    CodeScope scope;
    const CodeVerifier *verifier;
  };
  static uint32_t baseAlignment(const CodeScope *scope, uint32_t base, bool isWritten);
  ProgramScope program = {};
#endif
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

bool CodeVerifier::isReadOnly(uint32_t base) const {
  return base == schema::baseConstants ||
         (base >= schema::baseArguments && base < schema::baseArguments + function->argument_count);
}

const char *CodeVerifier::verifyPlace(const uint32_t *place) const {
  // Without registers bit 30 makes the base an unknown one.
  uint32_t base =
      place[0] & (IREE_VM_REGISTERS_ENABLE ? schema::placeBaseMask : ~schema::placeWritten);
  uint32_t length = 0;
  if (!baseLength(base, &length))
    return IREE_MESSAGE_TEXT("unknown base of a place");
  if (isFixed(place) && !rangeIsWithin(place[1], place[2], length))
    return IREE_MESSAGE_TEXT("place outside its base");
#if IREE_VM_REGISTERS_ENABLE
  if (!isFixed(place) && (!isInteger(place[1]) || !isInteger(place[2])))
    return IREE_MESSAGE_TEXT("place outside its base");
#endif
  if (isWritten(place) && isReadOnly(base))
    return IREE_MESSAGE_TEXT("writes a constant or an argument");
  return nullptr;
}

void CodeVerifier::notePlaceAlignment(const uint32_t *place) {
  uint32_t base = place[0] & schema::placeBaseMask;
  if (base >= schema::baseArguments)
    return;
  uint32_t alignment = base == schema::baseConstants ? 64 : module->arena_alignment;
  uint32_t lowestBit = isFixed(place) ? place[1] & (0 - place[1]) : schema::bindingAlignment;
  if (lowestBit != 0 && lowestBit < alignment)
    alignment = lowestBit;
  if (alignment < placeAlignment)
    placeAlignment = alignment;
}

const char *CodeVerifier::verifyDispatch() {
  const uint32_t *code = function->code + position;
  uint32_t bindings = code[0] >> 8 & 0xFF;
  uint32_t constants = code[0] >> 16 & 0xFF;
  constexpr uint32_t flags =
      schema::dispatchIndependent | (IREE_VM_REGISTERS_ENABLE ? schema::dispatchInRegisters : 0);
  if ((code[0] & ~(0xFFFFFFu | flags)) != 0)
    return IREE_MESSAGE_TEXT("unused bits are set");
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
#if IREE_VM_REGISTERS_ENABLE
  bool inRegisters = (code[0] & schema::dispatchInRegisters) != 0;
  if (inRegisters && !isInteger(code[2]))
    return IREE_MESSAGE_TEXT("range in an unknown register");
  for (uint32_t i = 0; i < constants && inRegisters; ++i) {
    if (!isInteger(place[i]))
      return IREE_MESSAGE_TEXT("constant in an unknown register");
  }
#endif
  next = position + words;
  return wave.add(code);
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
  if (isFixed(target) && isFixed(source) && target[2] != source[2])
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
  if (isFixed(target) && target[2] % patternBytes != 0)
    return IREE_MESSAGE_TEXT("fill length is no multiple of the pattern");
  next = position + schema::fillWords;
  return nullptr;
}

const char *CodeVerifier::verifyCheck() {
  const uint32_t *code = function->code + position;
  uint32_t rank = code[0] >> 16 & 0xFF;
  if (wordsLeft() < schema::checkWords(code[0]))
    return IREE_MESSAGE_TEXT("cut instruction");
  if ((code[0] >> 8 & 0xFF) > IREE_VM_CHECK_KIND_ALL_FALSE)
    return IREE_MESSAGE_TEXT("unknown kind of check");
  const uint32_t *actual = code + schema::checkHeaderWords;
  const uint32_t *expected = actual + schema::placeWords;
  if (const char *error = verifyPlace(actual))
    return error;
  if (const char *error = verifyPlace(expected))
    return error;
  if (isWritten(actual) || isWritten(expected))
    return IREE_MESSAGE_TEXT("check must not write");
  if (!isFixed(actual) || !isFixed(expected))
    return IREE_MESSAGE_TEXT("places of a check must be fixed");
  uint64_t bytes = iree_hal_element_dense_byte_count(code[1]);
  const uint32_t *shape = expected + schema::placeWords;
  for (uint32_t i = 0; i < rank; ++i) {
    bytes *= shape[i];
    if (bytes > UINT32_MAX)
      return IREE_MESSAGE_TEXT("checked value is too large");
  }
  bool isKnown = iree_hal_element_type_is_known(code[1]) ||
                 code[1] == IREE_HAL_ELEMENT_TYPE_COMPLEX_FLOAT_64 ||
                 code[1] == IREE_HAL_ELEMENT_TYPE_COMPLEX_FLOAT_128;
  if (!isKnown || bytes != actual[2] || bytes != expected[2])
    return IREE_MESSAGE_TEXT("places of a check do not have its type");
  next = position + schema::checkWords(code[0]);
  return nullptr;
}

#if IREE_VM_REGISTERS_ENABLE
// Whether the function has this i32 register.
bool CodeVerifier::isInteger(uint32_t ordinal) const {
  return ordinal < function->register_count && function->register_types[ordinal] == 0;
}

uint32_t CodeVerifier::baseAlignment(const CodeScope *scope, uint32_t base, bool isWritten) {
  const CodeVerifier *verifier = reinterpret_cast<const ProgramScope *>(scope)->verifier;
  const iree_vm_function_info_t *function = verifier->function;
  uint32_t length = 0;
  if (!verifier->baseLength(base, &length) || (isWritten && verifier->isReadOnly(base)))
    return 0;
  if (base == schema::baseArena)
    return verifier->module->arena_alignment;
  if (base < schema::baseArguments)
    return 8;
  iree_vm_value_info_t value;
  base -= schema::baseArguments;
  if (base < function->argument_count)
    iree_vm_function_argument(function, base, &value);
  else
    iree_vm_function_result(function, base - function->argument_count, &value);
  return static_cast<uint32_t>(iree_hal_element_dense_byte_count(value.element_type));
}

const char *CodeVerifier::verifyOther() {
  if ((function->code[position] & 0xFF) == static_cast<uint32_t>(Opcode::FAIL))
    return iree::verifyFail(program.scope, position, &next);
  if (isShapeInstruction(function->code[position]))
    return verifyShapeInstruction(program.scope, function, position, &next);
  if (const char *error = iree::verifyInstruction(program.scope, position, &next))
    return error;
  return next != position ? nullptr : IREE_MESSAGE_TEXT("instruction of kernels in a program");
}

const char *CodeVerifier::verifyCode() {
  program.scope = {function->code,
                   function->code_words,
                   function->register_types,
                   function->register_count,
                   function->blocks,
                   function->block_count,
                   false,
                   0,
                   baseAlignment};
  program.verifier = this;
  if (const char *error = iree::verifyRegisters(program.scope))
    return error;
  if (const char *error = iree::verifyBlocks(program.scope))
    return error;
  uint32_t block = 0;
  for (; position < function->code_words; position = next) {
    uint32_t blocksBefore = block;
    if (!iree::passBlock(program.scope, position, &block))
      return IREE_MESSAGE_TEXT("block begins within an instruction");
    if (block != blocksBefore)
      wave.endWave();
    if (const char *error = verifyInstruction())
      return error;
    last = position;
  }
  if (block != function->block_count)
    return IREE_MESSAGE_TEXT("block begins within an instruction");
  return verifyEnd();
}
#else
const char *CodeVerifier::verifyCode() {
  for (; position < function->code_words; position = next) {
    if (const char *error = verifyInstruction())
      return error;
    last = position;
  }
  return verifyEnd();
}
#endif

// Control does not run past the end.
const char *CodeVerifier::verifyEnd() const {
  uint32_t opcode = function->code_words == 0 ? ~0u : function->code[last] & 0xFF;
  bool isEnd = opcode == static_cast<uint32_t>(Opcode::RETURN);
  if (iree_vm_function_has_registers(function))
    isEnd = isEnd || opcode == static_cast<uint32_t>(Opcode::BR) ||
            opcode == static_cast<uint32_t>(Opcode::FAIL);
  return isEnd ? nullptr : IREE_MESSAGE_TEXT("does not end with a return");
}

const char *CodeVerifier::verifyInstruction() {
  uint32_t word = function->code[position];
  if ((word & 0xFF) != static_cast<uint32_t>(Opcode::DISPATCH))
    wave.endWave();
  switch (static_cast<Opcode>(word & 0xFF)) {
  case Opcode::RETURN:
    if (word >> 8 != 0)
      return IREE_MESSAGE_TEXT("unused bits are set");
    next = position + 1;
    if (iree_vm_function_has_registers(function) || next == function->code_words)
      return nullptr;
    return IREE_MESSAGE_TEXT("return before the end");
  case Opcode::DISPATCH:
    return verifyDispatch();
  case Opcode::COPY:
    return verifyCopy();
  case Opcode::FILL:
    return verifyFill();
  case Opcode::CHECK:
    return verifyCheck();
  default:
    break;
  }
#if IREE_VM_REGISTERS_ENABLE
  if (iree_vm_function_has_registers(function))
    return verifyOther();
  return IREE_MESSAGE_TEXT("unknown opcode, or one of code with registers");
#else
  return IREE_MESSAGE_TEXT("unknown opcode, or one that needs IREE_VM_REGISTERS_ENABLE");
#endif
}

iree_status_t CodeVerifier::verify() {
  const char *error = verifyCode();
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
