// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The form against TFLite's addition of bytes, for every pair of inputs.
#include "compiler/Tensor/SumForm.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

using namespace iree_compiler;

namespace {

/// Rounds to the nearest at each of its two shifts, halves away from zero: the
/// requantisation of TFLite Micro.
int64_t requantize(int64_t x, int64_t multiplier, unsigned shift) {
  int64_t product = x * multiplier, nudge = int64_t(1) << 30;
  int64_t high = (product + (product >= 0 ? nudge : 1 - nudge)) / (int64_t(1) << 31);
  int64_t rest = shift - 31, mask = (int64_t(1) << rest) - 1;
  int64_t threshold = (mask >> 1) + (high < 0 ? 1 : 0);
  return (high >> rest) + ((high & mask) > threshold ? 1 : 0);
}

/// An addition: two scales against twice the larger one, the output's, zero
/// points, and the activation's range.
struct Addition {
  int64_t multiplierA, multiplierB, multiplierOut;
  unsigned shiftA, shiftB, shiftOut;
  int64_t zeroA, zeroB, zeroOut;
  Interval clamp;
  int64_t signB = 1; ///< -1: a subtraction

  int64_t apply(int64_t a, int64_t b) const {
    int64_t sum = requantize((a - zeroA) * (1 << 20), multiplierA, shiftA) +
                  signB * requantize((b - zeroB) * (1 << 20), multiplierB, shiftB);
    return std::clamp(requantize(sum, multiplierOut, shiftOut) + zeroOut, clamp.low, clamp.high);
  }

