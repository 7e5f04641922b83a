// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Multiplication, division and shifts under their GNU names.
#include "Integer.h"

using namespace iree_builtins;

IREE_BUILTIN(Word, __mulsi3)(uint32_t a, uint32_t b) {
  return toWord(multiplyByAdding<uint32_t>(a, b));
}

IREE_BUILTIN(uint64_t, __muldi3)(uint64_t a, uint64_t b) {
  // A 64-bit core calls this only when it has no multiplier at all.
  if (sizeof(void *) == 8)
    return multiplyByAdding<uint64_t>(a, b);
  return multiplyByPieces(a, b);
}

IREE_BUILTIN(Word, __udivsi3)(uint32_t a, uint32_t b) {
  return toWord(divideBits<uint32_t>(a, b).quotient);
}
IREE_BUILTIN(Word, __umodsi3)(uint32_t a, uint32_t b) {
  return toWord(divideBits<uint32_t>(a, b).remainder);
}
IREE_BUILTIN(Word, __divsi3)(uint32_t a, uint32_t b) {
  uint32_t quotient =
      divideBits<uint32_t>(negateIf(a, isNegative(a)), negateIf(b, isNegative(b))).quotient;
  return toWord(negateIf(quotient, isNegative(a ^ b)));
}
IREE_BUILTIN(Word, __modsi3)(uint32_t a, uint32_t b) {
  uint32_t remainder =
      divideBits<uint32_t>(negateIf(a, isNegative(a)), negateIf(b, isNegative(b))).remainder;
  return toWord(negateIf(remainder, isNegative(a)));
}

IREE_BUILTIN(uint64_t, __udivdi3)(uint64_t a, uint64_t b) { return divide64(a, b).quotient; }
IREE_BUILTIN(uint64_t, __umoddi3)(uint64_t a, uint64_t b) { return divide64(a, b).remainder; }
IREE_BUILTIN(uint64_t, __divdi3)(uint64_t a, uint64_t b) {
  uint64_t quotient = divide64(negateIf(a, isNegative(a)), negateIf(b, isNegative(b))).quotient;
  return negateIf(quotient, isNegative(a ^ b));
}
IREE_BUILTIN(uint64_t, __moddi3)(uint64_t a, uint64_t b) {
  uint64_t remainder = divide64(negateIf(a, isNegative(a)), negateIf(b, isNegative(b))).remainder;
  return negateIf(remainder, isNegative(a));
}

IREE_BUILTIN(uint64_t, __ashldi3)(uint64_t value, uint32_t count) {
  return shiftLeft64(value, count);
}
IREE_BUILTIN(uint64_t, __lshrdi3)(uint64_t value, uint32_t count) {
  return shiftRight64(value, count);
}
IREE_BUILTIN(uint64_t, __ashrdi3)(uint64_t value, uint32_t count) {
  return shiftRightSigned64(value, count);
}
