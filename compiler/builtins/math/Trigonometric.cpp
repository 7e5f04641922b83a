// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// sin, cos and tan. Arguments beyond pi/4 are reduced by the method of Payne and
// Hanek in integers: the mantissa times exactly those bits of 2/pi that matter.
// That is right for the largest arguments and needs no wider floats for any.
#include "HeadTail.h"

using namespace iree_builtins;

// 2/pi in words of 32 bits behind two words of zero; computed from Machin's
// formula for pi.
static constexpr uint32_t twoOverPi[] = {
    0x00000000, 0x00000000, 0xA2F9836E, 0x4E441529, 0xFC2757D1, 0xF534DDC0, 0xDB629599,
    0x3C439041, 0xFE5163AB, 0xDEBBC561, 0xB7246E3A, 0x424DD2E0, 0x06492EEA, 0x09D1921C,
    0xFE1DEB1C, 0xB129A73E, 0xE88235F5, 0x2EBB4484, 0xE99C7026, 0xB45F7E41, 0x3991D639,
    0x835339F4, 0x9C845F8B, 0xBDF9283B, 0x1FF897FF, 0xDE05980F, 0xEF2F118B, 0x5A0A6D1F,
    0x6D367ECF, 0x27CB09B7, 0x4F463F66, 0x9E5FEA2D, 0x7527BAC7, 0xEBE5F17B, 0x3D0739F7,
    0x8A5292EA, 0x6BFB5FB1, 0x1F8D5D08, 0x56033046, 0xFC7B6BAB, 0xF0CFBC20, 0x9AF4361D};

// x = (quadrant + ...) pi/2 + head + tail, |head| <= pi/4.
template <typename T> struct ReducedAngle {
  T head;
  T tail;
  int quadrant;
};

// The upper bits of the fraction top:next as head and tail.
IREE_INLINE void fractionToFloat(uint64_t top, uint64_t, HeadTail<float> &result) {
  result = {static_cast<float>(static_cast<uint32_t>(top >> 40)) * 0x1p-24f,
            static_cast<float>(static_cast<uint32_t>(top >> 16) & 0xFFFFFFu) * 0x1p-48f};
}
IREE_INLINE void fractionToFloat(uint64_t top, uint64_t next, HeadTail<double> &result) {
  result = {static_cast<double>(top >> 11) * 0x1p-53,
            static_cast<double>((top << 53 | next >> 11) >> 11) * 0x1p-106};
}

// For finite |x| > pi/4.
template <typename T> IREE_INLINE ReducedAngle<T> reduceLargeAngle(T x) {
  using F = FormatFor<T>;
  // Enough bits for the mantissa, the closest approach of any number to a
  // multiple of pi/2 (2^-30 and 2^-61) and a head and tail of the remainder.
  constexpr int words = sizeof(T) == 4 ? 3 : 6;
  constexpr int mantissaWords = sizeof(T) / 4;

  BitsFor<T> bits = toBits(x) & F::absMask;
  uint64_t mantissa = (bits & F::mantissaMask) | F::implicitBit;
  int exponent = static_cast<int>(bits >> F::mantissaBits) - F::bias - F::mantissaBits;
  // The window starts at the bit of 2/pi whose product with the mantissa's unit
  // weighs 2; those before it give multiples of 4 quadrants.
  int start = exponent + 62, word = start >> 5, shift = start & 31;
  uint32_t fraction[words] = {}; // least significant word first
  uint64_t carry = 0, carry2 = 0;
  uint32_t previous = 0;
  IREE_NO_UNROLL
  for (int i = 0; i < words; ++i) {
    const uint32_t *source = twoOverPi + (word + words - 1 - i);
    auto window = static_cast<uint32_t>(join(source[0], source[1]) << shift >> 32);
    carry += static_cast<uint64_t>(window) * low(mantissa);
    if (mantissaWords == 2) {
      // The product with the upper mantissa word lags by one word.
      carry2 += static_cast<uint64_t>(previous) * high(mantissa);
      uint64_t sum = static_cast<uint64_t>(low(carry)) + low(carry2);
      fraction[i] = low(sum);
      carry = static_cast<uint64_t>(high(carry)) + high(sum);
      carry2 >>= 32;
    } else {
      fraction[i] = low(carry);
      carry >>= 32;
    }
    previous = window;
  }

  // Two bits of quadrant, then the fraction of one, made -1/2 .. 1/2.
  uint32_t top = fraction[words - 1];
  int quadrant = static_cast<int>((top >> 29) + 1) >> 1;
  bool negative = (top & 0x20000000u) != 0;
  uint32_t flip = negative ? ~0u : 0u;
  // One's complement negates it to within the last bit.
  uint64_t wide[3] = {};
  for (int i = 0; 2 * i < words; ++i) {
    int at = words - 1 - 2 * i;
    wide[i] = join(fraction[at] ^ flip, at ? fraction[at - 1] ^ flip : 0);
  }
  wide[0] = wide[0] << 2 | wide[1] >> 62;
  wide[1] = wide[1] << 2 | wide[2] >> 62;
  wide[2] <<= 2;
  int scaleExponent = 0;
  if (wide[0] == 0) {
    wide[0] = wide[1];
    wide[1] = wide[2];
    scaleExponent = -64;
  }
  int zeros = countLeadingZeros(wide[0] | 1);
  if (zeros) {
    wide[0] = wide[0] << zeros | wide[1] >> (64 - zeros);
    wide[1] = wide[1] << zeros | wide[2] >> (64 - zeros);
  }
  HeadTail<T> turns;
  fractionToFloat(wide[0], wide[1], turns);
  HeadTail<T> angle = multiply(turns, Constants<T>::halfPi);
  T unit = powerOf2<T>(scaleExponent - zeros);
  if (negative != ((toBits(x) & F::signBit) != 0))
    unit = -unit;
  if (toBits(x) & F::signBit)
    quadrant = -quadrant;
  return {angle.head * unit, angle.tail * unit, quadrant & 3};
}

