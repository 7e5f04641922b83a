// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rounding to an integral value, remainders, scaling and selection, all exact
// and on bit patterns: these are what cores without the instruction call, so
// they may not be written with the operation itself.
#pragma once

#include "SoftFloat.h"

namespace iree_builtins {

enum class Rounding { Down, Up, TowardsZero, HalfAwayFromZero, HalfToEven };

template <typename F, Rounding mode>
IREE_INLINE typename F::Bits roundToIntegral(typename F::Bits value) {
  using Bits = typename F::Bits;
  Bits absolute = value & F::absMask, sign = value & F::signBit;
  int exponent = static_cast<int>(absolute >> F::mantissaBits) - F::bias;
  if (exponent >= F::mantissaBits) // integral, infinite or NaN
    return isNaN<F>(value) ? value | F::quietBit : value;
  if (exponent < 0) { // below 1
    constexpr Bits one = static_cast<Bits>(F::bias) << F::mantissaBits;
    constexpr Bits half = static_cast<Bits>(F::bias - 1) << F::mantissaBits;
    bool up = (mode == Rounding::Down && sign && absolute) ||
              (mode == Rounding::Up && !sign && absolute) ||
              (mode == Rounding::HalfAwayFromZero && absolute >= half) ||
              (mode == Rounding::HalfToEven && absolute > half);
    return sign | (up ? one : 0);
  }
  Bits mask = F::mantissaMask >> exponent;
  Bits fraction = value & mask, unit = mask + 1, half = unit >> 1;
  Bits whole = value & ~mask;
  // For exponent 0 the unit is the lowest exponent bit, set because the bias is
  // odd, as the implicit one requires.
  bool up =
      (mode == Rounding::Down && sign && fraction) || (mode == Rounding::Up && !sign && fraction) ||
      (mode == Rounding::HalfAwayFromZero && fraction >= half) ||
      (mode == Rounding::HalfToEven && (fraction > half || (fraction == half && (whole & unit))));
  return up ? whole + unit : whole;
}

template <typename F>
IREE_INLINE typename F::Bits floatRemainder(typename F::Bits a, typename F::Bits b) {
  using Bits = typename F::Bits;
  Bits aAbs = a & F::absMask, bAbs = b & F::absMask, sign = a & F::signBit;
  if (isNaN<F>(a) || isNaN<F>(b))
    return propagateNaN<F>(a, b);
  if (aAbs == F::infinity || bAbs == 0)
    return F::quietNaN;
  if (aAbs < bAbs)
    return a;
  Unpacked<F> x = unpack<F>(aAbs), y = unpack<F>(bAbs);
  Bits remainder = x.mantissa % y.mantissa;
  // As many quotient bits at a time as fit above the mantissa.
  constexpr int chunk = F::width - 1 - F::mantissaBits;
  for (int left = x.exponent - y.exponent; left > 0 && remainder; left -= chunk)
    remainder = (remainder << (left < chunk ? left : chunk)) % y.mantissa;
  if (remainder == 0)
    return sign;
  int shift = countLeadingZeros(remainder) - chunk;
  int exponent = y.exponent - shift;
  remainder <<= shift;
  if (exponent <= 0) // exact: b's own lowest bit was representable
    return sign | remainder >> (1 - exponent);
  return sign | ((static_cast<Bits>(exponent - 1) << F::mantissaBits) + remainder);
}

template <typename F> IREE_INLINE typename F::Bits scaleByPowerOf2(typename F::Bits value, int n) {
  using Bits = typename F::Bits;
  Bits absolute = value & F::absMask;
  if (absolute == 0 || absolute >= F::infinity)
    return isNaN<F>(value) ? value | F::quietBit : value;
  constexpr int limit = 4 * F::exponentMax; // keeps the sum from overflowing
  n = n < -limit ? -limit : n > limit ? limit : n;
  Unpacked<F> x = unpack<F>(absolute);
  return roundAndPack<F>(value & F::signBit, x.exponent + n, x.mantissa << 3);
}

// Order of two numbers with -0 below +0.
template <typename F> IREE_INLINE bool totalLess(typename F::Bits a, typename F::Bits b) {
  auto x = static_cast<typename F::Signed>(a);
  auto y = static_cast<typename F::Signed>(b);
  return (a & b & F::signBit) ? x > y : x < y;
}

// What a NaN operand does: it is ignored or it becomes the result.
enum class NaNs { Ignored, Propagated };
template <typename F, NaNs nans>
IREE_INLINE typename F::Bits minimum(typename F::Bits a, typename F::Bits b) {
  if (isNaN<F>(a) || isNaN<F>(b)) {
    if (nans == NaNs::Propagated || (isNaN<F>(a) && isNaN<F>(b)))
      return propagateNaN<F>(a, b);
    return isNaN<F>(a) ? b : a;
  }
  return totalLess<F>(a, b) ? a : b;
}
template <typename F, NaNs nans>
IREE_INLINE typename F::Bits maximum(typename F::Bits a, typename F::Bits b) {
  if (isNaN<F>(a) || isNaN<F>(b))
    return minimum<F, nans>(a, b);
  return totalLess<F>(a, b) ? b : a;
}

} // namespace iree_builtins
