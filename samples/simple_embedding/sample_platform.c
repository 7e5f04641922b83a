// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sample_platform.h"

#include "text.h"

#if defined(IREE_PLATFORM_GENERIC)

// Bytes for everything a sample creates, the module's arena included.
#if !defined(SAMPLE_MEMORY_BYTES)
#define SAMPLE_MEMORY_BYTES 32768
#endif

static uint8_t memory[SAMPLE_MEMORY_BYTES] __attribute__((aligned(64)));
static iree_arena_allocator_t arena;

iree_allocator_t sample_host_allocator(void) {
  if (arena.base == NULL)
    iree_arena_initialize(memory, sizeof(memory), &arena);
  return iree_arena_allocator(&arena);
}

iree_host_size_t sample_host_memory_peak(void) { return arena.peak_bytes; }

#else

iree_allocator_t sample_host_allocator(void) { return iree_allocator_system(); }

iree_host_size_t sample_host_memory_peak(void) { return 0; }

#endif // IREE_PLATFORM_GENERIC

void sample_print_status(iree_status_t status) {
#if IREE_STATUS_MODE == 0 // codes only, and no table of their names
  text_string("status ");
  text_unsigned((uint32_t)iree_status_code(status));
#else
  char text[256];
  iree_status_format(status, sizeof(text), text, NULL);
  text_string(text);
#endif
  text_string("\n");
}