  ScaledSum sum(Interval a, Interval b) const {
    ScaledSum result{a, b, 0, 0, {}};
    double out = double(multiplierOut) / double(int64_t(1) << shiftOut) * (1 << 20);
    result.slopeA = double(multiplierA) / double(int64_t(1) << shiftA) * out;
    result.slopeB = double(signB * multiplierB) / double(int64_t(1) << shiftB) * out;
    for (int64_t x = a.low; x <= a.high; ++x)
      for (int64_t y = b.low; y <= b.high; ++y)
        result.values.push_back(apply(x, y));
    return result;
  }
};

Addition randomAddition(std::mt19937 &random) {
  auto multiplier = [&] { return int64_t((1u << 30) + random() % (1u << 30)); };
  Addition result;
  result.multiplierA = multiplier();
  result.multiplierB = multiplier();
  result.multiplierOut = multiplier();
  result.shiftA = static_cast<unsigned>(32 + random() % 2);
  result.shiftB = static_cast<unsigned>(32 + random() % 3);
  result.shiftOut = static_cast<unsigned>(49 + random() % 2);
  result.zeroA = int64_t(random() % 256) - 128;
  result.zeroB = int64_t(random() % 256) - 128;
  result.zeroOut = int64_t(random() % 256) - 128;
  result.clamp = {random() % 2 ? -128 : result.zeroOut, 127};
  return result;
}

/// What the form computes with 32-bit registers, added up in every order.
int64_t in32Bits(const SumForm &form, int64_t a, int64_t b) {
  auto checked = [](int64_t value) {
    EXPECT_EQ(value, static_cast<int32_t>(value));
    return value;
  };
  int64_t ofA = checked(checked(a) * checked(form.multiplierA)),
          ofB = checked(checked(b) * checked(form.multiplierB));
  checked(ofA + ofB);
  checked(ofA + checked(form.offset));
  checked(ofB + form.offset);
  int64_t y = checked(ofA + ofB + form.offset) >> form.rightShift;
  if (form.clampsLow)
    y = std::max(y, form.clamp.low);
  if (form.clampsHigh)
    y = std::min(y, form.clamp.high);
  return y;
}

void expectEqualEverywhere(const SumForm &form, const Addition &addition, Interval a, Interval b) {
  for (int64_t x = a.low; x <= a.high; ++x)
    for (int64_t y = b.low; y <= b.high; ++y) {
      ASSERT_EQ(in32Bits(form, x, y), addition.apply(x, y)) << x << " " << y;
      ASSERT_EQ(form.apply(x, y), addition.apply(x, y));
    }
}

constexpr Interval kBytes = {-128, 127};

TEST(SumForm, Additions) {
  std::mt19937 random(1);
  int found = 0;
  for (int i = 0; i < 40; ++i) {
    Addition addition = randomAddition(random);
    auto form = findSumForm(addition.sum(kBytes, kBytes));
    if (!form)
      continue;
    ++found;
    expectEqualEverywhere(*form, addition, kBytes, kBytes);
  }
  EXPECT_GE(found, 38);
}

TEST(SumForm, Subtractions) {
  std::mt19937 random(2);
  int found = 0;
  for (int i = 0; i < 10; ++i) {
    Addition addition = randomAddition(random);
    addition.signB = -1;
    auto form = findSumForm(addition.sum(kBytes, kBytes));
    if (!form)
      continue;
    ++found;
    expectEqualEverywhere(*form, addition, kBytes, kBytes);
  }
  EXPECT_GE(found, 8);
}

// A value that was rescaled and clamped just before has a zero point in it.
TEST(SumForm, MovedInputs) {
  std::mt19937 random(3);
  Interval a = {-132, 123}, b = {0, 255};
  int found = 0;
  for (int i = 0; i < 10; ++i) {
    Addition addition = randomAddition(random);
    addition.zeroA = 0;
    addition.zeroB = 0;
    auto form = findSumForm(addition.sum(a, b));
    if (!form)
      continue;
    ++found;
    expectEqualEverywhere(*form, addition, a, b);
  }
  EXPECT_GE(found, 8);
}

// Halves away from zero on both sides: a slope just above one half does that.
TEST(SumForm, Ties) {
  auto half = [](int64_t x) { return (x + (x > 0 ? 1 : x < 0 ? -1 : 0)) / 2; };
  ScaledSum sum{kBytes, kBytes, 0.5, 0.5, {}};
  for (int64_t a = -128; a <= 127; ++a)
    for (int64_t b = -128; b <= 127; ++b)
      sum.values.push_back(half(a + b));
  auto form = findSumForm(sum);
  ASSERT_TRUE(form);
  for (int64_t a = -128; a <= 127; ++a)
    for (int64_t b = -128; b <= 127; ++b)
      ASSERT_EQ(in32Bits(*form, a, b), half(a + b)) << a << " " << b;
}

// Halves towards zero for even a and away from it for odd ones: no line.
TEST(SumForm, NoLine) {
  ScaledSum sum{{-8, 8}, {-8, 8}, 0.5, 0.5, {}};
  for (int64_t a = -8; a <= 8; ++a)
    for (int64_t b = -8; b <= 8; ++b)
      sum.values.push_back((a + b + (a % 2 != 0)) >> 1);
  EXPECT_FALSE(findSumForm(sum));
}

// Slopes that are far from the function's find nothing, rather than nonsense.
TEST(SumForm, WrongSlopes) {
  Addition addition{1518500250, 1618500250, 1718500250, 32, 33, 49, 3, -7, 11, kBytes};
  ScaledSum sum = addition.sum(kBytes, kBytes);
  EXPECT_TRUE(findSumForm(sum));
  sum.slopeA *= 1.01;
  EXPECT_FALSE(findSumForm(sum));
  sum.values.pop_back();
  EXPECT_FALSE(findSumForm(sum));
}

// A product of both is no sum.
TEST(SumForm, Product) {
  ScaledSum sum{{-20, 20}, {-20, 20}, 0.25, 0.25, {}};
  for (int64_t a = -20; a <= 20; ++a)
    for (int64_t b = -20; b <= 20; ++b)
      sum.values.push_back(a * b / 4);
  EXPECT_FALSE(findSumForm(sum));
}

} // namespace
