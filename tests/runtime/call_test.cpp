// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <algorithm>
#include <cstdio>
#include <memory>

#include "test_support.h"

namespace iree::test {
namespace {

constexpr uint32_t f32 = IREE_HAL_ELEMENT_TYPE_FLOAT_32;

// sum(lhs, rhs) -> out: through the arena, so that base 0 is used too.
FunctionSpec sumFunction() {
  FunctionSpec function;
  function.name = "sum";
  function.arguments = {{"lhs", f32, {4}}, {"rhs", f32, {4}}};
  function.results = {{"out", f32, {4}, 16}};
  function.arenaBytes = 32;
  function.code = dispatch(0, 4, {{3, 0, 16}, {4, 0, 16}, {0 | written, 0, 16}}) +
                  copy({5 | written, 0, 16}, {0, 0, 16}) + ret();
  return function;
}

FunctionSpec failingFunction() {
  FunctionSpec function;
  function.name = "fails";
  function.code = dispatch(1, 1, {}, {42}) + ret();
  return function;
}

class CallTest : public testing::Test {
protected:
  void SetUp() override {
    file = std::make_unique<AlignedBytes>(
        buildModule(testLibraryModule({sumFunction(), failingFunction()})));
    fixture = std::make_unique<SessionFixture>(
        std::vector<iree_kernel_library_query_fn_t>{testLibraryQuery}, counter.get());
    ASSERT_OK(fixture->append(file.get()));
    ASSERT_OK(iree_runtime_call_initialize_by_name(fixture->session, IREE_SV("module.sum"), &call));
  }
  void TearDown() override {
    iree_runtime_call_deinitialize(&call);
    fixture.reset();
    EXPECT_EQ(counter.live, 0u);
  }
  iree_status_t push(iree_hal_buffer_view_t *view) {
    iree_status_t status = iree_runtime_call_inputs_push_back_buffer_view(&call, view);
    iree_hal_buffer_view_release(view);
    return status;
  }
  iree_status_t pushFloats(std::vector<float> &values) {
    return push(wrap(values, {values.size()}, f32));
  }
  iree_hal_buffer_view_t *pop() {
    iree_hal_buffer_view_t *view = nullptr;
    EXPECT_TRUE(iree_status_is_ok(iree_runtime_call_outputs_pop_front_buffer_view(&call, &view)));
    return view;
  }
  CountingAllocator counter;
  std::unique_ptr<AlignedBytes> file;
  std::unique_ptr<SessionFixture> fixture;
  iree_runtime_call_t call = {};
  std::vector<float> lhs = {1, 2, 3, 4};
  std::vector<float> rhs = {10, 20, 30, 40};
};

TEST_F(CallTest, RunsRepeatedlyAndAllocatesNothing) {
  ASSERT_OK(pushFloats(lhs));
  ASSERT_OK(pushFloats(rhs));
  counter.budget = 0;
  ASSERT_OK(iree_runtime_call_invoke(&call, 0));
  EXPECT_EQ(iree_runtime_call_outputs_size(&call), 1u);
  EXPECT_EQ(take<float>(pop()), (std::vector<float>{11, 22, 33, 44}));
  iree_hal_buffer_view_t *none = nullptr;
  EXPECT_STATUS(iree_runtime_call_outputs_pop_front_buffer_view(&call, &none),
                IREE_STATUS_OUT_OF_RANGE, "no outputs left");
  lhs[0] = 5; // inputs are used in place
  ASSERT_OK(iree_runtime_call_invoke(&call, 0));
  EXPECT_EQ(take<float>(pop()), (std::vector<float>{15, 22, 33, 44}));
  iree_runtime_call_reset(&call);
  EXPECT_STATUS(iree_runtime_call_inputs_push_back_buffer_view(&call, nullptr),
                IREE_STATUS_INVALID_ARGUMENT, "argument 0 'lhs': no buffer view");
}

TEST_F(CallTest, WritesToBoundBuffers) {
  std::vector<float> target(6, -1.0f);
  iree_hal_buffer_t *buffer = nullptr;
  ASSERT_OK(iree_hal_buffer_wrap(iree_make_byte_span(target.data(), 24),
                                 iree_hal_buffer_release_callback_null(), iree_allocator_system(),
                                 &buffer));
  ASSERT_OK(iree_runtime_call_bind_output(&call, 0, buffer));
  iree_hal_buffer_release(buffer);
  ASSERT_OK(pushFloats(lhs));
  ASSERT_OK(pushFloats(rhs));
  ASSERT_OK(iree_runtime_call_invoke(&call, 0));
  EXPECT_EQ(target, (std::vector<float>{11, 22, 33, 44, -1, -1}));
  EXPECT_EQ(take<float>(pop()), (std::vector<float>{11, 22, 33, 44}));
  target[0] = 0;
  ASSERT_OK(iree_runtime_call_bind_output(&call, 0, nullptr));
  ASSERT_OK(iree_runtime_call_invoke(&call, 0));
  EXPECT_EQ(take<float>(pop()), (std::vector<float>{11, 22, 33, 44}));
  EXPECT_EQ(target[0], 0);
}

// lhs + rhs in the place of lhs, which the caller may put into the arena.
FunctionSpec inPlaceFunction() {
  FunctionSpec function;
  function.name = "in_place";
  function.arguments = {{"lhs", f32, {4}, 16}, {"rhs", f32, {4}}};
  function.arguments[0].inArena = true;
  function.results = {{"out", f32, {4}, 16}};
  function.arenaBytes = 32;
  function.code = dispatch(0, 4, {{3, 0, 16}, {4, 0, 16}, {5 | written, 0, 16}}) + ret();
  return function;
}

class ArenaArgumentTest : public CallTest {
protected:
  void SetUp() override {
    file = std::make_unique<AlignedBytes>(buildModule(testLibraryModule({inPlaceFunction()})));
    fixture = std::make_unique<SessionFixture>(
        std::vector<iree_kernel_library_query_fn_t>{testLibraryQuery}, counter.get());
    ASSERT_OK(fixture->append(file.get()));
    ASSERT_OK(
        iree_runtime_call_initialize_by_name(fixture->session, IREE_SV("module.in_place"), &call));
  }
  float *place() {
    iree_byte_span_t memory = iree_byte_span_empty();
    EXPECT_TRUE(iree_status_is_ok(iree_runtime_call_inputs_push_back_in_arena(&call, &memory)));
    EXPECT_EQ(memory.data_length, 16u);
    return reinterpret_cast<float *>(memory.data);
  }
};

TEST_F(ArenaArgumentTest, IsOverwrittenInItsPlace) {
  float *memory = place();
  ASSERT_NE(memory, nullptr);
  ASSERT_OK(pushFloats(rhs));
  for (float first : {1.0f, 7.0f}) {
    for (size_t i = 0; i < 4; ++i)
      memory[i] = first + static_cast<float>(i);
    ASSERT_OK(iree_runtime_call_invoke(&call, 0));
    std::vector<float> expected = {first + 10, first + 21, first + 32, first + 43};
    EXPECT_EQ(take<float>(pop()), expected);
    EXPECT_EQ(std::vector<float>(memory, memory + 4), expected);
  }
}

TEST_F(ArenaArgumentTest, ResultInABufferOfTheCaller) {
  float *memory = place();
  ASSERT_NE(memory, nullptr);
  ASSERT_OK(pushFloats(rhs));
  std::vector<float> target(4, -1.0f);
  iree_hal_buffer_t *buffer = nullptr;
  ASSERT_OK(iree_hal_buffer_wrap(iree_make_byte_span(target.data(), 16),
                                 iree_hal_buffer_release_callback_null(), iree_allocator_system(),
                                 &buffer));
  ASSERT_OK(iree_runtime_call_bind_output(&call, 0, buffer));
  iree_hal_buffer_release(buffer);
  std::copy(lhs.begin(), lhs.end(), memory);
  ASSERT_OK(iree_runtime_call_invoke(&call, 0));
  EXPECT_EQ(target, (std::vector<float>{11, 22, 33, 44}));
  EXPECT_EQ(std::vector<float>(memory, memory + 4), lhs);
}

TEST_F(ArenaArgumentTest, MemoryOfTheCallerStays) {
  ASSERT_OK(pushFloats(lhs));
  ASSERT_OK(pushFloats(rhs));
  ASSERT_OK(iree_runtime_call_invoke(&call, 0));
  EXPECT_EQ(take<float>(pop()), (std::vector<float>{11, 22, 33, 44}));
  EXPECT_EQ(lhs, (std::vector<float>{1, 2, 3, 4}));
}

TEST_F(ArenaArgumentTest, OthersHaveNoPlace) {
  iree_byte_span_t memory = iree_byte_span_empty();
  ASSERT_OK(pushFloats(lhs));
  EXPECT_STATUS(iree_runtime_call_inputs_push_back_in_arena(&call, &memory),
                IREE_STATUS_FAILED_PRECONDITION, "argument 1 'rhs': has no place in the arena");
  EXPECT_EQ(memory.data, nullptr);
  ASSERT_OK(pushFloats(rhs));
  EXPECT_STATUS(iree_runtime_call_inputs_push_back_in_arena(&call, &memory),
                IREE_STATUS_INVALID_ARGUMENT, "takes 2 arguments, given one more");
}

TEST_F(CallTest, RefusesUnfitResultBuffers) {
  alignas(16) uint8_t memory[32];
  auto bind = [&](uint8_t *data, size_t length, size_t ordinal) {
    iree_hal_buffer_t *buffer = nullptr;
    iree_status_ignore(iree_hal_buffer_wrap(iree_make_byte_span(data, length),
                                            iree_hal_buffer_release_callback_null(),
                                            iree_allocator_system(), &buffer));
    iree_status_t status = iree_runtime_call_bind_output(&call, ordinal, buffer);
    iree_hal_buffer_release(buffer);
    return status;
  };
  EXPECT_STATUS(bind(memory, 12, 0), IREE_STATUS_INVALID_ARGUMENT,
                "result 0 'out': expected 16 bytes, given 12");
  EXPECT_STATUS(bind(memory + 1, 16, 0), IREE_STATUS_INVALID_ARGUMENT, "not aligned");
  EXPECT_STATUS(bind(memory, 16, 1), IREE_STATUS_OUT_OF_RANGE, "has 1 results, not 2");
}

TEST_F(CallTest, NamesWrongArguments) {
  std::vector<float> two = {1, 2};
  std::vector<int32_t> integers = {1, 2, 3, 4};
  ASSERT_OK(pushFloats(lhs));
  EXPECT_STATUS(pushFloats(two), IREE_STATUS_INVALID_ARGUMENT,
                "argument 1 'rhs': expected 4xf32, given 2xf32");
  EXPECT_STATUS(push(wrap(integers, {4}, IREE_HAL_ELEMENT_TYPE_INT_32)),
                IREE_STATUS_INVALID_ARGUMENT, "argument 1 'rhs': expected 4xf32, given 4xi32");
  EXPECT_STATUS(push(wrap(rhs, {2, 2}, f32)), IREE_STATUS_INVALID_ARGUMENT, "given 2x2xf32");
  EXPECT_STATUS(iree_runtime_call_invoke(&call, 0), IREE_STATUS_INVALID_ARGUMENT,
                "argument 1 'rhs': missing; function 'sum' takes 2 arguments, given 1");
  EXPECT_EQ(iree_runtime_call_outputs_size(&call), 0u);
  ASSERT_OK(pushFloats(rhs));
  EXPECT_STATUS(pushFloats(rhs), IREE_STATUS_INVALID_ARGUMENT,
                "function 'sum' takes 2 arguments, given one more");
}

TEST_F(CallTest, RefusesUnalignedArguments) {
  std::vector<uint8_t> bytes(20);
  iree_hal_dim_t shape[] = {4};
  iree_hal_buffer_view_t *view = nullptr;
  ASSERT_OK(iree_hal_buffer_view_wrap(iree_make_byte_span(bytes.data() + 1, 16), 1, shape, f32,
                                      IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR,
                                      iree_allocator_system(), &view));
  EXPECT_STATUS(push(view), IREE_STATUS_INVALID_ARGUMENT, "not aligned to its 4-byte elements");
}

TEST_F(CallTest, RefusesArgumentsInTheArena) {
  ASSERT_OK(pushFloats(lhs));
  ASSERT_OK(pushFloats(rhs));
  ASSERT_OK(iree_runtime_call_invoke(&call, 0));
  iree_hal_buffer_view_t *output = pop();
  iree_runtime_call_reset(&call);
  EXPECT_STATUS(push(output), IREE_STATUS_INVALID_ARGUMENT, "lies in the module's arena");
}

TEST_F(CallTest, OutputsOutliveCallAndSession) {
  ASSERT_OK(pushFloats(lhs));
  ASSERT_OK(pushFloats(rhs));
  ASSERT_OK(iree_runtime_call_invoke(&call, 0));
  iree_hal_buffer_view_t *output = pop();
  iree_runtime_call_deinitialize(&call);
  fixture.reset();
  file.reset();
  EXPECT_EQ(take<float>(output), (std::vector<float>{11, 22, 33, 44}));
}

TEST_F(CallTest, CallKeepsTheSession) {
  ASSERT_OK(pushFloats(lhs));
  ASSERT_OK(pushFloats(rhs));
  fixture.reset();
  ASSERT_OK(iree_runtime_call_invoke(&call, 0));
  EXPECT_EQ(take<float>(pop()), (std::vector<float>{11, 22, 33, 44}));
}

TEST_F(CallTest, NamesFailingKernels) {
  iree_runtime_call_t failing;
  ASSERT_OK(iree_runtime_call_initialize_by_name(fixture->session, IREE_SV("fails"), &failing));
  EXPECT_STATUS(iree_runtime_call_invoke(&failing, 0), IREE_STATUS_INTERNAL,
                "kernel 1 'fail' failed with code 42");
  EXPECT_EQ(iree_runtime_call_outputs_size(&failing), 0u);
  iree_runtime_call_deinitialize(&failing);
}

TEST_F(CallTest, LooksUpFunctions) {
  iree_vm_function_t function;
  ASSERT_OK(iree_runtime_session_lookup_function(fixture->session, IREE_SV("sum"), &function));
  EXPECT_EQ(function.ordinal, 0u);
  EXPECT_STATUS(
      iree_runtime_session_lookup_function(fixture->session, IREE_SV("other.sum"), &function),
      IREE_STATUS_NOT_FOUND, "no function 'other.sum' in module 'module'");
  iree_runtime_call_t none;
  EXPECT_STATUS(iree_runtime_call_initialize(fixture->session, {nullptr, 0}, &none),
                IREE_STATUS_INVALID_ARGUMENT, "another session");
  EXPECT_EQ(iree_runtime_session_module_count(fixture->session), 1u);
  EXPECT_EQ(iree_runtime_session_module_executable(fixture->session, 0), 0u);
  EXPECT_EQ(iree_runtime_session_module(fixture->session, 1), nullptr);
}

TEST(CallSetup, EveryFailedAllocationIsCleanedUp) {
  AlignedBytes file(buildModule(testLibraryModule({sumFunction()})));
  for (size_t extra = 0; extra < 20; ++extra) {
    CountingAllocator counter;
    {
      SessionFixture fixture({testLibraryQuery}, counter.get());
      counter.budget = counter.allocations + extra;
      iree_runtime_call_t call;
      iree_status_t status = fixture.append(&file);
      if (iree_status_is_ok(status))
        status = iree_runtime_call_initialize_by_name(fixture.session, IREE_SV("sum"), &call);
      if (iree_status_is_ok(status))
        iree_runtime_call_deinitialize(&call);
      EXPECT_EQ(iree_status_is_ok(status), extra >= 7) << extra << toText(status);
    }
    EXPECT_EQ(counter.live, 0u);
  }
}

TEST(CallSetup, OwnedModuleDataIsFreed) {
  Bytes bytes = buildModule(testLibraryModule({sumFunction()}));
  void *memory = nullptr;
  ASSERT_EQ(posix_memalign(&memory, 64, bytes.size()), 0);
  std::copy(bytes.begin(), bytes.end(), static_cast<uint8_t *>(memory));
  SessionFixture fixture({testLibraryQuery});
  ASSERT_OK(iree_runtime_session_append_bytecode_module_from_memory(
      fixture.session, iree_make_const_byte_span(memory, bytes.size()), iree_allocator_system()));
}

TEST(CallSetup, LoadsFiles) {
  Bytes bytes = buildModule(testLibraryModule({sumFunction()}));
  std::string path = testing::TempDir() + "/call_test.vmfb";
  FILE *file = fopen(path.c_str(), "wb");
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
  fclose(file);
  SessionFixture fixture({testLibraryQuery});
  ASSERT_OK(iree_runtime_session_append_bytecode_module_from_file(fixture.session, path.c_str()));
  EXPECT_STATUS(iree_runtime_session_append_bytecode_module_from_file(fixture.session, "/none"),
                IREE_STATUS_NOT_FOUND, "/none");
}

} // namespace
} // namespace iree::test
