// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "SoftFloat.h"

namespace iree_builtins {

// The full product of two 64-bit numbers from 32-bit products.
struct Wide128 {
  uint64_t hi;
  uint64_t lo;
};
IREE_INLINE Wide128 multiplyWide(uint64_t a, uint64_t b) {
  uint64_t a0 = low(a), a1 = high(a), b0 = low(b), b1 = high(b);
  uint64_t bottom = a0 * b0;
  uint64_t cross = a1 * b0 + high(bottom);
  uint64_t cross2 = a0 * b1 + low(cross);
  return {a1 * b1 + high(cross) + high(cross2), cross2 << 32 | low(bottom)};
}

// The upper half of the product of two left-aligned mantissas, sticky below.
IREE_INLINE uint32_t multiplyHighSticky(uint32_t a, uint32_t b) {
  uint64_t product = static_cast<uint64_t>(a) * b;
  return high(product) | (low(product) != 0);
}
IREE_INLINE uint64_t multiplyHighSticky(uint64_t a, uint64_t b) {
  Wide128 product = multiplyWide(a, b);
  return product.hi | (product.lo != 0);
}

template <typename F>
IREE_INLINE typename F::Bits multiplyFloat(typename F::Bits a, typename F::Bits b) {
  using Bits = typename F::Bits;
  Bits aAbs = a & F::absMask, bAbs = b & F::absMask;
  Bits sign = (a ^ b) & F::signBit;
  if (aAbs >= F::infinity || bAbs >= F::infinity) {
    if (isNaN<F>(a) || isNaN<F>(b))
      return propagateNaN<F>(a, b);
    return aAbs == 0 || bAbs == 0 ? F::quietNaN : sign | F::infinity;
  }
  if (aAbs == 0 || bAbs == 0)
    return sign;
  Unpacked<F> x = unpack<F>(aAbs), y = unpack<F>(bAbs);
  int exponent = x.exponent + y.exponent - F::bias;
  // Aligned so that the upper half of the product has the leading one at bit
  // mantissaBits + 3 or + 4.
  constexpr int room = F::width - 1 - F::mantissaBits;
  Bits product = multiplyHighSticky(x.mantissa << room, y.mantissa << 4);
  if (product >> (F::mantissaBits + 4)) {
    product = product >> 1 | (product & 1);
    ++exponent;
  }
  return roundAndPack<F>(sign, exponent, product);
}

} // namespace iree_builtins
