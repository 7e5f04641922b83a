// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A session over a module of the test's making, and a kernel library.
#ifndef IREE_TESTS_RUNTIME_TEST_SUPPORT_H_
#define IREE_TESTS_RUNTIME_TEST_SUPPORT_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "iree/hal/drivers/local_sync/sync_device.h"
#include "iree/hal/local/loaders/static_library_loader.h"
#include "iree/runtime/api.h"
#include "module_builder.h"

namespace iree::test {

// A copy of `bytes` at a 64-byte-aligned address of exactly their length, so
// that sanitizers see every access beyond it.
class AlignedBytes {
public:
  explicit AlignedBytes(const Bytes &bytes) : AlignedBytes(bytes.data(), bytes.size()) {}
  AlignedBytes(const uint8_t *data, size_t length);
  ~AlignedBytes() { std::free(memory); }
  AlignedBytes(const AlignedBytes &) = delete;
  uint8_t *data() { return static_cast<uint8_t *>(memory); }
  size_t size() const { return length; }
  iree_const_byte_span_t span() { return iree_make_const_byte_span(memory, length); }

private:
  void *memory = nullptr;
  size_t length;
};

std::string toText(iree_status_t status);

// Fails the test with the status' text.
#define ASSERT_OK(expr)                                                                            \
  do {                                                                                             \
    iree_status_t assert_status = (expr);                                                          \
    ASSERT_TRUE(iree_status_is_ok(assert_status)) << ::iree::test::toText(assert_status);          \
  } while (0)

// Code and a part of the message.
#define EXPECT_STATUS(expr, code, part)                                                            \
  do {                                                                                             \
    iree_status_t expect_status = (expr);                                                          \
    EXPECT_EQ(iree_status_code(expect_status), code) << ::iree::test::toText(expect_status);       \
    EXPECT_NE(::iree::test::toText(expect_status).find(part), std::string::npos)                   \
        << ::iree::test::toText(expect_status);                                                    \
  } while (0)

// An allocator that counts, and that fails after `budget` allocations.
struct CountingAllocator {
  size_t allocations = 0;
  size_t live = 0;
  size_t budget = SIZE_MAX;
  iree_allocator_t get();
};

// Device, instance and session over the system's heap or a given allocator.
class SessionFixture {
public:
  explicit SessionFixture(std::vector<iree_kernel_library_query_fn_t> libraries = {},
                          iree_allocator_t allocator = iree_allocator_system());
  ~SessionFixture();
  iree_status_t append(AlignedBytes *file) {
    return iree_runtime_session_append_bytecode_module_from_memory(session, file->span(),
                                                                   iree_allocator_null());
  }
  iree_allocator_t allocator;
  iree_runtime_session_t *session = nullptr;
};

// A view of `values` used in place.
template <typename T>
iree_hal_buffer_view_t *wrap(std::vector<T> &values, std::vector<iree_hal_dim_t> shape,
                             iree_hal_element_type_t type) {
  iree_hal_buffer_view_t *view = nullptr;
  iree_status_t status = iree_hal_buffer_view_wrap(
      iree_make_byte_span(values.data(), values.size() * sizeof(T)), shape.size(), shape.data(),
      type, IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, iree_allocator_system(), &view);
  EXPECT_TRUE(iree_status_is_ok(status)) << toText(status);
  return view;
}

// Contents of a view, which is released.
template <typename T> std::vector<T> take(iree_hal_buffer_view_t *view) {
  iree_byte_span_t contents = iree_hal_buffer_contents(iree_hal_buffer_view_buffer(view));
  std::vector<T> values(contents.data_length / sizeof(T));
  if (!values.empty())
    std::memcpy(values.data(), contents.data, values.size() * sizeof(T));
  iree_hal_buffer_view_release(view);
  return values;
}

// "test_library", identity 77: kernel 0 `add_f32`(lhs, rhs, out) over its range;
// kernel 1 `fail`() returns its first constant; kernel 2 `idle`(x) does nothing.
constexpr uint32_t testLibraryIdentity = 77;
const iree_kernel_library_t *testLibraryQuery(uint32_t max_version,
                                              const iree_kernel_environment_t *environment);
std::vector<KernelSpec> testLibraryKernels();
// A module of these kernels with the given functions.
ModuleSpec testLibraryModule(std::vector<FunctionSpec> functions);
// One that uses every part of the format. Its kernels touch no memory, so that
// changed places are the interpreter's business alone.
ModuleSpec everyPartModule();

} // namespace iree::test

#endif // IREE_TESTS_RUNTIME_TEST_SUPPORT_H_
