// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Integer helpers of the Arm run-time ABI. Those that return quotient and
// remainder in four registers are in ArmDivMod.ll.
#include "Integer.h"

using namespace iree_builtins;

IREE_BUILTIN(uint64_t, __aeabi_lmul)(uint64_t a, uint64_t b) { return multiplyByPieces(a, b); }

IREE_BUILTIN(uint32_t, __aeabi_uidiv)(uint32_t a, uint32_t b) {
  return divideBits<uint32_t>(a, b).quotient;
}
IREE_BUILTIN(uint32_t, __aeabi_idiv)(uint32_t a, uint32_t b) {
  uint32_t quotient =
      divideBits<uint32_t>(negateIf(a, isNegative(a)), negateIf(b, isNegative(b))).quotient;
  return negateIf(quotient, isNegative(a ^ b));
}

IREE_BUILTIN(uint64_t, __aeabi_llsl)(uint64_t value, uint32_t count) {
  return shiftLeft64(value, count);
}
IREE_BUILTIN(uint64_t, __aeabi_llsr)(uint64_t value, uint32_t count) {
  return shiftRight64(value, count);
}
IREE_BUILTIN(uint64_t, __aeabi_lasr)(uint64_t value, uint32_t count) {
  return shiftRightSigned64(value, count);
}

// Three-way comparisons: -1, 0 or 1.
IREE_BUILTIN(Word, __aeabi_lcmp)(int64_t a, int64_t b) { return a < b ? -1 : a > b; }
IREE_BUILTIN(Word, __aeabi_ulcmp)(uint64_t a, uint64_t b) { return a < b ? -1 : a > b; }
