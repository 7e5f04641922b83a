// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bodies of integer multiplication, division and shifts, in pieces the smallest
// cores have, so that no helper is compiled to a call of itself.
#pragma once

#include "Builtin.h"

namespace iree_builtins {

IREE_INLINE uint32_t low(uint64_t value) { return static_cast<uint32_t>(value); }
IREE_INLINE uint32_t high(uint64_t value) { return static_cast<uint32_t>(value >> 32); }
IREE_INLINE uint64_t join(uint32_t highHalf, uint32_t lowHalf) {
  return static_cast<uint64_t>(highHalf) << 32 | lowHalf;
}

// Multiplication by shift and add, for cores without a multiplier.
template <typename T> IREE_INLINE T multiplyByAdding(T a, T b) {
  T result = 0;
  for (; b; b >>= 1, a <<= 1)
    if (b & 1)
      result += a;
  return result;
}

// 64-bit product from 16-bit pieces, each product being 32 bits wide.
IREE_INLINE uint64_t multiplyByPieces(uint64_t a, uint64_t b) {
  uint32_t al = low(a) & 0xFFFFu, ah = low(a) >> 16;
  uint32_t bl = low(b) & 0xFFFFu, bh = low(b) >> 16;
  uint32_t lowProduct = al * bl;
  uint32_t cross = ah * bl + (lowProduct >> 16); // at most 2^32 - 2^16
  uint32_t cross2 = al * bh + (cross & 0xFFFFu);
  uint32_t top = ah * bh + (cross >> 16) + (cross2 >> 16);
  top += low(a) * high(b) + high(a) * low(b);
  return join(top, cross2 << 16 | (lowProduct & 0xFFFFu));
}

template <typename T> IREE_INLINE int countLeadingZeros(T value) {
  if (sizeof(T) == 4)
    return __builtin_clz(static_cast<uint32_t>(value));
  if (sizeof(T) == 8)
    return __builtin_clzll(static_cast<uint64_t>(value));
  uint64_t top = static_cast<uint64_t>(value >> (sizeof(T) * 4));
  return top ? __builtin_clzll(top) : 64 + __builtin_clzll(static_cast<uint64_t>(value));
}

// Unsigned division by shift and subtract. Division by zero gives all ones and
// the dividend, like RISC-V's instruction.
template <typename T> struct DivisionResult {
  T quotient;
  T remainder;
};
template <typename T> IREE_INLINE DivisionResult<T> divideBits(T a, T b) {
  if (b == 0)
    return {static_cast<T>(~static_cast<T>(0)), a};
  if (a < b)
    return {0, a};
  int shift = countLeadingZeros(b) - countLeadingZeros(a);
  b <<= shift;
  T quotient = 0;
  for (; shift >= 0; --shift) {
    quotient <<= 1;
    if (a >= b) {
      a -= b;
      quotient |= 1;
    }
    b >>= 1;
  }
  return {quotient, a};
}

// A 64-bit division that uses the core's 32-bit division when that suffices.
IREE_INLINE DivisionResult<uint64_t> divide64(uint64_t a, uint64_t b) {
  if (sizeof(void *) == 4 && high(a) == 0 && high(b) == 0 && low(b) != 0) {
    uint32_t quotient = low(a) / low(b);
    return {quotient, low(a) - quotient * low(b)};
  }
  return divideBits<uint64_t>(a, b);
}

template <typename U> IREE_INLINE U negateIf(U value, bool negative) {
  return negative ? static_cast<U>(0 - value) : value;
}
template <typename U> IREE_INLINE bool isNegative(U value) {
  return value >> (sizeof(U) * 8 - 1) != 0;
}

// Shifts of a 64-bit value by 0..63 in 32-bit pieces.
IREE_INLINE uint64_t shiftLeft64(uint64_t value, uint32_t count) {
  uint32_t lo = low(value), hi = high(value);
  if (count & 32)
    return join(lo << (count & 31), 0);
  if (count == 0)
    return value;
  return join(hi << count | lo >> (32 - count), lo << count);
}
IREE_INLINE uint64_t shiftRight64(uint64_t value, uint32_t count) {
  uint32_t lo = low(value), hi = high(value);
  if (count & 32)
    return hi >> (count & 31);
  if (count == 0)
    return value;
  return join(hi >> count, lo >> count | hi << (32 - count));
}
IREE_INLINE uint64_t shiftRightSigned64(uint64_t value, uint32_t count) {
  uint32_t lo = low(value);
  auto hi = static_cast<int32_t>(high(value));
  auto sign = static_cast<uint32_t>(hi >> 31);
  if (count & 32)
    return join(sign, static_cast<uint32_t>(hi >> (count & 31)));
  if (count == 0)
    return value;
  return join(static_cast<uint32_t>(hi >> count), lo >> count | static_cast<uint32_t>(hi)
                                                                    << (32 - count));
}

} // namespace iree_builtins
