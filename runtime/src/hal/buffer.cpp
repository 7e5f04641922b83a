// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/hal/buffer.h"

#include "base/internal.h"

struct iree_hal_allocator_t {
  int32_t ref_count;
  iree_allocator_t data_allocator;
  iree_allocator_t host_allocator;
};

// The memory is one of: allocated (`allocator` set), part of another buffer
// (`parent` set), or the caller's.
struct iree_hal_buffer_t {
  int32_t ref_count;
  iree_allocator_t host_allocator;
  iree_byte_span_t contents;
  iree_hal_allocator_t *allocator;
  iree_hal_buffer_t *parent;
  iree_hal_buffer_release_callback_t release_callback;
};

IREE_ASSERT_MEMORY_SIZE(iree_hal_allocator_t, IREE_MEMORY_HEAP_ALLOCATOR);
IREE_ASSERT_MEMORY_SIZE(iree_hal_buffer_t, IREE_MEMORY_BUFFER);

namespace {

iree_status_t createBuffer(iree_byte_span_t contents, iree_allocator_t host_allocator,
                           iree_hal_buffer_t **out) {
  IREE_RETURN_IF_ERROR(iree::allocateObject(host_allocator, 0, out));
  (*out)->ref_count = 1;
  (*out)->host_allocator = host_allocator;
  (*out)->contents = contents;
  return iree_ok_status();
}

iree_status_t outOfRange(iree_device_size_t offset, iree_device_size_t length,
                         const iree_hal_buffer_t *buffer) {
  return iree_make_status(
      IREE_STATUS_OUT_OF_RANGE, "%zu bytes at offset %zu of a buffer of %zu bytes",
      static_cast<size_t>(length), static_cast<size_t>(offset), buffer->contents.data_length);
}

// Resolves IREE_WHOLE_BUFFER and checks the range.
iree_status_t resolveRange(const iree_hal_buffer_t *buffer, iree_device_size_t offset,
                           iree_device_size_t *inoutLength) {
  iree_device_size_t whole = buffer->contents.data_length;
  if (*inoutLength == IREE_WHOLE_BUFFER && offset <= whole)
    *inoutLength = whole - offset;
  if (!iree::rangeIsWithin(offset, *inoutLength, whole))
    return outOfRange(offset, *inoutLength, buffer);
  return iree_ok_status();
}

} // namespace

iree_status_t iree_hal_allocator_create_heap(iree_string_view_t, iree_allocator_t data_allocator,
                                             iree_allocator_t host_allocator,
                                             iree_hal_allocator_t **out_allocator) {
  IREE_RETURN_IF_ERROR(iree::allocateObject(host_allocator, 0, out_allocator));
  **out_allocator = {1, data_allocator, host_allocator};
  return iree_ok_status();
}

void iree_hal_allocator_retain(iree_hal_allocator_t *allocator) {
  if (allocator)
    iree::retainRef(&allocator->ref_count);
}

void iree_hal_allocator_release(iree_hal_allocator_t *allocator) {
  if (allocator && iree::releaseRef(&allocator->ref_count))
    iree_allocator_free(allocator->host_allocator, allocator);
}

iree_allocator_t iree_hal_allocator_host_allocator(const iree_hal_allocator_t *allocator) {
  return allocator->host_allocator;
}

iree_status_t iree_hal_allocator_allocate_buffer(iree_hal_allocator_t *allocator,
                                                 iree_hal_buffer_params_t params,
                                                 iree_device_size_t allocation_size,
                                                 iree_hal_buffer_t **out_buffer) {
  *out_buffer = nullptr;
  size_t alignment = IREE_HAL_HEAP_BUFFER_ALIGNMENT;
  if (params.min_alignment != 0)
    alignment = params.min_alignment;
  iree_hal_buffer_t *buffer = nullptr;
  void *data = nullptr;
  IREE_RETURN_IF_ERROR(createBuffer({}, allocator->host_allocator, &buffer));
  // Even an empty buffer has an address.
  iree_status_t status = iree_allocator_malloc_aligned(
      allocator->data_allocator, allocation_size ? allocation_size : 1, alignment, &data);
  if (!iree_status_is_ok(status)) {
    iree_allocator_free(allocator->host_allocator, buffer);
    return status;
  }
  buffer->contents = iree_make_byte_span(data, allocation_size);
  buffer->allocator = allocator;
  iree_hal_allocator_retain(allocator);
  *out_buffer = buffer;
  return iree_ok_status();
}

