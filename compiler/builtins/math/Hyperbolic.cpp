// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hyperbolic functions from e^|x| and their inverses from log(1 + ...).
#include "Exponential.h"
#include "Logarithm.h"

using namespace iree_builtins;

// (e^x + sign e^-x) / 2 for x >= 0, not small if sign is -1.
template <typename T> IREE_INLINE T halfSumOfExponentials(T x, T sign) {
  // e^x / 2 overflows later than e^x.
  if (x >= Constants<T>::exponentialMaximum + 1)
    return infinity<T>();
  ReducedExponential<T> e = reduceExponential(x, static_cast<T>(0));
  HeadTail<T> power = onePlus(e);
  T value = power.head;
  if (e.exponent <= FormatFor<T>::mantissaBits)
    value += power.tail + sign * powerOf2<T>(-2 * e.exponent) / power.head;
  return scale(value, e.exponent - 1);
}

template <typename T> IREE_INLINE T hyperbolicSine(T x) {
  T a = absolute(x);
  if (!(a < infinity<T>()))
    return x + x;
  if (a <= 1) {
    T z = x * x;
    return x + x * z * polynomial(Polynomials<T>::hyperbolicSine, z);
  }
  return withSignOf(halfSumOfExponentials(a, static_cast<T>(-1)), x);
}

template <typename T> IREE_INLINE T hyperbolicCosine(T x) {
  T a = absolute(x);
  if (!(a < infinity<T>()))
    return a + a;
  return halfSumOfExponentials(a, static_cast<T>(1));
}

template <typename T> IREE_INLINE T hyperbolicTangent(T x) {
  T a = absolute(x);
  if (x != x)
    return x + x;
  if (a < powerOf2<T>(-FormatFor<T>::mantissaBits / 2 - 2))
    return x;
  if (a <= static_cast<T>(0.55)) {
    T z = x * x;
    return x + x * z * polynomial(Polynomials<T>::hyperbolicTangent, z);
  }
  T result = 1;
  constexpr int halfTheBits = FormatFor<T>::mantissaBits / 2;
  if (a < static_cast<T>(halfTheBits)) {
    ReducedExponential<T> e = reduceExponential(a + a, static_cast<T>(0));
    HeadTail<T> power = onePlus(e);
    result -= 2 / (scale(power.head, e.exponent) + 1);
  }
  return withSignOf(result, x);
}

// asinh a = log(1 + a + a^2 / (1 + sqrt(1 + a^2))).
template <typename T> IREE_INLINE T inverseHyperbolicSine(T x) {
  using F = FormatFor<T>;
  T a = absolute(x);
  if (!(a < infinity<T>()) || a == 0)
    return x + x;
  if (a > powerOf2<T>(F::mantissaBits / 2 + 2)) { // log(2 a)
    ReducedLogarithm<T> l = reduceLogarithm(a);
    ++l.exponent;
    return withSignOf(finishLogarithm(l, static_cast<T>(0)), x);
  }
  if (a < powerOf2<T>(-F::mantissaBits / 2 - 2))
    return x;
  HeadTail<T> square = twoProduct(a, a);
  HeadTail<T> root = squareRoot(add({1, 0}, square));
  HeadTail<T> sum = add(divide(square, add({1, 0}, root)), {a, 0});
  return withSignOf(logarithmOf1Plus(sum.head, sum.tail), x);
}

// acosh x = log(1 + t + sqrt(2 t + t^2)), t = x - 1.
template <typename T> IREE_INLINE T inverseHyperbolicCosine(T x) {
  if (!(x > 1))
    return x == 1 ? 0 : notANumber<T>();
  if (x == infinity<T>())
    return x;
  if (x > powerOf2<T>(FormatFor<T>::mantissaBits / 2 + 2)) {
    ReducedLogarithm<T> l = reduceLogarithm(x);
    ++l.exponent;
    return finishLogarithm(l, static_cast<T>(0));
  }
  T t = x - 1; // exact
  HeadTail<T> root = squareRoot(add({t + t, 0}, twoProduct(t, t)));
  HeadTail<T> sum = add({t, 0}, root);
  return logarithmOf1Plus(sum.head, sum.tail);
}

// atanh a = log(1 + 2 a / (1 - a)) / 2.
template <typename T> IREE_INLINE T inverseHyperbolicTangent(T x) {
  T a = absolute(x);
  if (!(a < 1))
    return a == 1 ? withSignOf(infinity<T>(), x) : notANumber<T>();
  if (a < powerOf2<T>(-FormatFor<T>::mantissaBits / 2 - 2))
    return x;
  HeadTail<T> q = divide<T>({a + a, 0}, twoSum(static_cast<T>(1), -a));
  return withSignOf(logarithmOf1Plus(q.head, q.tail) / 2, x);
}

IREE_BUILTIN(float, sinhf)(float x) { return hyperbolicSine(x); }
IREE_BUILTIN(double, sinh)(double x) { return hyperbolicSine(x); }
IREE_BUILTIN(float, coshf)(float x) { return hyperbolicCosine(x); }
IREE_BUILTIN(double, cosh)(double x) { return hyperbolicCosine(x); }
IREE_BUILTIN(float, tanhf)(float x) { return hyperbolicTangent(x); }
IREE_BUILTIN(double, tanh)(double x) { return hyperbolicTangent(x); }
IREE_BUILTIN(float, asinhf)(float x) { return inverseHyperbolicSine(x); }
IREE_BUILTIN(double, asinh)(double x) { return inverseHyperbolicSine(x); }
IREE_BUILTIN(float, acoshf)(float x) { return inverseHyperbolicCosine(x); }
IREE_BUILTIN(double, acosh)(double x) { return inverseHyperbolicCosine(x); }
IREE_BUILTIN(float, atanhf)(float x) { return inverseHyperbolicTangent(x); }
IREE_BUILTIN(double, atanh)(double x) { return inverseHyperbolicTangent(x); }