template <typename T> IREE_INLINE ReducedAngle<T> reduceAngle(T x) {
  constexpr T quarterPi = Constants<T>::halfPi.head / 2;
  if (absolute(x) <= quarterPi)
    return {x, 0, 0};
  return reduceLargeAngle(x);
}

template <typename T> IREE_INLINE T sinePolynomial(ReducedAngle<T> r) {
  T z = r.head * r.head;
  T cube = r.head * z * polynomial(Polynomials<T>::sine, z);
  return r.head + (cube + r.tail * (1 - z / 2));
}
template <typename T> IREE_INLINE T cosinePolynomial(ReducedAngle<T> r) {
  T z = r.head * r.head, half = z / 2, leading = 1 - half;
  T rest = z * z * polynomial(Polynomials<T>::cosine, z) - r.head * r.tail;
  return leading + (((1 - leading) - half) + rest);
}

// So small that sin x and tan x are x; keeps the sign of zero.
template <typename T> IREE_INLINE bool isTiny(T x) {
  return absolute(x) < powerOf2<T>(-FormatFor<T>::mantissaBits / 2 - 2);
}

// sin(r + quadrants pi/2).
template <typename T> IREE_INLINE T sineOfReduced(ReducedAngle<T> r, int quadrants) {
  int quadrant = r.quadrant + quadrants;
  T result = quadrant & 1 ? cosinePolynomial(r) : sinePolynomial(r);
  return quadrant & 2 ? -result : result;
}

// sin(x + quadrants pi/2); x is finite.
template <typename T> IREE_INLINE T sineOf(T x, int quadrants) {
  if (isTiny(x))
    return quadrants ? 1 : x;
  return sineOfReduced(reduceAngle(x), quadrants);
}

template <typename T> IREE_INLINE T tangent(T x) {
  if (isTiny(x))
    return x;
  ReducedAngle<T> r = reduceAngle(x);
  T z = r.head * r.head;
  T rest = r.head * z * polynomial(Polynomials<T>::tangent, z);
  // The derivative of tan is 1 + tan^2.
  T t = r.head + rest;
  rest += r.tail * (1 + t * t);
  HeadTail<T> sum = fastTwoSum(r.head, rest);
  if (!(r.quadrant & 1))
    return sum.head;
  return divide({-1, 0}, sum).head;
}

template <typename T> IREE_INLINE bool isFinite(T x) { return absolute(x) < infinity<T>(); }

IREE_BUILTIN(float, sinf)(float x) { return isFinite(x) ? sineOf(x, 0) : x - x; }
IREE_BUILTIN(double, sin)(double x) { return isFinite(x) ? sineOf(x, 0) : x - x; }
IREE_BUILTIN(float, cosf)(float x) { return isFinite(x) ? sineOf(x, 1) : x - x; }
IREE_BUILTIN(double, cos)(double x) { return isFinite(x) ? sineOf(x, 1) : x - x; }
IREE_BUILTIN(float, tanf)(float x) { return isFinite(x) ? tangent(x) : x - x; }
IREE_BUILTIN(double, tan)(double x) { return isFinite(x) ? tangent(x) : x - x; }

// On GNU environments LLVM merges sin and cos of one argument into these.
template <typename T> IREE_INLINE void sineAndCosine(T x, T *sine, T *cosine) {
  if (!isFinite(x) || isTiny(x)) {
    *sine = isFinite(x) ? x : x - x;
    *cosine = isFinite(x) ? 1 : x - x;
    return;
  }
  ReducedAngle<T> r = reduceAngle(x);
  *sine = sineOfReduced(r, 0);
  *cosine = sineOfReduced(r, 1);
}
IREE_BUILTIN(void, sincosf)(float x, float *sine, float *cosine) { sineAndCosine(x, sine, cosine); }
IREE_BUILTIN(void, sincos)(double x, double *sine, double *cosine) {
  sineAndCosine(x, sine, cosine);
}
