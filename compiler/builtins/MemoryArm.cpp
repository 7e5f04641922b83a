// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The Arm run-time ABI's memory helpers. The suffixes 4 and 8 promise an
// alignment; the bodies find that out by themselves.
#include "Memory.h"

#define IREE_AEABI_MEMORY(suffix)                                                                  \
  IREE_BUILTIN(void, __aeabi_memcpy##suffix)                                                       \
  (void *destination, const void *source, size_t size) {                                           \
    IREE_BUILTIN_NAME(memcpy)(destination, source, size);                                          \
  }                                                                                                \
  IREE_BUILTIN(void, __aeabi_memmove##suffix)                                                      \
  (void *destination, const void *source, size_t size) {                                           \
    IREE_BUILTIN_NAME(memmove)(destination, source, size);                                         \
  }                                                                                                \
  /* Size before value, unlike memset. */                                                          \
  IREE_BUILTIN(void, __aeabi_memset##suffix)                                                       \
  (void *destination, size_t size, int value) {                                                    \
    IREE_BUILTIN_NAME(memset)(destination, value, size);                                           \
  }                                                                                                \
  IREE_BUILTIN(void, __aeabi_memclr##suffix)(void *destination, size_t size) {                     \
    IREE_BUILTIN_NAME(memset)(destination, 0, size);                                               \
  }

IREE_AEABI_MEMORY()
IREE_AEABI_MEMORY(4)
IREE_AEABI_MEMORY(8)
