// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Floating-point operations that cores may lack an instruction for. All are
// exact or correctly rounded.
#ifndef IREE_SRC_VM_FLOAT_FUNCTIONS_H_
#define IREE_SRC_VM_FLOAT_FUNCTIONS_H_

#include "base/internal.h"

namespace iree {

// Bits of f16 and bf16; rounding to nearest even.
float floatFromHalf(uint16_t bits);
uint16_t halfFromFloat(float value);
uint16_t halfFromDouble(double value);
uint16_t brainFromFloat(float value);
uint16_t brainFromDouble(double value);

inline float floatFromBrain(uint16_t bits) {
  uint32_t word = static_cast<uint32_t>(bits) << 16;
  float value;
  copyBytes(&value, &word, sizeof(value));
  return value;
}

// C's fmod; -0 is less than +0.
float remainderOf(float x, float y);
double remainderOf(double x, double y);
float minimum(float x, float y); // NaN if one is
double minimum(double x, double y);
float maximum(float x, float y);
double maximum(double x, double y);
float minimumNumber(float x, float y); // the other operand if one is NaN
double minimumNumber(double x, double y);
float maximumNumber(float x, float y);
double maximumNumber(double x, double y);
float fusedMultiplyAdd(float x, float y, float z);
double fusedMultiplyAdd(double x, double y, double z);
float copySign(float x, float y);
double copySign(double x, double y);

// Bit 1 << relation of `mask`: equal, greater, less, unordered.
template <typename T> inline uint32_t compare(T x, T y, uint32_t mask) {
  uint32_t relation = x == y ? 0u : x > y ? 1u : x < y ? 2u : 3u;
  return mask >> relation & 1;
}

// Truncates; the nearest Integer if out of range, 0 for NaN.
template <typename Integer, typename T> inline Integer toInteger(T x) {
  constexpr Integer lowest = static_cast<Integer>(-1) < 0
                                 ? static_cast<Integer>(1ull << (8 * sizeof(Integer) - 1))
                                 : static_cast<Integer>(0);
  constexpr Integer highest = static_cast<Integer>(~lowest);
  // One above the highest, a power of two.
  constexpr T limit = static_cast<T>(2) * static_cast<T>(highest / 2 + 1);
  if (x != x)
    return 0;
  if (x >= limit)
    return highest;
  if (x <= static_cast<T>(lowest))
    return lowest;
  return static_cast<Integer>(x);
}

} // namespace iree

#endif // IREE_SRC_VM_FLOAT_FUNCTIONS_H_
