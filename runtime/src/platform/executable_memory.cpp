// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "platform/executable_memory.h"

#if !defined(IREE_PLATFORM_GENERIC)

#include <sys/mman.h>
#include <unistd.h>

namespace iree {

size_t executablePageBytes() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

iree_status_t mapWritablePages(size_t length, uint8_t **out) {
  void *pages = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED)
    return iree_make_status(IREE_STATUS_RESOURCE_EXHAUSTED, "no %zu bytes for code", length);
  *out = static_cast<uint8_t *>(pages);
  return iree_ok_status();
}

iree_status_t protectPages(uint8_t *pages, size_t length, size_t codeOffset, size_t codeLength) {
  size_t mask = executablePageBytes() - 1;
  size_t codeBegin = codeOffset & ~mask;
  size_t codeEnd = (codeOffset + codeLength + mask) & ~mask;
  if (mprotect(pages, length, PROT_READ) != 0 ||
      mprotect(pages + codeBegin, codeEnd - codeBegin, PROT_READ | PROT_EXEC) != 0)
    return iree_make_status(IREE_STATUS_PERMISSION_DENIED,
                            "the system does not let memory be made executable");
  return iree_ok_status();
}

void unmapPages(uint8_t *pages, size_t length) { munmap(pages, length); }

} // namespace iree

#else

namespace iree {

// Never called: platformHasPages is false.
size_t executablePageBytes() { return 1; }

iree_status_t mapWritablePages(size_t, uint8_t **) {
  return iree_make_status(IREE_STATUS_UNAVAILABLE, "no pages on this platform");
}

iree_status_t protectPages(uint8_t *, size_t, size_t, size_t) { return iree_ok_status(); }

void unmapPages(uint8_t *, size_t) {}

} // namespace iree

#endif // IREE_PLATFORM_GENERIC
