// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Buffer views: a buffer with shape and element type. Immutable, reference-counted.
#ifndef IREE_HAL_BUFFER_VIEW_H_
#define IREE_HAL_BUFFER_VIEW_H_

#include "iree/hal/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct iree_hal_buffer_view_t iree_hal_buffer_view_t;
struct iree_hal_device_t;

// A view of all of `buffer`, which it retains; `shape` is copied.
// INVALID_ARGUMENT unless the buffer is exactly as long as the shape demands.
iree_status_t iree_hal_buffer_view_create(iree_hal_buffer_t *buffer, iree_host_size_t shape_rank,
                                          const iree_hal_dim_t *shape,
                                          iree_hal_element_type_t element_type,
                                          iree_hal_encoding_type_t encoding_type,
                                          iree_allocator_t host_allocator,
                                          iree_hal_buffer_view_t **out_buffer_view);

// A view of caller memory, used in place; it must outlive the view.
iree_status_t iree_hal_buffer_view_wrap(iree_byte_span_t data, iree_host_size_t shape_rank,
                                        const iree_hal_dim_t *shape,
                                        iree_hal_element_type_t element_type,
                                        iree_hal_encoding_type_t encoding_type,
                                        iree_allocator_t host_allocator,
                                        iree_hal_buffer_view_t **out_buffer_view);

// A view of a new buffer from `device_allocator` with a copy of `initial_data`,
// whose length must be what the shape demands. `device` may be NULL.
iree_status_t iree_hal_buffer_view_allocate_buffer_copy(
    struct iree_hal_device_t *device, iree_hal_allocator_t *device_allocator,
    iree_host_size_t shape_rank, const iree_hal_dim_t *shape, iree_hal_element_type_t element_type,
    iree_hal_encoding_type_t encoding_type, iree_hal_buffer_params_t buffer_params,
    iree_const_byte_span_t initial_data, iree_hal_buffer_view_t **out_buffer_view);

void iree_hal_buffer_view_retain(iree_hal_buffer_view_t *buffer_view);
void iree_hal_buffer_view_release(iree_hal_buffer_view_t *buffer_view);

// Valid as long as the view.
iree_hal_buffer_t *iree_hal_buffer_view_buffer(const iree_hal_buffer_view_t *buffer_view);
iree_host_size_t iree_hal_buffer_view_shape_rank(const iree_hal_buffer_view_t *buffer_view);
const iree_hal_dim_t *iree_hal_buffer_view_shape_dims(const iree_hal_buffer_view_t *buffer_view);
iree_hal_dim_t iree_hal_buffer_view_shape_dim(const iree_hal_buffer_view_t *buffer_view,
                                              iree_host_size_t index);
iree_host_size_t iree_hal_buffer_view_element_count(const iree_hal_buffer_view_t *buffer_view);
iree_hal_element_type_t
iree_hal_buffer_view_element_type(const iree_hal_buffer_view_t *buffer_view);
iree_host_size_t iree_hal_buffer_view_element_size(const iree_hal_buffer_view_t *buffer_view);
iree_hal_encoding_type_t
iree_hal_buffer_view_encoding_type(const iree_hal_buffer_view_t *buffer_view);
iree_device_size_t iree_hal_buffer_view_byte_length(const iree_hal_buffer_view_t *buffer_view);

#ifdef __cplusplus
}
#endif

#endif // IREE_HAL_BUFFER_VIEW_H_
