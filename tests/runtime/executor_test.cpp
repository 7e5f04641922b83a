// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <atomic>
#include <thread>

#include "task/executor.h"
#include "test_support.h"

namespace iree::test {
namespace {

constexpr uint32_t groupCounts[] = {1, 2, 3, 8};

// An executor of that many threads, the calling one included.
class Pool {
public:
  explicit Pool(uint32_t groups, iree_duration_t spin = 0,
                iree_allocator_t allocator = iree_allocator_system()) {
    iree_task_topology_t topology;
    iree_task_topology_initialize_from_group_count(groups, &topology);
    iree_task_executor_options_t options;
    iree_task_executor_options_initialize(&options);
    options.worker_spin_ns = spin;
    status = iree_task_executor_create(options, &topology, allocator, &executor);
  }
  ~Pool() { iree_task_executor_release(executor); }
  iree_status_t status;
  iree_task_executor_t *executor = nullptr;
};

// How often each piece has been done.
struct Tally {
  explicit Tally(uint32_t count) : counts(count) {}
  static bool run(void *self, uint32_t index) {
    auto *tally = static_cast<Tally *>(self);
    ++tally->counts[index];
    return index != tally->stopAt;
  }
  ParallelWork work() { return {run, this, static_cast<uint32_t>(counts.size())}; }
  bool isOnceEach() const {
    for (const std::atomic<int> &count : counts)
      if (count != 1)
        return false;
    return true;
  }
  std::vector<std::atomic<int>> counts;
  uint32_t stopAt = UINT32_MAX;
};

TEST(Executor, DoesEveryPieceOnce) {
  for (uint32_t groups : groupCounts) {
    for (iree_duration_t spin : {0, 100000}) {
      Pool pool(groups, spin);
      ASSERT_OK(pool.status);
      EXPECT_EQ(iree_task_executor_worker_count(pool.executor), groups - 1);
      for (uint32_t count : {0u, 1u, 2u, 3u, 64u, 1000u}) {
        for (int repeat = 0; repeat < 20; ++repeat) {
          Tally tally(count);
          runOnExecutor(pool.executor, tally.work());
          EXPECT_TRUE(tally.isOnceEach()) << groups << " groups, " << count << " pieces";
        }
      }
    }
  }
}

TEST(Executor, ServesSeveralThreads) {
  Pool pool(3);
  ASSERT_OK(pool.status);
  std::atomic<int> failures{0};
  auto bring = [&] {
    for (int repeat = 0; repeat < 200; ++repeat) {
      Tally tally(17);
      runOnExecutor(pool.executor, tally.work());
      failures += !tally.isOnceEach();
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back(bring);
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(failures, 0);
}

// Two pieces that wait for each other end only if two threads have them.
TEST(Executor, RunsPiecesAtOnce) {
  Pool pool(2);
  ASSERT_OK(pool.status);
  std::atomic<int> present{0};
  ParallelWork work = {[](void *self, uint32_t) {
                         auto *arrived = static_cast<std::atomic<int> *>(self);
                         ++*arrived;
                         while (*arrived < 2)
                           std::this_thread::yield();
                         return true;
                       },
                       &present, 2};
  runOnExecutor(pool.executor, work);
  EXPECT_EQ(present, 2);
}

TEST(Executor, StopsBehindThePieceThatSaysSo) {
  for (uint32_t groups : groupCounts) {
    Pool pool(groups);
    ASSERT_OK(pool.status);
    Tally tally(1000);
    tally.stopAt = 10;
    runOnExecutor(pool.executor, tally.work());
    for (uint32_t i = 0; i <= 10; ++i)
      EXPECT_EQ(tally.counts[i], 1) << i;
    if (groups == 1) {
      EXPECT_EQ(tally.counts[11], 0);
    }
  }
}

TEST(Executor, TakesMemoryWhenItIsCreatedOnly) {
  CountingAllocator counter;
  {
    Pool pool(2, 0, counter.get());
    ASSERT_OK(pool.status);
    counter.budget = 0;
    Tally tally(100);
    runOnExecutor(pool.executor, tally.work());
    EXPECT_TRUE(tally.isOnceEach());
  }
  EXPECT_EQ(counter.live, 0u);
  EXPECT_STATUS(Pool(2, 0, counter.get()).status, IREE_STATUS_RESOURCE_EXHAUSTED, "");
}

TEST(Topology, CountsGroups) {
  iree_task_topology_t topology;
  iree_task_topology_initialize(&topology);
  EXPECT_EQ(iree_task_topology_group_count(&topology), 1u);
  iree_task_topology_initialize_from_group_count(0, &topology);
  EXPECT_GE(iree_task_topology_group_count(&topology), 1u);
  EXPECT_LE(iree_task_topology_group_count(&topology), std::thread::hardware_concurrency());
  iree_task_topology_initialize_from_group_count(5, &topology);
  EXPECT_EQ(iree_task_topology_group_count(&topology), 5u);
  iree_task_topology_initialize_from_group_count(UINT32_MAX, &topology);
  EXPECT_EQ(iree_task_topology_group_count(&topology), IREE_TASK_TOPOLOGY_MAX_GROUP_COUNT);
  iree_task_topology_deinitialize(&topology);
}

TEST(Topology, RefusesOneWithoutGroups) {
  iree_task_topology_t topology = {0};
  iree_task_executor_options_t options;
  iree_task_executor_options_initialize(&options);
  iree_task_executor_t *executor = nullptr;
  EXPECT_STATUS(iree_task_executor_create(options, &topology, iree_allocator_system(), &executor),
                IREE_STATUS_INVALID_ARGUMENT, "a topology of 0 groups; there are 1 to 256");
}

} // namespace
} // namespace iree::test
