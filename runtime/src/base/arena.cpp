// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/internal.h"
#include "iree/base/allocator.h"
#include "iree/runtime/memory_size.h"

namespace {

constexpr size_t blockAlignment = IREE_MEMORY_BLOCK_ALIGNMENT(sizeof(void *));

iree_status_t arenaAllocate(iree_arena_allocator_t *arena, size_t length, void **outPtr) {
  uintptr_t address = reinterpret_cast<uintptr_t>(arena->base) + arena->used_bytes;
  size_t begin = arena->used_bytes + ((0 - address) & (blockAlignment - 1));
  size_t rounded = 0;
  if (!iree::checkedAdd(length, blockAlignment - 1, &rounded) ||
      !iree::rangeIsWithin(begin, rounded &= ~(blockAlignment - 1), arena->capacity_bytes))
    return iree_make_status(IREE_STATUS_RESOURCE_EXHAUSTED,
                            "arena of %zu bytes: %zu in use, %zu more needed",
                            arena->capacity_bytes, arena->used_bytes, length);
  arena->last_block = begin;
  arena->used_bytes = begin + rounded;
  if (arena->used_bytes > arena->peak_bytes)
    arena->peak_bytes = arena->used_bytes;
  *outPtr = arena->base + begin;
  return iree_ok_status();
}

bool isLastBlock(const iree_arena_allocator_t *arena, const void *ptr) {
  return arena->last_block < arena->used_bytes && ptr == arena->base + arena->last_block;
}

iree_status_t arenaReallocate(iree_arena_allocator_t *arena, size_t length, void **inoutPtr) {
  uint8_t *old = static_cast<uint8_t *>(*inoutPtr);
  if (!old)
    return arenaAllocate(arena, length, inoutPtr);
  size_t available = static_cast<size_t>(arena->base + arena->used_bytes - old);
  if (isLastBlock(arena, old)) {
    size_t used = arena->used_bytes;
    arena->used_bytes = arena->last_block;
    iree_status_t status = arenaAllocate(arena, length, inoutPtr);
    if (!iree_status_is_ok(status))
      arena->used_bytes = used;
    return status;
  }
  // The old length is unknown; all that lies behind is readable.
  IREE_RETURN_IF_ERROR(arenaAllocate(arena, length, inoutPtr));
  iree::copyBytes(*inoutPtr, old, available < length ? available : length);
  return iree_ok_status();
}

iree_status_t arenaControl(void *self, iree_allocator_command_t command, const void *params,
                           void **inoutPtr) {
  auto *arena = static_cast<iree_arena_allocator_t *>(self);
  auto *alloc = static_cast<const iree_allocator_alloc_params_t *>(params);
  switch (command) {
  case IREE_ALLOCATOR_COMMAND_MALLOC:
    return arenaAllocate(arena, alloc->byte_length, inoutPtr);
  case IREE_ALLOCATOR_COMMAND_CALLOC:
    IREE_RETURN_IF_ERROR(arenaAllocate(arena, alloc->byte_length, inoutPtr));
    iree::zeroBytes(*inoutPtr, alloc->byte_length);
    return iree_ok_status();
  case IREE_ALLOCATOR_COMMAND_REALLOC:
    return arenaReallocate(arena, alloc->byte_length, inoutPtr);
  case IREE_ALLOCATOR_COMMAND_FREE:
    if (isLastBlock(arena, *inoutPtr))
      arena->used_bytes = arena->last_block;
    return iree_ok_status();
  }
  return iree_make_status(IREE_STATUS_UNIMPLEMENTED, "allocator command %d",
                          static_cast<int>(command));
}

} // namespace

void iree_arena_initialize(void *base, iree_host_size_t capacity_bytes,
                           iree_arena_allocator_t *out_arena) {
  *out_arena = {static_cast<uint8_t *>(base), capacity_bytes, 0, 0, 0};
}

void iree_arena_reset(iree_arena_allocator_t *arena) {
  arena->used_bytes = 0;
  arena->last_block = 0;
}

iree_allocator_t iree_arena_allocator(iree_arena_allocator_t *arena) {
  return {arena, arenaControl};
}
