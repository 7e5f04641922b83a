// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Memory.h"

using namespace iree_builtins;

IREE_BUILTIN(void *, memcpy)(void *destination, const void *source, size_t size) {
  copyForward(destination, source, size);
  return destination;
}

IREE_BUILTIN(void *, memmove)(void *destination, const void *source, size_t size) {
  move(destination, source, size);
  return destination;
}

IREE_BUILTIN(void *, memset)(void *destination, int value, size_t size) {
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
