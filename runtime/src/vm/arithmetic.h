// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Registers and what arithmetic.def computes with.
#ifndef IREE_SRC_VM_ARITHMETIC_H_
#define IREE_SRC_VM_ARITHMETIC_H_

#include "vm/float_functions.h"

namespace iree {

union Register {
  int32_t s;
  uint32_t u;
  int64_t sl;
  uint64_t ul;
  float f;
  double d;
};

// Division by 0 and of the lowest number by -1 as bytecode.def says.
template <typename T> inline T divideSigned(T x, T y) {
  if (y == 0)
    return 0;
  if (y == -1)
    return static_cast<T>(0 - static_cast<decltype(sizeof(T) == 8 ? uint64_t() : uint32_t())>(x));
  return x / y;
}
template <typename T> inline T remainderSigned(T x, T y) {
  if (y == 0)
    return x;
  return y == -1 ? 0 : x % y;
}

inline uint32_t countLeadingZeros(uint32_t x) {
  return x == 0 ? 32 : static_cast<uint32_t>(__builtin_clz(x));
}
inline uint64_t countLeadingZeros(uint64_t x) {
  return x == 0 ? 64 : static_cast<uint64_t>(__builtin_clzll(x));
}
inline uint32_t countTrailingZeros(uint32_t x) {
  return x == 0 ? 32 : static_cast<uint32_t>(__builtin_ctz(x));
}
inline uint64_t countTrailingZeros(uint64_t x) {
  return x == 0 ? 64 : static_cast<uint64_t>(__builtin_ctzll(x));
}
// Without a table, which the compiler's own function for it has.
inline uint32_t countOnes(uint32_t x) {
  x -= x >> 1 & 0x55555555;
  x = (x & 0x33333333) + (x >> 2 & 0x33333333);
  return ((x + (x >> 4)) & 0x0F0F0F0F) * 0x01010101 >> 24;
}
inline uint64_t countOnes(uint64_t x) {
  return static_cast<uint64_t>(countOnes(static_cast<uint32_t>(x))) +
         countOnes(static_cast<uint32_t>(x >> 32));
}

// tosa.apply_scale with 64-bit arithmetic that wraps.
inline int32_t scaleBy(int32_t value, int32_t multiplier, int32_t shift, uint64_t more) {
  uint32_t count = static_cast<uint32_t>(shift) & 63;
  uint64_t half = (UINT64_C(1) << count) >> 1;
  uint64_t product = static_cast<uint64_t>(static_cast<int64_t>(value) * multiplier);
  return static_cast<int32_t>(static_cast<int64_t>(product + half + more) >> count);
}
inline int32_t scaleOnce(int32_t value, int32_t multiplier, int32_t shift) {
  return scaleBy(value, multiplier, shift, 0);
}
inline int32_t scaleTwice(int32_t value, int32_t multiplier, int32_t shift) {
  uint64_t more = 0;
  if ((shift & 63) > 31)
    more = static_cast<uint64_t>(value >= 0 ? INT64_C(1) << 30 : -(INT64_C(1) << 30));
  return scaleBy(value, multiplier, shift, more);
}

} // namespace iree

#endif // IREE_SRC_VM_ARITHMETIC_H_
