// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The form against TOSA's definition of apply_scale_32, for every input.
#include "compiler/Tensor/RescaleForm.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

using namespace iree_compiler;

namespace {

/// apply_scale_32 of the TOSA 1.0 specification.
int64_t applyScale(int64_t x, int64_t multiplier, unsigned shift, bool doubleRound) {
  int64_t round = int64_t(1) << (shift - 1);
  if (doubleRound && shift > 31)
    round += x >= 0 ? int64_t(1) << 30 : -(int64_t(1) << 30);
  return (x * multiplier + round) >> shift;
}

struct Parameters {
  int64_t multiplier;
  unsigned shift;
  bool doubleRound;
  int64_t zeroPoint;
  Interval clamp;
};

Rescale rescale(Interval input, Parameters p) {
  return {input, p.multiplier, p.shift, [p](int64_t x) {
            return std::clamp(applyScale(x, p.multiplier, p.shift, p.doubleRound) + p.zeroPoint,
                              p.clamp.low, p.clamp.high);
          }};
}

/// What the form computes with 32-bit registers: no intermediate may wrap.
int64_t in32Bits(const RescaleForm &form, size_t channel, int64_t x) {
  auto checked = [](int64_t value) {
    EXPECT_EQ(value, static_cast<int32_t>(value));
    return static_cast<int32_t>(value);
  };
  const RescaleForm::Channel &at = form.channels[channel];
  int64_t exact = x * (int64_t(1) << form.leftShift);
  int32_t shifted = at.multiplier == 0 ? static_cast<int32_t>(exact) : checked(exact);
  int32_t high = checked((int64_t(shifted) * checked(at.multiplier)) >> 32);
  int32_t step = (checked(x) >> 31) & checked(form.signStep);
  int32_t sum = checked(checked(int64_t(high) - step) + int64_t(checked(at.offset)));
  int64_t y = sum >> at.rightShift;
  if (form.clampsLow)
    y = std::max(y, form.clamp.low);
  if (form.clampsHigh)
    y = std::min(y, form.clamp.high);
  return y;
}

void expectEqualEverywhere(const RescaleForm &form, const std::vector<Rescale> &channels) {
  for (size_t i = 0; i < channels.size(); ++i)
    for (int64_t x = channels[i].input.low; x <= channels[i].input.high; ++x) {
      ASSERT_EQ(in32Bits(form, i, x), channels[i].value(x)) << "channel " << i << ", x " << x;
      ASSERT_EQ(form.apply(i, x), channels[i].value(x));
    }
}

/// Channels of one layer: scales of one magnitude, inputs some thousand times
/// the output's range.
std::vector<Rescale> randomLayer(std::mt19937 &random, bool doubleRound, int64_t zeroPoint,
                                 Interval clamp, unsigned shiftSpread) {
  std::vector<Rescale> channels;
  auto base = 36 + random() % 5;
  for (int i = 0; i < 4; ++i) {
    auto multiplier = int64_t((uint64_t(1) << 30) + random() % (uint64_t(1) << 30));
    auto shift = static_cast<unsigned>(base + random() % shiftSpread);
    auto size = int64_t(20000 + random() % 60000);
    channels.push_back(rescale({-size, size}, {multiplier, shift, doubleRound, zeroPoint, clamp}));
  }
  return channels;
}

TEST(RescaleForm, DoubleRoundedReluNeedsNoStep) {
  std::mt19937 random(1);
  for (int layer = 0; layer < 12; ++layer) {
    auto channels = randomLayer(random, true, -128, {-128, 127}, 3);
    auto form = findRescaleForm(channels);
    ASSERT_TRUE(form);
    EXPECT_EQ(form->signStep, 0);
    EXPECT_TRUE(form->hasUniformShift());
    EXPECT_TRUE(form->clampsLow);
    expectEqualEverywhere(*form, channels);
  }
}

TEST(RescaleForm, DoubleRoundedOnBothSidesOfZero) {
  std::mt19937 random(2);
  bool steps = false;
  for (int layer = 0; layer < 12; ++layer) {
    auto channels = randomLayer(random, true, 5, {-128, 127}, 3);
    auto form = findRescaleForm(channels);
    ASSERT_TRUE(form);
    steps |= form->signStep != 0;
    expectEqualEverywhere(*form, channels);
  }
  EXPECT_TRUE(steps);
}

TEST(RescaleForm, SingleRounded) {
  std::mt19937 random(3);
  for (int layer = 0; layer < 12; ++layer) {
    auto channels = randomLayer(random, false, 5, {-128, 127}, 3);
    auto form = findRescaleForm(channels);
    ASSERT_TRUE(form);
    EXPECT_EQ(form->signStep, 0);
    expectEqualEverywhere(*form, channels);
  }
}

// A bias that is added to x first, and may be a multiple of the input's range.
TEST(RescaleForm, Biased) {
  std::mt19937 random(7);
  for (int layer = 0; layer < 12; ++layer) {
    auto channels = randomLayer(random, true, -128, {-128, 127}, 3);
    for (Rescale &channel : channels) {
      auto bias = int64_t(random() % 400000) - 200000;
      channel.input = {channel.input.low - bias, channel.input.high - bias};
      channel.value = [bias, plain = channel.value](int64_t x) { return plain(x + bias); };
    }
    auto form = findRescaleForm(channels);
    ASSERT_TRUE(form);
    EXPECT_EQ(form->signStep, 0);
    EXPECT_TRUE(form->hasUniformShift());
    expectEqualEverywhere(*form, channels);
  }
}

// As in residual additions: 9-bit inputs, 28-bit outputs.
TEST(RescaleForm, WideOutput) {
  std::mt19937 random(4);
  for (int i = 0; i < 50; ++i) {
    auto multiplier = int64_t((uint64_t(1) << 30) + random() % (uint64_t(1) << 30));
    Interval all = rangeOfWidth(32);
    std::vector<Rescale> channels = {
        rescale({-255, 255}, {multiplier, static_cast<unsigned>(11 + random() % 3), true, 0, all})};
    auto form = findRescaleForm(channels);
    ASSERT_TRUE(form);
    EXPECT_FALSE(form->clampsLow || form->clampsHigh);
    expectEqualEverywhere(*form, channels);
  }
}

// Ranges on one side of zero, and a single value.
TEST(RescaleForm, OneSidedInputs) {
  for (Interval input : {Interval{5000, 9000}, Interval{-9000, -5000}, Interval{77, 77}}) {
    std::vector<Rescale> channels = {rescale(input, {1518500250, 38, true, 3, {-128, 127}})};
    auto form = findRescaleForm(channels);
    ASSERT_TRUE(form);
    expectEqualEverywhere(*form, channels);
  }
}

// A full 32-bit accumulator leaves no room for the product's fraction: with
// 2^31 * 2^31 >> 32 the result is coarser than what has to be met.
// Channels that do not depend on their input, as padding does, have scales far
// from those of others, or none.
TEST(RescaleForm, ConstantChannels) {
  std::mt19937 random(6);
  for (bool doubleRound : {false, true}) {
    auto channels = randomLayer(random, doubleRound, -7, {-128, 127}, 2);
    channels.push_back(rescale({-5000, 90000}, {1 << 30, 61, doubleRound, -7, {-128, 127}}));
    channels.push_back(
        rescale({2000000000, 2000050000}, {1500000000, 60, doubleRound, -7, {-128, 127}}));
    channels.push_back(rescale({1234, 1234}, {1518500250, 33, doubleRound, -7, {-128, 127}}));
    channels.push_back(rescale({-50, 50}, {0, 32, doubleRound, 3, {-128, 127}}));
    auto form = findRescaleForm(channels);
    ASSERT_TRUE(form);
    expectEqualEverywhere(*form, channels);
  }
  std::vector<Rescale> alone = {rescale({-9, 9}, {1 << 30, 60, true, 11, {-128, 127}})};
  auto form = findRescaleForm(alone);
  ASSERT_TRUE(form);
  expectEqualEverywhere(*form, alone);
}

TEST(RescaleForm, RefusesWhatDoesNotFit) {
  std::vector<Rescale> tooWide = {
      rescale({-2147483647, 2147483647}, {1518500250, 32, true, 0, rangeOfWidth(32)})};
  EXPECT_FALSE(findRescaleForm(tooWide));
  std::vector<Rescale> negative = {rescale({-1000, 1000}, {-1518500250, 38, true, 0, {-128, 127}})};
  EXPECT_FALSE(findRescaleForm(negative));
  EXPECT_FALSE(findRescaleForm({}));
}

// Not linear: no offset meets all points.
TEST(RescaleForm, RefusesOtherFunctions) {
  std::vector<Rescale> squares = {
      {{0, 100}, int64_t(1) << 30, 36, [](int64_t x) { return x * x; }}};
  EXPECT_FALSE(findRescaleForm(squares));
}

} // namespace
