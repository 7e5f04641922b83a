// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Logarithm.h"

using namespace iree_builtins;

template <typename T> IREE_INLINE T logarithm(T x) {
  if (!isPositiveFinite(x))
    return logarithmOfSpecial(x);
  return finishLogarithm(reduceLogarithm(x), static_cast<T>(0));
}

template <typename T> IREE_INLINE T logarithm2(T x) {
  if (!isPositiveFinite(x))
    return logarithmOfSpecial(x);
  ReducedLogarithm<T> l = reduceLogarithm(x);
  HeadTail<T> p = multiply(fastTwoSum(l.head, l.tail), Constants<T>::log2E);
  HeadTail<T> sum = twoSum(static_cast<T>(l.exponent), p.head);
  return sum.head + (sum.tail + p.tail);
}

template <typename T> IREE_INLINE T logarithm10(T x) {
  using C = Constants<T>;
  if (!isPositiveFinite(x))
    return logarithmOfSpecial(x);
  ReducedLogarithm<T> l = reduceLogarithm(x);
  auto k = static_cast<T>(l.exponent);
  HeadTail<T> p = multiply(fastTwoSum(l.head, l.tail), C::log10E);
  HeadTail<T> sum = twoSum(k * C::log10Of2Short.head, p.head);
  return sum.head + (sum.tail + (p.tail + k * C::log10Of2Short.tail));
}

template <typename T> IREE_INLINE T logarithm1p(T x) {
  if (x == 0)
    return x;
  if (!(x > -1 && x < infinity<T>()))
    return x == -1 ? -infinity<T>() : x > 0 ? x : notANumber<T>();
  return logarithmOf1Plus(x, static_cast<T>(0));
}

IREE_BUILTIN(float, logf)(float x) { return logarithm(x); }
IREE_BUILTIN(double, log)(double x) { return logarithm(x); }
IREE_BUILTIN(float, log2f)(float x) { return logarithm2(x); }
IREE_BUILTIN(double, log2)(double x) { return logarithm2(x); }
IREE_BUILTIN(float, log10f)(float x) { return logarithm10(x); }
IREE_BUILTIN(double, log10)(double x) { return logarithm10(x); }
IREE_BUILTIN(float, log1pf)(float x) { return logarithm1p(x); }
IREE_BUILTIN(double, log1p)(double x) { return logarithm1p(x); }
