// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Correctly rounded square root, one result bit per step.
#pragma once

#include "SoftFloat.h"

namespace iree_builtins {

template <typename F> IREE_INLINE typename F::Bits squareRoot(typename F::Bits value) {
  using Bits = typename F::Bits;
  if ((value & F::absMask) == 0)
    return value;
  if (isNaN<F>(value))
    return value | F::quietBit;
  if (value & F::signBit)
    return F::quietNaN;
  if (value == F::infinity)
    return value;
  Unpacked<F> x = unpack<F>(value);
  int exponent = x.exponent - F::bias;
  // The mantissa m is in [1, 2), or [2, 4) to make the exponent even.
  Bits remainder = x.mantissa << 1;
  if (exponent & 1)
    remainder <<= 1;
  // Invariant: with r the root found so far and u its next bit, remainder is
  // (m - r^2) / (2 u), scaled by 2^(mantissaBits + 1): it doubles each step and
  // a bit is accepted if it is not below r + u / 2.
  Bits root = 0, twiceRoot = 0;
  for (Bits bit = F::implicitBit << 1; bit; bit >>= 1) {
    Bits trial = twiceRoot + bit;
    if (trial <= remainder) {
      twiceRoot = trial + bit;
      remainder -= trial;
      root += bit;
    }
    remainder <<= 1;
  }
  // One bit below the mantissa has been found; what remains decides. A root is
  // never half way, nor subnormal.
  Bits result = (static_cast<Bits>((exponent >> 1) + F::bias - 1) << F::mantissaBits) + (root >> 1);
  return result + ((root & 1) && (remainder != 0 || (result & 1)));
}

} // namespace iree_builtins
