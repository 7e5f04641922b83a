// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "HeadTail.h"

using namespace iree_builtins;

// asin in pieces: for |x| <= 1/2 itself, beyond it
// asin x = pi/2 - 2 asin(root), root = sqrt((1 - x) / 2) as head and tail.
template <typename T> IREE_INLINE T arcsineRest(T x, T z) {
  return x * z * polynomial(Polynomials<T>::arcsine, z);
}
template <typename T> struct HalfAngle {
  T head;
  T tail; // asin(root) - head
};
template <typename T> IREE_INLINE HalfAngle<T> halfAngle(T magnitude) {
  T z = (1 - magnitude) / 2; // exact
  if (z == 0)
    return {0, 0};
  HeadTail<T> root = squareRoot<T>({z, 0});
  return {root.head, root.tail + arcsineRest(root.head, z)};
}

template <typename T> IREE_INLINE T arcsine(T x) {
  constexpr HeadTail<T> halfPi = Constants<T>::halfPi;
  T a = absolute(x);
  if (!(a <= 1))
    return notANumber<T>();
  if (a <= static_cast<T>(0.5))
    return x + arcsineRest(x, x * x);
  HalfAngle<T> half = halfAngle(a);
  HeadTail<T> sum = twoSum(halfPi.head, -2 * half.head);
  return withSignOf(sum.head + (sum.tail + (halfPi.tail - 2 * half.tail)), x);
}

template <typename T> IREE_INLINE T arccosine(T x) {
  constexpr HeadTail<T> halfPi = Constants<T>::halfPi;
  T a = absolute(x);
  if (!(a <= 1))
    return notANumber<T>();
  if (a <= static_cast<T>(0.5)) {
    HeadTail<T> sum = twoSum(halfPi.head, -x);
    return sum.head + (sum.tail + (halfPi.tail - arcsineRest(x, x * x)));
  }
  HalfAngle<T> half = halfAngle(a);
  if (x > 0)
    return 2 * (half.head + half.tail);
  HeadTail<T> sum = twoSum(2 * halfPi.head, -2 * half.head);
  return sum.head + (sum.tail + 2 * (halfPi.tail - half.tail));
}

// atan(a / b) for a, b >= 0, not both zero, without overflow: around 0, 1 and
// infinity, so that the polynomial's argument is at most tan(pi/8).
template <typename T> IREE_INLINE HeadTail<T> arctangentOfRatio(T a, T b) {
  constexpr HeadTail<T> halfPi = Constants<T>::halfPi;
  constexpr auto small = static_cast<T>(0.41421356237309505);
  HeadTail<T> base = {0, 0}, ratio;
  if (a <= small * b) {
    ratio = divide<T>({a, 0}, {b, 0});
  } else if (b <= small * a) {
    base = halfPi;
    ratio = divide<T>({-b, 0}, {a, 0});
  } else {
    base = {halfPi.head / 2, halfPi.tail / 2};
    ratio = divide(twoSum(a, -b), twoSum(a, b));
  }
  T z = ratio.head * ratio.head;
  T rest = ratio.head * z * polynomial(Polynomials<T>::arctangent, z) + ratio.tail;
  HeadTail<T> sum = twoSum(base.head, ratio.head);
  return fastTwoSum(sum.head, sum.tail + (rest + base.tail));
}

template <typename T> IREE_INLINE T arctangent(T x) {
  using F = FormatFor<T>;
  T a = absolute(x);
  if (x != x || a < powerOf2<T>(-F::mantissaBits / 2 - 2))
    return x;
  // Beyond this the result no longer changes.
  T limit = powerOf2<T>(F::mantissaBits + 8);
  if (a > limit)
    a = limit;
  return withSignOf(arctangentOfRatio(a, static_cast<T>(1)).head, x);
}

template <typename T> IREE_INLINE T arctangent2(T y, T x) {
  using F = FormatFor<T>;
  constexpr HeadTail<T> halfPi = Constants<T>::halfPi;
  if (x != x || y != y)
    return x + y;
  T a = absolute(y), b = absolute(x);
  bool left = (toBits(x) & F::signBit) != 0;
  HeadTail<T> angle = {0, 0};
  if (a == infinity<T>() || b == infinity<T>()) {
    if (a == b) {
      a = 1;
      b = 1;
    } else {
      a = a == infinity<T>() ? 1 : 0;
      b = 1 - a;
    }
  }
  if (a != 0) {
    // The larger one is brought near 1: no overflow, no loss that matters.
    BitsFor<T> larger = toBits(a > b ? a : b);
    int exponent = static_cast<int>(larger >> F::mantissaBits) - F::bias;
    if (exponent > F::bias / 4 || exponent < -F::bias / 4) {
      a = scale(a, -exponent);
      b = scale(b, -exponent);
    }
    if (b == 0 || a / b > powerOf2<T>(2 * F::mantissaBits)) {
      angle = halfPi;
    } else if (a < powerOf2<T>(2 - F::bias + 3 * F::mantissaBits)) {
      // Too small for exact remainders; atan is its argument.
      angle = {a / b, 0};
    } else {
      angle = arctangentOfRatio(a, b);
    }
  }
  if (left)
    angle = add<T>({2 * halfPi.head, 2 * halfPi.tail}, {-angle.head, -angle.tail});
  return withSignOf(angle.head, y);
}

IREE_BUILTIN(float, asinf)(float x) { return arcsine(x); }
IREE_BUILTIN(double, asin)(double x) { return arcsine(x); }
IREE_BUILTIN(float, acosf)(float x) { return arccosine(x); }
IREE_BUILTIN(double, acos)(double x) { return arccosine(x); }
IREE_BUILTIN(float, atanf)(float x) { return arctangent(x); }
IREE_BUILTIN(double, atan)(double x) { return arctangent(x); }
IREE_BUILTIN(float, atan2f)(float y, float x) { return arctangent2(y, x); }
IREE_BUILTIN(double, atan2)(double y, double x) { return arctangent2(y, x); }
