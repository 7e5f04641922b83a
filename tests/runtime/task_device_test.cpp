// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

#include "iree/hal/drivers/local_task/task_device.h"
#include "test_support.h"

namespace iree::test {
namespace {

// A device of that many threads that shares whatever it can.
class TaskDeviceFixture {
public:
  explicit TaskDeviceFixture(uint32_t groups, iree_duration_t minSharedNs = 0) {
    iree_task_topology_t topology;
    iree_task_topology_initialize_from_group_count(groups, &topology);
    iree_task_executor_options_t options;
    iree_task_executor_options_initialize(&options);
    iree_task_executor_t *executor = nullptr;
    iree_allocator_t allocator = iree_allocator_system();
    const iree_kernel_library_query_fn_t libraries[] = {testLibraryQuery};
    iree_hal_executable_loader_t *loader = nullptr;
    iree_hal_allocator_t *deviceAllocator = nullptr;
    iree_hal_task_device_params_t params;
    iree_hal_task_device_params_initialize(&params);
    EXPECT_GT(params.min_shared_ns, 0);
    params.min_shared_ns = minSharedNs;
    iree_status_t status = iree_task_executor_create(options, &topology, allocator, &executor);
    if (iree_status_is_ok(status))
      status = iree_hal_static_library_loader_create(1, libraries, allocator, &loader);
    if (iree_status_is_ok(status))
      status =
          iree_hal_allocator_create_heap(IREE_SV("task"), allocator, allocator, &deviceAllocator);
    if (iree_status_is_ok(status))
      status = iree_hal_task_device_create(IREE_SV("task"), &params, 1, &executor, 1, &loader,
                                           deviceAllocator, allocator, &device);
    EXPECT_TRUE(iree_status_is_ok(status)) << toText(status);
    iree_hal_allocator_release(deviceAllocator);
    iree_hal_executable_loader_release(loader);
    iree_task_executor_release(executor);
  }
  ~TaskDeviceFixture() { iree_hal_device_release(device); }
  iree_hal_device_t *device = nullptr;
};

// Kernels that are functions of (kernel, unit), which return whether they work.
struct FakeExecutable : iree_hal_executable_t {
  explicit FakeExecutable(std::function<bool(uint32_t, uint32_t)> kernels)
      : iree_hal_executable_t{1, 1, &vtable, iree_allocator_system(), nullptr},
        body(std::move(kernels)) {}
  static iree_status_t call(const iree_hal_executable_t *base, const iree_hal_dispatch_t *dispatch,
                            uint32_t begin, uint32_t end) {
    auto *self = static_cast<const FakeExecutable *>(base);
    for (uint32_t unit = begin; unit < end; ++unit) {
      if (*dispatch->budget == 0)
        return iree_make_status(IREE_STATUS_DEADLINE_EXCEEDED, "no budget");
      --*dispatch->budget;
      if (!self->body(dispatch->ordinal, unit))
        return iree_make_status(IREE_STATUS_INTERNAL, "kernel %u, unit %u", dispatch->ordinal,
                                unit);
    }
    return iree_ok_status();
  }
  // Runs one dispatch for each range.
  iree_status_t run(iree_hal_device_t *device, std::vector<uint32_t> ranges) {
    std::vector<iree_hal_dispatch_t> dispatches;
    for (uint32_t range : ranges)
      dispatches.push_back(
          {static_cast<uint32_t>(dispatches.size()), range, nullptr, nullptr, nullptr, &budget});
    return device->vtable->dispatch(device, this, static_cast<uint32_t>(ranges.size()),
                                    dispatches.data());
  }
  static const iree_hal_executable_vtable_t vtable;
  std::function<bool(uint32_t, uint32_t)> body;
  uint64_t budget = UINT64_MAX;
};
const iree_hal_executable_vtable_t FakeExecutable::vtable = {nullptr, nullptr, call};

TEST(TaskDevice, PerformsEveryUnitOnce) {
  for (uint32_t groups : {1u, 2u, 5u}) {
    for (iree_duration_t minShared : {0, 1, 1000000000}) {
      TaskDeviceFixture fixture(groups, minShared);
      for (const std::vector<uint32_t> &ranges :
           std::vector<std::vector<uint32_t>>{{0},
                                              {1},
                                              {2},
                                              {1000},
                                              {0, 0},
                                              {0, 1},
                                              {1, 1},
                                              {3, 0, 100, 1, 7},
                                              std::vector<uint32_t>(IREE_KERNEL_MAX_WAVE, 5)}) {
        std::atomic<uint32_t> counts[IREE_KERNEL_MAX_WAVE][1000] = {};
        FakeExecutable executable([&](uint32_t kernel, uint32_t unit) {
          ++counts[kernel][unit];
          return true;
        });
        ASSERT_OK(executable.run(fixture.device, ranges));
        uint64_t total = 0;
        for (size_t kernel = 0; kernel < ranges.size(); ++kernel) {
          total += ranges[kernel];
          for (uint32_t unit = 0; unit < 1000; ++unit)
            ASSERT_EQ(counts[kernel][unit], unit < ranges[kernel] ? 1u : 0u);
        }
        EXPECT_EQ(executable.budget, UINT64_MAX - total);
      }
    }
  }
}

// The first two units wait for each other.
TEST(TaskDevice, RunsUnitsAndDispatchesAtOnce) {
  TaskDeviceFixture fixture(2);
  for (const std::vector<uint32_t> &ranges : {std::vector<uint32_t>{16}, {1, 1}}) {
    std::atomic<int> present{0};
    FakeExecutable executable([&](uint32_t, uint32_t) {
      ++present;
      while (present < 2)
        std::this_thread::yield();
      return true;
    });
    ASSERT_OK(executable.run(fixture.device, ranges));
  }
}

TEST(TaskDevice, KeepsShortWorkToItself) {
  TaskDeviceFixture fixture(4, INT64_MAX);
  FakeExecutable executable([caller = std::this_thread::get_id()](uint32_t, uint32_t) {
    return std::this_thread::get_id() == caller;
  });
  for (int repeat = 0; repeat < 100; ++repeat)
    ASSERT_OK(executable.run(fixture.device, {100, 100}));
}

TEST(TaskDevice, ReportsTheFirstFailure) {
  for (iree_duration_t minShared : {0, 1}) {
    TaskDeviceFixture fixture(3, minShared);
    for (int repeat = 0; repeat < 50; ++repeat) {
      FakeExecutable executable(
          [](uint32_t kernel, uint32_t unit) { return kernel == 0 || unit < 5; });
      EXPECT_STATUS(executable.run(fixture.device, {10, 300, 300}), IREE_STATUS_INTERNAL,
                    "kernel 1, unit 5");
    }
  }
}

TEST(TaskDevice, LimitsInstructions) {
  TaskDeviceFixture fixture(2);
  FakeExecutable executable([](uint32_t, uint32_t) { return true; });
  executable.budget = 100;
  ASSERT_OK(executable.run(fixture.device, {100}));
  EXPECT_EQ(executable.budget, 0u);
  executable.budget = 99;
  EXPECT_STATUS(executable.run(fixture.device, {50, 50}), IREE_STATUS_DEADLINE_EXCEEDED, "budget");
  EXPECT_EQ(executable.budget, 0u);
}

TEST(TaskDevice, HasOneQueue) {
  iree_hal_device_t *device = nullptr;
  iree_hal_task_device_params_t params;
  iree_hal_task_device_params_initialize(&params);
  EXPECT_STATUS(iree_hal_task_device_create(IREE_SV("task"), &params, 0, nullptr, 0, nullptr,
                                            nullptr, iree_allocator_system(), &device),
                IREE_STATUS_INVALID_ARGUMENT, "one queue");
}

// lhs + rhs of 64 floats in units of one, twice, as a wave; then their sum.
ModuleSpec waveModule() {
  constexpr uint32_t f32 = IREE_HAL_ELEMENT_TYPE_FLOAT_32, independent = 1u << 24;
  FunctionSpec function;
  function.name = "sum";
  function.arguments = {{"lhs", f32, {64}}, {"rhs", f32, {64}}};
  function.results = {{"out", f32, {64}, 512}};
  function.arenaBytes = 768;
  Words second = dispatch(0, 64, {{3, 0, 256}, {3, 0, 256}, {0 | written, 256, 256}});
  second[0] |= independent;
  function.code = dispatch(0, 64, {{3, 0, 256}, {4, 0, 256}, {0 | written, 0, 256}}) + second +
                  dispatch(0, 64, {{0, 0, 256}, {0, 256, 256}, {5 | written, 0, 256}}) + ret();
  return testLibraryModule({function});
}

// `missing` sessions have yet to be opened: the test library writes its table when
// it is asked for it.
void runSession(iree_hal_device_t *device, AlignedBytes *file, float offset,
                std::atomic<int> *missing) {
  iree_runtime_instance_t *instance = nullptr;
  iree_runtime_session_t *session = nullptr;
  iree_runtime_session_options_t options;
  iree_runtime_session_options_initialize(&options);
  static std::mutex oneAtATime;
  std::unique_lock<std::mutex> lock(oneAtATime);
  ASSERT_OK(iree_runtime_instance_create(nullptr, iree_allocator_system(), &instance));
  ASSERT_OK(iree_runtime_session_create_with_device(instance, &options, device,
                                                    iree_allocator_system(), &session));
  ASSERT_OK(iree_runtime_session_append_bytecode_module_from_memory(session, file->span(),
                                                                    iree_allocator_null()));
  lock.unlock();
  --*missing;
  while (*missing != 0)
    std::this_thread::yield();
  iree_runtime_call_t call;
  ASSERT_OK(iree_runtime_call_initialize_by_name(session, IREE_SV("sum"), &call));
  std::vector<float> lhs(64), rhs(64), expected(64);
  for (size_t i = 0; i < 64; ++i) {
    lhs[i] = static_cast<float>(i) + offset;
    rhs[i] = 0.5f * static_cast<float>(i);
    expected[i] = 3 * lhs[i] + rhs[i];
  }
  for (std::vector<float> *input : {&lhs, &rhs}) {
    iree_hal_buffer_view_t *view = wrap(*input, {64}, IREE_HAL_ELEMENT_TYPE_FLOAT_32);
    ASSERT_OK(iree_runtime_call_inputs_push_back_buffer_view(&call, view));
    iree_hal_buffer_view_release(view);
  }
  for (int repeat = 0; repeat < 100; ++repeat) {
    ASSERT_OK(iree_runtime_call_invoke(&call, 0));
    iree_hal_buffer_view_t *view = nullptr;
    ASSERT_OK(iree_runtime_call_outputs_pop_front_buffer_view(&call, &view));
    EXPECT_EQ(take<float>(view), expected);
  }
  iree_runtime_call_deinitialize(&call);
  iree_runtime_session_release(session);
  iree_runtime_instance_release(instance);
}

TEST(TaskDevice, RunsSessionsOfSeveralThreads) {
  TaskDeviceFixture fixture(2);
  AlignedBytes file(buildModule(waveModule()));
  std::vector<std::thread> threads;
  std::atomic<int> missing{3};
  for (int i = 0; i < 3; ++i)
    threads.emplace_back(
        [&, i] { runSession(fixture.device, &file, static_cast<float>(i), &missing); });
  for (std::thread &thread : threads)
    thread.join();
}

} // namespace
} // namespace iree::test
