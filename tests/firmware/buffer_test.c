// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Element types, buffers, buffer views: the contracts in iree/hal/*.h.
#include "check.h"

void test_element_types(void) {
  char text[16];
  const uint32_t shape[] = {2, 34};
  CHECK(iree_hal_format_shape_u32(2, shape, IREE_HAL_ELEMENT_TYPE_FLOAT_32, sizeof(text), text) ==
        8);
  CHECK(check_contains(text, "2x34xf32"));
  CHECK(check_contains(iree_hal_element_type_string(IREE_HAL_ELEMENT_TYPE_BFLOAT_16), "bf16"));
  CHECK(check_contains(iree_hal_element_type_string(IREE_HAL_ELEMENT_TYPE_BOOL_8), "i1"));
  CHECK(check_contains(iree_hal_element_type_string(0x12345678), "?"));
  CHECK(iree_hal_element_type_is_known(IREE_HAL_ELEMENT_TYPE_UINT_64));
  CHECK(!iree_hal_element_type_is_known(IREE_HAL_ELEMENT_TYPE_NONE));
  CHECK(iree_hal_element_type_is_compatible(IREE_HAL_ELEMENT_TYPE_INT_32,
                                            IREE_HAL_ELEMENT_TYPE_SINT_32));
  CHECK(!iree_hal_element_type_is_compatible(IREE_HAL_ELEMENT_TYPE_UINT_8,
                                             IREE_HAL_ELEMENT_TYPE_SINT_8));
}

static void count_release(void *user_data, void *data) {
  (void)data;
  ++*(int *)user_data;
}

void test_buffer(void) {
  iree_allocator_t allocator = check_fresh_memory();
  static uint8_t data[100];
  int releases = 0;
  const iree_hal_buffer_release_callback_t callback = {count_release, &releases};
  iree_hal_buffer_t *buffer = NULL, *span = NULL, *inner = NULL, *none = NULL;
  CHECK_OK(
      iree_hal_buffer_wrap(iree_make_byte_span(data, sizeof(data)), callback, allocator, &buffer));
  CHECK_OK(iree_hal_buffer_subspan(buffer, 10, IREE_WHOLE_BUFFER, allocator, &span));
  CHECK_OK(iree_hal_buffer_subspan(span, 5, 5, allocator, &inner));
  CHECK(iree_hal_buffer_contents(inner).data == data + 15);
  CHECK_STATUS(iree_hal_buffer_subspan(span, 80, 11, allocator, &none), IREE_STATUS_OUT_OF_RANGE,
               "11 bytes at offset 80 of a buffer of 90");
  const uint8_t text[5] = {1, 2, 3, 4, 5};
  uint8_t read[2] = {0, 0};
  CHECK_OK(iree_hal_buffer_map_write(inner, 0, text, 5));
  CHECK_OK(iree_hal_buffer_map_read(buffer, 16, read, 2));
  CHECK(read[0] == 2 && read[1] == 3);
  CHECK_STATUS(iree_hal_buffer_map_write(inner, 1, text, 5), IREE_STATUS_OUT_OF_RANGE, "");
  iree_hal_buffer_release(buffer);
  iree_hal_buffer_release(span);
  CHECK(releases == 0);
  iree_hal_buffer_release(inner);
  CHECK(releases == 1);
}

void test_buffer_view(void) {
  iree_allocator_t allocator = check_fresh_memory();
  static int32_t data[2] = {1, 2};
  const iree_hal_dim_t shape[] = {2}, long_shape[] = {3}, huge_shape[] = {SIZE_MAX, 4};
  const iree_byte_span_t span = iree_make_byte_span(data, sizeof(data));
  iree_hal_buffer_view_t *view = NULL;
  CHECK_OK(iree_hal_buffer_view_wrap(span, 1, shape, IREE_HAL_ELEMENT_TYPE_INT_32,
                                     IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, allocator, &view));
  CHECK(iree_hal_buffer_view_element_count(view) == 2);
  CHECK(iree_hal_buffer_contents(iree_hal_buffer_view_buffer(view)).data == (uint8_t *)data);
  iree_hal_buffer_view_release(view);
  CHECK_STATUS(iree_hal_buffer_view_wrap(span, 1, long_shape, IREE_HAL_ELEMENT_TYPE_INT_32,
                                         IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, allocator, &view),
               IREE_STATUS_INVALID_ARGUMENT, "3xi32: expected 12 bytes, given 8");
  CHECK_STATUS(iree_hal_buffer_view_wrap(span, 2, huge_shape, IREE_HAL_ELEMENT_TYPE_INT_32,
                                         IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, allocator, &view),
               IREE_STATUS_OUT_OF_RANGE, "overflows");
  CHECK(view == NULL);
}
