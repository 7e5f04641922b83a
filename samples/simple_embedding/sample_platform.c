// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sample_platform.h"

#include "iree/hal/drivers/local_sync/sync_device.h"
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

iree_status_t sample_create_sync_device(iree_hal_executable_loader_t *loader,
                                        iree_allocator_t host_allocator,
                                        iree_hal_device_t **out_device) {
  const iree_string_view_t identifier = IREE_SV("local-sync");
  iree_hal_sync_device_params_t params;
  iree_hal_sync_device_params_initialize(&params);
  iree_hal_allocator_t *device_allocator = NULL;
  IREE_RETURN_IF_ERROR(iree_hal_allocator_create_heap(identifier, host_allocator, host_allocator,
                                                      &device_allocator));
  // The device keeps references of its own.
  iree_status_t status = iree_hal_sync_device_create(identifier, &params, 1, &loader,
                                                     device_allocator, host_allocator, out_device);
  iree_hal_allocator_release(device_allocator);
  return status;
}

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
