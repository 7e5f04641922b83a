// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Division by a reciprocal estimate: Newton's iteration in 32-bit fixed point
// gives 1/b slightly too small, each digit of the quotient taken from it is
// slightly too small as well, and the exact remainder corrects it.
#pragma once

#include "SoftFloat.h"

namespace iree_builtins {

IREE_INLINE uint32_t multiplyShift(uint32_t a, uint32_t b, int shift) {
  return static_cast<uint32_t>(static_cast<uint64_t>(a) * b >> shift);
}

// divisor is 0.5 <= d < 1 as a fraction of 2^32; the result is 1/d as a fraction
// of 2^31, too small by less than 2^-28 of itself, even if d is up to one unit
// larger than given.
IREE_INLINE uint32_t reciprocal(uint32_t divisor) {
  // 48/17 - 32/17 d is off by at most 1/17; modulo 2^32, its value being below 2.
  uint32_t x = 0x69696969u - multiplyShift(divisor, 0xF0F0F0F0u, 32);
  // x (2 - d x) squares the relative error and never exceeds 1/d: 2^-8, 2^-16,
  // 2^-32. The complement is 2 - d x rounded down.
  for (int i = 0; i < 3; ++i)
    x = multiplyShift(x, ~multiplyShift(divisor, x, 32), 31);
  return x - 2; // the unit in d: 2^31 * 2^-32 / d^2 is at most 2
}

// a / b for mantissas with the implicit bit set, as a fixed-point number with
// mantissaBits + 3 or more fraction bits; `exact` says that nothing remains.
// Result: quotient with mantissaBits + 4 fraction bits, last one sticky.
IREE_INLINE uint32_t divideMantissas(uint32_t a, uint32_t b) {
  uint32_t inverse = reciprocal(b << 8); // 2^55 / b
  uint32_t quotient = multiplyShift(a, inverse, 55 - 27);
  // The true remainder is small, so that its lower 32 bits say it all.
  uint32_t remainder = (a << 27) - quotient * b;
  while (remainder >= b) {
    remainder -= b;
    ++quotient;
  }
  return quotient | (remainder != 0);
}
IREE_INLINE uint64_t divideMantissas(uint64_t a, uint64_t b) {
  // Three bits of headroom: remainders are below 4.5 b between digits.
  a <<= 8;
  b <<= 8;
  uint32_t inverse = reciprocal(static_cast<uint32_t>(b >> 29));
  uint64_t quotient = 0, remainder = a;
  for (int i = 0; i < 2; ++i) { // 28 bits each
    uint32_t digit = multiplyShift(high(remainder), inverse, 32);
    quotient = (quotient << 28) + digit;
    remainder = (remainder << 28) - digit * b;
  }
  while (remainder >= b) {
    remainder -= b;
    ++quotient;
  }
  return quotient | (remainder != 0);
}

template <typename F>
IREE_INLINE typename F::Bits divideFloat(typename F::Bits a, typename F::Bits b) {
  using Bits = typename F::Bits;
  Bits aAbs = a & F::absMask, bAbs = b & F::absMask;
  Bits sign = (a ^ b) & F::signBit;
  if (aAbs >= F::infinity || bAbs >= F::infinity) {
    if (isNaN<F>(a) || isNaN<F>(b))
      return propagateNaN<F>(a, b);
    if (aAbs == bAbs)
      return F::quietNaN;
    return aAbs == F::infinity ? sign | F::infinity : sign;
  }
  if (bAbs == 0)
    return aAbs == 0 ? F::quietNaN : sign | F::infinity;
  if (aAbs == 0)
    return sign;
  Unpacked<F> x = unpack<F>(aAbs), y = unpack<F>(bAbs);
  int exponent = x.exponent - y.exponent + F::bias;
  Bits quotient = divideMantissas(x.mantissa, y.mantissa);
  if (quotient >> (F::mantissaBits + 4)) // at least 1
    quotient = quotient >> 1 | (quotient & 1);
  else
    --exponent;
  return roundAndPack<F>(sign, exponent, quotient);
}

} // namespace iree_builtins
