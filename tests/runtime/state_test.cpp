// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Variables of a module: where they begin, how long they live, who sees them.
#include <memory>

#include "test_support.h"

namespace iree::test {
namespace {

constexpr uint32_t i32 = IREE_HAL_ELEMENT_TYPE_INT_32;

// read() -> the state's 16 bytes; write(4xi32) to them.
ModuleSpec stateModule() {
  FunctionSpec read, write;
  read.name = "read";
  read.results = {{"", i32, {4}, 0}};
  read.arenaBytes = 16;
  read.code = copy({3 | written, 0, 16}, {2, 0, 16}) + ret();
  write.name = "write";
  write.arguments = {{"", i32, {4}}};
  write.code = copy({2 | written, 0, 16}, {3, 0, 16}) + ret();
  ModuleSpec spec;
  spec.functions = {read, write};
  spec.stateBytes = 16;
  spec.stateValues = {7, 0, 0, 0, 9, 0, 0, 0}; // then zeros
  return spec;
}

std::vector<int32_t> readState(iree_runtime_session_t *session) {
  iree_runtime_call_t call;
  iree_hal_buffer_view_t *view = nullptr;
  EXPECT_TRUE(
      iree_status_is_ok(iree_runtime_call_initialize_by_name(session, IREE_SV("read"), &call)));
  EXPECT_TRUE(iree_status_is_ok(iree_runtime_call_invoke(&call, 0)));
  EXPECT_TRUE(iree_status_is_ok(iree_runtime_call_outputs_pop_front_buffer_view(&call, &view)));
  iree_runtime_call_deinitialize(&call);
  return take<int32_t>(view);
}

void writeState(iree_runtime_session_t *session, std::vector<int32_t> values) {
  iree_runtime_call_t call;
  ASSERT_OK(iree_runtime_call_initialize_by_name(session, IREE_SV("write"), &call));
  iree_hal_buffer_view_t *view = wrap(values, {4}, i32);
  EXPECT_TRUE(iree_status_is_ok(iree_runtime_call_inputs_push_back_buffer_view(&call, view)));
  iree_hal_buffer_view_release(view);
  EXPECT_TRUE(iree_status_is_ok(iree_runtime_call_invoke(&call, 0)));
  iree_runtime_call_deinitialize(&call);
}

const std::vector<int32_t> initial = {7, 9, 0, 0}, other = {1, -2, 3, -4};

TEST(State, LivesAsLongAsTheModule) {
  AlignedBytes file(buildModule(stateModule()));
  SessionFixture fixture;
  ASSERT_OK(fixture.append(&file));
  EXPECT_EQ(iree_runtime_session_module(fixture.session, 0)->state_bytes, 16u);
  EXPECT_EQ(readState(fixture.session), initial);
  writeState(fixture.session, other);
  EXPECT_EQ(readState(fixture.session), other);
  EXPECT_EQ(readState(fixture.session), other);
}

TEST(State, IsResetToItsInitialValues) {
  AlignedBytes file(buildModule(stateModule()));
  SessionFixture fixture;
  ASSERT_OK(fixture.append(&file));
  writeState(fixture.session, other);
  iree_runtime_session_reset_state(fixture.session);
  EXPECT_EQ(readState(fixture.session), initial);
}

TEST(State, BelongsToOneSession) {
  AlignedBytes file(buildModule(stateModule()));
  SessionFixture first, second;
  ASSERT_OK(first.append(&file));
  ASSERT_OK(second.append(&file));
  writeState(first.session, other);
  EXPECT_EQ(readState(second.session), initial);
  iree_runtime_session_reset_state(second.session);
  EXPECT_EQ(readState(first.session), other);
}

TEST(State, ResetsAllModules) {
  ModuleSpec spec = stateModule();
  AlignedBytes file(buildModule(spec));
  spec.name = "second";
  AlignedBytes second(buildModule(spec));
  SessionFixture fixture;
  ASSERT_OK(fixture.append(&file));
  writeState(fixture.session, other); // of the first
  ASSERT_OK(fixture.append(&second));
  writeState(fixture.session, other); // of the second, which hides it
  iree_runtime_session_reset_state(fixture.session);
  EXPECT_EQ(readState(fixture.session), initial);
  iree_runtime_call_t call;
  iree_hal_buffer_view_t *view = nullptr;
  ASSERT_OK(iree_runtime_call_initialize_by_name(fixture.session, IREE_SV("module.read"), &call));
  ASSERT_OK(iree_runtime_call_invoke(&call, 0));
  ASSERT_OK(iree_runtime_call_outputs_pop_front_buffer_view(&call, &view));
  iree_runtime_call_deinitialize(&call);
  EXPECT_EQ(take<int32_t>(view), initial);
}

TEST(State, WithoutVariablesThereIsNothingToReset) {
  ModuleSpec spec;
  spec.functions = {{"f", {}, {}, ret()}};
  AlignedBytes file(buildModule(spec));
  SessionFixture fixture;
  ASSERT_OK(fixture.append(&file));
  iree_runtime_session_reset_state(fixture.session);
}

// One allocation more than without variables, at appending.
TEST(State, TakesItsMemoryAtOnce) {
  size_t allocations[2];
  for (bool hasState : {false, true}) {
    ModuleSpec spec = stateModule();
    if (!hasState) {
      spec.stateBytes = 0;
      spec.stateValues = {};
      spec.functions = {{"f", {}, {}, ret()}};
    }
    AlignedBytes file(buildModule(spec));
    CountingAllocator counter;
    {
      SessionFixture fixture({}, counter.get());
      size_t before = counter.allocations;
      ASSERT_OK(fixture.append(&file));
      allocations[hasState] = counter.allocations - before;
      counter.budget = 0;
      iree_runtime_session_reset_state(fixture.session);
    }
    EXPECT_EQ(counter.live, 0u);
  }
  EXPECT_GT(allocations[1], allocations[0]);
}

TEST(State, EveryFailedAllocationIsCleanedUp) {
  AlignedBytes file(buildModule(stateModule()));
  bool succeeded = false;
  for (size_t extra = 0; extra < 12; ++extra) {
    CountingAllocator counter;
    {
      SessionFixture fixture({}, counter.get());
      counter.budget = counter.allocations + extra;
      iree_status_t status = fixture.append(&file);
      EXPECT_TRUE(iree_status_is_ok(status) || !succeeded);
      succeeded = iree_status_is_ok(status);
    }
    EXPECT_EQ(counter.live, 0u);
  }
  EXPECT_TRUE(succeeded);
}

TEST(State, PlacesLieWithinIt) {
  auto openWith = [](const Words &code) {
    ModuleSpec spec = stateModule();
    spec.functions = {{"f", {}, {}, code + ret(), 16}};
    AlignedBytes file(buildModule(spec));
    iree_vm_bytecode_module_t module;
    return iree_vm_bytecode_module_open(file.span(), &module);
  };
  ASSERT_OK(openWith(copy({2 | written, 8, 8}, {2, 0, 8})));
  EXPECT_STATUS(openWith(copy({2 | written, 8, 12}, {2, 0, 12})), IREE_STATUS_INVALID_ARGUMENT,
                "place outside its base");
  EXPECT_STATUS(openWith(copy({0 | written, 0, 4}, {2, 16, 4})), IREE_STATUS_INVALID_ARGUMENT,
                "place outside its base");
}

} // namespace
} // namespace iree::test
