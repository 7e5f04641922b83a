// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bodies of the memory functions, shared by the C and the __aeabi_ names.
#pragma once

#include "Builtin.h"

namespace iree_builtins {

typedef uintptr_t __attribute__((may_alias)) MemoryWord;
constexpr uintptr_t wordMask = sizeof(MemoryWord) - 1;

IREE_INLINE uintptr_t address(const void *pointer) { return reinterpret_cast<uintptr_t>(pointer); }

// Ascending copy. Words are used when source and destination are misaligned by
// the same amount; anything else goes by bytes, as cores such as Armv6-M and
// many RISC-V trap on unaligned words.
IREE_INLINE void copyForward(void *destination, const void *source, size_t size) {
  auto *to = static_cast<uint8_t *>(destination);
  auto *from = static_cast<const uint8_t *>(source);
  if (((address(to) ^ address(from)) & wordMask) == 0 && size >= sizeof(MemoryWord)) {
    for (; address(to) & wordMask; --size)
      *to++ = *from++;
    auto *toWords = reinterpret_cast<MemoryWord *>(to);
    auto *fromWords = reinterpret_cast<const MemoryWord *>(from);
    for (; size >= 4 * sizeof(MemoryWord); size -= 4 * sizeof(MemoryWord)) {
      MemoryWord a = fromWords[0], b = fromWords[1];
      MemoryWord c = fromWords[2], d = fromWords[3];
      toWords[0] = a;
      toWords[1] = b;
      toWords[2] = c;
      toWords[3] = d;
      toWords += 4;
      fromWords += 4;
    }
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
  if (((address(to) ^ address(from)) & wordMask) == 0 && size >= sizeof(MemoryWord)) {
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

IREE_INLINE void move(void *destination, const void *source, size_t size) {
  // Unsigned wrap-around makes this "destination not inside the source".
  if (address(destination) - address(source) >= size)
    copyForward(destination, source, size);
  else
    copyBackward(destination, source, size);
}

IREE_INLINE void fill(void *destination, int value, size_t size) {
  auto *to = static_cast<uint8_t *>(destination);
  auto byte = static_cast<uint8_t>(value);
  if (size >= sizeof(MemoryWord)) {
    for (; address(to) & wordMask; --size)
      *to++ = byte;
    MemoryWord pattern = byte * (~static_cast<MemoryWord>(0) / 255);
    auto *toWords = reinterpret_cast<MemoryWord *>(to);
    for (; size >= 4 * sizeof(MemoryWord); size -= 4 * sizeof(MemoryWord)) {
      toWords[0] = pattern;
      toWords[1] = pattern;
      toWords[2] = pattern;
      toWords[3] = pattern;
      toWords += 4;
    }
    for (; size >= sizeof(MemoryWord); size -= sizeof(MemoryWord))
      *toWords++ = pattern;
    to = reinterpret_cast<uint8_t *>(toWords);
  }
  for (; size; --size)
    *to++ = byte;
}

} // namespace iree_builtins
