// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs verified programs. Mirrors vm/code_verifier.cpp, which has checked
// everything that is taken for granted here. Code with registers runs on the
// machine of vm/machine.h, which comes back for what programs alone have.
#include "iree/vm/bytecode_module.h"

#include "base/internal.h"
#include "schemas/kernel_abi.h"
#include "vm/machine.h"
#include "vm/schema.h"
#include "vm/shape_instructions.h"

namespace schema = iree::schema;
using schema::Opcode;

namespace {

// A place in memory.
struct Span {
  uint8_t *address;
  uint32_t length;
};

// A program's invocation.
struct Program {
  const iree_vm_invocation_t *invocation;
  uint64_t budget;
};

// `isChecked`: the verifier has compared the lengths.
iree_status_t executeCopy(Span target, Span source, bool isChecked) {
  if (!isChecked && target.length != source.length)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "copy of %u bytes to a place of %u",
                            source.length, target.length);
  if (target.length != 0)
    __builtin_memmove(target.address, source.address, target.length);
  return iree_ok_status();
}

iree_status_t executeFill(uint32_t patternBytes, const uint32_t *patternWords, Span target,
                          bool isChecked) {
  uint8_t pattern[8];
  iree::copyBytes(pattern, patternWords, sizeof(pattern));
  bool isUniform = true;
  for (uint32_t i = 1; i < patternBytes; ++i)
    isUniform = isUniform && pattern[i] == pattern[0];
  if (!isChecked && (target.length & (patternBytes - 1)) != 0)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "fill of %u bytes with a pattern of %u",
                            target.length, patternBytes);
  if (isUniform) {
    if (target.length != 0)
      __builtin_memset(target.address, pattern[0], target.length);
    return iree_ok_status();
  }
  for (uint32_t i = 0; i < target.length; ++i)
    target.address[i] = pattern[i & (patternBytes - 1)];
  return iree_ok_status();
}

// Straight-line code: everything is in its words.
struct FixedOperands {
  static constexpr bool areVerified = true;
  uint8_t *const *bases;

  iree_status_t place(const uint32_t *words, uint32_t, Span *out) const {
    *out = {bases[words[0] & schema::placeBaseMask] + words[1], words[2]};
    return iree_ok_status();
  }
  uint32_t rangeCount(const uint32_t *code) const { return code[2]; }
  const uint32_t *constants(const uint32_t *code, const uint32_t *words, uint32_t *) const {
    (void)code;
    return words;
  }
};

#if IREE_VM_REGISTERS_ENABLE
// Code with registers: places, ranges and constants may be in them.
struct RegisterOperands {
  static constexpr bool areVerified = false;
  const iree::Machine *machine;

  // `alignment` is what offsets in registers must be multiples of.
  iree_status_t place(const uint32_t *words, uint32_t alignment, Span *out) const {
    uint32_t base = words[0] & schema::placeBaseMask, offset = words[1], length = words[2];
    if (words[0] & schema::placeInRegisters) {
      offset = machine->registers[offset].u;
      length = machine->registers[length].u;
      // The caller's memory is aligned to its elements, whatever the offset.
      bool isAligned = base >= schema::baseArguments || (offset & (alignment - 1)) == 0;
      if (!iree::rangeIsWithin(offset, length, machine->baseLengths[base]) || !isAligned)
        return iree_make_status(IREE_STATUS_OUT_OF_RANGE,
                                "%s '%.*s': place of %u bytes at %u outside base %u of %u "
                                "bytes, or unaligned",
                                machine->kind, IREE_SV_ARGS(machine->name), length, offset, base,
                                machine->baseLengths[base]);
    }
    *out = {machine->bases[base] + offset, length};
    return iree_ok_status();
  }
  bool inRegisters(const uint32_t *code) const {
    return (code[0] & schema::dispatchInRegisters) != 0;
  }
  uint32_t rangeCount(const uint32_t *code) const {
    return inRegisters(code) ? machine->registers[code[2]].u : code[2];
  }
  const uint32_t *constants(const uint32_t *code, const uint32_t *words, uint32_t *copies) const {
    if (!inRegisters(code))
      return words;
    for (uint32_t i = 0; i < (code[0] >> 16 & 0xFF); ++i)
      copies[i] = machine->registers[words[i]].u;
    return copies;
  }
};
#endif

// Dispatches that a device gets at a time; with one thread there is no use for
// more.
#if IREE_SYNCHRONIZATION_DISABLE_UNSAFE
constexpr uint32_t maxWave = 1;
#else
constexpr uint32_t maxWave = IREE_KERNEL_MAX_WAVE;
#endif

inline bool continuesWave(const uint32_t *code) {
  constexpr uint32_t mask = 0xFFu | schema::dispatchIndependent;
  return (code[0] & mask) ==
         (static_cast<uint32_t>(Opcode::DISPATCH) | schema::dispatchIndependent);
}

