// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Schedule/CallOrder.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <random>
#include <set>

using namespace iree_compiler;

namespace {

using Order = std::vector<uint32_t>;

// A call with one result, which is the value of the same number.
struct Simple {
  std::vector<uint32_t> operands;
  uint64_t bytes;
  bool keptToEnd;
};

CallGraph graphOf(const std::vector<Simple> &calls) {
  CallGraph graph;
  for (uint32_t i = 0; i < calls.size(); ++i) {
    graph.values.push_back({calls[i].bytes, false, calls[i].keptToEnd});
    graph.calls.push_back({calls[i].operands, {i}});
  }
  return graph;
}

Order programOrder(const CallGraph &graph) {
  Order order(graph.calls.size());
  std::iota(order.begin(), order.end(), 0u);
  return order;
}

// A permutation in which every writer comes before its readers.
bool isValid(const CallGraph &graph, const Order &order) {
  std::set<uint32_t> made, written;
  for (size_t i = 0; i < graph.values.size(); ++i)
    if (graph.values[i].given)
      written.insert(static_cast<uint32_t>(i));
  for (uint32_t call : order) {
    if (call >= graph.calls.size())
      return false;
    for (uint32_t value : graph.calls[call].reads)
      if (!written.count(value))
        return false;
    made.insert(call);
    written.insert(graph.calls[call].writes.begin(), graph.calls[call].writes.end());
  }
  return order.size() == graph.calls.size() && made.size() == graph.calls.size();
}

// Two wide values of 64 bytes; the second is narrowed to 16 bytes, then joined
// with the first.
CallGraph waitingWide() {
  return graphOf({{{}, 64, false}, {{}, 64, false}, {{1}, 16, false}, {{0, 2}, 16, true}});
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
  CallGraph graph = graphOf({{{}, 32, true}, {{0}, 16, false}, {{0}, 16, true}});
  EXPECT_EQ(peakBytes(graph, {0, 1, 2}), 48u);
  graph.values[1].keptToEnd = true;
  EXPECT_EQ(peakBytes(graph, {0, 1, 2}), 64u);
}

TEST(PeakBytes, GivenValuesAreThereFromTheBeginning) {
  // 40 given, of which call 0 reads the first 8 last: 48; then 32 + 8 + 8.
  CallGraph graph;
  graph.values = {{8, true, false}, {32, true, false}, {8, false, false}, {8, false, true}};
  graph.calls = {{{0}, {2}}, {{1, 2}, {3}}};
  EXPECT_EQ(peakBytes(graph, {0, 1}), 48u);
  // What nobody reads is gone when the first call runs: 100, then 8 + 32 + 8.
  graph.values.push_back({60, true, false});
  EXPECT_EQ(peakBytes(graph, {0, 1}), 100u);
}

TEST(PeakBytes, SharedBytesCountOnceWhereTheArgumentDies) {
  // 64 -> 64 with 48 in common: 80. Then 64 -> 16, all in common: 64.
  CallGraph graph = graphOf({{{}, 64, false}, {{0}, 64, false}, {{1}, 16, true}});
  graph.calls[1].shares = {{0, 1, 48}};
  graph.calls[2].shares = {{1, 2, 16}};
  EXPECT_EQ(peakBytes(graph, {0, 1, 2}), 80u);
  // Another reader of the first keeps it: 64 + 64, + 16 at the end.
  graph.calls[2].reads = {0, 1};
  EXPECT_EQ(peakBytes(graph, {0, 1, 2}), 128u);
  // Two arguments offer more than the result takes up: 64 + 64 + 0.
  graph = graphOf({{{}, 64, false}, {{}, 64, false}, {{0, 1}, 64, true}});
  graph.calls[2].shares = {{0, 2, 64}, {1, 2, 64}};
  EXPECT_EQ(peakBytes(graph, {0, 1, 2}), 128u);
}

TEST(PeakLowerBound, IsWhatTheLargestCallNeeds) {
  // Call 3 reads 64 and 16 and writes 16.
  EXPECT_EQ(peakLowerBound(waitingWide()), 96u);
  CallGraph graph = graphOf({{{}, 64, false}, {{0}, 64, true}});
  graph.calls[1].shares = {{0, 1, 40}};
  EXPECT_EQ(peakLowerBound(graph), 88u);
  EXPECT_EQ(peakLowerBound({}), 0u);
}

TEST(OrderForSmallestPeak, NarrowsBeforeItWidens) {
  CallOrder found = orderForSmallestPeak(waitingWide());
  EXPECT_EQ(found.order, (Order{1, 2, 0, 3}));
  EXPECT_TRUE(found.isExact);
}

TEST(OrderForSmallestPeak, NothingAndOne) {
  EXPECT_EQ(orderForSmallestPeak({}).order, Order{});
  EXPECT_EQ(orderForSmallestPeak(graphOf({{{}, 8, true}})).order, Order{0});
}

TEST(Waves, FollowTheLatestOperand) {
  // 0 and 1 need nothing; 2 reads 0; 3 reads 1 and 2; 4 reads 0.
  CallGraph graph =
      graphOf({{{}, 1, false}, {{}, 1, false}, {{0}, 1, false}, {{1, 2}, 1, true}, {{0}, 1, true}});
  EXPECT_EQ(waves(graph), (std::vector<uint32_t>{0, 0, 1, 2, 1}));
}

// With values that are given, several results and shared bytes.
CallGraph randomGraph(std::mt19937 &random, uint32_t count) {
  CallGraph graph;
  auto add = [&](bool given) {
    graph.values.push_back({1 + random() % 100, given, random() % 8 == 0});
    return static_cast<uint32_t>(graph.values.size() - 1);
  };
  for (uint32_t i = uint32_t(random() % 3); i > 0; --i)
    add(true);
  for (uint32_t i = 0; i < count; ++i) {
    CallNode node;
    std::set<uint32_t> reads;
    for (uint32_t k = 0; !graph.values.empty() && k < 3; ++k)
      if (random() % 2)
        reads.insert(static_cast<uint32_t>(random() % graph.values.size()));
    node.reads.assign(reads.begin(), reads.end());
    for (uint32_t k = random() % 5 == 0 ? 2 : 1; k > 0; --k)
      node.writes.push_back(add(false));
    for (uint32_t argument : node.reads)
      if (random() % 2)
        node.shares.push_back(
            {argument, node.writes.front(), random() % (graph.values[argument].bytes + 1)});
    graph.calls.push_back(std::move(node));
  }
  return graph;
}

TEST(OrderForSmallestPeak, IsTheSmallestOfAllOrders) {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    CallGraph graph = randomGraph(random, 1 + uint32_t(random() % 7));
    CallOrder found = orderForSmallestPeak(graph);
    ASSERT_TRUE(isValid(graph, found.order)) << "round " << round;
    ASSERT_TRUE(found.isExact) << "round " << round;
    uint64_t best = UINT64_MAX;
    Order order = programOrder(graph);
    do {
      if (isValid(graph, order))
        best = std::min(best, peakBytes(graph, order));
    } while (std::next_permutation(order.begin(), order.end()));
    ASSERT_EQ(peakBytes(graph, found.order), best) << "round " << round;
    ASSERT_GE(best, peakLowerBound(graph)) << "round " << round;
  }
}

