// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Conversions between formats and to and from integers.
#pragma once

#include "SoftFloat.h"

namespace iree_builtins {

// Exact: To has more exponent and mantissa bits.
template <typename From, typename To>
IREE_INLINE typename To::Bits widen(typename From::Bits value) {
  using Bits = typename To::Bits;
  constexpr int shift = To::mantissaBits - From::mantissaBits;
  Bits sign =
      static_cast<Bits>(static_cast<Bits>(value & From::signBit) << (To::width - From::width));
  auto absolute = static_cast<typename From::Bits>(value & From::absMask);
  Bits wide = static_cast<Bits>(absolute) << shift;
  if (absolute >= From::infinity)
    return sign | To::infinity | (wide & To::mantissaMask) |
           (absolute > From::infinity ? To::quietBit : 0);
  if (absolute >= From::implicitBit)
    return sign | (wide + (static_cast<Bits>(To::bias - From::bias) << To::mantissaBits));
  if (absolute == 0)
    return sign;
  // A subnormal of From is normal in To.
  int normalise = countLeadingZeros(wide) - (To::width - 1 - To::mantissaBits);
  Bits exponent = static_cast<Bits>(To::bias - From::bias + 1 - normalise);
  return sign | ((wide << normalise) & To::mantissaMask) | exponent << To::mantissaBits;
}

template <typename From, typename To>
IREE_INLINE typename To::Bits narrow(typename From::Bits value) {
  using Bits = typename From::Bits;
  constexpr int shift = From::mantissaBits - To::mantissaBits;
  auto sign = static_cast<typename To::Bits>((value & From::signBit) >> (From::width - To::width));
  Bits absolute = value & From::absMask;
  if (absolute > From::infinity)
    return static_cast<typename To::Bits>(sign | To::quietNaN |
                                          ((absolute >> shift) & To::mantissaMask));
  int exponent = static_cast<int>(absolute >> From::mantissaBits) - From::bias + To::bias;
  if (exponent >= To::exponentMax)
    return static_cast<typename To::Bits>(sign | To::infinity);
  Bits mantissa = absolute & From::mantissaMask;
  int drop = shift;
  if (exponent <= 0) { // subnormal result
    if (absolute >= From::implicitBit) {
      mantissa |= From::implicitBit;
      drop += 1 - exponent;
    } else if (From::bias != To::bias) {
      return sign; // a subnormal of From is far below half of To's smallest
    }
    exponent = 0;
    if (drop > From::mantissaBits + 2)
      drop = From::mantissaBits + 2;
  }
  Bits rest = mantissa & ((static_cast<Bits>(1) << drop) - 1);
  Bits half = static_cast<Bits>(1) << (drop - 1);
  Bits result = (static_cast<Bits>(exponent) << To::mantissaBits) + (mantissa >> drop);
  result += rest > half || (rest == half && (result & 1));
  return static_cast<typename To::Bits>(sign | result);
}

// Truncates. Out of range saturates and NaN gives 0 (C leaves both undefined;
// the Arm ABI and llvm.fptosi.sat ask for this).
template <typename F, typename Integer> IREE_INLINE Integer toUnsigned(typename F::Bits value) {
  constexpr int integerBits = sizeof(Integer) * 8;
  if (isNaN<F>(value) || (value & F::signBit))
    return 0;
  int exponent = static_cast<int>(value >> F::mantissaBits) - F::bias;
  if (exponent < 0)
    return 0;
  if (exponent >= integerBits)
    return static_cast<Integer>(~static_cast<Integer>(0));
  typename F::Bits mantissa = (value & F::mantissaMask) | F::implicitBit;
  if (exponent <= F::mantissaBits)
    return static_cast<Integer>(mantissa >> (F::mantissaBits - exponent));
  return static_cast<Integer>(static_cast<Integer>(mantissa) << (exponent - F::mantissaBits));
}

template <typename F, typename Integer> IREE_INLINE Integer toSigned(typename F::Bits value) {
  constexpr Integer minimum = static_cast<Integer>(1) << (sizeof(Integer) * 8 - 1);
  bool negative = (value & F::signBit) != 0 && !isNaN<F>(value);
  Integer magnitude =
      toUnsigned<F, Integer>(negative ? static_cast<typename F::Bits>(value ^ F::signBit) : value);
  if (magnitude >= minimum)
    return negative ? minimum : static_cast<Integer>(minimum - 1);
  return negateIf(magnitude, negative);
}

template <typename F, typename Integer>
IREE_INLINE typename F::Bits fromUnsigned(Integer value, typename F::Bits sign = 0) {
  using Bits = typename F::Bits;
  constexpr int integerBits = sizeof(Integer) * 8;
  if (value == 0)
    return 0;
  int zeros = countLeadingZeros(value);
  value <<= zeros;
  auto exponent = static_cast<Bits>(F::bias + integerBits - 1 - zeros);
  if (integerBits <= F::mantissaBits + 1) { // exact
    constexpr int shift =
        integerBits <= F::mantissaBits + 1 ? F::mantissaBits + 1 - integerBits : 0;
    return sign | (((exponent - 1) << F::mantissaBits) + (static_cast<Bits>(value) << shift));
  }
  constexpr int drop = integerBits > F::mantissaBits + 1 ? integerBits - F::mantissaBits - 1 : 1;
  Integer rest = value & ((static_cast<Integer>(1) << drop) - 1);
  constexpr Integer half = static_cast<Integer>(1) << (drop - 1);
  Bits result = ((exponent - 1) << F::mantissaBits) + static_cast<Bits>(value >> drop);
  result += rest > half || (rest == half && (result & 1));
  return sign | result;
}

template <typename F, typename Integer> IREE_INLINE typename F::Bits fromSigned(Integer value) {
  bool negative = isNegative(value);
  return fromUnsigned<F, Integer>(negateIf(value, negative), negative ? F::signBit : 0);
}

} // namespace iree_builtins
