// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bodies of the memory functions.
#pragma once

#include "Builtin.h"

namespace iree_builtins {

typedef uintptr_t __attribute__((may_alias)) MemoryWord;
constexpr uintptr_t wordMask = sizeof(MemoryWord) - 1;

IREE_INLINE uintptr_t address(const void *pointer) { return reinterpret_cast<uintptr_t>(pointer); }

// Words are used when source and destination are misaligned by the same amount;
// anything else goes by bytes, as cores such as Armv6-M and many RISC-V trap on
// unaligned words.
IREE_INLINE bool canCopyWords(const void *destination, const void *source, size_t size) {
  return ((address(destination) ^ address(source)) & wordMask) == 0 && size >= sizeof(MemoryWord);
}

// Copies 32 or 16 bytes from one multiple of a word to another, with what moves
// several words at once where there is such an instruction (ldm, ldp, vectors).
constexpr size_t blockSize = 32;
template <size_t size> IREE_INLINE void copyBlock(uint8_t *to, const uint8_t *from) {
  void *alignedTo = __builtin_assume_aligned(to, sizeof(MemoryWord));
  const void *alignedFrom = __builtin_assume_aligned(from, sizeof(MemoryWord));
#if defined(__clang__)
  __builtin_memcpy_inline(alignedTo, alignedFrom, size);
#else
  __builtin_memcpy(alignedTo, alignedFrom, size);
#endif
}

// Ascending copy.
IREE_INLINE void copyForward(void *destination, const void *source, size_t size) {
  auto *to = static_cast<uint8_t *>(destination);
  auto *from = static_cast<const uint8_t *>(source);
  if (canCopyWords(to, from, size)) {
    for (; address(to) & wordMask; --size)
      *to++ = *from++;
    for (; size >= blockSize; size -= blockSize) {
      copyBlock<blockSize>(to, from);
      to += blockSize;
      from += blockSize;
    }
    if (size & blockSize / 2) {
      copyBlock<blockSize / 2>(to, from);
      to += blockSize / 2;
      from += blockSize / 2;
      size -= blockSize / 2;
    }
    auto *toWords = reinterpret_cast<MemoryWord *>(to);
    auto *fromWords = reinterpret_cast<const MemoryWord *>(from);
    for (; size >= sizeof(MemoryWord); size -= sizeof(MemoryWord))
      *toWords++ = *fromWords++;
    to = reinterpret_cast<uint8_t *>(toWords);
    from = reinterpret_cast<const uint8_t *>(fromWords);
  }
  for (; size; --size)
    *to++ = *from++;
}

IREE_INLINE void copyBackward(void *destination, const void *source, size_t size) {
  auto *to = static_cast<uint8_t *>(destination) + size;
  auto *from = static_cast<const uint8_t *>(source) + size;
  if (canCopyWords(to, from, size)) {
    for (; address(to) & wordMask; --size)
      *--to = *--from;
    auto *toWords = reinterpret_cast<MemoryWord *>(to);
    auto *fromWords = reinterpret_cast<const MemoryWord *>(from);
    for (; size >= sizeof(MemoryWord); size -= sizeof(MemoryWord))
      *--toWords = *--fromWords;
    to = reinterpret_cast<uint8_t *>(toWords);
    from = reinterpret_cast<const uint8_t *>(fromWords);
  }
  for (; size; --size)
    *--to = *--from;
}

IREE_INLINE void fill(void *destination, int value, size_t size) {
  auto *to = static_cast<uint8_t *>(destination);
  auto byte = static_cast<uint8_t>(value);
  if (size >= sizeof(MemoryWord)) {
    for (; address(to) & wordMask; --size)
      *to++ = byte;
    MemoryWord pattern = byte * (~static_cast<MemoryWord>(0) / 255);
    auto *toWords = reinterpret_cast<MemoryWord *>(to);
    constexpr size_t words = blockSize / sizeof(MemoryWord);
    for (; size >= blockSize; size -= blockSize) {
#pragma clang loop unroll(full)
      for (size_t i = 0; i < words; ++i)
        toWords[i] = pattern;
      toWords += words;
    }
    for (; size >= sizeof(MemoryWord); size -= sizeof(MemoryWord))
      *toWords++ = pattern;
    to = reinterpret_cast<uint8_t *>(toWords);
  }
  for (; size; --size)
    *to++ = byte;
}

} // namespace iree_builtins

// One body each for all who copy and fill.
IREE_BUILTIN(void *, memcpy)(void *destination, const void *source, size_t size);
IREE_BUILTIN(void *, memmove)(void *destination, const void *source, size_t size);
IREE_BUILTIN(void *, memset)(void *destination, int value, size_t size);
