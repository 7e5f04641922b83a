// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Schedule/SymbolicPlanner.h"

#include <gtest/gtest.h>

using namespace iree_compiler;

namespace {

// Symbols of the sizes.
constexpr uint32_t m = 0, n = 1;

TEST(SymbolicPlanner, NothingNeedsNothing) {
  SymbolicPlan plan = planSymbolic({});
  EXPECT_TRUE(plan.slots.empty());
  EXPECT_EQ(verifySymbolicPlan({}, plan), "");
}

TEST(SymbolicPlanner, ComparesFactorsOfOneProduct) {
  EXPECT_TRUE(isAtMost({4, {m}}, {4, {m}}));
  EXPECT_TRUE(isAtMost({4, {m}}, {8, {m}}));
  EXPECT_FALSE(isAtMost({8, {m}}, {4, {m}}));
  EXPECT_FALSE(isAtMost({4, {m}}, {4, {n}}));
  EXPECT_FALSE(isAtMost({4, {m}}, {4, {m, n}})); // n may be 0
}

TEST(SymbolicPlanner, SharesWhatDoesNotMeet) {
  // A chain: 0 and 1 meet, 1 and 2 meet; 2 is smaller than 0.
  std::vector<SymbolicBuffer> buffers = {{{8, {m}}, 0, 1}, {{8, {m}}, 1, 2}, {{4, {m}}, 2, 3}};
  SymbolicPlan plan = planSymbolic(buffers);
  EXPECT_EQ(verifySymbolicPlan(buffers, plan), "");
  EXPECT_EQ(plan.slotOf, (std::vector<uint32_t>{0, 1, 0}));
  EXPECT_EQ(plan.slots, (std::vector<SymbolicSize>{{8, {m}}, {8, {m}}}));
}

TEST(SymbolicPlanner, LargeFactorsComeFirst) {
  std::vector<SymbolicBuffer> buffers = {{{4, {m}}, 0, 0}, {{16, {m}}, 1, 1}};
  SymbolicPlan plan = planSymbolic(buffers);
  EXPECT_EQ(verifySymbolicPlan(buffers, plan), "");
  EXPECT_EQ(plan.slots, (std::vector<SymbolicSize>{{16, {m}}}));
}

TEST(SymbolicPlanner, OtherProductsShareNothing) {
  std::vector<SymbolicBuffer> buffers = {{{4, {m}}, 0, 0}, {{4, {n}}, 1, 1}, {{4, {m, n}}, 2, 2}};
  SymbolicPlan plan = planSymbolic(buffers);
  EXPECT_EQ(verifySymbolicPlan(buffers, plan), "");
  EXPECT_EQ(plan.slots.size(), 3u);
}

TEST(SymbolicPlanner, VerifierFindsErrors) {
  std::vector<SymbolicBuffer> buffers = {{{4, {m}}, 0, 1}, {{4, {m}}, 1, 2}};
  EXPECT_NE(verifySymbolicPlan(buffers, {{0}, {{4, {m}}}}), "");
  EXPECT_NE(verifySymbolicPlan(buffers, {{0, 1}, {{4, {m}}}}).find("has no slot"),
            std::string::npos);
  EXPECT_NE(verifySymbolicPlan(buffers, {{0, 0}, {{4, {m}}}}).find("while both live"),
            std::string::npos);
  EXPECT_NE(verifySymbolicPlan(buffers, {{0, 1}, {{4, {m}}, {2, {m}}}}).find("larger than"),
            std::string::npos);
}

} // namespace
