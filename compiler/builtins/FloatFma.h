// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fused multiply-add: the exact product and the addend are aligned in a window
// of more than twice the mantissa's width, added, and rounded once.
#pragma once

#include "FloatMultiply.h"

namespace iree_builtins {

// Operations of the window: a 64-bit integer for f32, Wide128 for f64.
IREE_INLINE uint64_t windowFrom(uint32_t mantissa) { return static_cast<uint64_t>(mantissa) << 32; }
IREE_INLINE Wide128 windowFrom(uint64_t mantissa) { return {mantissa, 0}; }
IREE_INLINE uint64_t windowProduct(uint32_t a, uint32_t b) { return static_cast<uint64_t>(a) * b; }
IREE_INLINE Wide128 windowProduct(uint64_t a, uint64_t b) { return multiplyWide(a, b); }
IREE_INLINE uint64_t windowAdd(uint64_t a, uint64_t b) { return a + b; }
IREE_INLINE Wide128 windowAdd(Wide128 a, Wide128 b) {
  uint64_t lo = a.lo + b.lo;
  return {a.hi + b.hi + (lo < a.lo), lo};
}
IREE_INLINE uint64_t windowSubtract(uint64_t a, uint64_t b) { return a - b; }
IREE_INLINE Wide128 windowSubtract(Wide128 a, Wide128 b) {
  return {a.hi - b.hi - (a.lo < b.lo), a.lo - b.lo};
}
IREE_INLINE bool windowLess(uint64_t a, uint64_t b) { return a < b; }
IREE_INLINE bool windowLess(Wide128 a, Wide128 b) {
  return a.hi != b.hi ? a.hi < b.hi : a.lo < b.lo;
}
IREE_INLINE bool windowIsZero(uint64_t a) { return a == 0; }
IREE_INLINE bool windowIsZero(Wide128 a) { return (a.hi | a.lo) == 0; }
IREE_INLINE int windowLeadingZeros(uint64_t a) { return countLeadingZeros(a); }
IREE_INLINE int windowLeadingZeros(Wide128 a) {
  return a.hi ? countLeadingZeros(a.hi) : 64 + countLeadingZeros(a.lo);
}
IREE_INLINE uint64_t windowShiftLeft(uint64_t a, int count) { return a << count; }
IREE_INLINE Wide128 windowShiftLeft(Wide128 a, int count) {
  if (count >= 64)
    return {a.lo << (count - 64), 0};
  if (count == 0)
    return a;
  return {a.hi << count | a.lo >> (64 - count), a.lo << count};
}
IREE_INLINE uint64_t windowShiftRight(uint64_t a, int count) {
  return shiftRightSticky<uint64_t>(a, count);
}
IREE_INLINE Wide128 windowShiftRight(Wide128 a, int count) {
  if (count == 0)
    return a;
  if (count >= 64)
    return {0, shiftRightSticky<uint64_t>(a.hi, count - 64) | (a.lo != 0)};
  return {a.hi >> count, (a.lo >> count | a.hi << (64 - count)) |
                             static_cast<uint64_t>(a.lo << (64 - count) != 0)};
}
// The upper half, sticky.
IREE_INLINE uint32_t windowTop(uint64_t a) { return high(a) | (low(a) != 0); }
IREE_INLINE uint64_t windowTop(Wide128 a) { return a.hi | (a.lo != 0); }

template <typename F>
IREE_INLINE typename F::Bits fusedMultiplyAdd(typename F::Bits a, typename F::Bits b,
                                              typename F::Bits c) {
  using Bits = typename F::Bits;
  Bits aAbs = a & F::absMask, bAbs = b & F::absMask, cAbs = c & F::absMask;
  Bits sign = (a ^ b) & F::signBit, cSign = c & F::signBit;
  if (aAbs >= F::infinity || bAbs >= F::infinity || cAbs >= F::infinity) {
    if (isNaN<F>(a) || isNaN<F>(b))
      return propagateNaN<F>(a, b);
    bool infinite = aAbs == F::infinity || bAbs == F::infinity;
    if (infinite && (aAbs == 0 || bAbs == 0))
      return F::quietNaN;
    if (isNaN<F>(c))
      return c | F::quietBit;
    if (!infinite)
      return c;
    return cAbs == F::infinity && cSign != sign ? F::quietNaN : sign | F::infinity;
  }
  if (aAbs == 0 || bAbs == 0)
    return cAbs ? c : (sign == cSign ? sign : 0);

  // Both terms left-aligned but for two bits, one for the product's range of
  // [1, 4) and one for the carry; exponents are those of bit width * 2 - 3.
  constexpr int room = F::width - 1 - F::mantissaBits;
  Unpacked<F> x = unpack<F>(aAbs), y = unpack<F>(bAbs);
  auto sum = windowProduct(x.mantissa << room, y.mantissa << (room - 1));
  int exponent = x.exponent + y.exponent - F::bias;
  if (cAbs) {
    Unpacked<F> z = unpack<F>(cAbs);
    auto addend = windowFrom(static_cast<Bits>(z.mantissa << (room - 2)));
    if (exponent >= z.exponent) {
      addend = windowShiftRight(addend, exponent - z.exponent);
    } else {
      sum = windowShiftRight(sum, z.exponent - exponent);
      exponent = z.exponent;
    }
    if (sign == cSign) {
      sum = windowAdd(sum, addend);
    } else if (windowLess(sum, addend)) {
      sum = windowSubtract(addend, sum);
      sign = cSign;
    } else {
      sum = windowSubtract(sum, addend);
    }
    if (windowIsZero(sum))
      return 0;
  }
  int zeros = windowLeadingZeros(sum);
  exponent += 2 - zeros;
  Bits mantissa = windowTop(windowShiftLeft(sum, zeros));
  // Leading one from the top to bit mantissaBits + 3.
  return roundAndPack<F>(sign, exponent, shiftRightSticky<Bits>(mantissa, room - 3));
}

} // namespace iree_builtins
