// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Buffers: reference-counted ranges of host memory, allocated or the caller's.
#ifndef IREE_HAL_BUFFER_H_
#define IREE_HAL_BUFFER_H_

#include "iree/hal/element_type.h"

#ifdef __cplusplus
extern "C" {
#endif

// Memory is always visible to the host; types, usages and access are accepted
// for the sake of portable callers and not interpreted.
typedef uint32_t iree_hal_memory_type_t;
typedef uint32_t iree_hal_buffer_usage_t;
typedef uint16_t iree_hal_memory_access_t;
typedef uint32_t iree_hal_mapping_mode_t;
enum {
  IREE_HAL_MEMORY_TYPE_HOST_VISIBLE = 1u << 1,
  IREE_HAL_MEMORY_TYPE_HOST_LOCAL = 1u << 6 | 1u << 1,
  IREE_HAL_MEMORY_TYPE_DEVICE_VISIBLE = 1u << 4,
  IREE_HAL_MEMORY_TYPE_DEVICE_LOCAL = 1u << 5 | 1u << 4,
  IREE_HAL_BUFFER_USAGE_DEFAULT = 3u,
  IREE_HAL_MEMORY_ACCESS_NONE = 0,
  IREE_HAL_MEMORY_ACCESS_READ = 1u << 0,
  IREE_HAL_MEMORY_ACCESS_WRITE = 1u << 1,
  IREE_HAL_MEMORY_ACCESS_DISCARD = 1u << 2,
  IREE_HAL_MEMORY_ACCESS_DISCARD_WRITE = 1u << 1 | 1u << 2,
  IREE_HAL_MEMORY_ACCESS_ALL = 7u,
  IREE_HAL_MAPPING_MODE_SCOPED = 1u << 0,
  IREE_HAL_MAPPING_MODE_PERSISTENT = 1u << 1
};

typedef struct iree_hal_buffer_params_t {
  iree_hal_buffer_usage_t usage;
  iree_hal_memory_access_t access;
  iree_hal_memory_type_t type;
  uint64_t queue_affinity;
  iree_device_size_t min_alignment; // bytes; 0: IREE_HAL_HEAP_BUFFER_ALIGNMENT
} iree_hal_buffer_params_t;

// --- Allocator of buffers ---------------------------------------------------

typedef struct iree_hal_allocator_t iree_hal_allocator_t;

// Buffers' contents come from `data_allocator`, the objects from
// `host_allocator`.
iree_status_t iree_hal_allocator_create_heap(iree_string_view_t identifier,
                                             iree_allocator_t data_allocator,
                                             iree_allocator_t host_allocator,
                                             iree_hal_allocator_t **out_allocator);
void iree_hal_allocator_retain(iree_hal_allocator_t *allocator);
void iree_hal_allocator_release(iree_hal_allocator_t *allocator);
iree_allocator_t iree_hal_allocator_host_allocator(const iree_hal_allocator_t *allocator);

typedef struct iree_hal_buffer_t iree_hal_buffer_t;

// A buffer of `allocation_size` bytes, contents undefined.
iree_status_t iree_hal_allocator_allocate_buffer(iree_hal_allocator_t *allocator,
                                                 iree_hal_buffer_params_t params,
                                                 iree_device_size_t allocation_size,
                                                 iree_hal_buffer_t **out_buffer);

// --- Buffer -----------------------------------------------------------------

// Called with the wrapped memory when the last reference goes.
typedef struct iree_hal_buffer_release_callback_t {
  void (*fn)(void *user_data, void *data);
  void *user_data;
} iree_hal_buffer_release_callback_t;

static inline iree_hal_buffer_release_callback_t iree_hal_buffer_release_callback_null(void) {
  iree_hal_buffer_release_callback_t callback;
  callback.fn = NULL;
  callback.user_data = NULL;
  return callback;
}

// A buffer over caller memory, used in place; nothing is copied.
iree_status_t iree_hal_buffer_wrap(iree_byte_span_t data,
                                   iree_hal_buffer_release_callback_t release_callback,
                                   iree_allocator_t host_allocator, iree_hal_buffer_t **out_buffer);

// Bytes [byte_offset, byte_offset + byte_length) of `buffer`, which stays
// alive as long as the subspan. byte_length may be IREE_WHOLE_BUFFER.
iree_status_t iree_hal_buffer_subspan(iree_hal_buffer_t *buffer, iree_device_size_t byte_offset,
                                      iree_device_size_t byte_length,
                                      iree_allocator_t host_allocator,
                                      iree_hal_buffer_t **out_buffer);

void iree_hal_buffer_retain(iree_hal_buffer_t *buffer);
void iree_hal_buffer_release(iree_hal_buffer_t *buffer);
iree_device_size_t iree_hal_buffer_byte_length(const iree_hal_buffer_t *buffer);

// All of the buffer's memory.
iree_byte_span_t iree_hal_buffer_contents(const iree_hal_buffer_t *buffer);

// Copies between the buffer and host memory. OUT_OF_RANGE beyond its end.
iree_status_t iree_hal_buffer_map_read(iree_hal_buffer_t *buffer, iree_device_size_t source_offset,
                                       void *target_buffer, iree_device_size_t data_length);
iree_status_t iree_hal_buffer_map_write(iree_hal_buffer_t *buffer, iree_device_size_t target_offset,
                                        const void *source_buffer, iree_device_size_t data_length);

typedef struct iree_hal_buffer_mapping_t {
  iree_byte_span_t contents;
  iree_hal_buffer_t *buffer;
} iree_hal_buffer_mapping_t;

// Direct access to a range; the mapping holds a reference to the buffer.
iree_status_t
iree_hal_buffer_map_range(iree_hal_buffer_t *buffer, iree_hal_mapping_mode_t mapping_mode,
                          iree_hal_memory_access_t memory_access, iree_device_size_t byte_offset,
                          iree_device_size_t byte_length, iree_hal_buffer_mapping_t *out_mapping);
iree_status_t iree_hal_buffer_unmap_range(iree_hal_buffer_mapping_t *mapping);

#ifdef __cplusplus
}
#endif

#endif // IREE_HAL_BUFFER_H_
