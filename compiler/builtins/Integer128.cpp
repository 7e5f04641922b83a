// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// 128-bit helpers, which exist on 64-bit targets only. LLVM asks for them when
// code multiplies or divides wider than 64 bits (overflow checks, rescaling).
#include "Integer.h"

#if defined(__SIZEOF_INT128__)

using namespace iree_builtins;

__extension__ typedef unsigned __int128 Unsigned128;

IREE_BUILTIN(Unsigned128, __multi3)(Unsigned128 a, Unsigned128 b) {
  auto al = static_cast<uint64_t>(a), bl = static_cast<uint64_t>(b);
  auto ah = static_cast<uint64_t>(a >> 64), bh = static_cast<uint64_t>(b >> 64);
  // Products of 32-bit halves fit a plain 64-bit multiplication.
  uint64_t a0 = low(al), a1 = high(al), b0 = low(bl), b1 = high(bl);
  uint64_t bottom = a0 * b0;
  uint64_t cross = a1 * b0 + high(bottom);
  uint64_t cross2 = a0 * b1 + low(cross);
  uint64_t top = a1 * b1 + high(cross) + high(cross2) + al * bh + ah * bl;
  return static_cast<Unsigned128>(top) << 64 | (cross2 << 32 | low(bottom));
}

IREE_BUILTIN(Unsigned128, __udivti3)(Unsigned128 a, Unsigned128 b) {
  return divideBits<Unsigned128>(a, b).quotient;
}
IREE_BUILTIN(Unsigned128, __umodti3)(Unsigned128 a, Unsigned128 b) {
  return divideBits<Unsigned128>(a, b).remainder;
}
IREE_BUILTIN(Unsigned128, __divti3)(Unsigned128 a, Unsigned128 b) {
  Unsigned128 quotient =
      divideBits<Unsigned128>(negateIf(a, isNegative(a)), negateIf(b, isNegative(b))).quotient;
  return negateIf(quotient, isNegative(a ^ b));
}
IREE_BUILTIN(Unsigned128, __modti3)(Unsigned128 a, Unsigned128 b) {
  Unsigned128 remainder =
      divideBits<Unsigned128>(negateIf(a, isNegative(a)), negateIf(b, isNegative(b))).remainder;
  return negateIf(remainder, isNegative(a));
}

#endif // __SIZEOF_INT128__
