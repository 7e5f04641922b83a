// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The core of all logarithms: x = 2^k (1 + f) with 1 + f near 1, s = f / (2 + f),
// log(1 + f) = log((1 + s) / (1 - s)) = 2 s + s^3 R(s^2) = f - s (f - s^2 R).
#pragma once

#include "HeadTail.h"

namespace iree_builtins {

template <typename T> struct Scaled {
  T mantissa; // sqrt(1/2) <= mantissa < sqrt(2)
  int exponent;
};
// For x > 0, finite.
template <typename T> IREE_INLINE Scaled<T> scaleAroundOne(T x) {
  using F = FormatFor<T>;
  using Bits = BitsFor<T>;
  Unpacked<F> parts = unpack<F>(toBits(x));
  constexpr Bits rootOf2 = static_cast<Bits>(0x16A09E667F3BCDull >> (52 - F::mantissaBits));
  int up = parts.mantissa >= rootOf2;
  Bits mantissa = (parts.mantissa & F::mantissaMask) | static_cast<Bits>(F::bias - up)
                                                           << F::mantissaBits;
  return {bitCast<T>(mantissa), parts.exponent - F::bias + up};
}

// log x = exponent * ln 2 + head + tail.
template <typename T> struct ReducedLogarithm {
  T head;
  T tail;
  int exponent;
};
template <typename T> IREE_INLINE ReducedLogarithm<T> reduceLogarithm(T x) {
  Scaled<T> scaled = scaleAroundOne(x);
  T f = scaled.mantissa - 1; // exact
  T s = f / (2 + f);
  T z = s * s;
  T r = z * polynomial(Polynomials<T>::logarithm, z);
  return {f, -s * (f - r), scaled.exponent};
}

// What log gives for a number that is not positive and finite.
template <typename T> IREE_INLINE bool isPositiveFinite(T x) { return x > 0 && x < infinity<T>(); }
template <typename T> IREE_INLINE T logarithmOfSpecial(T x) {
  if (x == 0)
    return -infinity<T>();
  return x > 0 ? x : x < 0 ? notANumber<T>() : x + x;
}

template <typename T> IREE_INLINE T finishLogarithm(ReducedLogarithm<T> l, T correction) {
  using C = Constants<T>;
  auto k = static_cast<T>(l.exponent);
  HeadTail<T> sum = twoSum(k * C::ln2Short.head, l.head);
  HeadTail<T> rest = twoSum(sum.tail + l.tail, correction);
  return sum.head + (rest.head + (rest.tail + k * C::ln2Short.tail));
}

// log(1 + head + tail) for 1 + head > 0, precise for tiny arguments as well.
template <typename T> IREE_INLINE T logarithmOf1Plus(T head, T tail) {
  HeadTail<T> sum = twoSum(static_cast<T>(1), head);
  sum = fastTwoSum(sum.head, sum.tail + tail);
  ReducedLogarithm<T> l = reduceLogarithm(sum.head);
  // Near one, what the sum lost may be all there is.
  T correction = sum.tail / sum.head;
  if (l.exponent != 0)
    return finishLogarithm(l, correction);
  HeadTail<T> total = twoSum(l.head, correction);
  return total.head + (total.tail + l.tail);
}

} // namespace iree_builtins
