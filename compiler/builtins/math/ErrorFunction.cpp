// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// erf near zero is x times a polynomial; beyond, erfc(x) = e^(-x^2) G(x) / x with
// four polynomials for G.
#include "Exponential.h"

using namespace iree_builtins;

template <typename T, size_t N> IREE_INLINE HeadTail<T> polynomialWithTail(const T (&c)[N], T x) {
  T rest = c[N - 1];
  IREE_UNROLL
  for (size_t i = N - 1; i-- > 1;)
    rest = rest * x + c[i];
  return fastTwoSum(c[0], rest * x);
}

// erfc x for 5/8 <= x, finite and small enough for a nonzero result.
template <typename T> IREE_INLINE T complementaryLarge(T x) {
  using P = Polynomials<T>;
  HeadTail<T> g;
  if (x < static_cast<T>(1.125))
    g = polynomialWithTail(P::erfcA, x - static_cast<T>(0.875));
  else if (x < 2)
    g = polynomialWithTail(P::erfcB, x - static_cast<T>(1.5625));
  else if (x < 4)
    g = polynomialWithTail(P::erfcC, 1 / (x * x) - static_cast<T>(0.15625));
  else
    g = polynomialWithTail(P::erfcD, 1 / (x * x));
  HeadTail<T> square = twoProduct(x, x);
  ReducedExponential<T> e = reduceExponential(-square.head, -square.tail);
  HeadTail<T> value = divide<T>(multiply(onePlus(e), g), {x, 0});
  return scale(value.head, e.exponent);
}

template <typename T> IREE_INLINE T errorFunctionRest(T x) {
  return x * polynomial(Polynomials<T>::errorFunction, x * x);
}

template <typename T> IREE_INLINE T errorFunction(T x) {
  T a = absolute(x);
  if (x != x)
    return x + x;
  if (a < static_cast<T>(0.625))
    return x + errorFunctionRest(x);
  constexpr T limit = sizeof(T) == 4 ? 4 : 6;
  T result = 1;
  if (a < limit)
    result -= complementaryLarge(a);
  return withSignOf(result, x);
}

template <typename T> IREE_INLINE T complementaryErrorFunction(T x) {
  T a = absolute(x);
  if (x != x)
    return x + x;
  if (a < static_cast<T>(0.625)) {
    HeadTail<T> sum = twoSum(static_cast<T>(1), -x);
    return sum.head + (sum.tail - errorFunctionRest(x));
  }
  constexpr T limit = sizeof(T) == 4 ? 11 : 28;
  T result = a < limit ? complementaryLarge(a) : 0;
  return x < 0 ? 2 - result : result;
}

IREE_BUILTIN(float, erff)(float x) { return errorFunction(x); }
IREE_BUILTIN(double, erf)(double x) { return errorFunction(x); }
IREE_BUILTIN(float, erfcf)(float x) { return complementaryErrorFunction(x); }
IREE_BUILTIN(double, erfc)(double x) { return complementaryErrorFunction(x); }
