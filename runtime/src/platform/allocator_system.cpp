// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/base/allocator.h"

#if !defined(IREE_PLATFORM_GENERIC)

#include <stdlib.h>

iree_status_t iree_allocator_system_ctl(void *, iree_allocator_command_t command,
                                        const void *params, void **inout_ptr) {
  auto *alloc = static_cast<const iree_allocator_alloc_params_t *>(params);
  void *ptr = nullptr;
  switch (command) {
  case IREE_ALLOCATOR_COMMAND_MALLOC:
    ptr = malloc(alloc->byte_length);
    break;
  case IREE_ALLOCATOR_COMMAND_CALLOC:
    ptr = calloc(1, alloc->byte_length);
    break;
  case IREE_ALLOCATOR_COMMAND_REALLOC:
    ptr = realloc(*inout_ptr, alloc->byte_length);
    break;
  case IREE_ALLOCATOR_COMMAND_FREE:
    free(*inout_ptr);
    return iree_ok_status();
  }
  if (!ptr)
    return iree_make_status(IREE_STATUS_RESOURCE_EXHAUSTED, "no %zu bytes on the heap",
                            alloc->byte_length);
  *inout_ptr = ptr;
  return iree_ok_status();
}

iree_allocator_t iree_allocator_system(void) { return {nullptr, iree_allocator_system_ctl}; }

#endif // IREE_PLATFORM_GENERIC
