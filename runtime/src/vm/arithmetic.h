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

// Functions of which there is one copy where size counts.
#if defined(__OPTIMIZE_SIZE__)
#define IREE_SHARED __attribute__((noinline))
#else
#define IREE_SHARED
#endif

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
IREE_SHARED inline uint32_t countOnes(uint32_t x) {
  x -= x >> 1 & 0x55555555;
  x = (x & 0x33333333) + (x >> 2 & 0x33333333);
  return ((x + (x >> 4)) & 0x0F0F0F0F) * 0x01010101 >> 24;
}
inline uint64_t countOnes(uint64_t x) {
  return static_cast<uint64_t>(countOnes(static_cast<uint32_t>(x))) +
         countOnes(static_cast<uint32_t>(x >> 32));
}

// tosa.apply_scale with 64-bit arithmetic that wraps; rounds twice if asked to.
inline int32_t scale(int32_t value, int32_t multiplier, int32_t shift, bool isTwice) {
  uint32_t count = static_cast<uint32_t>(shift) & 63;
  auto sum = static_cast<uint64_t>(static_cast<int64_t>(value) * multiplier);
  if (isTwice && count > 31)
    sum += static_cast<uint64_t>(value >= 0 ? INT64_C(1) << 30 : -(INT64_C(1) << 30));
  // In most cases the upper word suffices.
  if (count > 32)
    return static_cast<int32_t>(static_cast<uint32_t>(sum >> 32) + (UINT32_C(1) << (count - 33))) >>
           (count - 32);
  sum += (UINT64_C(1) << count) >> 1;
  return static_cast<int32_t>(static_cast<int64_t>(sum) >> count);
}
IREE_SHARED inline int32_t scaleOnce(int32_t value, int32_t multiplier, int32_t shift) {
  return scale(value, multiplier, shift, false);
}
IREE_SHARED inline int32_t scaleTwice(int32_t value, int32_t multiplier, int32_t shift) {
  return scale(value, multiplier, shift, true);
}

} // namespace iree

#endif // IREE_SRC_VM_ARITHMETIC_H_
