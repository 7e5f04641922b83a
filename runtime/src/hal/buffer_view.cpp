// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/hal/buffer_view.h"

#include "base/internal.h"

// Followed by `shape_rank` dimensions.
struct iree_hal_buffer_view_t {
  int32_t ref_count;
  iree_hal_element_type_t element_type;
  iree_hal_encoding_type_t encoding_type;
  iree_host_size_t shape_rank;
  iree_allocator_t host_allocator;
  iree_hal_buffer_t *buffer;

  iree_hal_dim_t *dims() { return reinterpret_cast<iree_hal_dim_t *>(this + 1); }
  const iree_hal_dim_t *dims() const { return reinterpret_cast<const iree_hal_dim_t *>(this + 1); }
};

static_assert(sizeof(iree_device_size_t) != sizeof(void *) ||
                  IREE_MEMORY_BLOCK(sizeof(void *), sizeof(iree_hal_buffer_view_t)) ==
                      IREE_MEMORY_VIEW(sizeof(void *), 0),
              "iree/runtime/memory_size.h says otherwise");

namespace {

constexpr iree_host_size_t maxRank = 128;

iree_status_t denseByteLength(iree_host_size_t rank, const iree_hal_dim_t *shape,
                              iree_hal_element_type_t elementType, iree_device_size_t *out) {
  iree_device_size_t bytes = iree_hal_element_dense_byte_count(elementType);
  if (bytes == 0 || rank > maxRank)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "element type %x, rank %zu", elementType,
                            rank);
  for (iree_host_size_t i = 0; i < rank; ++i) {
    if (!iree::checkedMul(bytes, static_cast<iree_device_size_t>(shape[i]), &bytes))
      return iree_make_status(IREE_STATUS_OUT_OF_RANGE, "size of the shape overflows");
  }
  *out = bytes;
  return iree_ok_status();
}

// Views are made from buffers or spans of exactly the length the shape demands.
iree_status_t checkLength(iree_host_size_t rank, const iree_hal_dim_t *shape,
                          iree_hal_element_type_t elementType,
                          iree_hal_encoding_type_t encodingType, iree_device_size_t given) {
  iree_device_size_t expected = 0;
  if (encodingType != IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR)
    return iree_make_status(IREE_STATUS_UNIMPLEMENTED, "encoding %u; only dense row-major",
                            encodingType);
  IREE_RETURN_IF_ERROR(denseByteLength(rank, shape, elementType, &expected));
  if (given == expected)
    return iree_ok_status();
  char text[64];
  if (IREE_STATUS_MODE >= 2)
    iree_hal_format_shape_and_type(rank, shape, elementType, sizeof(text), text);
  return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "%s: expected %zu bytes, given %zu", text,
                          static_cast<size_t>(expected), static_cast<size_t>(given));
}

} // namespace

iree_status_t iree_hal_buffer_view_create(iree_hal_buffer_t *buffer, iree_host_size_t shape_rank,
                                          const iree_hal_dim_t *shape,
                                          iree_hal_element_type_t element_type,
                                          iree_hal_encoding_type_t encoding_type,
                                          iree_allocator_t host_allocator,
                                          iree_hal_buffer_view_t **out_buffer_view) {
  *out_buffer_view = nullptr;
  IREE_RETURN_IF_ERROR(checkLength(shape_rank, shape, element_type, encoding_type,
                                   iree_hal_buffer_byte_length(buffer)));
  iree_hal_buffer_view_t *view = nullptr;
  IREE_RETURN_IF_ERROR(
      iree::allocateObject(host_allocator, shape_rank * sizeof(iree_hal_dim_t), &view));
  *view = {1, element_type, encoding_type, shape_rank, host_allocator, buffer};
  for (iree_host_size_t i = 0; i < shape_rank; ++i)
    view->dims()[i] = shape[i];
  iree_hal_buffer_retain(buffer);
  *out_buffer_view = view;
  return iree_ok_status();
}

