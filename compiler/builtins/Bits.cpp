// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bit counting and byte swaps. These are the bodies behind llvm.ctlz and
// friends, so they may not be written with them.
#include "Builtin.h"

using namespace iree_builtins;

IREE_INLINE Word leadingZeros32(uint32_t value) {
  Word count = 32;
  for (int step = 16; step; step >>= 1)
    if (value >> step) {
      count -= step;
      value >>= step;
    }
  return count - static_cast<Word>(value);
}

IREE_INLINE Word trailingZeros32(uint32_t value) {
  if (value == 0)
    return 32;
  Word count = 0;
  for (int step = 16; step; step >>= 1)
    if ((value & ((1u << step) - 1)) == 0) {
      count += step;
      value >>= step;
    }
  return count;
}

// Sums by folding halves. The usual last step, a multiplication by 0x01010101,
// is avoided: the optimiser recognises it and would call this very function.
IREE_INLINE uint32_t ones32(uint32_t value) {
  uint32_t pairs = (value & 0x55555555u) + ((value >> 1) & 0x55555555u);
  uint32_t nibbles = (pairs & 0x33333333u) + ((pairs >> 2) & 0x33333333u);
  uint32_t bytes = (nibbles & 0x0F0F0F0Fu) + ((nibbles >> 4) & 0x0F0F0F0Fu);
  bytes += bytes >> 8;
  return (bytes + (bytes >> 16)) & 0x3Fu;
}

IREE_BUILTIN(Word, __clzsi2)(uint32_t value) { return leadingZeros32(value); }
IREE_BUILTIN(Word, __clzdi2)(uint64_t value) {
  auto top = static_cast<uint32_t>(value >> 32);
  return top ? leadingZeros32(top) : 32 + leadingZeros32(static_cast<uint32_t>(value));
}

IREE_BUILTIN(Word, __ctzsi2)(uint32_t value) { return trailingZeros32(value); }
IREE_BUILTIN(Word, __ctzdi2)(uint64_t value) {
  auto bottom = static_cast<uint32_t>(value);
  return bottom ? trailingZeros32(bottom)
                : 32 + trailingZeros32(static_cast<uint32_t>(value >> 32));
}

IREE_BUILTIN(Word, __popcountsi2)(uint32_t value) { return static_cast<Word>(ones32(value)); }
IREE_BUILTIN(Word, __popcountdi2)(uint64_t value) {
  return static_cast<Word>(ones32(static_cast<uint32_t>(value)) +
                           ones32(static_cast<uint32_t>(value >> 32)));
}

IREE_INLINE uint32_t swapBytes(uint32_t value) {
  return value >> 24 | (value >> 8 & 0xFF00u) | (value & 0xFF00u) << 8 | value << 24;
}
IREE_BUILTIN(Word, __bswapsi2)(uint32_t value) { return toWord(swapBytes(value)); }
IREE_BUILTIN(uint64_t, __bswapdi2)(uint64_t value) {
  return static_cast<uint64_t>(swapBytes(static_cast<uint32_t>(value))) << 32 |
         swapBytes(static_cast<uint32_t>(value >> 32));
}
