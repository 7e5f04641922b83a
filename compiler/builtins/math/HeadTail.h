// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Numbers as an unevaluated sum of two floats (head and tail), which gives
// single-precision cores about 48 bits without soft double, and the constants
// in that form. The classic error-free transformations of Dekker and Knuth;
// none uses fma, which many cores would have to emulate.
#pragma once

#include "../SoftFloat.h"
#include "Polynomials.h"

namespace iree_builtins {

template <typename T> struct FormatOf;
template <> struct FormatOf<float> {
  using Type = F32;
};
template <> struct FormatOf<double> {
  using Type = F64;
};
template <typename T> using FormatFor = typename FormatOf<T>::Type;
template <typename T> using BitsFor = typename FormatFor<T>::Bits;

template <typename T> struct HeadTail {
  T head;
  T tail;
};

template <typename T> IREE_INLINE BitsFor<T> toBits(T value) { return bitCast<BitsFor<T>>(value); }
template <typename T> IREE_INLINE T absolute(T value) {
  return bitCast<T>(toBits(value) & FormatFor<T>::absMask);
}
template <typename T> IREE_INLINE T withSignOf(T magnitude, T sign) {
  return bitCast<T>(toBits(magnitude) | (toBits(sign) & FormatFor<T>::signBit));
}
template <typename T> IREE_INLINE T infinity() { return bitCast<T>(FormatFor<T>::infinity); }
template <typename T> IREE_INLINE T notANumber() { return bitCast<T>(FormatFor<T>::quietNaN); }
// 2^n for a normal result.
template <typename T> IREE_INLINE T powerOf2(int n) {
  using F = FormatFor<T>;
  return bitCast<T>(static_cast<BitsFor<T>>(n + F::bias) << F::mantissaBits);
}
// value * 2^n, rounded once: in two factors, the first of which is exact.
template <typename T> IREE_INLINE T scale(T value, int n) {
  int half = n / 2;
  return value * powerOf2<T>(half) * powerOf2<T>(n - half);
}
// Nearest integer of a value that fits.
template <typename T> IREE_INLINE int nearestInteger(T value) {
  return static_cast<int>(value + withSignOf(static_cast<T>(0.5), value));
}

template <typename T> IREE_INLINE HeadTail<T> twoSum(T a, T b) {
  T sum = a + b;
  T bPart = sum - a;
  return {sum, (a - (sum - bPart)) + (b - bPart)};
}
// The same for |a| >= |b|.
template <typename T> IREE_INLINE HeadTail<T> fastTwoSum(T a, T b) {
  T sum = a + b;
  return {sum, b - (sum - a)};
}
template <typename T> IREE_INLINE HeadTail<T> twoProduct(T a, T b) {
  // 12 + 12 bits, or 26 + 27: the product of the lower parts is the only one
  // that may be rounded.
  constexpr BitsFor<T> lowHalf =
      (static_cast<BitsFor<T>>(1) << (FormatFor<T>::mantissaBits + 2) / 2) - 1;
  T aHigh = bitCast<T>(toBits(a) & ~lowHalf), aLow = a - aHigh;
  T bHigh = bitCast<T>(toBits(b) & ~lowHalf), bLow = b - bHigh;
  T product = a * b;
  T tail = ((aHigh * bHigh - product) + aHigh * bLow + aLow * bHigh) + aLow * bLow;
  return {product, tail};
}

// Operations on pairs; results have about twice the precision less three bits.
template <typename T> IREE_INLINE HeadTail<T> add(HeadTail<T> a, HeadTail<T> b) {
  HeadTail<T> sum = twoSum(a.head, b.head);
  return fastTwoSum(sum.head, sum.tail + (a.tail + b.tail));
}
template <typename T> IREE_INLINE HeadTail<T> multiply(HeadTail<T> a, HeadTail<T> b) {
  HeadTail<T> product = twoProduct(a.head, b.head);
  return fastTwoSum(product.head, product.tail + (a.head * b.tail + a.tail * b.head));
}
template <typename T> IREE_INLINE HeadTail<T> divide(HeadTail<T> a, HeadTail<T> b) {
  T quotient = a.head / b.head;
  HeadTail<T> product = twoProduct(quotient, b.head);
  T rest = ((a.head - product.head) - product.tail) + (a.tail - quotient * b.tail);
  return fastTwoSum(quotient, rest / b.head);
}
IREE_INLINE float squareRootOf(float a) { return __builtin_sqrtf(a); }
IREE_INLINE double squareRootOf(double a) { return __builtin_sqrt(a); }
// For a > 0.
template <typename T> IREE_INLINE HeadTail<T> squareRoot(HeadTail<T> a) {
  T root = squareRootOf(a.head);
  HeadTail<T> square = twoProduct(root, root);
  T rest = ((a.head - square.head) - square.tail) + a.tail;
  return fastTwoSum(root, rest / (root + root));
}

// c[0] + c[1] x + ... in Horner's scheme; unrolled.
template <typename T, size_t N> IREE_INLINE T polynomial(const T (&c)[N], T x) {
  T result = c[N - 1];
  IREE_UNROLL
  for (size_t i = N - 1; i-- > 0;)
    result = result * x + c[i];
  return result;
}

// Constants as head and tail. "Short" heads end in zeros, so that the product
// with an exponent is exact.
template <typename T> struct Constants;
template <> struct Constants<float> {
  static constexpr HeadTail<float> ln2Short = {0x1.62e4p-1f, 0x1.7f7d1cp-20f};
  static constexpr HeadTail<float> ln2 = {0x1.62e43p-1f, -0x1.05c61p-29f};
  static constexpr HeadTail<float> log2E = {0x1.715476p+0f, 0x1.4ae0cp-26f};
  static constexpr HeadTail<float> log10E = {0x1.bcb7b2p-2f, -0x1.5b235ep-27f};
  static constexpr HeadTail<float> log10Of2Short = {0x1.344p-2f, 0x1.3509f8p-18f};
  static constexpr HeadTail<float> ln10 = {0x1.26bb1cp+1f, -0x1.12aabap-25f};
  static constexpr float log2Of10 = 0x1.a934fp+1f;
  static constexpr HeadTail<float> halfPi = {0x1.921fb6p+0f, -0x1.777a5cp-25f};
  static constexpr HeadTail<float> twoThirds = {0x1.555556p-1f, -0x1.555556p-26f};
  // Below the first the exponential is 0; the second is the nearest number to
  // where it becomes infinite.
  static constexpr float exponentialMinimum = -104.0f;
  static constexpr float exponentialMaximum = 0x1.62e43p+6f;
};
template <> struct Constants<double> {
  static constexpr HeadTail<double> ln2Short = {0x1.62e42fefa3p-1, 0x1.3de6af278ece6p-42};
  static constexpr HeadTail<double> ln2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
  static constexpr HeadTail<double> log2E = {0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56};
  static constexpr HeadTail<double> log10E = {0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57};
  static constexpr HeadTail<double> log10Of2Short = {0x1.34413509f7p-2, 0x1.3fde623e2566bp-43};
  static constexpr HeadTail<double> ln10 = {0x1.26bb1bbb55516p+1, -0x1.f48ad494ea3e9p-53};
  static constexpr double log2Of10 = 0x1.a934f0979a371p+1;
  static constexpr HeadTail<double> halfPi = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
  static constexpr HeadTail<double> twoThirds = {0x1.5555555555555p-1, 0x1.5555555555555p-55};
  static constexpr double exponentialMinimum = -746.0;
  static constexpr double exponentialMaximum = 0x1.62e42fefa39efp+9;
};

} // namespace iree_builtins
