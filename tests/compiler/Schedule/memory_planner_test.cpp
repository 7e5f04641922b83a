// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Schedule/MemoryPlanner.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <random>

using namespace iree_compiler;

namespace {

using Buffers = std::vector<PlannedBuffer>;

// Bytes, first step, last step (both included).
TEST(PlanMemory, NothingNeedsNothing) {
  MemoryPlan plan = planMemory({}, 16);
  EXPECT_EQ(plan.bytes, 0u);
  EXPECT_TRUE(plan.offsets.empty());
  EXPECT_EQ(lowerBound({}, 16), 0u);
  EXPECT_EQ(verifyPlan({}, plan, 16), "");
}

TEST(PlanMemory, OneBufferIsRoundedUp) {
  MemoryPlan plan = planMemory({{17, 0, 0}}, 16);
  EXPECT_EQ(plan.offsets, std::vector<uint64_t>{0});
  EXPECT_EQ(plan.bytes, 32u);
}

TEST(PlanMemory, ChainTakesTheLargestNeighbours) {
  // Each is read while the next is written: 0 and 1, 1 and 2, 2 and 3 meet. The
  // pair 1, 2 needs 64 + 32 = 96; 0 fits behind 1, and 3 in the place of 1.
  Buffers buffers = {{32, 0, 1}, {64, 1, 2}, {32, 2, 3}, {64, 3, 4}};
  MemoryPlan plan = planMemory(buffers, 16);
  EXPECT_EQ(verifyPlan(buffers, plan, 16), "");
  EXPECT_EQ(plan.bytes, 96u);
  EXPECT_EQ(plan.offsets, (std::vector<uint64_t>{64, 0, 64, 0}));
}

TEST(PlanMemory, ReusesOnePlaceForTwo) {
  // By size: a at 0-63 for all steps, b at 64-111 for steps 0-1; c at 64-95 and d
  // at 96-111 take b's place in steps 2-3.
  Buffers buffers = {{64, 0, 3}, {48, 0, 1}, {32, 2, 3}, {16, 2, 3}};
  MemoryPlan plan = planMemory(buffers, 16);
  EXPECT_EQ(plan.offsets, (std::vector<uint64_t>{0, 64, 64, 96}));
  EXPECT_EQ(plan.bytes, 112u);
}

TEST(PlanMemory, AlignsEveryOffset) {
  // 1 + 1 + 1 byte at 0, 64 and 128.
  Buffers buffers = {{1, 0, 0}, {1, 0, 0}, {1, 0, 0}};
  EXPECT_EQ(planMemory(buffers, 64).bytes, 192u);
  EXPECT_EQ(planMemory(buffers, 1).bytes, 3u);
  EXPECT_EQ(planMemory(buffers, 64).offsets, (std::vector<uint64_t>{0, 64, 128}));
}

TEST(PlanMemory, EmptyBuffersTakeNoSpace) {
  Buffers buffers = {{0, 0, 2}, {16, 0, 2}, {0, 1, 1}};
  MemoryPlan plan = planMemory(buffers, 16);
  EXPECT_EQ(plan.bytes, 16u);
  EXPECT_EQ(verifyPlan(buffers, plan, 16), "");
}

TEST(PlanSeparately, GivesEveryBufferItsPlace) {
  // 17 bytes end at 17, the next multiple of 16 is 32; 32 + 1 rounds to 48.
  Buffers buffers = {{17, 0, 0}, {1, 5, 5}};
  MemoryPlan plan = planSeparately(buffers, 16);
  EXPECT_EQ(plan.offsets, (std::vector<uint64_t>{0, 32}));
  EXPECT_EQ(plan.bytes, 48u);
  EXPECT_EQ(verifyPlan(buffers, plan, 16), "");
}

TEST(LowerBound, IsTheLargestSumAtOneStep) {
  // Step 0: 32; step 1: 32 + 16 (from 10) + 48 = 96; step 2: 16 + 48; step 3: 80.
  EXPECT_EQ(lowerBound({{32, 0, 1}, {10, 1, 2}, {48, 1, 2}, {80, 3, 3}}, 16), 96u);
  // The last step of one is not the first of the next.
  EXPECT_EQ(lowerBound({{32, 0, 0}, {32, 1, 1}}, 16), 32u);
  EXPECT_EQ(lowerBound({{32, 0, 1}, {32, 1, 1}}, 16), 64u);
}

// verifyPlan against plans that are wrong in one way each.
class VerifyPlan : public ::testing::Test {
protected:
  // b lives with a and with c; a and c share a place. 48 bytes.
  Buffers buffers = {{32, 0, 1}, {16, 1, 2}, {32, 2, 3}};
  MemoryPlan plan = {{0, 32, 0}, 48};

