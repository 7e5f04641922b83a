// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elementwise microkernels: MAP, REDUCE, REQUANTIZE.
#include "vmvx/microkernels.h"
#include "vmvx/rows.h"
#include "vmvx/strided.h"

namespace iree::vmvx {

using schema::Opcode;

namespace {

// What comes first in all three: sizes and the budget.
struct Loops {
  uint32_t outer, inner;
};
Loops readLoops(const Machine *machine, const uint32_t *code) {
  return {sizeOf(machine, code[0] >> 16 & 0xFF), sizeOf(machine, code[0] >> 24)};
}
bool isEmpty(Loops loops) { return loops.outer == 0 || loops.inner == 0; }

#define IREE_READ_ROWS(word, element, out)                                                         \
  if (!readRows(machine, word, element, loops.outer, loops.inner, out))                            \
    return outOfRange(machine, code, (word) & 0xFF);

// The interpreter's own instruction, element by element: slow, and small.
void computeSlowly(const Machine *machine, uint32_t opcode, uint32_t immediate, uint32_t count,
                   const Register *a, const Register *b, const Register *c, Register *out) {
  InstructionFormat format = instructionFormats.of[opcode];
  // Result in register 0, sources in 1, 2, 3; what the format lacks is not read.
  uint32_t third = format.field(2) == Field::BYTE ? immediate : 2;
  uint32_t code[3] = {opcode | 1u << 16 | third << 24, static_cast<uint32_t>(Opcode::RETURN),
                      static_cast<uint32_t>(Opcode::RETURN)};
  if (format.extra() == Extra::REGISTER)
    code[1] = 3;
  else if (format.extra() == Extra::WORD)
    code[1] = immediate;
  Register registers[4];
  for (uint32_t i = 0; i < count; ++i) {
    registers[1] = a[i];
    registers[2] = b[i];
    registers[3] = c[i];
    computeOne(code, registers, machine->math);
    out[i] = registers[0];
  }
}

// Computes `count` elements.
void computeChunk(const Machine *machine, uint32_t opcode, uint32_t immediate, uint32_t count,
                  const Register *a, const Register *b, const Register *c, Register *out) {
  switch (static_cast<Opcode>(opcode)) {
#define IREE_EACH(statement)                                                                       \
  for (uint32_t i = 0; i < count; ++i) {                                                           \
    statement;                                                                                     \
  }                                                                                                \
  break;
#define IREE_UNARY(NAME, result, operand, expression)                                              \
  case Opcode::NAME:                                                                               \
    IREE_EACH(const auto x = a[i].operand; out[i].result = expression)
#define IREE_BINARY(NAME, result, operands, expression)                                            \
  case Opcode::NAME:                                                                               \
    IREE_EACH(const auto x = a[i].operands; const auto y = b[i].operands;                          \
              out[i].result = expression)
#define IREE_TERNARY(NAME, result, operands, expression)                                           \
  case Opcode::NAME:                                                                               \
    IREE_EACH(const auto x = a[i].operands; const auto y = b[i].operands;                          \
              const auto z = c[i].operands; out[i].result = expression)
#define IREE_COMMON_ARITHMETIC
#include "vm/arithmetic.def"
  case Opcode::MOV:
    IREE_EACH(out[i].ul = a[i].ul)
  case Opcode::SELECT:
    IREE_EACH(out[i].ul = a[i].u != 0 ? b[i].ul : c[i].ul)
#if IREE_VM_EXT_F32_ENABLE
  case Opcode::CMP_F32:
    IREE_EACH(out[i].u = compare(a[i].f, b[i].f, immediate))
  case Opcode::MATH_F32:
    IREE_EACH(out[i].f = callMath(immediate, a[i].f))
#endif
  default:
    computeSlowly(machine, opcode, immediate, count, a, b, c, out);
    break;
  }
#undef IREE_EACH
}

// Folds `count` elements into `*target`, the first one first.
void reduceChunk(const Machine *machine, uint32_t opcode, uint32_t count, const Register *source,
                 Register *target) {
  switch (static_cast<Opcode>(opcode)) {
#define IREE_REDUCTION(NAME, member, expression)                                                   \
  case Opcode::NAME: {                                                                             \
    auto x = target->member;                                                                       \
    for (uint32_t i = 0; i < count; ++i) {                                                         \
      const auto y = source[i].member;                                                             \
      x = expression;                                                                              \
    }                                                                                              \
    target->member = x;                                                                            \
    break;                                                                                         \
  }
#include "vmvx/reductions.def"
  default:
    for (uint32_t i = 0; i < count; ++i)
      computeSlowly(machine, opcode, 0, 1, target, &source[i], &source[i], target);
    break;
  }
}

uint32_t chunkAt(uint32_t first, uint32_t end) {
  return end - first < chunkElements ? end - first : chunkElements;
}

} // namespace

iree_status_t executeMap(const Machine *machine, const uint32_t *code, const uint32_t **next) {
  uint32_t opcode = code[0] >> 8 & 0xFF;
  MapOperation operation;
  describeMapOperation(opcode, code[1] & 0xFF, &operation);
  *next = code + 3 + operation.sourceCount;
  Loops loops = readLoops(machine, code);
  if (isEmpty(loops))
    return iree_ok_status();
  if (!spend(machine->budget, costOf(loops.outer, loops.inner) / 16))
    return budgetUsedUp(machine);
  Rows target, sources[3] = {};
  IREE_READ_ROWS(code[2], code[1] & 0xFF, &target)
  for (uint32_t i = 0; i < operation.sourceCount; ++i)
    IREE_READ_ROWS(code[3 + i], code[1] >> (8 + 8 * i) & 0xFF, &sources[i])
  bool isCopy = opcode == static_cast<uint32_t>(Opcode::MOV) && target.element != Element::I1 &&
                (!sources[0].data || sources[0].element == target.element);
  Register values[3][chunkElements], results[chunkElements];
  for (uint32_t row = 0; row < loops.outer; ++row) {
    if (isCopy) {
      copyRow(target, sources[0], row, loops.inner);
      continue;
    }
    for (uint32_t i = 0; i < loops.inner; i += chunkElements) {
      uint32_t count = chunkAt(i, loops.inner);
      for (uint32_t k = 0; k < operation.sourceCount; ++k)
        loadChunk(sources[k], row, i, count, values[k]);
      computeChunk(machine, opcode, code[1] >> 24, count, values[0], values[1], values[2], results);
      storeChunk(target, row, i, count, results);
    }
  }
  return iree_ok_status();
}

iree_status_t executeReduce(const Machine *machine, const uint32_t *code, const uint32_t **next) {
  *next = code + 4;
  Loops loops = readLoops(machine, code);
  if (isEmpty(loops))
    return iree_ok_status();
  if (!spend(machine->budget, costOf(loops.outer, loops.inner) / 16))
    return budgetUsedUp(machine);
  Rows target, source;
  if (!readRows(machine, code[2], code[1] & 0xFF, loops.outer, 1, &target))
    return outOfRange(machine, code, code[2] & 0xFF);
  IREE_READ_ROWS(code[3], code[1] >> 8 & 0xFF, &source)
  Register values[chunkElements], sum;
  for (uint32_t row = 0; row < loops.outer; ++row) {
    loadChunk(target, row, 0, 1, &sum);
    for (uint32_t i = 0; i < loops.inner; i += chunkElements) {
      uint32_t count = chunkAt(i, loops.inner);
      loadChunk(source, row, i, count, values);
      reduceChunk(machine, code[0] >> 8 & 0xFF, count, values, &sum);
    }
    storeChunk(target, row, 0, 1, &sum);
  }
  return iree_ok_status();
}

iree_status_t executeRequantize(const Machine *machine, const uint32_t *code,
                                const uint32_t **next) {
  *next = code + 8;
  Loops loops = readLoops(machine, code);
  if (isEmpty(loops))
    return iree_ok_status();
  if (!spend(machine->budget, costOf(loops.outer, loops.inner) / 16))
    return budgetUsedUp(machine);
  Rows target, sources[4]; // value, added, multiplier, shift
  IREE_READ_ROWS(code[2], code[1] & 0xFF, &target)
  IREE_READ_ROWS(code[3], code[1] >> 8 & 0xFF, &sources[0])
  IREE_READ_ROWS(code[4], static_cast<uint32_t>(Element::I32), &sources[1])
  IREE_READ_ROWS(code[5], code[1] >> 16 & 0xFF, &sources[2])
  IREE_READ_ROWS(code[6], code[1] >> 24, &sources[3])
  const Register *r = machine->registers;
  uint32_t zeroPoint = r[code[7] & 0xFF].u;
  int32_t low = r[code[7] >> 8 & 0xFF].s, high = r[code[7] >> 16].s;
  bool isDouble = (code[0] >> 8 & 0xFF) != 0;
  Register values[4][chunkElements];
  for (uint32_t row = 0; row < loops.outer; ++row) {
    for (uint32_t i = 0; i < loops.inner; i += chunkElements) {
      uint32_t count = chunkAt(i, loops.inner);
      for (uint32_t k = 0; k < 4; ++k)
        loadChunk(sources[k], row, i, count, values[k]);
      for (uint32_t k = 0; k < count; ++k) {
        Register value;
        value.u = values[0][k].u + values[1][k].u;
        int32_t multiplier = values[2][k].s, shift = values[3][k].s;
        value.s = scale(value.s, multiplier, shift, isDouble);
        value.u += zeroPoint;
        int32_t clamped = value.s < low ? low : value.s;
        values[0][k].s = clamped > high ? high : clamped;
      }
      storeChunk(target, row, i, count, values[0]);
    }
  }
  return iree_ok_status();
}

} // namespace iree::vmvx
