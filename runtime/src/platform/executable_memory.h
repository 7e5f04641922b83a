// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pages for code, on platforms with memory protection.
#ifndef IREE_SRC_PLATFORM_EXECUTABLE_MEMORY_H_
#define IREE_SRC_PLATFORM_EXECUTABLE_MEMORY_H_

#include "iree/base/api.h"

namespace iree {

// Whether the functions below may be called.
#if defined(IREE_PLATFORM_GENERIC)
constexpr bool platformHasPages = false;
#else
constexpr bool platformHasPages = true;
#endif

size_t executablePageBytes();

// Zeroed, writable pages; `length` is rounded up to whole pages.
iree_status_t mapWritablePages(size_t length, uint8_t **out);
// Makes all pages read-only, and those that hold [codeOffset, codeOffset +
// codeLength) executable.
iree_status_t protectPages(uint8_t *pages, size_t length, size_t codeOffset, size_t codeLength);
void unmapPages(uint8_t *pages, size_t length);

} // namespace iree

#endif // IREE_SRC_PLATFORM_EXECUTABLE_MEMORY_H_
