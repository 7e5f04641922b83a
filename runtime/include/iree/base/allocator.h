// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Host memory. The runtime gets all of its memory from an iree_allocator_t
// that the caller passes; it asks only when something is created or opened,
// never during an invocation.
#ifndef IREE_BASE_ALLOCATOR_H_
#define IREE_BASE_ALLOCATOR_H_

#include "iree/base/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum iree_allocator_command_e {
  IREE_ALLOCATOR_COMMAND_MALLOC = 0,
  IREE_ALLOCATOR_COMMAND_CALLOC = 1,
  IREE_ALLOCATOR_COMMAND_REALLOC = 2,
  IREE_ALLOCATOR_COMMAND_FREE = 3
} iree_allocator_command_t;

// Parameters of MALLOC, CALLOC and REALLOC.
typedef struct iree_allocator_alloc_params_t {
  iree_host_size_t byte_length;
} iree_allocator_alloc_params_t;

// Performs `command` on `*inout_ptr`. Blocks are aligned to at least two pointers.
// FREE never fails; MALLOC and CALLOC ignore the incoming pointer.
typedef iree_status_t (*iree_allocator_ctl_fn_t)(void *self, iree_allocator_command_t command,
                                                 const void *params, void **inout_ptr);

typedef struct iree_allocator_t {
  void *self;
  iree_allocator_ctl_fn_t ctl;
} iree_allocator_t;

// `byte_length` bytes, zeroed by malloc and calloc alike. A length of 0 is INVALID_ARGUMENT.
iree_status_t iree_allocator_malloc(iree_allocator_t allocator, iree_host_size_t byte_length,
                                    void **out_ptr);
// As malloc, contents undefined.
iree_status_t iree_allocator_malloc_uninitialized(iree_allocator_t allocator,
                                                  iree_host_size_t byte_length, void **out_ptr);
iree_status_t iree_allocator_realloc(iree_allocator_t allocator, iree_host_size_t byte_length,
                                     void **inout_ptr);
// NULL is ignored.
void iree_allocator_free(iree_allocator_t allocator, void *ptr);

// `alignment` is a power of two; contents undefined. Costs up to alignment +
// one pointer more. Free only with iree_allocator_free_aligned.
iree_status_t iree_allocator_malloc_aligned(iree_allocator_t allocator,
                                            iree_host_size_t byte_length,
                                            iree_host_size_t alignment, void **out_ptr);
void iree_allocator_free_aligned(iree_allocator_t allocator, void *ptr);

// Refuses every allocation (RESOURCE_EXHAUSTED) and ignores every free: also
// "not owned" where an allocator says who owns a span.
iree_allocator_t iree_allocator_null(void);
static inline bool iree_allocator_is_null(iree_allocator_t allocator) { return !allocator.ctl; }

#if !defined(IREE_PLATFORM_GENERIC)
// The C library's heap.
iree_allocator_t iree_allocator_system(void);
iree_status_t iree_allocator_system_ctl(void *self, iree_allocator_command_t command,
                                        const void *params, void **inout_ptr);
#endif

// An allocator over one block of caller memory. Allocation advances a mark by a
// multiple of two pointers' bytes (iree/runtime/memory_size.h adds them up);
// freeing or reallocating the newest block takes effect at once, other frees
// are ignored until the arena is reset. Not thread-safe.
typedef struct iree_arena_allocator_t {
  uint8_t *base;
  iree_host_size_t capacity_bytes;
  iree_host_size_t used_bytes;
  iree_host_size_t peak_bytes; // high-water mark of used_bytes
  iree_host_size_t last_block; // offset of the newest block, or used_bytes
} iree_arena_allocator_t;

void iree_arena_initialize(void *base, iree_host_size_t capacity_bytes,
                           iree_arena_allocator_t *out_arena);
// Frees everything; pointers handed out are dead.
void iree_arena_reset(iree_arena_allocator_t *arena);
// The returned value refers to `arena`, which must outlive it.
iree_allocator_t iree_arena_allocator(iree_arena_allocator_t *arena);

#ifdef __cplusplus
}
#endif

#endif // IREE_BASE_ALLOCATOR_H_