iree_status_t iree_hal_buffer_view_wrap(iree_byte_span_t data, iree_host_size_t shape_rank,
                                        const iree_hal_dim_t *shape,
                                        iree_hal_element_type_t element_type,
                                        iree_hal_encoding_type_t encoding_type,
                                        iree_allocator_t host_allocator,
                                        iree_hal_buffer_view_t **out_buffer_view) {
  iree_hal_buffer_t *buffer = nullptr;
  *out_buffer_view = nullptr;
  IREE_RETURN_IF_ERROR(
      iree_hal_buffer_wrap(data, iree_hal_buffer_release_callback_null(), host_allocator, &buffer));
  iree_status_t status = iree_hal_buffer_view_create(
      buffer, shape_rank, shape, element_type, encoding_type, host_allocator, out_buffer_view);
  iree_hal_buffer_release(buffer);
  return status;
}

iree_status_t iree_hal_buffer_view_allocate_buffer_copy(
    iree_hal_device_t *, iree_hal_allocator_t *device_allocator, iree_host_size_t shape_rank,
    const iree_hal_dim_t *shape, iree_hal_element_type_t element_type,
    iree_hal_encoding_type_t encoding_type, iree_hal_buffer_params_t buffer_params,
    iree_const_byte_span_t initial_data, iree_hal_buffer_view_t **out_buffer_view) {
  iree_hal_buffer_t *buffer = nullptr;
  *out_buffer_view = nullptr;
  IREE_RETURN_IF_ERROR(
      checkLength(shape_rank, shape, element_type, encoding_type, initial_data.data_length));
  IREE_RETURN_IF_ERROR(iree_hal_allocator_allocate_buffer(device_allocator, buffer_params,
                                                          initial_data.data_length, &buffer));
  if (initial_data.data_length != 0)
    iree::copyBytes(iree_hal_buffer_contents(buffer).data, initial_data.data,
                    initial_data.data_length);
  iree_status_t status = iree_hal_buffer_view_create(
      buffer, shape_rank, shape, element_type, encoding_type,
      iree_hal_allocator_host_allocator(device_allocator), out_buffer_view);
  iree_hal_buffer_release(buffer);
  return status;
}

void iree_hal_buffer_view_retain(iree_hal_buffer_view_t *buffer_view) {
  if (buffer_view)
    iree::retainRef(&buffer_view->ref_count);
}

void iree_hal_buffer_view_release(iree_hal_buffer_view_t *buffer_view) {
  if (!buffer_view || !iree::releaseRef(&buffer_view->ref_count))
    return;
  iree_hal_buffer_release(buffer_view->buffer);
  iree_allocator_free(buffer_view->host_allocator, buffer_view);
}

iree_hal_buffer_t *iree_hal_buffer_view_buffer(const iree_hal_buffer_view_t *buffer_view) {
  return buffer_view->buffer;
}

iree_host_size_t iree_hal_buffer_view_shape_rank(const iree_hal_buffer_view_t *buffer_view) {
  return buffer_view->shape_rank;
}

const iree_hal_dim_t *iree_hal_buffer_view_shape_dims(const iree_hal_buffer_view_t *buffer_view) {
  return buffer_view->dims();
}

iree_hal_dim_t iree_hal_buffer_view_shape_dim(const iree_hal_buffer_view_t *buffer_view,
                                              iree_host_size_t index) {
  return index < buffer_view->shape_rank ? buffer_view->dims()[index] : 0;
}

iree_host_size_t iree_hal_buffer_view_element_count(const iree_hal_buffer_view_t *buffer_view) {
  iree_host_size_t count = 1;
  for (iree_host_size_t i = 0; i < buffer_view->shape_rank; ++i)
    count *= static_cast<iree_host_size_t>(buffer_view->dims()[i]);
  return count;
}

iree_hal_element_type_t
iree_hal_buffer_view_element_type(const iree_hal_buffer_view_t *buffer_view) {
  return buffer_view->element_type;
}

iree_host_size_t iree_hal_buffer_view_element_size(const iree_hal_buffer_view_t *buffer_view) {
  return iree_hal_element_dense_byte_count(buffer_view->element_type);
}

iree_hal_encoding_type_t
iree_hal_buffer_view_encoding_type(const iree_hal_buffer_view_t *buffer_view) {
  return buffer_view->encoding_type;
}

iree_device_size_t iree_hal_buffer_view_byte_length(const iree_hal_buffer_view_t *buffer_view) {
  return iree_hal_buffer_byte_length(buffer_view->buffer);
}
