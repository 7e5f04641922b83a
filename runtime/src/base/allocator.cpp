// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/base/allocator.h"

#include "base/internal.h"

namespace {

iree_status_t allocate(iree_allocator_t allocator, iree_allocator_command_t command,
                       iree_host_size_t byte_length, void **inout_ptr) {
  if (!allocator.ctl)
    return iree_make_status(IREE_STATUS_RESOURCE_EXHAUSTED, "no allocator given, %zu bytes needed",
                            byte_length);
  if (byte_length == 0)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "allocation of 0 bytes");
  iree_allocator_alloc_params_t params = {byte_length};
  return allocator.ctl(allocator.self, command, &params, inout_ptr);
}

} // namespace

iree_status_t iree_allocator_malloc(iree_allocator_t allocator, iree_host_size_t byte_length,
                                    void **out_ptr) {
  *out_ptr = nullptr;
  return allocate(allocator, IREE_ALLOCATOR_COMMAND_CALLOC, byte_length, out_ptr);
}

iree_status_t iree_allocator_malloc_uninitialized(iree_allocator_t allocator,
                                                  iree_host_size_t byte_length, void **out_ptr) {
  *out_ptr = nullptr;
  return allocate(allocator, IREE_ALLOCATOR_COMMAND_MALLOC, byte_length, out_ptr);
}

iree_status_t iree_allocator_realloc(iree_allocator_t allocator, iree_host_size_t byte_length,
                                     void **inout_ptr) {
  return allocate(allocator, IREE_ALLOCATOR_COMMAND_REALLOC, byte_length, inout_ptr);
}

void iree_allocator_free(iree_allocator_t allocator, void *ptr) {
  if (ptr && allocator.ctl)
    iree_status_ignore(allocator.ctl(allocator.self, IREE_ALLOCATOR_COMMAND_FREE, nullptr, &ptr));
}

// The block's own address is stored in the word before the aligned address.
iree_status_t iree_allocator_malloc_aligned(iree_allocator_t allocator,
                                            iree_host_size_t byte_length,
                                            iree_host_size_t alignment, void **out_ptr) {
  *out_ptr = nullptr;
  if (alignment < alignof(void *))
    alignment = alignof(void *);
  if (!iree::isPowerOfTwo(alignment))
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "alignment %zu is no power of two",
                            alignment);
  size_t total = 0;
  if (!iree::checkedAdd(byte_length, alignment - 1 + sizeof(void *), &total))
    return iree_make_status(IREE_STATUS_OUT_OF_RANGE, "allocation size overflows");
  void *block = nullptr;
  IREE_RETURN_IF_ERROR(iree_allocator_malloc_uninitialized(allocator, total, &block));
  uintptr_t address = reinterpret_cast<uintptr_t>(block) + sizeof(void *) + alignment - 1;
  void **aligned = reinterpret_cast<void **>(address & ~static_cast<uintptr_t>(alignment - 1));
  aligned[-1] = block;
  *out_ptr = aligned;
  return iree_ok_status();
}

void iree_allocator_free_aligned(iree_allocator_t allocator, void *ptr) {
  if (ptr)
    iree_allocator_free(allocator, static_cast<void **>(ptr)[-1]);
}

iree_allocator_t iree_allocator_null(void) { return {nullptr, nullptr}; }
