// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every pair of inputs says in which interval the offset has to lie. A form is
// right if all intervals have a common integer: multipliers around the slopes
// are tried until that is so. The more bits the fraction has, the likelier.
#include "compiler/Tensor/SumForm.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

using namespace iree_compiler;

namespace {

constexpr int64_t kMax32 = std::numeric_limits<int32_t>::max();
/// Fractions that are tried, from the longest that fits.
constexpr unsigned kFractions = 3;
/// How far multipliers may be from the slopes.
constexpr int64_t kReach = 4;

int64_t size(Interval interval) { return interval.high - interval.low + 1; }

int64_t magnitude(Interval interval) {
  return std::max(std::abs(interval.low), std::abs(interval.high));
}

Interval scaled(Interval interval, int64_t factor) {
  int64_t low = interval.low * factor, high = interval.high * factor;
  return {std::min(low, high), std::max(low, high)};
}

class Search {
public:
  explicit Search(const ScaledSum &function) : function(function) {}

  std::optional<SumForm> run() {
    auto [low, high] = std::minmax_element(function.values.begin(), function.values.end());
    form.clamp = {*low, *high};
    double largest = std::abs(function.slopeA) * double(magnitude(function.a)) +
                     std::abs(function.slopeB) * double(magnitude(function.b));
    largest = std::max(largest, double(magnitude(form.clamp)));
    unsigned tried = 0;
    for (form.rightShift = 30; form.rightShift > 0 && tried < kFractions; --form.rightShift) {
      double unit = std::ldexp(1.0, int(form.rightShift));
      if (largest * unit > double(kMax32))
        continue;
      ++tried;
      if (searchAround(std::llround(function.slopeA * unit), std::llround(function.slopeB * unit)))
        return form;
    }
    return std::nullopt;
  }

private:
  /// Nearest multipliers first.
  bool searchAround(int64_t multiplierA, int64_t multiplierB) {
    for (int64_t distance = 0; distance <= kReach; ++distance)
      for (int64_t stepA = -distance; stepA <= distance; ++stepA)
        for (int64_t stepB = -distance; stepB <= distance; ++stepB) {
          if (std::max(std::abs(stepA), std::abs(stepB)) != distance)
            continue;
          form.multiplierA = multiplierA + stepA;
          form.multiplierB = multiplierB + stepB;
          if (complete())
            return true;
        }
    return false;
  }

  /// Fills the offset in, if there is one.
  bool complete() {
    int64_t low = -kMax32, high = kMax32, unit = int64_t(1) << form.rightShift;
    auto value = function.values.begin();
    for (int64_t a = function.a.low; a <= function.a.high; ++a)
      for (int64_t b = function.b.low; b <= function.b.high; ++b) {
        int64_t sum = a * form.multiplierA + b * form.multiplierB, y = *value++;
        if (y > form.clamp.low)
          low = std::max(low, y * unit - sum);
        if (y < form.clamp.high)
          high = std::min(high, (y + 1) * unit - 1 - sum);
        if (low > high)
          return false;
      }
    form.offset = low + (high - low) / 2;
    Interval ofA = scaled(function.a, form.multiplierA), ofB = scaled(function.b, form.multiplierB);
    if (magnitude(ofA) + magnitude(ofB) + std::abs(form.offset) > kMax32)
      return false;
    form.clampsLow = (ofA.low + ofB.low + form.offset) >> form.rightShift < form.clamp.low;
    form.clampsHigh = (ofA.high + ofB.high + form.offset) >> form.rightShift > form.clamp.high;
    return true;
  }

  const ScaledSum &function;
  SumForm form;
};

} // namespace

int64_t SumForm::apply(int64_t a, int64_t b) const {
  int64_t sum = a * multiplierA + b * multiplierB + offset;
  return std::clamp(sum >> rightShift, clamp.low, clamp.high);
}

std::optional<SumForm> iree_compiler::findSumForm(const ScaledSum &function) {
  if (size(function.a) <= 0 || size(function.b) <= 0 ||
      int64_t(function.values.size()) != size(function.a) * size(function.b))
    return std::nullopt;
  return Search(function).run();
}
