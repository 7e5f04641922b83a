// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CONTRACT: nested loops over a target and one or two sources. The two innermost
// loops are written for each kind, the others step pointers.
#include "vmvx/microkernels.h"
#include "vmvx/strided.h"

#include "vm/instruction_formats.h"

namespace iree::vmvx {

namespace {

enum Operand : uint32_t { Target, A, B, operandCount };

// A loop: steps, and strides in elements.
struct Loop {
  uint32_t size;
  ptrdiff_t strides[operandCount];
};

// Steps of the two innermost loops. Target is what is accumulated, Source what
// is read. Integers are accumulated without sign, so that they wrap.

// Where most of the time is spent (isHot), loops are written for more cases.

// A sum is one of products by 1.
template <typename T, typename S> struct Multiply {
  using Target = T;
  using Source = S;
  static constexpr bool isHot = sizeof(S) == 1;
  T step(T sum, S a, S b) const { return sum + static_cast<T>(a) * static_cast<T>(b); }
};
#if IREE_VM_EXT_F32_ENABLE
template <> struct Multiply<float, float> {
  using Target = float;
  using Source = float;
  static constexpr bool isHot = true;
  float step(float sum, float a, float b) const {
#if defined(__FP_FAST_FMAF)
    return __builtin_fmaf(a, b, sum);
#else
    return sum + a * b;
#endif
  }
};
#endif
struct MultiplyWithZeroPoints {
  using Target = uint32_t;
  using Source = int8_t;
  static constexpr bool isHot = false;
  uint32_t zeroA, zeroB;
  uint32_t step(uint32_t sum, int8_t a, int8_t b) const {
    return sum + (static_cast<uint32_t>(a) - zeroA) * (static_cast<uint32_t>(b) - zeroB);
  }
};
// The larger of the two; with a mask of ones, which turns the order around, the
// smaller.
template <typename T> struct Extreme {
  using Target = T;
  using Source = T;
  static constexpr bool isHot = false;
  int32_t mask;
  T step(T sum, T a, T) const { return (a ^ mask) > (sum ^ mask) ? a : sum; }
};
#if IREE_VM_EXT_F32_ENABLE
template <> struct Extreme<float> {
  using Target = float;
  using Source = float;
  static constexpr bool isHot = false;
  float (*function)(float, float);
  float step(float sum, float a, float) const { return function(sum, a); }
};
#endif

template <typename T> using Pointer = Aliased<T> *;

// A dot product with each of four neighbouring rows of b, where a stays.
template <typename Op>
void dotFour(const Op &op, Pointer<typename Op::Target> t, ptrdiff_t targetStride,
             Pointer<const typename Op::Source> a, Pointer<const typename Op::Source> b,
             ptrdiff_t rowStride, const Loop &inner) {
  auto sum0 = t[0].value, sum1 = t[targetStride].value, sum2 = t[2 * targetStride].value,
       sum3 = t[3 * targetStride].value;
  const ptrdiff_t aStride = inner.strides[A], bStride = inner.strides[B];
  for (uint32_t i = inner.size; i != 0; --i) {
    auto value = a->value;
    sum0 = op.step(sum0, value, b[0].value);
    sum1 = op.step(sum1, value, b[rowStride].value);
    sum2 = op.step(sum2, value, b[2 * rowStride].value);
    sum3 = op.step(sum3, value, b[3 * rowStride].value);
    a += aStride;
    b += bStride;
  }
  t[0].value = sum0;
  t[targetStride].value = sum1;
  t[2 * targetStride].value = sum2;
  t[3 * targetStride].value = sum3;
}

// One target for all steps of the inner loop.
template <typename Op>
void dotOne(const Op &op, Pointer<typename Op::Target> t, Pointer<const typename Op::Source> a,
            Pointer<const typename Op::Source> b, const Loop &inner) {
  auto sum = t->value;
  const ptrdiff_t aStride = inner.strides[A], bStride = inner.strides[B];
  for (uint32_t i = inner.size; i != 0; --i) {
    sum = op.step(sum, a->value, b->value);
    a += aStride;
    b += bStride;
  }
  t->value = sum;
}

// Any strides.
template <typename Op>
void row(const Op &op, Pointer<typename Op::Target> t, Pointer<const typename Op::Source> a,
         Pointer<const typename Op::Source> b, const Loop &inner) {
  const ptrdiff_t tStride = inner.strides[Target], aStride = inner.strides[A],
                  bStride = inner.strides[B];
  if (Op::isHot && tStride == 1 && aStride == 1 && bStride == 1) {
    for (uint32_t i = 0; i < inner.size; ++i)
      t[i].value = op.step(t[i].value, a[i].value, b[i].value);
    return;
  }
  for (uint32_t i = inner.size; i != 0; --i) {
    t->value = op.step(t->value, a->value, b->value);
    t += tStride;
    a += aStride;
    b += bStride;
  }
}

// The two innermost loops.
template <typename Op>
void innermost(const Op &op, uint8_t *const *data, const Loop &outer, const Loop &inner) {
  auto t = reinterpret_cast<Pointer<typename Op::Target>>(data[Target]);
  auto a = reinterpret_cast<Pointer<const typename Op::Source>>(data[A]);
  auto b = reinterpret_cast<Pointer<const typename Op::Source>>(data[B]);
  uint32_t i = 0;
  if (Op::isHot && inner.strides[Target] == 0 && outer.strides[A] == 0 &&
      outer.strides[Target] != 0) {
    for (; i + 4 <= outer.size; i += 4) {
      dotFour(op, t, outer.strides[Target], a, b, outer.strides[B], inner);
      t += 4 * outer.strides[Target];
      b += 4 * outer.strides[B];
    }
  }
  for (; i < outer.size; ++i) {
    if (Op::isHot && inner.strides[Target] == 0)
      dotOne(op, t, a, b, inner);
    else
      row(op, t, a, b, inner);
    t += outer.strides[Target];
    a += outer.strides[A];
    b += outer.strides[B];
  }
}

// What the instruction says: operands and loops, outermost first.
struct Contraction {
  ContractKind kind;
  uint32_t loopCount;
  Loop loops[maxLoops + 2];
  uint8_t *data[operandCount];
  uint32_t shifts[operandCount]; // of the elements
  uint32_t zeroA, zeroB;
};

void runInnermost(const Contraction &c, uint8_t *const *data, const Loop &outer,
                  const Loop &inner) {
  switch (c.kind) {
#if IREE_VM_EXT_F32_ENABLE
  case ContractKind::MultiplyF32:
  case ContractKind::AddF32:
    return innermost(Multiply<float, float>{}, data, outer, inner);
  case ContractKind::MaxF32:
    return innermost(Extreme<float>{maximum}, data, outer, inner);
  case ContractKind::MinF32:
    return innermost(Extreme<float>{minimum}, data, outer, inner);
#endif
  case ContractKind::MultiplyI32:
  case ContractKind::AddI32:
    return innermost(Multiply<uint32_t, uint32_t>{}, data, outer, inner);
  case ContractKind::MultiplyI8:
    if (c.zeroA != 0 || c.zeroB != 0)
      return innermost(MultiplyWithZeroPoints{c.zeroA, c.zeroB}, data, outer, inner);
    [[fallthrough]];
  case ContractKind::AddI8:
    return innermost(Multiply<uint32_t, int8_t>{}, data, outer, inner);
  case ContractKind::MaxI32:
  case ContractKind::MinI32:
    return innermost(Extreme<int32_t>{c.kind == ContractKind::MinI32 ? -1 : 0}, data, outer, inner);
  case ContractKind::MaxI8:
  case ContractKind::MinI8:
    return innermost(Extreme<int8_t>{c.kind == ContractKind::MinI8 ? -1 : 0}, data, outer, inner);
  default:
    return;
  }
}

void step(const Contraction &c, uint8_t **data, const Loop &loop, ptrdiff_t count) {
  for (uint32_t i = 0; i < operandCount; ++i)
    data[i] += loop.strides[i] * count * (ptrdiff_t{1} << c.shifts[i]);
}

// All loops; those outside the two innermost count like an odometer.
void runLoops(const Contraction &c) {
  uint8_t *data[operandCount] = {c.data[Target], c.data[A], c.data[B]};
  uint32_t counters[maxLoops] = {};
  uint32_t outerCount = c.loopCount - 2;
  for (;;) {
    runInnermost(c, data, c.loops[outerCount], c.loops[outerCount + 1]);
    uint32_t i = outerCount;
    for (;;) {
      if (i == 0)
        return;
      const Loop &loop = c.loops[--i];
      if (++counters[i] < loop.size) {
        step(c, data, loop, 1);
        break;
      }
      counters[i] = 0;
      step(c, data, loop, -static_cast<ptrdiff_t>(loop.size - 1));
    }
  }
}

// Strides of the loops and, in front of them, loops of one step, so that there
// are two at least. Returns the number of innermost steps; 0: nothing to do.
uint64_t readLoops(const Machine *machine, const uint32_t *code, Contraction *c) {
  const Register *r = machine->registers;
  uint32_t given = code[0] >> 16 & 0xFF;
  uint64_t steps = 1;
  c->loopCount = 0;
  while (c->loopCount + given < 2)
    c->loops[c->loopCount++] = {1, {0, 0, 0}};
  bool hasB = static_cast<uint32_t>(c->kind) < 4;
  for (uint32_t i = 0; i < given; ++i) {
    uint32_t word = code[contractHeaderWords + i];
    uint32_t size = sizeOf(machine, word & 0xFF);
    c->loops[c->loopCount++] = {
        size, {r[word >> 8 & 0xFF].s, r[word >> 16 & 0xFF].s, hasB ? r[word >> 24].s : 0}};
    steps = costOf(steps, size);
  }
  return steps;
}

bool readOperand(const Machine *machine, const uint32_t *code, uint32_t operand, uint32_t shift,
                 Contraction *c) {
  uint32_t base = code[1 + operand] & 0xFF;
  int32_t offset = machine->registers[code[1 + operand] >> 8 & 0xFF].s;
  Reach reach(offset);
  for (uint32_t i = 0; i < c->loopCount; ++i)
    reach.add(c->loops[i].size, static_cast<int32_t>(c->loops[i].strides[operand]));
  if (!reach.isWithin(machine->baseLengths[base], shift))
    return false;
  c->shifts[operand] = shift;
  c->data[operand] = machine->bases[base] + (static_cast<size_t>(offset) << shift);
  return true;
}

} // namespace

iree_status_t executeContract(const Machine *machine, const uint32_t *code, const uint32_t **next) {
  Contraction c;
  uint32_t kind = code[0] >> 8 & 0xFF;
  c.kind = static_cast<ContractKind>(kind);
  *next = code + contractHeaderWords + (code[0] >> 16 & 0xFF);
  uint64_t steps = readLoops(machine, code, &c);
  if (steps == 0)
    return iree_ok_status();
  if (!spend(machine->budget, steps / 16))
    return budgetUsedUp(machine);
  // Elements of i8 are one byte, all others four; sums of i8 are i32.
  bool isByte = (kind & 3) == 2;
  uint32_t sourceShift = isByte ? 0 : 2;
  uint32_t targetShift = isByte && kind >= 8 ? 0 : 2;
  Register one; // the other factor of sums, in each type
  one.u = isByte ? 0x01010101 : 1;
  if (c.kind == ContractKind::AddF32)
    one.f = 1;
  for (uint32_t i = 0; i < operandCount; ++i) {
    if (i == B && kind >= 4) {
      c.data[B] = reinterpret_cast<uint8_t *>(&one);
      c.shifts[B] = 0;
    } else if (!readOperand(machine, code, i, i == Target ? targetShift : sourceShift, &c)) {
      return outOfRange(machine, code, code[1 + i] & 0xFF);
    }
  }
  bool hasZeroPoints = c.kind == ContractKind::MultiplyI8;
  c.zeroA = hasZeroPoints ? machine->registers[code[4] & 0xFF].u : 0;
  c.zeroB = hasZeroPoints ? machine->registers[code[4] >> 8 & 0xFF].u : 0;
  runLoops(c);
  return iree_ok_status();
}

} // namespace iree::vmvx
