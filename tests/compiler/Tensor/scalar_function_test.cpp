// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every operation on every pair of intervals of small integers against all
// values in them, computed here with plain arithmetic.
#include "compiler/Tensor/ScalarFunction.h"

#include <functional>
#include <gtest/gtest.h>

using namespace iree_compiler;

namespace {

constexpr unsigned kBits = 3;

/// The value that 3 (or `bits`) low bits mean.
int64_t wrap(int64_t value, unsigned bits = kBits) {
  int64_t modulus = int64_t(1) << bits;
  int64_t low = ((value % modulus) + modulus) % modulus;
  return bits > 1 && low >= modulus / 2 ? low - modulus : low;
}

std::vector<Interval> allIntervals(int64_t low, int64_t high) {
  std::vector<Interval> all;
  for (int64_t a = low; a <= high; ++a)
    for (int64_t b = a; b <= high; ++b)
      all.push_back({a, b});
  return all;
}

using Reference = std::function<int64_t(int64_t, int64_t)>;

/// Checks range and directions of op(x, y), for all intervals of x and y.
void checkBinary(ScalarOp op, unsigned resultBits, std::vector<Interval> ys, Reference reference) {
  ScalarFunction function;
  unsigned x = function.add({ScalarOp::Argument, kBits, {}, 0});
  unsigned y = function.add({ScalarOp::Argument, kBits, {}, 0});
  unsigned result = function.add({op, resultBits, {x, y}, 0});
  for (Interval xs : allIntervals(-4, 3))
    for (Interval yRange : ys) {
      std::vector<Fact> facts = {Fact::argument(xs), Fact::argument(yRange), {}};
      function.evaluate(facts);
      Interval tight = function.rangeOf(result, facts);
      EXPECT_TRUE(facts[result].range.contains(tight));
      for (int64_t a = xs.low; a <= xs.high; ++a)
        for (int64_t b = yRange.low; b <= yRange.high; ++b) {
          int64_t value = reference(a, b);
          ASSERT_TRUE(tight.contains(value)) << int(op) << " of " << a << " and " << b;
          if (facts[result].rising) {
            ASSERT_TRUE(a == xs.high || reference(a + 1, b) >= value)
                << int(op) << " " << a << " " << b;
            ASSERT_TRUE(b == yRange.high || reference(a, b + 1) >= value);
          }
          if (facts[result].falling) {
            ASSERT_TRUE(a == xs.high || reference(a + 1, b) <= value);
            ASSERT_TRUE(b == yRange.high || reference(a, b + 1) <= value);
          }
        }
    }
}

TEST(ScalarFunction, Arithmetic) {
  auto all = allIntervals(-4, 3);
  checkBinary(ScalarOp::Add, kBits, all, [](int64_t a, int64_t b) { return wrap(a + b); });
  checkBinary(ScalarOp::Sub, kBits, all, [](int64_t a, int64_t b) { return wrap(a - b); });
  checkBinary(ScalarOp::Mul, kBits, all, [](int64_t a, int64_t b) { return wrap(a * b); });
  checkBinary(ScalarOp::Min, kBits, all, [](int64_t a, int64_t b) { return std::min(a, b); });
  checkBinary(ScalarOp::Max, kBits, all, [](int64_t a, int64_t b) { return std::max(a, b); });
  checkBinary(ScalarOp::And, kBits, all, [](int64_t a, int64_t b) { return a & b; });
  checkBinary(ScalarOp::Or, kBits, all, [](int64_t a, int64_t b) { return a | b; });
  checkBinary(ScalarOp::DivideUnsigned, kBits, allIntervals(1, 3),
              [](int64_t a, int64_t b) { return wrap((a & 7) / b); });
}

TEST(ScalarFunction, ShiftsAndComparisons) {
  auto all = allIntervals(-4, 3), amounts = allIntervals(0, 2);
  checkBinary(ScalarOp::ShiftLeft, kBits, amounts,
              [](int64_t a, int64_t b) { return wrap(a * (int64_t(1) << b)); });
  checkBinary(ScalarOp::ShiftRight, kBits, amounts, [](int64_t a, int64_t b) { return a >> b; });
  checkBinary(ScalarOp::ShiftRightUnsigned, kBits, amounts,
              [](int64_t a, int64_t b) { return wrap((a & 7) >> b); });
  checkBinary(ScalarOp::Equal, 1, all, [](int64_t a, int64_t b) { return int64_t(a == b); });
  checkBinary(ScalarOp::NotEqual, 1, all, [](int64_t a, int64_t b) { return int64_t(a != b); });
  checkBinary(ScalarOp::Less, 1, all, [](int64_t a, int64_t b) { return int64_t(a < b); });
  checkBinary(ScalarOp::LessEqual, 1, all, [](int64_t a, int64_t b) { return int64_t(a <= b); });
}

TEST(ScalarFunction, WidthChanges) {
  auto first = [](std::function<int64_t(int64_t)> f) {
    return [f](int64_t a, int64_t) { return f(a); };
  };
  std::vector<Interval> any = {{0, 0}};
  checkBinary(ScalarOp::Extend, 5, any, first([](int64_t a) { return a; }));
  checkBinary(ScalarOp::ExtendUnsigned, 5, any, first([](int64_t a) { return a & 7; }));
  checkBinary(ScalarOp::Truncate, 2, any, first([](int64_t a) { return wrap(a, 2); }));
  checkBinary(ScalarOp::Truncate, 1, any, first([](int64_t a) { return a & 1; }));
  checkBinary(ScalarOp::CountLeadingZeros, kBits, any, first([](int64_t a) {
                return wrap(a & 4 ? 0 : a & 2 ? 1 : a & 1 ? 2 : 3);
              }));
}

// The sign extension of one bit is 0 or -1: -(x < y).
TEST(ScalarFunction, ExtendsOneBit) {
  ScalarFunction function;
  unsigned x = function.add({ScalarOp::Argument, 8, {}, 0});
  unsigned zero = function.add({ScalarOp::Constant, 8, {}, 0});
  unsigned negative = function.add({ScalarOp::Less, 1, {x, zero}, 0});
  unsigned extended = function.add({ScalarOp::Extend, 8, {negative}, 0});
  std::vector<Fact> facts(function.size());
  facts[x] = Fact::argument({-5, 5});
  function.evaluate(facts);
  EXPECT_EQ(facts[extended].range, (Interval{-1, 0}));
  EXPECT_TRUE(facts[extended].rising);
  EXPECT_FALSE(facts[extended].falling);
}

// x >= 0 ? high : low rises with x when high >= low; otherwise nothing is known.
TEST(ScalarFunction, SelectionByTheSign) {
  for (int64_t step : {3, -3}) {
    ScalarFunction function;
    unsigned x = function.add({ScalarOp::Argument, 32, {}, 0});
    unsigned zero = function.add({ScalarOp::Constant, 32, {}, 0});
    unsigned isPositive = function.add({ScalarOp::LessEqual, 1, {zero, x}, 0});
    unsigned high = function.add({ScalarOp::Constant, 32, {}, step});
    unsigned low = function.add({ScalarOp::Constant, 32, {}, -step});
    unsigned selected = function.add({ScalarOp::Select, 32, {isPositive, high, low}, 0});
    unsigned sum = function.add({ScalarOp::Add, 32, {x, selected}, 0});
    std::vector<Fact> facts(function.size());
    facts[x] = Fact::argument({-10, 20});
    Interval range = function.rangeOf(sum, facts);
    EXPECT_EQ(facts[selected].rising, step > 0);
    EXPECT_EQ(facts[selected].falling, step < 0);
    EXPECT_EQ(facts[sum].rising, step > 0);
    EXPECT_FALSE(facts[sum].falling);
    // -10 - 3 to 20 + 3; without a direction, the sum of both intervals.
    EXPECT_EQ(range, (Interval{-13, 23}));
  }
}

// max(0, x * 2 - 10) of x in [-3, 4] is 0: a constant.
TEST(ScalarFunction, FindsConstants) {
  ScalarFunction function;
  unsigned x = function.add({ScalarOp::Argument, 32, {}, 0});
  unsigned two = function.add({ScalarOp::Constant, 32, {}, 2});
  unsigned ten = function.add({ScalarOp::Constant, 32, {}, 10});
  unsigned zero = function.add({ScalarOp::Constant, 32, {}, 0});
  unsigned product = function.add({ScalarOp::Mul, 32, {x, two}, 0});
  unsigned difference = function.add({ScalarOp::Sub, 32, {product, ten}, 0});
  unsigned result = function.add({ScalarOp::Max, 32, {difference, zero}, 0});
  std::vector<Fact> facts(function.size());
  facts[x] = Fact::argument({-3, 4});
  EXPECT_EQ(function.rangeOf(result, facts), (Interval{0, 0}));
  facts[x] = Fact::argument({-3, 6});
  EXPECT_EQ(function.rangeOf(result, facts), (Interval{0, 2}));
}

// What may wrap can be anything, and what is unknown too.
TEST(ScalarFunction, KnowsNothingAfterOverflow) {
  ScalarFunction function;
  unsigned x = function.add({ScalarOp::Argument, 64, {}, 0});
  unsigned square = function.add({ScalarOp::Mul, 64, {x, x}, 0});
  unsigned other = function.add({ScalarOp::Unknown, 8, {}, 0});
  std::vector<Fact> facts(function.size());
  facts[x] = Fact::argument(rangeOfWidth(64));
  function.evaluate(facts);
  EXPECT_EQ(facts[square].range, rangeOfWidth(64));
  EXPECT_FALSE(facts[square].rising);
  EXPECT_EQ(facts[other].range, (Interval{-128, 127}));
  EXPECT_FALSE(facts[other].rising);
}

} // namespace
