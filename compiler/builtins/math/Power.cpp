// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// x^y = e^(y log |x|) with the logarithm and the product as head and tail.
#include "Exponential.h"
#include "Logarithm.h"

using namespace iree_builtins;

// log x for x > 0, finite; relative error about 2^-36 (2^-65).
template <typename T> IREE_INLINE HeadTail<T> logarithmWithTail(T x) {
  using C = Constants<T>;
  Scaled<T> scaled = scaleAroundOne(x);
  T f = scaled.mantissa - 1;
  HeadTail<T> s = divide<T>({f, 0}, twoSum(static_cast<T>(2), f));
  HeadTail<T> z = multiply(s, s);
  // s^3 (2/3 + z tail(z)), whose leading coefficient needs its own tail.
  T tail = z.head * polynomial(Polynomials<T>::logarithmTail, z.head);
  HeadTail<T> rest = multiply(multiply(s, z), add(C::twoThirds, {tail, 0}));
  HeadTail<T> log = add({2 * s.head, 2 * s.tail}, rest);
  auto k = static_cast<T>(scaled.exponent);
  return add({k * C::ln2Short.head, k * C::ln2Short.tail}, log);
}

enum class Parity { NotAnInteger, Odd, Even };
template <typename T> IREE_INLINE Parity parityOf(T y) {
  using F = FormatFor<T>;
  BitsFor<T> bits = toBits(y) & F::absMask;
  int exponent = static_cast<int>(bits >> F::mantissaBits) - F::bias;
  if (exponent > F::mantissaBits || bits == 0)
    return Parity::Even;
  if (exponent < 0)
    return Parity::NotAnInteger;
  BitsFor<T> mantissa = (bits & F::mantissaMask) | F::implicitBit;
  int fractionBits = F::mantissaBits - exponent;
  BitsFor<T> unit = static_cast<BitsFor<T>>(1) << fractionBits;
  if (mantissa & (unit - 1))
    return Parity::NotAnInteger;
  return mantissa & unit ? Parity::Odd : Parity::Even;
}

template <typename T> IREE_INLINE T power(T x, T y) {
  using C = Constants<T>;
  using F = FormatFor<T>;
  if (y == 0 || x == 1)
    return 1;
  if (x != x || y != y)
    return x + y;
  T a = absolute(x);
  if (absolute(y) == infinity<T>()) {
    if (a == 1)
      return 1;
    return (a > 1) == (y > 0) ? infinity<T>() : 0;
  }
  Parity parity = parityOf(y);
  T sign = (toBits(x) & F::signBit) && parity == Parity::Odd ? -1 : 1;
  if (a == 0 || a == infinity<T>())
    return sign * ((a == 0) == (y > 0) ? 0 : infinity<T>());
  if (x < 0 && parity == Parity::NotAnInteger)
    return notANumber<T>();
  if (a == 1)
    return sign;
  HeadTail<T> log = logarithmWithTail(a);
  T estimate = y * log.head;
  if (estimate > C::exponentialMaximum + 1)
    return sign * infinity<T>();
  if (estimate < C::exponentialMinimum - 1)
    return sign * 0;
  HeadTail<T> exponent = multiply({y, 0}, log);
  return sign * exponential(exponent.head, exponent.tail);
}

// By repeated squaring, as llvm.powi asks; the error grows with n.
template <typename T> IREE_INLINE T integerPower(T x, int n) {
  T result = 1;
  for (unsigned left = n < 0 ? 0u - static_cast<unsigned>(n) : static_cast<unsigned>(n); left;
       left >>= 1) {
    if (left & 1)
      result *= x;
    x *= x;
  }
  return n < 0 ? 1 / result : result;
}

IREE_BUILTIN(float, powf)(float x, float y) { return power(x, y); }
IREE_BUILTIN(double, pow)(double x, double y) { return power(x, y); }
IREE_BUILTIN(float, __powisf2)(float x, int n) { return integerPower(x, n); }
IREE_BUILTIN(double, __powidf2)(double x, int n) { return integerPower(x, n); }
