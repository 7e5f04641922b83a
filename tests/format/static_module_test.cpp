// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Models compiled to static libraries: two of them in one program, each found
// by its own module; a module without its library is refused by name.
#include <fstream>
#include <iterator>

#include "static_abs.h"
#include "static_mul.h"
#include "test_support.h"

namespace iree::test {
namespace {

Bytes readModule(const std::string &name) {
  std::ifstream file(std::string(IREE_TEST_DIRECTORY) + "/" + name + ".vmfb", std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

float runOne(iree_runtime_session_t *session, const char *function,
             const std::vector<float> &arguments, const std::vector<iree_hal_dim_t> &shape) {
  iree_runtime_call_t call;
  EXPECT_TRUE(iree_status_is_ok(
      iree_runtime_call_initialize_by_name(session, iree_make_cstring_view(function), &call)));
  std::vector<std::vector<float>> storage;
  storage.reserve(arguments.size());
  for (float value : arguments)
    storage.emplace_back(4, value);
  for (std::vector<float> &values : storage) {
    iree_hal_buffer_view_t *view = nullptr;
    size_t bytes = shape.empty() ? sizeof(float) : 4 * sizeof(float);
    EXPECT_TRUE(iree_status_is_ok(iree_hal_buffer_view_wrap(
        iree_make_byte_span(values.data(), bytes), shape.size(), shape.data(),
        IREE_HAL_ELEMENT_TYPE_FLOAT_32, IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR,
        iree_allocator_system(), &view)));
    EXPECT_TRUE(iree_status_is_ok(iree_runtime_call_inputs_push_back_buffer_view(&call, view)));
    iree_hal_buffer_view_release(view);
  }
  EXPECT_TRUE(iree_status_is_ok(iree_runtime_call_invoke(&call, 0)));
  iree_hal_buffer_view_t *output = nullptr;
  EXPECT_TRUE(iree_status_is_ok(iree_runtime_call_outputs_pop_front_buffer_view(&call, &output)));
  float result = 0;
  EXPECT_TRUE(iree_status_is_ok(
      iree_hal_buffer_map_read(iree_hal_buffer_view_buffer(output), 0, &result, sizeof(result))));
  iree_hal_buffer_view_release(output);
  iree_runtime_call_deinitialize(&call);
  return result;
}

TEST(StaticModule, TwoInOneProgram) {
  AlignedBytes mul(readModule("static_mul")), abs(readModule("static_abs"));
  SessionFixture first({static_mul_library_query, static_abs_library_query});
  ASSERT_OK(first.append(&mul));
  EXPECT_EQ(runOne(first.session, "module.simple_mul", {3.0f, -2.5f}, {4}), -7.5f);
  SessionFixture second({static_mul_library_query, static_abs_library_query});
  ASSERT_OK(second.append(&abs));
  EXPECT_EQ(runOne(second.session, "module.abs", {-2.5f}, {}), 2.5f);
}

TEST(StaticModule, WithoutItsLibrary) {
  AlignedBytes mul(readModule("static_mul"));
  SessionFixture session({static_abs_library_query});
  EXPECT_STATUS(session.append(&mul), IREE_STATUS_NOT_FOUND, "static_mul");
}

} // namespace
} // namespace iree::test
