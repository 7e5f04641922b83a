// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "vm/machine.h"

#include "vm/schema.h"

namespace iree {

using schema::Opcode;

namespace {

inline uint32_t fieldA(uint32_t word) { return word >> 8 & 0xFF; }
inline uint32_t fieldB(uint32_t word) { return word >> 16 & 0xFF; }
inline uint32_t fieldC(uint32_t word) { return word >> 24; }

uint32_t wordOf(const Machine *machine, const uint32_t *instruction) {
  return static_cast<uint32_t>(instruction - machine->code);
}

iree_status_t fail(const Machine *machine, const uint32_t *instruction) {
  auto code = static_cast<iree_status_code_t>(fieldA(instruction[0]));
  const char *text = reinterpret_cast<const char *>(instruction + 1);
  size_t length = 0;
  while (length < 4 * fieldB(instruction[0]) && text[length] != 0)
    ++length;
  return iree_make_status(code, "%s '%.*s': %.*s", machine->kind, IREE_SV_ARGS(machine->name),
                          static_cast<int>(length), text);
}

// The interpreter. Every case ends with the last word of its instruction in
// `pc`, or continues with the next instruction in it.
iree_status_t run(const Machine *machine) {
  Register *const r = machine->registers;
  uint8_t *const *const bases = machine->bases;
  const uint32_t *const lengths = machine->baseLengths;
  const uint32_t *pc = machine->code;
  for (;;) {
    const uint32_t word = pc[0];
    const uint32_t a = fieldA(word), b = fieldB(word), c = fieldC(word);
    switch (static_cast<Opcode>(word & 0xFF)) {
    case Opcode::RETURN:
      return iree_ok_status();
    case Opcode::FAIL:
      return fail(machine, pc);

    case Opcode::BR:
      if (!spend(machine->budget, 1))
        return budgetUsedUp(machine);
      pc = machine->code + machine->blocks[pc[1]];
      continue;
    case Opcode::COND_BR: {
      if (!spend(machine->budget, 1))
        return budgetUsedUp(machine);
      uint32_t block = r[a].u != 0 ? pc[1] & 0xFFFF : pc[1] >> 16;
      pc = machine->code + machine->blocks[block];
      continue;
    }
    case Opcode::NEXT: {
      if (!spend(machine->budget, 1))
        return budgetUsedUp(machine);
      Register &counter = r[a];
      counter.u += r[c].u;
      pc = counter.s < r[b].s ? machine->code + machine->blocks[pc[1]] : pc + 2;
      continue;
    }

    case Opcode::CONST_I32:
    case Opcode::CONST_F32:
      r[a].u = pc[1];
      ++pc;
      break;
    case Opcode::CONST_I64:
    case Opcode::CONST_F64:
      r[a].ul = pc[1] | static_cast<uint64_t>(pc[2]) << 32;
      pc += 2;
      break;
    case Opcode::MOV:
      r[a].ul = r[b].ul;
      break;
    case Opcode::SELECT:
      r[a].ul = r[r[b].u != 0 ? c : pc[1]].ul;
      ++pc;
      break;
    case Opcode::PARAM:
      r[a].u = machine->constants[b];
      break;
    case Opcode::RANGE:
      r[a].u = machine->begin;
      r[b].u = machine->end;
      break;

#define IREE_ACCESS(NAME, Type, shift, statement)                                                  \
  case Opcode::NAME: {                                                                             \
    uint32_t offset = pc[1] + (r[c].u << shift);                                                   \
    if (!isElement<shift>(offset, lengths[b]))                                                     \
      return outOfRange(machine, pc, b);                                                           \
    auto *element = reinterpret_cast<Aliased<Type> *>(bases[b] + offset);                          \
    Register &v = r[a];                                                                            \
    statement;                                                                                     \
    ++pc;                                                                                          \
    break;                                                                                         \
  }
      IREE_ACCESS(LOAD_I1, uint8_t, 0, v.u = element->value != 0)
      IREE_ACCESS(LOAD_I8, int8_t, 0, v.s = element->value)
      IREE_ACCESS(LOAD_U8, uint8_t, 0, v.u = element->value)
      IREE_ACCESS(LOAD_I16, int16_t, 1, v.s = element->value)
      IREE_ACCESS(LOAD_U16, uint16_t, 1, v.u = element->value)
      IREE_ACCESS(LOAD_I32, uint32_t, 2, v.u = element->value)
      IREE_ACCESS(LOAD_I64, uint64_t, 3, v.ul = element->value)
      IREE_ACCESS(STORE_I1, uint8_t, 0, element->value = v.u != 0)
      IREE_ACCESS(STORE_I8, uint8_t, 0, element->value = static_cast<uint8_t>(v.u))
      IREE_ACCESS(STORE_I16, uint16_t, 1, element->value = static_cast<uint16_t>(v.u))
      IREE_ACCESS(STORE_I32, uint32_t, 2, element->value = v.u)
      IREE_ACCESS(STORE_I64, uint64_t, 3, element->value = v.ul)
#if IREE_VM_EXT_F32_ENABLE
      IREE_ACCESS(LOAD_F16, uint16_t, 1, v.f = floatFromHalf(element->value))
      IREE_ACCESS(LOAD_BF16, uint16_t, 1, v.f = floatFromBrain(element->value))
      IREE_ACCESS(LOAD_F32, uint32_t, 2, v.u = element->value)
      IREE_ACCESS(STORE_F16, uint16_t, 1, element->value = halfFromFloat(v.f))
      IREE_ACCESS(STORE_BF16, uint16_t, 1, element->value = brainFromFloat(v.f))
      IREE_ACCESS(STORE_F32, uint32_t, 2, element->value = v.u)
#endif
#if IREE_VM_EXT_F64_ENABLE
      IREE_ACCESS(LOAD_F64, uint64_t, 3, v.ul = element->value)
      IREE_ACCESS(STORE_F64, uint64_t, 3, element->value = v.ul)
#endif
#undef IREE_ACCESS

#define IREE_UNARY(NAME, result, operand, expression)                                              \
  case Opcode::NAME: {                                                                             \
    const auto x = r[b].operand;                                                                   \
    r[a].result = expression;                                                                      \
    break;                                                                                         \
  }
#define IREE_BINARY(NAME, result, operands, expression)                                            \
  case Opcode::NAME: {                                                                             \
    const auto x = r[b].operands, y = r[c].operands;                                               \
    r[a].result = expression;                                                                      \
    break;                                                                                         \
  }
#define IREE_TERNARY(NAME, result, operands, expression)                                           \
  case Opcode::NAME: {                                                                             \
    const auto x = r[b].operands, y = r[c].operands, z = r[pc[1]].operands;                        \
    r[a].result = expression;                                                                      \
    ++pc;                                                                                          \
    break;                                                                                         \
  }
#include "vm/arithmetic.def"

#define IREE_FLOATS(FORMAT, member)                                                                \
  case Opcode::CMP_##FORMAT:                                                                       \
    r[a].u = compare(r[b].member, r[c].member, pc[1]);                                             \
    ++pc;                                                                                          \
    break;                                                                                         \
  case Opcode::MATH_##FORMAT:                                                                      \
    r[a].member = machine->math->unary_##member(c, r[b].member);                                   \
    break;                                                                                         \
  case Opcode::MATH2_##FORMAT:                                                                     \
    r[a].member = machine->math->binary_##member(pc[1], r[b].member, r[c].member);                 \
    ++pc;                                                                                          \
    break;
#if IREE_VM_EXT_F32_ENABLE
      IREE_FLOATS(F32, f)
#endif
#if IREE_VM_EXT_F64_ENABLE
      IREE_FLOATS(F64, d)
#endif
#undef IREE_FLOATS

    default: {
      const uint32_t *next; // so that pc is in no memory
      IREE_RETURN_IF_ERROR(machine->execute(machine, pc, &next));
      pc = next;
      continue;
    }
    }
    ++pc;
  }
}

// A frame of `capacity` registers, on this function's stack.
template <uint32_t capacity> __attribute__((noinline)) iree_status_t runInFrame(Machine *machine) {
  Register frame[capacity];
  zeroBytes(frame, machine->registerCount * sizeof(Register));
  machine->registers = frame;
  return run(machine);
}

} // namespace

void computeOne(const uint32_t *code, Register *registers, const MathFunctions *math) {
  Machine machine = {};
  machine.code = code;
  machine.registers = registers;
  machine.math = math;
  iree_status_ignore(run(&machine));
}

iree_status_t outOfRange(const Machine *machine, const uint32_t *instruction, uint32_t base) {
  return iree_make_status(IREE_STATUS_OUT_OF_RANGE,
                          "%s '%.*s', word %u: access outside base %u of %u bytes, or unaligned",
                          machine->kind, IREE_SV_ARGS(machine->name), wordOf(machine, instruction),
                          base, machine->baseLengths[base]);
}

iree_status_t budgetUsedUp(const Machine *machine) {
  return iree_make_status(IREE_STATUS_DEADLINE_EXCEEDED,
                          "%s '%.*s': the invocation's instruction budget is used up",
                          machine->kind, IREE_SV_ARGS(machine->name));
}

iree_status_t runMachine(Machine *machine) {
  if (machine->registerCount <= 32)
    return runInFrame<32>(machine);
  if (machine->registerCount <= 64)
    return runInFrame<64>(machine);
  if (machine->registerCount <= 128)
    return runInFrame<128>(machine);
  return runInFrame<256>(machine);
}

} // namespace iree
