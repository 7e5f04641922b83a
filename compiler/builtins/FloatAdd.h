// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "SoftFloat.h"

namespace iree_builtins {

template <typename F>
IREE_INLINE typename F::Bits addFloat(typename F::Bits a, typename F::Bits b) {
  using Bits = typename F::Bits;
  Bits aAbs = a & F::absMask, bAbs = b & F::absMask;
  if (bAbs > aAbs) {
    Bits swap = a;
    a = b;
    b = swap;
    swap = aAbs;
    aAbs = bAbs;
    bAbs = swap;
  }
  if (aAbs >= F::infinity) {
    if (aAbs > F::infinity)
      return propagateNaN<F>(a, b);
    return bAbs == F::infinity && a != b ? F::quietNaN : a;
  }
  if (bAbs == 0) // -0 only if both are
    return aAbs ? a : a & b;

  int exponent = static_cast<int>(aAbs >> F::mantissaBits);
  int bExponent = static_cast<int>(bAbs >> F::mantissaBits);
  Bits mantissa = aAbs & F::mantissaMask, addend = bAbs & F::mantissaMask;
  if (exponent)
    mantissa |= F::implicitBit;
  else
    exponent = 1;
  if (bExponent)
    addend |= F::implicitBit;
  else
    bExponent = 1;
  mantissa <<= 3;
  addend = shiftRightSticky<Bits>(addend << 3, exponent - bExponent);

  if ((a ^ b) & F::signBit) {
    mantissa -= addend;
    if (mantissa == 0)
      return 0;
    int shift = countLeadingZeros(mantissa) - (F::width - 4 - F::mantissaBits);
    if (shift >= exponent) // the result stays subnormal
      shift = exponent - 1;
    mantissa <<= shift;
    exponent -= shift;
  } else {
    mantissa += addend;
    if (mantissa >> (F::mantissaBits + 4)) {
      mantissa = mantissa >> 1 | (mantissa & 1);
      ++exponent;
    }
  }
  return roundAndPack<F>(a & F::signBit, exponent, mantissa);
}

} // namespace iree_builtins