iree_status_t iree_hal_buffer_wrap(iree_byte_span_t data,
                                   iree_hal_buffer_release_callback_t release_callback,
                                   iree_allocator_t host_allocator,
                                   iree_hal_buffer_t **out_buffer) {
  *out_buffer = nullptr;
  if (!data.data && data.data_length != 0)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "NULL with a length");
  IREE_RETURN_IF_ERROR(createBuffer(data, host_allocator, out_buffer));
  (*out_buffer)->release_callback = release_callback;
  return iree_ok_status();
}

iree_status_t iree_hal_buffer_subspan(iree_hal_buffer_t *buffer, iree_device_size_t byte_offset,
                                      iree_device_size_t byte_length,
                                      iree_allocator_t host_allocator,
                                      iree_hal_buffer_t **out_buffer) {
  *out_buffer = nullptr;
  IREE_RETURN_IF_ERROR(resolveRange(buffer, byte_offset, &byte_length));
  iree_byte_span_t span = buffer->contents;
  if (byte_offset != 0)
    span.data += byte_offset;
  span.data_length = byte_length;
  IREE_RETURN_IF_ERROR(createBuffer(span, host_allocator, out_buffer));
  (*out_buffer)->parent = buffer;
  iree_hal_buffer_retain(buffer);
  return iree_ok_status();
}

void iree_hal_buffer_retain(iree_hal_buffer_t *buffer) {
  if (buffer)
    iree::retainRef(&buffer->ref_count);
}

void iree_hal_buffer_release(iree_hal_buffer_t *buffer) {
  // A loop over the parents instead of recursion keeps the stack bounded.
  while (buffer && iree::releaseRef(&buffer->ref_count)) {
    iree_hal_buffer_t *parent = buffer->parent;
    if (buffer->release_callback.fn)
      buffer->release_callback.fn(buffer->release_callback.user_data, buffer->contents.data);
    if (buffer->allocator) {
      iree_allocator_free_aligned(buffer->allocator->data_allocator, buffer->contents.data);
      iree_hal_allocator_release(buffer->allocator);
    }
    iree_allocator_free(buffer->host_allocator, buffer);
    buffer = parent;
  }
}

iree_device_size_t iree_hal_buffer_byte_length(const iree_hal_buffer_t *buffer) {
  return buffer->contents.data_length;
}

iree_byte_span_t iree_hal_buffer_contents(const iree_hal_buffer_t *buffer) {
  return buffer->contents;
}

iree_status_t iree_hal_buffer_map_read(iree_hal_buffer_t *buffer, iree_device_size_t source_offset,
                                       void *target_buffer, iree_device_size_t data_length) {
  if (!iree::rangeIsWithin(source_offset, data_length, iree_hal_buffer_byte_length(buffer)))
    return outOfRange(source_offset, data_length, buffer);
  if (data_length != 0)
    iree::copyBytes(target_buffer, buffer->contents.data + source_offset, data_length);
  return iree_ok_status();
}

iree_status_t iree_hal_buffer_map_write(iree_hal_buffer_t *buffer, iree_device_size_t target_offset,
                                        const void *source_buffer, iree_device_size_t data_length) {
  if (!iree::rangeIsWithin(target_offset, data_length, iree_hal_buffer_byte_length(buffer)))
    return outOfRange(target_offset, data_length, buffer);
  if (data_length != 0)
    iree::copyBytes(buffer->contents.data + target_offset, source_buffer, data_length);
  return iree_ok_status();
}

iree_status_t iree_hal_buffer_map_range(iree_hal_buffer_t *buffer, iree_hal_mapping_mode_t,
                                        iree_hal_memory_access_t, iree_device_size_t byte_offset,
                                        iree_device_size_t byte_length,
                                        iree_hal_buffer_mapping_t *out_mapping) {
  *out_mapping = {};
  IREE_RETURN_IF_ERROR(resolveRange(buffer, byte_offset, &byte_length));
  iree_hal_buffer_retain(buffer);
  out_mapping->buffer = buffer;
  out_mapping->contents.data =
      byte_offset ? buffer->contents.data + byte_offset : buffer->contents.data;
  out_mapping->contents.data_length = byte_length;
  return iree_ok_status();
}

iree_status_t iree_hal_buffer_unmap_range(iree_hal_buffer_mapping_t *mapping) {
  iree_hal_buffer_release(mapping->buffer);
  *mapping = {};
  return iree_ok_status();
}
