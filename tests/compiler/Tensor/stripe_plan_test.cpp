// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tensor/StripePlan.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

using namespace iree_compiler;

namespace {

Layer argument(int64_t rows, int64_t rowBytes) {
  Layer layer;
  layer.name = "argument";
  layer.rows = rows;
  layer.rowBytes = rowBytes;
  layer.isArgument = true;
  return layer;
}

Layer splittable(std::string name, int64_t rows, int64_t rowBytes, std::vector<LayerInput> inputs) {
  Layer layer;
  layer.name = std::move(name);
  layer.rows = rows;
  layer.rowBytes = rowBytes;
  layer.inputs = std::move(inputs);
  layer.canSplit = true;
  return layer;
}

constexpr RowAccess k3x3{1, 3, 1}, kStrided{2, 3, 0}, k1x1{1, 1, 0};

/// Argument, two 3x3 convolutions of 8 rows of 10 bytes, and a sum over rows.
Network pooledNetwork() {
  Network network;
  network.layers.push_back(argument(8, 4));
  network.layers.push_back(splittable("a", 8, 10, {{0, k3x3}}));
  network.layers.push_back(splittable("b", 8, 10, {{1, k3x3}}));
  Layer pool = splittable("pool", 1, 2, {{2, k1x1}});
  pool.accumulatedRows = 8;
  pool.accumulatorBytes = 8;
  pool.isKept = true;
  network.layers.push_back(pool);
  return network;
}

/// Like the text that a person would write: "1:0-2 2:0-1".
std::string text(const std::vector<Stripe> &stripes) {
  std::string result;
  for (const Stripe &stripe : stripes)
    result += (result.empty() ? "" : " ") + std::to_string(stripe.layer) + ":" +
              std::to_string(stripe.begin) + "-" + std::to_string(stripe.end);
  return result;
}

TEST(StripesOf, EachRightBeforeItIsNeeded) {
  // Row r of b reads rows r - 1 to r + 1 of a.
  auto stripes = stripesOf(pooledNetwork(), {{1, 2, 3}, 1});
  ASSERT_TRUE(stripes);
  EXPECT_EQ(text(*stripes), "1:0-1 1:1-2 2:0-1 3:0-1 1:2-3 2:1-2 3:1-2 1:3-4 2:2-3 3:2-3 "
                            "1:4-5 2:3-4 3:3-4 1:5-6 2:4-5 3:4-5 1:6-7 2:5-6 3:5-6 "
                            "1:7-8 2:6-7 3:6-7 2:7-8 3:7-8");
}

TEST(StripesOf, TheFirstStripeMayBeLower) {
  // 3 rows of b need rows up to 4, 7 and 8 of a: in steps of 3 from 1 on.
  auto stripes = stripesOf(pooledNetwork(), {{1, 2, 3}, 3});
  ASSERT_TRUE(stripes);
  EXPECT_EQ(text(*stripes), "1:0-1 1:1-4 2:0-3 3:0-3 1:4-7 2:3-6 3:3-6 1:7-8 2:6-8 3:6-8");
}

TEST(StripesOf, RowsThatNobodyReadsAreNotComputed) {
  Network network;
  network.layers.push_back(argument(9, 1));
  network.layers.push_back(splittable("a", 9, 1, {{0, k1x1}}));
  network.layers.push_back(splittable("b", 3, 1, {{1, kStrided}}));
  network.layers[2].isKept = true;
  // b reads rows 0-2, 2-4 and 4-6 of a.
  auto stripes = stripesOf(network, {{1, 2}, 1});
  ASSERT_TRUE(stripes);
  EXPECT_EQ(text(*stripes), "1:0-1 1:1-3 2:0-1 1:3-5 2:1-2 1:5-7 2:2-3");
  network.layers[1].isKept = true;
  stripes = stripesOf(network, {{1, 2}, 1});
  ASSERT_TRUE(stripes);
  EXPECT_EQ(text(*stripes), "1:0-1 1:1-3 2:0-1 1:3-5 2:1-2 1:5-7 2:2-3 1:7-9");
}

TEST(StripesOf, NoStripeOfPaddingAlone) {
  Network network;
  network.layers.push_back(argument(4, 1));
  network.layers.push_back(splittable("a", 4, 1, {{0, k1x1}}));
  network.layers.push_back(splittable("b", 8, 1, {{1, RowAccess{1, 2, 3}}}));
  EXPECT_FALSE(stripesOf(network, {{1, 2}, 1})); // row 0 reads rows -3 and -2
  EXPECT_TRUE(stripesOf(network, {{1, 2}, 4}));
}

TEST(RegionBetween, OnlyWhatTheLastOneIsComputedFromByRows) {
  Network network = pooledNetwork();
  EXPECT_EQ(regionBetween(network, 1, 3), (std::vector<uint32_t>{1, 2, 3}));
  EXPECT_EQ(regionBetween(network, 2, 3), (std::vector<uint32_t>{2, 3}));
  EXPECT_TRUE(regionBetween(network, 0, 3).empty()); // an argument
  EXPECT_TRUE(regionBetween(network, 3, 2).empty());
  EXPECT_TRUE(regionBetween(network, 1, 4).empty());
  network.layers[2].inputs[0].rows.reset(); // b needs all of a
  EXPECT_TRUE(regionBetween(network, 1, 3).empty());
  EXPECT_EQ(regionBetween(network, 2, 3), (std::vector<uint32_t>{2, 3}));
}

TEST(RegionBetween, NothingBetweenWaitsForAllStripes) {
  Network network = pooledNetwork();
  Layer other = splittable("other", 8, 10, {{1, k1x1}});
  network.layers.insert(network.layers.begin() + 3, other);
  EXPECT_TRUE(regionBetween(network, 1, 4).empty());
  EXPECT_EQ(regionBetween(network, 2, 4), (std::vector<uint32_t>{2, 4}));
}

TEST(CostOf, ByHand) {
  Network network = pooledNetwork();
  // a and b whole: 2 * 80 bytes.
  SplitCost whole = costOf(network, {});
  EXPECT_EQ(whole.peakBytes, 160);
  EXPECT_EQ(whole.calls, 3);
  EXPECT_EQ(whole.instructions, 0);
  EXPECT_EQ(whole.peakLayer, 2u);
  EXPECT_EQ(whole.alive, (std::vector<std::pair<uint32_t, int64_t>>{{1, 80}, {2, 80}}));
  // Three rows of a, one of b, and two accumulators of 8 bytes. The result of 2
  // bytes replaces the last one of these; it lives from the first stripe on.
  SplitCost rows = costOf(network, {{{1, 2, 3}, 1}});
  EXPECT_EQ(rows.peakBytes, 3 * 10 + 10 + 2 * 8);
  EXPECT_EQ(rows.calls, 8 * 3);
  EXPECT_GT(rows.instructions, 0);
  // The argument: when row 0 of b is computed, its rows 2 to 7 are still read.
  network.countArguments = true;
  EXPECT_EQ(costOf(network, {}).peakBytes, 160);
  EXPECT_EQ(costOf(network, {{{1, 2, 3}, 1}}).peakBytes, 3 * 10 + 10 + 2 * 8 + 6 * 4);
}

TEST(CostOf, InPlaceRowByRow) {
  // Rows of 10 bytes become rows of 10: row r is written when rows r - 1 on are
  // still read, so that b lies 2 rows before a.
  Network network = pooledNetwork();
  network.worksInPlace = true;
  EXPECT_EQ(costOf(network, {}).peakBytes, 80 + 20);
  // Or at the same place; then the sum and b set the peak.
  network.layers[2].inputs[0].rows = k1x1;
  EXPECT_EQ(costOf(network, {}).peakBytes, 80 + 2);
}

TEST(ChooseSplit, NothingIfThereIsRoom) {
  ChosenSplit chosen = chooseSplit(pooledNetwork(), 160);
  EXPECT_TRUE(chosen.fits);
  EXPECT_TRUE(chosen.split.empty());
}

TEST(ChooseSplit, FewCalls) {
  // b and the sum alone leave a whole, and b's 80 bytes: stripes of all three in
  // 4 rows need 7 rows of a, 4 of b, and 16 bytes: 126.
  ChosenSplit chosen = chooseSplit(pooledNetwork(), 130);
  EXPECT_TRUE(chosen.fits);
  EXPECT_LE(chosen.cost.peakBytes, 130);
  ChosenSplit tight = chooseSplit(pooledNetwork(), 56);
  EXPECT_TRUE(tight.fits);
  EXPECT_EQ(tight.cost.peakBytes, 56);
  EXPECT_LT(chosen.cost.calls, tight.cost.calls);
}

TEST(ChooseSplit, TheSmallestIfNothingFits) {
  ChosenSplit chosen = chooseSplit(pooledNetwork(), 10);
  EXPECT_FALSE(chosen.fits);
  EXPECT_EQ(chosen.cost.peakBytes, 56);
  EXPECT_EQ(chosen.split.size(), 1u);
}

/// A random network whose layers mostly form a chain.
Network randomNetwork(uint32_t seed) {
  std::mt19937 random(seed);
  auto pick = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  Network network;
  network.layers.push_back(argument(pick(6, 20), pick(1, 9)));
  for (int64_t i = 0, count = pick(3, 8); i < count; ++i) {
    auto last = static_cast<uint32_t>(network.layers.size() - 1);
    uint32_t producer = pick(0, 3) ? last : static_cast<uint32_t>(pick(0, last));
    int64_t rows = network.layers[producer].rows;
    RowAccess access{pick(1, 2), pick(1, 3), 0};
    access.low = pick(0, access.window - 1);
    int64_t high = pick(0, access.window - 1);
    int64_t own = (rows + access.low + high - access.window) / access.stride + 1;
    if (own < 2)
      continue;
    Layer layer = splittable("layer", own, pick(1, 9), {{producer, access}});
    for (uint32_t other = 1; other < producer; ++other)
      if (network.layers[other].rows == own && pick(0, 1))
        layer.inputs.push_back({other, k1x1});
    layer.canSplit = pick(0, 9) != 0;
    layer.isKept = pick(0, 9) == 0;
    network.layers.push_back(layer);
  }
  network.layers.back().isKept = true;
  return network;
}

/// First row and end of what a stripe reads, by the definition of RowAccess.
std::pair<int64_t, int64_t> reads(const RowAccess &access, int64_t begin, int64_t end,
                                  int64_t rows) {
  int64_t first = rows, last = 0;
  for (int64_t row = begin; row < end; ++row)
    for (int64_t tap = 0; tap < access.window; ++tap) {
      int64_t source = row * access.stride - access.low + tap;
      if (source >= 0 && source < rows) {
        first = std::min(first, source);
        last = std::max(last, source + 1);
      }
    }
  return {first, last};
}

/// Bytes that live at most, stripe by stripe over single rows. Checks that what a
/// stripe reads was computed.
int64_t replayedPeak(const Network &network, const StripeRegion *region) {
  std::vector<Stripe> calls;
  for (uint32_t i = 0; i < network.layers.size(); ++i) {
    bool inside = region && std::count(region->layers.begin(), region->layers.end(), i);
    if (!inside && !network.layers[i].isArgument)
      calls.push_back({i, 0, network.layers[i].rows});
    if (inside && i == region->layers.back()) {
      auto stripes = stripesOf(network, *region);
      calls.insert(calls.end(), stripes->begin(), stripes->end());
    }
  }
  auto readsRow = [&](const Stripe &call, uint32_t layer, int64_t row) {
    bool isStripe = region && std::count(region->layers.begin(), region->layers.end(), call.layer);
    for (const LayerInput &input : network.layers[call.layer].inputs)
      if (input.producer == layer) {
        auto [first, end] = reads(*input.rows, call.begin, call.end, network.layers[layer].rows);
        if (!isStripe || (row >= first && row < end))
          return true;
      }
    return false;
  };
  int64_t peak = 0;
  for (size_t now = 0; now < calls.size(); ++now) {
    int64_t live = 0;
    for (size_t made = 0; made <= now; ++made) {
      const Stripe &call = calls[made];
      const Layer &layer = network.layers[call.layer];
      bool isStripe =
          region && std::count(region->layers.begin(), region->layers.end(), call.layer);
      int64_t rows = 0;
      for (int64_t row = call.begin; row < call.end; ++row) {
        bool read = made == now || layer.isKept;
        for (size_t later = now; later < calls.size(); ++later)
          read |= readsRow(calls[later], call.layer, row);
        rows += read ? 1 : 0;
      }
      // A stripe is one buffer.
      live += layer.rowBytes * (isStripe && rows ? call.end - call.begin : rows);
    }
    peak = std::max(peak, live);
    for (const LayerInput &input : network.layers[calls[now].layer].inputs) {
      const Layer &producer = network.layers[input.producer];
      auto [first, end] = reads(*input.rows, calls[now].begin, calls[now].end, producer.rows);
      for (int64_t row = first; row < end && !producer.isArgument; ++row)
        EXPECT_TRUE(std::any_of(
            calls.begin(), calls.begin() + static_cast<int64_t>(now), [&](const Stripe &call) {
              return call.layer == input.producer && call.begin <= row && row < call.end;
            }));
    }
  }
  return peak;
}

TEST(ChooseSplit, AsAReplayOverSingleRows) {
  int split = 0;
  for (uint32_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Network network = randomNetwork(seed);
    int64_t whole = costOf(network, {}).peakBytes;
    EXPECT_EQ(whole, replayedPeak(network, nullptr));
    for (int64_t budget : {int64_t(0), whole / 2, whole * 3 / 4}) {
      ChosenSplit chosen = chooseSplit(network, budget);
      EXPECT_EQ(chosen.fits, chosen.cost.peakBytes <= budget);
      EXPECT_LE(chosen.cost.peakBytes, whole);
      EXPECT_EQ(chosen.cost.peakBytes, costOf(network, chosen.split).peakBytes);
      if (chosen.split.size() == 1) {
        EXPECT_EQ(chosen.cost.peakBytes, replayedPeak(network, &chosen.split.front()));
        ++split;
      }
    }
  }
  EXPECT_GT(split, 100);
}

} // namespace