  std::string problem() { return verifyPlan(buffers, plan, 16); }
};

TEST_F(VerifyPlan, AcceptsTheRightOne) { EXPECT_EQ(problem(), ""); }

TEST_F(VerifyPlan, MissingOffset) {
  plan.offsets.pop_back();
  EXPECT_EQ(problem(), "the plan has 2 offsets for 3 buffers");
}

TEST_F(VerifyPlan, UnalignedOffset) {
  plan = {{0, 40, 0}, 64};
  EXPECT_EQ(problem(), "buffer 1 is not aligned to 16");
}

TEST_F(VerifyPlan, BeyondTheArena) {
  plan.bytes = 47;
  EXPECT_EQ(problem(), "buffer 1 ends beyond the arena of 47 bytes");
}

TEST_F(VerifyPlan, OffsetThatWrapsAround) {
  // 2^64 - 16 + 32 is 16 in 64 bits.
  plan.offsets[0] = UINT64_MAX - 15;
  EXPECT_EQ(problem(), "buffer 0 ends beyond the arena of 48 bytes");
}

TEST_F(VerifyPlan, Overlap) {
  plan.offsets[1] = 16;
  EXPECT_EQ(problem(), "buffers 0 and 1 overlap at step 1");
}

TEST_F(VerifyPlan, OverlapAtTheLastStepOnly) {
  buffers[0].last = 3;
  EXPECT_EQ(problem(), "buffer 2 begins where another buffer lives at step 2");
}

TEST_F(VerifyPlan, SameOffset) {
  plan.offsets[1] = 0;
  EXPECT_EQ(problem(), "buffer 1 begins where another buffer lives at step 1");
}

// Measured with the seeds below: a planner that does worse has lost something.
// Not a promise for other programs. Over 20000 random programs of up to 60
// buffers the largest ratio to the lower bound is 1.26; of 100000 with up to 6
// buffers 99972 plans are optimal, and the worst is 1.34 times the optimum.
constexpr double kWorstRatioToLowerBound = 1.16;
constexpr double kWorstRatioToOptimum = 1;
constexpr int kOptimalOf300 = 300;

// Buffers of random programs: sizes of 1 to 4096 bytes, three of four lifetimes
// short. Only mt19937 itself, whose numbers are the same everywhere.
Buffers randomBuffers(std::mt19937 &random, uint32_t count) {
  auto below = [&](uint32_t limit) { return static_cast<uint32_t>(random() % limit); };
  Buffers buffers;
  for (uint32_t i = 0; i < count; ++i) {
    uint32_t first = below(count);
    uint32_t length = below(4) == 0 ? below(count) : below(4);
    uint64_t bytes = 1 + below(1u << below(13));
    buffers.push_back({bytes, first, first + length});
  }
  return buffers;
}

// An independent check: every two buffers whose lifetimes meet are apart.
bool anyTwoCollide(const Buffers &buffers, const MemoryPlan &plan) {
  for (size_t i = 0; i < buffers.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      bool together = buffers[i].first <= buffers[j].last && buffers[j].first <= buffers[i].last;
      bool apart = plan.offsets[i] + buffers[i].bytes <= plan.offsets[j] ||
                   plan.offsets[j] + buffers[j].bytes <= plan.offsets[i];
      if (together && !apart)
        return true;
    }
  return false;
}

TEST(PlanMemory, RandomPlansAreValidAndBounded) {
  std::mt19937 random(20240511);
  double worst = 1;
  for (int round = 0; round < 300; ++round) {
    Buffers buffers = randomBuffers(random, 1 + uint32_t(random() % 60));
    MemoryPlan plan = planMemory(buffers, 16);
    ASSERT_EQ(verifyPlan(buffers, plan, 16), "") << "round " << round;
    ASSERT_FALSE(anyTwoCollide(buffers, plan)) << "round " << round;
    ASSERT_LE(plan.bytes, planSeparately(buffers, 16).bytes) << "round " << round;
    ASSERT_GE(plan.bytes, lowerBound(buffers, 16)) << "round " << round;
    worst = std::max(worst, double(plan.bytes) / double(lowerBound(buffers, 16)));
  }
  RecordProperty("worst_ratio_to_lower_bound", std::to_string(worst));
  EXPECT_LE(worst, kWorstRatioToLowerBound);
}

// The smallest arena of all plans: in some order of the buffers, first-fit finds
// an optimal plan (sort an optimal plan by offset and push every buffer down).
uint64_t optimum(const Buffers &buffers, uint64_t alignment) {
  std::vector<size_t> order(buffers.size());
  std::iota(order.begin(), order.end(), size_t(0));
  uint64_t best = UINT64_MAX;
  do {
    std::vector<uint64_t> offsets(buffers.size());
    uint64_t bytes = 0;
    for (size_t at = 0; at < order.size(); ++at) {
      size_t i = order[at];
      // Above everything below that it meets; enough for orders by offset.
      for (size_t before = 0; before < at; ++before) {
        size_t j = order[before];
        if (buffers[i].first <= buffers[j].last && buffers[j].first <= buffers[i].last)
          offsets[i] = std::max(offsets[i], (offsets[j] + buffers[j].bytes + alignment - 1) /
                                                alignment * alignment);
      }
      bytes = std::max(bytes, offsets[i] + buffers[i].bytes);
    }
    best = std::min(best, (bytes + alignment - 1) / alignment * alignment);
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

TEST(PlanMemory, SmallPlansAreNearTheOptimum) {
  std::mt19937 random(7);
  int optimal = 0, rounds = 300;
  double worst = 1;
  for (int round = 0; round < rounds; ++round) {
    Buffers buffers = randomBuffers(random, 2 + uint32_t(random() % 5));
    uint64_t best = optimum(buffers, 16), planned = planMemory(buffers, 16).bytes;
    ASSERT_GE(planned, best) << "the brute force is wrong in round " << round;
    optimal += planned == best;
    worst = std::max(worst, double(planned) / double(best));
  }
  RecordProperty("optimal_of_300", optimal);
  RecordProperty("worst_ratio_to_optimum", std::to_string(worst));
  EXPECT_LE(worst, kWorstRatioToOptimum);
  EXPECT_GE(optimal, kOptimalOf300);
}

} // namespace
