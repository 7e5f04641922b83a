// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Exponential.h"

using namespace iree_builtins;

// 2^x and 10^x reduce by their own base and go on with e^(r ln base).
template <typename T> IREE_INLINE T exponential2(T x) {
  using F = FormatFor<T>;
  if (x != x)
    return x + x;
  if (x >= static_cast<T>(F::bias + 1))
    return infinity<T>();
  if (x <= static_cast<T>(-F::bias - F::mantissaBits - 1))
    return 0;
  int k = nearestInteger(x);
  HeadTail<T> r = multiply<T>({x - static_cast<T>(k), 0}, Constants<T>::ln2);
  // |r| <= ln(2)/2, so that the core adds no further exponent but rounding's.
  ReducedExponential<T> e = reduceExponential(r.head, r.tail);
  return scale(onePlus(e).head, e.exponent + k);
}

template <typename T> IREE_INLINE T exponential10(T x) {
  using C = Constants<T>;
  if (x != x)
    return x + x;
  constexpr T limit = sizeof(T) == 4 ? 46 : 324;
  if (x > limit)
    return infinity<T>();
  if (x < -limit)
    return 0;
  int k = nearestInteger(x * C::log2Of10);
  auto multiple = static_cast<T>(k);
  T rest = x - multiple * C::log10Of2Short.head;
  HeadTail<T> r = twoSum(rest, -multiple * C::log10Of2Short.tail);
  r = multiply(r, C::ln10);
  ReducedExponential<T> e = reduceExponential(r.head, r.tail);
  int exponent = e.exponent + k;
  if (exponent > FormatFor<T>::bias + 1)
    return infinity<T>();
  if (exponent < -2 * FormatFor<T>::bias + 2)
    return 0;
  return scale(onePlus(e).head, exponent);
}

// e^x - 1 = (2^k - 1) + 2^k (e^r - 1), the first two terms added exactly.
template <typename T> IREE_INLINE T exponentialMinus1(T x) {
  using F = FormatFor<T>;
  if (x != x)
    return x + x;
  if (x > Constants<T>::exponentialMaximum)
    return infinity<T>();
  if (x < static_cast<T>(-F::mantissaBits - 2))
    return -1;
  if (absolute(x) < powerOf2<T>(-F::mantissaBits - 2))
    return x;
  ReducedExponential<T> e = reduceExponential(x, static_cast<T>(0));
  if (e.exponent == 0)
    return e.head + e.tail;
  if (e.exponent > F::mantissaBits + 2)
    return scale(onePlus(e).head, e.exponent);
  T power = powerOf2<T>(e.exponent);
  HeadTail<T> sum = twoSum(power - 1, power * e.head);
  // For the largest exponents power - 1 is rounded; so is its effect.
  return sum.head + (sum.tail + power * e.tail);
}

IREE_BUILTIN(float, expf)(float x) { return exponential(x, 0.0f); }
IREE_BUILTIN(double, exp)(double x) { return exponential(x, 0.0); }
IREE_BUILTIN(float, exp2f)(float x) { return exponential2(x); }
IREE_BUILTIN(double, exp2)(double x) { return exponential2(x); }
IREE_BUILTIN(float, exp10f)(float x) { return exponential10(x); }
IREE_BUILTIN(double, exp10)(double x) { return exponential10(x); }
IREE_BUILTIN(float, expm1f)(float x) { return exponentialMinus1(x); }
IREE_BUILTIN(double, expm1)(double x) { return exponentialMinus1(x); }
