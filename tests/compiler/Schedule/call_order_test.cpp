// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Schedule/CallOrder.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <random>
#include <set>

using namespace iree_compiler;

namespace {

using Calls = std::vector<CallNode>;
using Order = std::vector<uint32_t>;

Order programOrder(const Calls &calls) {
  Order order(calls.size());
  std::iota(order.begin(), order.end(), 0u);
  return order;
}

// A permutation in which every operand comes before its reader.
bool isValid(const Calls &calls, const Order &order) {
  std::set<uint32_t> made;
  for (uint32_t call : order) {
    if (call >= calls.size())
      return false;
    for (uint32_t operand : calls[call].operands)
      if (!made.count(operand))
        return false;
    made.insert(call);
  }
  return order.size() == calls.size() && made.size() == calls.size();
}

// Two wide values of 64 bytes; the second is narrowed to 16 bytes, then joined
// with the first.
Calls waitingWide() {
  return {{{}, 64, false}, {{}, 64, false}, {{1}, 16, false}, {{0, 2}, 16, true}};
}

TEST(PeakBytes, CountsOperandsAndResultsOfACall) {
  // w0 64; w0 w1 128; w0 w1 n1 144; w0 n1 j 96.
  EXPECT_EQ(peakBytes(waitingWide(), {0, 1, 2, 3}), 144u);
  // w1 64; w1 n1 80; n1 w0 80; w0 n1 j 96.
  EXPECT_EQ(peakBytes(waitingWide(), {1, 2, 0, 3}), 96u);
  EXPECT_EQ(peakBytes({}, {}), 0u);
}

TEST(PeakBytes, ResultsOfTheProgramStay) {
  // 32 stays, 16 of the second is gone when the third begins: 32 + 16 = 48.
  Calls calls = {{{}, 32, true}, {{0}, 16, false}, {{0}, 16, true}};
  EXPECT_EQ(peakBytes(calls, {0, 1, 2}), 48u);
  calls[1].keptToEnd = true;
  EXPECT_EQ(peakBytes(calls, {0, 1, 2}), 64u);
}

TEST(OrderForSmallestPeak, NarrowsBeforeItWidens) {
  EXPECT_EQ(orderForSmallestPeak(waitingWide()), (Order{1, 2, 0, 3}));
}

TEST(OrderForSmallestPeak, NothingAndOne) {
  EXPECT_EQ(orderForSmallestPeak({}), Order{});
  EXPECT_EQ(orderForSmallestPeak({{{}, 8, true}}), Order{0});
}

TEST(Waves, FollowTheLatestOperand) {
  // 0 and 1 need nothing; 2 reads 0; 3 reads 1 and 2; 4 reads 0.
  Calls calls = {
      {{}, 1, false}, {{}, 1, false}, {{0}, 1, false}, {{1, 2}, 1, true}, {{0}, 1, true}};
  EXPECT_EQ(waves(calls), (std::vector<uint32_t>{0, 0, 1, 2, 1}));
}

Calls randomCalls(std::mt19937 &random, uint32_t count) {
  Calls calls(count);
  for (uint32_t i = 0; i < count; ++i) {
    std::set<uint32_t> operands;
    for (uint32_t k = 0; i > 0 && k < 3; ++k)
      if (random() % 2)
        operands.insert(static_cast<uint32_t>(random() % i));
    calls[i].operands.assign(operands.begin(), operands.end());
    calls[i].resultBytes = 1 + random() % 100;
    calls[i].keptToEnd = i + 1 == count || random() % 8 == 0;
  }
  return calls;
}

TEST(OrderForSmallestPeak, IsTheSmallestOfAllOrders) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    Calls calls = randomCalls(random, 1 + uint32_t(random() % 7));
    Order found = orderForSmallestPeak(calls);
    ASSERT_TRUE(isValid(calls, found)) << "round " << round;
    uint64_t best = UINT64_MAX;
    Order order = programOrder(calls);
    do {
      if (isValid(calls, order))
        best = std::min(best, peakBytes(calls, order));
    } while (std::next_permutation(order.begin(), order.end()));
    ASSERT_EQ(peakBytes(calls, found), best) << "round " << round;
  }
}

TEST(OrderForSmallestPeak, IsValidOnBothSidesOfTheExactLimit) {
  std::mt19937 random(5);
  for (uint32_t count : {15u, 16u, 17u, 18u, 33u, 200u})
    for (int round = 0; round < (count <= kExactOrderCalls ? 2 : 50); ++round) {
      Calls calls = randomCalls(random, count);
      Order order = orderForSmallestPeak(calls);
      ASSERT_TRUE(isValid(calls, order)) << count << " calls, round " << round;
      if (count <= kExactOrderCalls) {
        ASSERT_LE(peakBytes(calls, order), peakBytes(calls, programOrder(calls)));
      }
    }
}

} // namespace
