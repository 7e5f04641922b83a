// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test_support.h"

namespace iree::test {
namespace {

constexpr iree_hal_encoding_type_t dense = IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR;

struct Heap {
  CountingAllocator counter;
  iree_hal_allocator_t *allocator = nullptr;
  Heap() {
    iree_status_ignore(
        iree_hal_allocator_create_heap(IREE_SV("heap"), counter.get(), counter.get(), &allocator));
  }
  ~Heap() {
    iree_hal_allocator_release(allocator);
    EXPECT_EQ(counter.live, 0u);
  }
};

TEST(ElementType, NamesSizesAndCompatibility) {
  EXPECT_STREQ(iree_hal_element_type_string(IREE_HAL_ELEMENT_TYPE_BFLOAT_16), "bf16");
  EXPECT_STREQ(iree_hal_element_type_string(IREE_HAL_ELEMENT_TYPE_BOOL_8), "i1");
  EXPECT_STREQ(iree_hal_element_type_string(0x12345678), "?");
  EXPECT_EQ(iree_hal_element_dense_byte_count(IREE_HAL_ELEMENT_TYPE_FLOAT_64), 8u);
  EXPECT_FALSE(iree_hal_element_type_is_known(IREE_HAL_ELEMENT_TYPE_NONE));
  auto fits = iree_hal_element_type_is_compatible;
  EXPECT_TRUE(fits(IREE_HAL_ELEMENT_TYPE_INT_32, IREE_HAL_ELEMENT_TYPE_SINT_32));
  EXPECT_TRUE(fits(IREE_HAL_ELEMENT_TYPE_UINT_8, IREE_HAL_ELEMENT_TYPE_INT_8));
  EXPECT_FALSE(fits(IREE_HAL_ELEMENT_TYPE_UINT_8, IREE_HAL_ELEMENT_TYPE_SINT_8));
  EXPECT_FALSE(fits(IREE_HAL_ELEMENT_TYPE_INT_8, IREE_HAL_ELEMENT_TYPE_INT_16));
  EXPECT_FALSE(fits(IREE_HAL_ELEMENT_TYPE_FLOAT_16, IREE_HAL_ELEMENT_TYPE_BFLOAT_16));
  EXPECT_FALSE(fits(IREE_HAL_ELEMENT_TYPE_INT_8, IREE_HAL_ELEMENT_TYPE_BOOL_8));
}

TEST(ElementType, FormatsShapes) {
  char text[16];
  const uint32_t shape[] = {2, 34};
  EXPECT_EQ(iree_hal_format_shape_u32(2, shape, IREE_HAL_ELEMENT_TYPE_FLOAT_32, 16, text), 8u);
  EXPECT_STREQ(text, "2x34xf32");
  EXPECT_EQ(iree_hal_format_shape_u32(2, shape, IREE_HAL_ELEMENT_TYPE_FLOAT_32, 4, text), 8u);
  EXPECT_STREQ(text, "2x3");
}

TEST(BufferView, CopiesInitialData) {
  Heap heap;
  std::vector<float> data = {1, 2, 3, 4, 5, 6};
  const iree_hal_dim_t shape[] = {2, 3};
  iree_hal_buffer_params_t params = {};
  iree_hal_buffer_view_t *view = nullptr;
  ASSERT_OK(iree_hal_buffer_view_allocate_buffer_copy(
      nullptr, heap.allocator, 2, shape, IREE_HAL_ELEMENT_TYPE_FLOAT_32, dense, params,
      iree_make_const_byte_span(data.data(), 24), &view));
  EXPECT_EQ(iree_hal_buffer_view_shape_rank(view), 2u);
  EXPECT_EQ(iree_hal_buffer_view_shape_dim(view, 1), 3u);
  EXPECT_EQ(iree_hal_buffer_view_element_count(view), 6u);
  EXPECT_EQ(iree_hal_buffer_view_element_size(view), 4u);
  EXPECT_EQ(iree_hal_buffer_view_byte_length(view), 24u);
  float second[2] = {};
  iree_hal_buffer_t *buffer = iree_hal_buffer_view_buffer(view);
  ASSERT_OK(iree_hal_device_transfer_d2h(nullptr, buffer, 4, second, 8,
                                         IREE_HAL_TRANSFER_BUFFER_FLAG_DEFAULT,
                                         iree_infinite_timeout()));
  EXPECT_EQ(second[0], 2);
  EXPECT_EQ(second[1], 3);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(iree_hal_buffer_contents(buffer).data) % 64, 0u);
  EXPECT_EQ(take<float>(view), data);
}

TEST(BufferView, RefusesWrongLengths) {
  uint8_t data[8] = {};
  iree_hal_buffer_view_t *view = nullptr;
  auto make = [&](std::vector<iree_hal_dim_t> shape, iree_hal_element_type_t type) {
    return iree_hal_buffer_view_wrap(iree_make_byte_span(data, 8), shape.size(), shape.data(), type,
                                     dense, iree_allocator_system(), &view);
  };
  EXPECT_STATUS(make({3}, IREE_HAL_ELEMENT_TYPE_FLOAT_32), IREE_STATUS_INVALID_ARGUMENT,
                "3xf32: expected 12 bytes, given 8");
  EXPECT_STATUS(make({SIZE_MAX, 4}, IREE_HAL_ELEMENT_TYPE_FLOAT_32), IREE_STATUS_OUT_OF_RANGE,
                "overflows");
  EXPECT_STATUS(make({8}, IREE_HAL_ELEMENT_TYPE_NONE), IREE_STATUS_INVALID_ARGUMENT, "type 0");
  EXPECT_STATUS(
      iree_hal_buffer_view_wrap(iree_byte_span_empty(), 0, nullptr, IREE_HAL_ELEMENT_TYPE_INT_8,
                                IREE_HAL_ENCODING_TYPE_OPAQUE, iree_allocator_system(), &view),
      IREE_STATUS_UNIMPLEMENTED, "dense");
  EXPECT_EQ(view, nullptr);
}

TEST(BufferView, WrapUsesMemoryInPlace) {
  std::vector<int32_t> data = {1, 2};
  iree_hal_buffer_view_t *view = wrap(data, {2}, IREE_HAL_ELEMENT_TYPE_INT_32);
  data[1] = 9;
  EXPECT_EQ(take<int32_t>(view), data);
}

TEST(Buffer, SubspanKeepsTheParent) {
  Heap heap;
  iree_hal_buffer_t *buffer = nullptr, *span = nullptr, *inner = nullptr;
  iree_hal_buffer_params_t params = {};
  ASSERT_OK(iree_hal_allocator_allocate_buffer(heap.allocator, params, 100, &buffer));
  ASSERT_OK(iree_hal_buffer_subspan(buffer, 10, IREE_WHOLE_BUFFER, heap.counter.get(), &span));
  ASSERT_OK(iree_hal_buffer_subspan(span, 5, 5, heap.counter.get(), &inner));
  EXPECT_EQ(iree_hal_buffer_contents(inner).data, iree_hal_buffer_contents(buffer).data + 15);
  iree_hal_buffer_t *none = nullptr;
  EXPECT_STATUS(iree_hal_buffer_subspan(span, 80, 11, heap.counter.get(), &none),
                IREE_STATUS_OUT_OF_RANGE, "11 bytes at offset 80 of a buffer of 90");
  EXPECT_STATUS(iree_hal_buffer_subspan(span, 91, IREE_WHOLE_BUFFER, heap.counter.get(), &none),
                IREE_STATUS_OUT_OF_RANGE, "");
  iree_hal_buffer_release(buffer);
  iree_hal_buffer_release(span);
  const uint8_t text[5] = {1, 2, 3, 4, 5};
  ASSERT_OK(iree_hal_buffer_map_write(inner, 0, text, 5));
  iree_hal_buffer_mapping_t mapping;
  ASSERT_OK(iree_hal_buffer_map_range(inner, IREE_HAL_MAPPING_MODE_SCOPED,
                                      IREE_HAL_MEMORY_ACCESS_READ, 2, IREE_WHOLE_BUFFER, &mapping));
  iree_hal_buffer_release(inner);
  EXPECT_EQ(mapping.contents.data_length, 3u);
  EXPECT_EQ(mapping.contents.data[0], 3);
  ASSERT_OK(iree_hal_buffer_unmap_range(&mapping));
}

TEST(Buffer, ReleaseCallbackRunsOnce) {
  int calls = 0, memory = 0;
  iree_hal_buffer_release_callback_t callback = {
      [](void *user, void *) { ++*static_cast<int *>(user); }, &calls};
  iree_hal_buffer_t *buffer = nullptr;
  ASSERT_OK(iree_hal_buffer_wrap(iree_make_byte_span(&memory, 4), callback, iree_allocator_system(),
                                 &buffer));
  iree_hal_buffer_retain(buffer);
  iree_hal_buffer_release(buffer);
  EXPECT_EQ(calls, 0);
  iree_hal_buffer_release(buffer);
  EXPECT_EQ(calls, 1);
}

TEST(Buffer, EveryFailedAllocationIsCleanedUp) {
  for (size_t budget = 1; budget < 4; ++budget) {
    Heap heap;
    heap.counter.budget = budget;
    const iree_hal_dim_t shape[] = {1};
    iree_hal_buffer_view_t *view = nullptr;
    iree_status_t status = iree_hal_buffer_view_allocate_buffer_copy(
        nullptr, heap.allocator, 1, shape, IREE_HAL_ELEMENT_TYPE_INT_8, dense, {},
        iree_make_const_byte_span("x", 1), &view);
    EXPECT_EQ(iree_status_code(status), IREE_STATUS_RESOURCE_EXHAUSTED);
    EXPECT_EQ(view, nullptr);
  }
}

} // namespace
} // namespace iree::test
