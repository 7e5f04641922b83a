// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "HeadTail.h"

using namespace iree_builtins;

// x as m * 2^(step * n) with 1 <= m < 2^step, for finite x > 0.
template <typename T> struct SteppedScale {
  T mantissa;
  int steps;
};
template <typename T> IREE_INLINE SteppedScale<T> scaleBySteps(T x, int step) {
  using F = FormatFor<T>;
  Unpacked<F> parts = unpack<F>(toBits(x));
  // Made nonnegative by a multiple of 2 and 3, as division rounds towards zero.
  constexpr int offset = 6 * F::bias;
  int exponent = parts.exponent - F::bias;
  int steps = (exponent + offset) / step - offset / step;
  int rest = exponent - steps * step;
  BitsFor<T> bits = (parts.mantissa & F::mantissaMask) | static_cast<BitsFor<T>>(F::bias + rest)
                                                             << F::mantissaBits;
  return {bitCast<T>(bits), steps};
}

template <typename T> IREE_INLINE T cubeRoot(T x) {
  T a = absolute(x);
  if (!(a < infinity<T>()) || a == 0)
    return x + x;
  SteppedScale<T> scaled = scaleBySteps(a, 3);
  T m = scaled.mantissa;
  // Off by at most a tenth on [1, 8]; Halley's iteration cubes that.
  T y = static_cast<T>(0.8) + static_cast<T>(0.16) * m;
  for (int i = 0; i < (sizeof(T) == 4 ? 2 : 3); ++i) {
    T cube = y * y * y;
    y = y * ((cube + 2 * m) / (2 * cube + m));
  }
  // A last Newton step from the exact remainder.
  HeadTail<T> square = twoProduct(y, y);
  HeadTail<T> cube = multiply(square, {y, 0});
  T rest = (m - cube.head) - cube.tail;
  y += rest / (3 * square.head);
  return withSignOf(scale(y, scaled.steps), x);
}

template <typename T> IREE_INLINE T reciprocalSquareRoot(T x) {
  if (x == 0)
    return withSignOf(infinity<T>(), x);
  if (!(x > 0))
    return x < 0 ? notANumber<T>() : x + x;
  if (x == infinity<T>())
    return 0;
  SteppedScale<T> scaled = scaleBySteps(x, 2);
  HeadTail<T> root = squareRoot<T>({scaled.mantissa, 0});
  return scale(divide<T>({1, 0}, root).head, -scaled.steps);
}

IREE_BUILTIN(float, cbrtf)(float x) { return cubeRoot(x); }
IREE_BUILTIN(double, cbrt)(double x) { return cubeRoot(x); }
IREE_BUILTIN(float, rsqrtf)(float x) { return reciprocalSquareRoot(x); }
IREE_BUILTIN(double, rsqrt)(double x) { return reciprocalSquareRoot(x); }
