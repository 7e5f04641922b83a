// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Memory.h"

using namespace iree_builtins;

IREE_BUILTIN(__attribute__((noinline)) void *, memcpy)
(void *destination, const void *source, size_t size) {
  copyForward(destination, source, size);
  return destination;
}

IREE_BUILTIN(void *, memmove)(void *destination, const void *source, size_t size) {
  // Unsigned wrap-around makes this "destination not inside the source".
  if (address(destination) - address(source) >= size)
    return IREE_BUILTIN_NAME(memcpy)(destination, source, size);
  copyBackward(destination, source, size);
  return destination;
}

IREE_BUILTIN(__attribute__((noinline)) void *, memset)(void *destination, int value, size_t size) {
  fill(destination, value, size);
  return destination;
}

IREE_BUILTIN(Word, memcmp)(const void *left, const void *right, size_t size) {
  auto *a = static_cast<const uint8_t *>(left);
  auto *b = static_cast<const uint8_t *>(right);
  for (; size; --size, ++a, ++b)
    if (*a != *b)
      return *a < *b ? -1 : 1;
  return 0;
}
