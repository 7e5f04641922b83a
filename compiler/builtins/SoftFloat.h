// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// IEEE 754 formats as integers: constants, classification, rounding and packing.
// All arithmetic rounds to nearest even and raises no flags. Results that are
// NaN are quiet; an operand's NaN is propagated.
#pragma once

#include "Integer.h"

namespace iree_builtins {

template <typename BitsType, typename SignedType, int Mantissa, int Exponent> struct Format {
  using Bits = BitsType;
  using Signed = SignedType;
  static constexpr int mantissaBits = Mantissa; // without the implicit one
  static constexpr int exponentMax = (1 << Exponent) - 1;
  static constexpr int bias = exponentMax >> 1;
  static constexpr int width = 1 + Mantissa + Exponent;
  static constexpr Bits implicitBit = static_cast<Bits>(1) << Mantissa;
  static constexpr Bits mantissaMask = static_cast<Bits>(implicitBit - 1);
  static constexpr Bits signBit = static_cast<Bits>(static_cast<Bits>(1) << (Mantissa + Exponent));
  static constexpr Bits absMask = static_cast<Bits>(signBit - 1);
  static constexpr Bits infinity = static_cast<Bits>(absMask & ~mantissaMask);
  static constexpr Bits quietBit = static_cast<Bits>(implicitBit >> 1);
  static constexpr Bits quietNaN = static_cast<Bits>(infinity | quietBit);
};
using F16 = Format<uint16_t, int16_t, 10, 5>;
using BF16 = Format<uint16_t, int16_t, 7, 8>;
using F32 = Format<uint32_t, int32_t, 23, 8>;
using F64 = Format<uint64_t, int64_t, 52, 11>;

template <typename F> IREE_INLINE bool isNaN(typename F::Bits value) {
  return (value & F::absMask) > F::infinity;
}

// An operand's NaN, made quiet.
template <typename F>
IREE_INLINE typename F::Bits propagateNaN(typename F::Bits a, typename F::Bits b) {
  return (isNaN<F>(a) ? a : b) | F::quietBit;
}

// A finite nonzero number as exponent field and mantissa whose implicit bit is
// set: value = mantissa * 2^(exponent - bias - mantissaBits). Subnormals get an
// exponent of zero or less.
template <typename F> struct Unpacked {
  typename F::Bits mantissa;
  int exponent;
};
template <typename F> IREE_INLINE Unpacked<F> unpack(typename F::Bits absolute) {
  int exponent = static_cast<int>(absolute >> F::mantissaBits);
  typename F::Bits mantissa = absolute & F::mantissaMask;
  if (exponent)
    return {mantissa | F::implicitBit, exponent};
  int shift = countLeadingZeros(mantissa) - (F::width - 1 - F::mantissaBits);
  return {mantissa << shift, 1 - shift};
}

// Shift right; bits that fall out are kept as "some were set" in bit 0.
template <typename T> IREE_INLINE T shiftRightSticky(T value, int count) {
  constexpr int width = sizeof(T) * 8;
  if (count == 0)
    return value;
  if (count >= width)
    return value != 0;
  return value >> count | static_cast<T>(static_cast<T>(value << (width - count)) != 0);
}

// Rounds and packs sign * mantissa * 2^(exponent - bias - mantissaBits - 3): the
// mantissa has three extra bits, the last one sticky, and its leading one is the
// implicit bit, unless exponent is 1 and the number subnormal.
template <typename F>
IREE_INLINE typename F::Bits roundAndPack(typename F::Bits sign, int exponent,
                                          typename F::Bits mantissa) {
  using Bits = typename F::Bits;
  if (exponent >= F::exponentMax)
    return sign | F::infinity;
  if (exponent <= 0) {
    mantissa = shiftRightSticky<Bits>(mantissa, 1 - exponent);
    exponent = 1;
  }
  Bits extra = mantissa & 7;
  mantissa >>= 3;
  // The implicit bit adds one to the exponent field, hence the minus one. A
  // carry out of the rounding runs into the exponent as it should, up to
  // infinity.
  Bits result = (static_cast<Bits>(exponent - 1) << F::mantissaBits) + mantissa;
  result += extra > 4 || (extra == 4 && (result & 1));
  return sign | result;
}

} // namespace iree_builtins