template <typename Operands>
iree_status_t executeDispatch(Program *program, const Operands &operands, const uint32_t *code,
                              const uint32_t **next) {
  iree_hal_dispatch_t wave[maxWave];
  void *bindings[IREE_KERNEL_MAX_BINDINGS];
  uint32_t lengths[IREE_KERNEL_MAX_BINDINGS];
  // Unused, and gone, where constants are never in registers.
  uint32_t copies[Operands::areVerified ? 1 : IREE_KERNEL_MAX_CONSTANTS];
  uint32_t count = 0, used = 0;
  do {
    uint32_t first = used;
    uint32_t bindingCount = code[0] >> 8 & 0xFF;
    const uint32_t *place = code + schema::dispatchHeaderWords;
    for (uint32_t i = 0; i < bindingCount; ++i, ++used, place += schema::placeWords) {
      Span span = {};
      IREE_RETURN_IF_ERROR(operands.place(place, schema::bindingAlignment, &span));
      bindings[used] = span.address;
      lengths[used] = span.length;
    }
    wave[count++] = {code[1],
                     operands.rangeCount(code),
                     bindings + first,
                     lengths + first,
                     operands.constants(code, place, copies),
                     &program->budget};
    code = place + (code[0] >> 16 & 0xFF);
  } while (count < maxWave && continuesWave(code));
  *next = code;
  return program->invocation->dispatch(program->invocation->self, count, wave);
}

// Its places are never in registers.
iree_status_t executeCheck(const uint32_t *code, const iree_vm_invocation_t *invocation) {
  if (!invocation->check.fn)
    return iree_make_status(IREE_STATUS_UNIMPLEMENTED,
                            "the function has checks, which only iree-check-module runs");
  auto span = [&](const uint32_t *place) {
    return iree_make_const_byte_span(invocation->bases[place[0]] + place[1], place[2]);
  };
  const uint32_t *actual = code + schema::checkHeaderWords;
  const uint32_t *expected = actual + schema::placeWords;
  iree_vm_check_t check;
  check.kind = code[0] >> 8 & 0xFF;
  check.element_type = code[1];
  check.shape_rank = code[0] >> 16 & 0xFF;
  check.shape = expected + schema::placeWords;
  iree::copyBytes(&check.atol, code + 2, sizeof(check.atol));
  iree::copyBytes(&check.rtol, code + 3, sizeof(check.rtol));
  check.actual = span(actual);
  check.expected = span(expected);
  const char *text = reinterpret_cast<const char *>(check.shape + check.shape_rank);
  size_t textLength = (code[0] >> 24) * sizeof(uint32_t);
  while (textLength != 0 && text[textLength - 1] == 0)
    --textLength;
  check.location = iree_make_string_view(text, textLength);
  return invocation->check.fn(invocation->check.self, &check);
}

// Everything but RETURN.
template <typename Operands>
iree_status_t executeInstruction(Program *program, const Operands &operands, const uint32_t *code,
                                 const uint32_t **next) {
  Span target = {}, source = {};
  switch (static_cast<Opcode>(code[0] & 0xFF)) {
  case Opcode::DISPATCH:
    return executeDispatch(program, operands, code, next);
  case Opcode::COPY:
    IREE_RETURN_IF_ERROR(operands.place(code + 1, 1, &target));
    IREE_RETURN_IF_ERROR(operands.place(code + 1 + schema::placeWords, 1, &source));
    *next = code + schema::copyWords;
    return executeCopy(target, source, Operands::areVerified);
  case Opcode::FILL:
    IREE_RETURN_IF_ERROR(operands.place(code + 1, 1, &target));
    *next = code + schema::fillWords;
    return executeFill(code[0] >> 8 & 0xFF, code + 1 + schema::placeWords, target,
                       Operands::areVerified);
  case Opcode::CHECK:
    *next = code + schema::checkWords(code[0]);
    return executeCheck(code, program->invocation);
  default:
    __builtin_unreachable(); // refused by the verifier
  }
}

#if IREE_VM_REGISTERS_ENABLE
iree_status_t executeForMachine(const iree::Machine *machine, const uint32_t *code,
                                const uint32_t **next) {
  auto *program = static_cast<Program *>(machine->self);
  if (iree::isShapeInstruction(code[0]))
    return iree::executeShapeInstruction(machine, program->invocation, code, next);
  return executeInstruction(program, RegisterOperands{machine}, code, next);
}

iree_status_t executeWithRegisters(Program *program, const iree_vm_function_info_t *function) {
  iree::Machine machine = {};
  machine.code = function->code;
  machine.blocks = function->blocks;
  machine.registerCount = function->register_count;
  machine.bases = program->invocation->bases;
  machine.baseLengths = program->invocation->base_lengths;
  machine.budget = &program->budget;
  machine.kind = "function";
  machine.name = function->name;
  machine.execute = executeForMachine;
  machine.self = program;
  return iree::runMachine(&machine);
}
#endif

} // namespace

iree_status_t iree_vm_bytecode_execute(const iree_vm_function_info_t *function,
                                       const iree_vm_invocation_t *invocation) {
  Program program = {invocation, invocation->budget == 0 ? UINT64_MAX : invocation->budget};
#if IREE_VM_REGISTERS_ENABLE
  if (iree_vm_function_has_registers(function))
    return executeWithRegisters(&program, function);
#endif
  const uint32_t *code = function->code;
  FixedOperands operands = {invocation->bases};
  while ((code[0] & 0xFF) != static_cast<uint32_t>(Opcode::RETURN))
    IREE_RETURN_IF_ERROR(executeInstruction(&program, operands, code, &code));
  return iree_ok_status();
}
