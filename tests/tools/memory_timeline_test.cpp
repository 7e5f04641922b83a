// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Expected values are counted by hand, byte by byte.
#include "tools/memory_timeline.h"

#include <gtest/gtest.h>

namespace iree::tools {
namespace {

/// Steps that follow one another, then what the last reads at the end.
std::vector<MemoryStep> straight(std::vector<MemoryStep> steps) {
  for (size_t i = 0; i + 1 < steps.size(); ++i)
    steps[i].next = {i + 1};
  return steps;
}

void expectBuffer(const MemoryTimeline &timeline, size_t ordinal, ByteRange place, size_t first,
                  size_t last, bool isInput = false) {
  ASSERT_LT(ordinal, timeline.buffers.size());
  const MemoryBuffer &buffer = timeline.buffers[ordinal];
  EXPECT_EQ(buffer.place.begin, place.begin) << ordinal;
  EXPECT_EQ(buffer.place.end, place.end) << ordinal;
  EXPECT_EQ(buffer.firstStep, first) << ordinal;
  EXPECT_EQ(buffer.lastStep, last) << ordinal;
  EXPECT_EQ(buffer.isInput, isInput) << ordinal;
}

TEST(MemoryTimeline, NothingIsNothing) {
  MemoryTimeline timeline = analyzeMemory({});
  EXPECT_TRUE(timeline.buffers.empty());
  EXPECT_EQ(timeline.lowerBoundBytes, 0u);
  timeline = analyzeMemory(straight({{}, {{{8, 8}}, {{0, 0}}, {}}}));
  EXPECT_TRUE(timeline.buffers.empty());
  EXPECT_EQ(timeline.liveBytes, (std::vector<uint64_t>{0, 0}));
}

TEST(MemoryTimeline, ChainHoldsTwoBuffersAtATime) {
  MemoryTimeline timeline = analyzeMemory(straight({{{}, {{0, 100}}, {}},
                                                    {{{0, 100}}, {{100, 140}}, {}},
                                                    {{{100, 140}}, {{0, 60}}, {}},
                                                    {{{0, 60}}, {}, {}}}));
  ASSERT_EQ(timeline.buffers.size(), 3u);
  expectBuffer(timeline, 0, {0, 100}, 0, 1);
  expectBuffer(timeline, 1, {100, 140}, 1, 2);
  expectBuffer(timeline, 2, {0, 60}, 2, 3);
  EXPECT_EQ(timeline.liveBytes, (std::vector<uint64_t>{100, 140, 100, 60}));
  EXPECT_EQ(timeline.peakStep, 1u);
  EXPECT_EQ(timeline.lowerBoundBytes, 140u);
  EXPECT_EQ(timeline.unsharedBytes, 140u);
  EXPECT_EQ(liveBuffers(timeline, 1), (std::vector<size_t>{0, 1}));
  EXPECT_EQ(liveBuffers(timeline, 2), (std::vector<size_t>{1, 2}));
}

TEST(MemoryTimeline, GapsAreNotLive) {
  // The second buffer lies 1000 bytes above the first.
  MemoryTimeline timeline = analyzeMemory(
      straight({{{}, {{0, 10}, {1000, 1020}}, {}}, {{{0, 10}, {1000, 1020}}, {}, {}}}));
  EXPECT_EQ(timeline.lowerBoundBytes, 30u);
}

TEST(MemoryTimeline, OperandThatIsOverwrittenCountsOnce) {
  // The result takes the operand's place, and 20 bytes more.
  MemoryTimeline timeline = analyzeMemory(
      straight({{{}, {{20, 100}}, {}}, {{{20, 100}}, {{0, 80}}, {}}, {{{0, 80}}, {}, {}}}));
  EXPECT_EQ(timeline.liveBytes, (std::vector<uint64_t>{80, 100, 80}));
  EXPECT_EQ(timeline.lowerBoundBytes, 100u);
  EXPECT_EQ(timeline.unsharedBytes, 160u);
  expectBuffer(timeline, 0, {20, 100}, 0, 1);
  expectBuffer(timeline, 1, {0, 80}, 1, 2);
}

TEST(MemoryTimeline, PaddedTensorIsWrittenInTwoSteps) {
  // A border, then the middle of it, then a reader of the whole.
  MemoryTimeline timeline =
      analyzeMemory(straight({{{}, {{0, 100}}, {}}, {{}, {{10, 90}}, {}}, {{{0, 100}}, {}, {}}}));
  ASSERT_EQ(timeline.buffers.size(), 2u);
  expectBuffer(timeline, 0, {0, 100}, 0, 2);
  expectBuffer(timeline, 1, {10, 90}, 1, 2);
  EXPECT_EQ(timeline.liveBytes, (std::vector<uint64_t>{100, 100, 100}));
  EXPECT_EQ(timeline.unsharedBytes, 100u);
}

TEST(MemoryTimeline, ConcatenationIsTwoBuffers) {
  MemoryTimeline timeline = analyzeMemory(straight(
      {{{}, {{0, 30}}, {}}, {{}, {{50, 60}}, {}}, {{}, {{30, 50}}, {}}, {{{0, 50}}, {}, {}}}));
  ASSERT_EQ(timeline.buffers.size(), 3u);
  expectBuffer(timeline, 0, {0, 30}, 0, 3);
  expectBuffer(timeline, 1, {50, 60}, 1, 1); // nobody reads it
  expectBuffer(timeline, 2, {30, 50}, 2, 3);
  EXPECT_EQ(timeline.liveBytes, (std::vector<uint64_t>{30, 40, 50, 50}));
}

TEST(MemoryTimeline, WhatIsReadBeforeItIsWrittenIsAnInput) {
  MemoryTimeline timeline = analyzeMemory(
      straight({{{}, {{64, 96}}, {}}, {{{0, 48}, {64, 96}}, {{0, 16}}, {}}, {{{0, 16}}, {}, {}}}));
  ASSERT_EQ(timeline.buffers.size(), 3u);
  expectBuffer(timeline, 0, {64, 96}, 0, 1);
  expectBuffer(timeline, 1, {0, 48}, 0, 1, true);
  expectBuffer(timeline, 2, {0, 16}, 1, 2);
  EXPECT_EQ(timeline.liveBytes, (std::vector<uint64_t>{80, 80, 16}));
  EXPECT_EQ(timeline.unsharedBytes, 96u);
}

TEST(MemoryTimeline, LoopKeepsWhatTheNextRoundReads) {
  // 0 writes a, b. Loop 1-3: 1 reads a; 2 reads b, writes b; 3 goes back to 1 or on to 4.
  std::vector<MemoryStep> steps = straight({{{}, {{0, 8}, {8, 24}}, {}},
                                            {{{0, 8}}, {}, {}},
                                            {{{8, 24}}, {{8, 24}}, {}},
                                            {},
                                            {{{8, 24}}, {}, {}}});
  steps[3].next = {1, 4};
  MemoryTimeline timeline = analyzeMemory(steps);
  ASSERT_EQ(timeline.buffers.size(), 3u);
  expectBuffer(timeline, 0, {0, 8}, 0, 3);
  expectBuffer(timeline, 1, {8, 24}, 0, 2);
  expectBuffer(timeline, 2, {8, 24}, 2, 4);
  EXPECT_EQ(timeline.liveBytes, (std::vector<uint64_t>{24, 24, 24, 24, 16}));
}

TEST(MemoryTimeline, BranchesNeedTheFullerOne) {
  // 0 goes to 1 or 3. 1, 2: 40 bytes. 3: 8 bytes. Both end in 4.
  std::vector<MemoryStep> steps = {{{}, {}, {1, 3}},
                                   {{}, {{0, 40}}, {2}},
                                   {{{0, 40}}, {{40, 48}}, {4}},
                                   {{}, {{40, 48}}, {4}},
                                   {{{40, 48}}, {}, {}}};
  MemoryTimeline timeline = analyzeMemory(steps);
  EXPECT_EQ(timeline.liveBytes, (std::vector<uint64_t>{0, 40, 48, 8, 8}));
  EXPECT_EQ(timeline.peakStep, 2u);
}

} // namespace
} // namespace iree::tools