TEST(OrderForSmallestPeak, ANarrowBeamIsValidAndSaysSo) {
  std::mt19937 random(5);
  int exact = 0;
  for (uint32_t count : {17u, 33u, 200u})
    for (int round = 0; round < 20; ++round) {
      CallGraph graph = randomGraph(random, count);
      CallOrder narrow = orderForSmallestPeak(graph, 3);
      ASSERT_TRUE(isValid(graph, narrow.order)) << count << " calls, round " << round;
      exact += narrow.isExact;
    }
  EXPECT_LT(exact, 60);
}

// Layers of 32 rows of 512 bytes, each row from three rows of the layer before:
// depth first, three rows of each layer and what is given and kept.
TEST(OrderForSmallestPeak, ConsumesRowsOfLayersDepthFirst) {
  constexpr uint32_t kRows = 32, kLayers = 4;
  CallGraph graph;
  for (uint32_t row = 0; row < kRows; ++row)
    graph.values.push_back({16, true, false});
  for (uint32_t layer = 1; layer <= kLayers; ++layer)
    for (uint32_t row = 0; row < kRows; ++row) {
      CallNode node;
      for (uint32_t from = row > 0 ? row - 1 : 0; from < std::min(row + 2, kRows); ++from)
        node.reads.push_back((layer - 1) * kRows + from);
      node.writes = {static_cast<uint32_t>(graph.values.size())};
      graph.values.push_back({layer == kLayers ? 16u : 512u, false, layer == kLayers});
      graph.calls.push_back(std::move(node));
    }
  CallOrder found = orderForSmallestPeak(graph);
  ASSERT_TRUE(isValid(graph, found.order));
  // Of each of three layers three rows, and a fourth of the one that is being
  // computed while the next layer still reads: no more than 11 rows of 512 bytes,
  // beside 32 rows of 16 that are given or kept, and one of both.
  EXPECT_LE(peakBytes(graph, found.order), 11 * 512 + 34 * 16u);
  EXPECT_GE(peakBytes(graph, programOrder(graph)), kRows * 512u);
}

} // namespace
