// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Both the function F and the form g never fall. If they agree at x and at
// x + 1 wherever F steps from one value to the next, and at both ends of the
// input, they agree everywhere. At each of these points the offset must lie in
// an interval; the form exists if all intervals have a common integer.
#include "compiler/Tensor/RescaleForm.h"

#include <algorithm>
#include <limits>

using namespace iree_compiler;

namespace {

/// More points than this are not worth the time of the search.
constexpr int64_t kMaxPoints = 1024;
/// A multiplier may be changed by so much: the largest products by a few units of
/// their upper half.
constexpr int64_t kMaxTilt = 64;
constexpr int64_t kMax32 = std::numeric_limits<int32_t>::max();

struct Point {
  int64_t x = 0, y = 0;
};

int64_t highHalf(int64_t x, unsigned leftShift, int64_t multiplier) {
  return (x * (int64_t(1) << leftShift) * multiplier) >> 32;
}

/// The first x above `from` with F(x) > y, where one exists up to the end;
/// looks around `guess` first.
int64_t findStep(const Rescale &f, int64_t from, int64_t y, int64_t guess) {
  int64_t below = from, above = f.input.high; // F(below) <= y < F(above)
  for (int64_t reach = 1; above - below > 1; reach *= 2) {
    guess = std::clamp(guess, below + 1, above - 1);
    bool isAbove = f.value(guess) > y;
    (isAbove ? above : below) = guess;
    guess = reach > 16 ? below + (above - below) / 2 : isAbove ? guess - reach : guess + reach;
  }
  return above;
}

/// The points at which F has to be met; none if there are too many.
std::vector<Point> decidingPoints(const Rescale &f) {
  std::vector<Point> points;
  if (f.input.high - f.input.low < kMaxPoints) {
    for (int64_t x = f.input.low; x <= f.input.high; ++x)
      points.push_back({x, f.value(x)});
    return points;
  }
  Point at = {f.input.low, f.value(f.input.low)};
  int64_t last = f.value(f.input.high);
  if (last - at.y > kMaxPoints)
    return points;
  points.push_back(at);
  auto stepWidth = static_cast<int64_t>((uint64_t(1) << f.shift) / uint64_t(f.multiplier));
  while (at.y < last) {
    int64_t x = findStep(f, at.x, at.y, at.x + stepWidth);
    points.push_back({x - 1, at.y});
    at = {x, f.value(x)};
    points.push_back(at);
  }
  points.push_back({f.input.high, last});
  return points;
}

/// Where products and offsets stay within 32 bits.
bool fits(const Rescale &f, unsigned leftShift, Interval clamp) {
  int64_t largest = std::max(-f.input.low, f.input.high);
  if (largest * (int64_t(1) << leftShift) > kMax32)
    return false;
  int rightShift = int(f.shift) + int(leftShift) - 32;
  if (rightShift < 0 || rightShift > 30)
    return rightShift < 0;
  int64_t value = std::max(std::abs(clamp.low), std::abs(clamp.high)) + 2;
  return highHalf(largest, leftShift, f.multiplier) + value * (int64_t(1) << rightShift) < kMax32;
}

/// The offset with which the channel meets all points, if there is one.
std::optional<int64_t> findOffset(const RescaleForm &form, const RescaleForm::Channel &channel,
                                  const std::vector<Point> &points) {
  int64_t low = -kMax32, high = kMax32;
  int64_t unit = int64_t(1) << channel.rightShift;
  for (Point point : points) {
    int64_t sum =
        highHalf(point.x, form.leftShift, channel.multiplier) - (point.x < 0 ? form.signStep : 0);
    if (point.y > form.clamp.low)
      low = std::max(low, point.y * unit - sum);
    if (point.y < form.clamp.high)
      high = std::min(high, (point.y + 1) * unit - 1 - sum);
  }
  if (low > high)
    return std::nullopt;
  return low + (high - low) / 2;
}

class Search {
public:
  explicit Search(const std::vector<Rescale> &functions) : functions(functions) {}

  std::optional<RescaleForm> run() {
    if (!prepare())
      return std::nullopt;
    if (complete(/*uniform=*/true, 0) || complete(/*uniform=*/false, 0))
      return form;
    // Half of a unit in the last place of x * multiplier / 2^31, by which
    // rounding away from zero differs on both sides of zero.
    if (form.leftShift > 0 && complete(/*uniform=*/false, int64_t(1) << (form.leftShift - 1)))
      return form;
    return std::nullopt;
  }

private:
  bool prepare() {
    for (const Rescale &f : functions) {
      if (f.input.low < -kMax32 || f.input.high > kMax32)
        return false;
      Point first = {f.input.low, f.value(f.input.low)},
            last = {f.input.high, f.value(f.input.high)};
      constant.push_back(first.y == last.y);
      if (!constant.back() && (f.multiplier <= 0 || f.multiplier > kMax32 || f.shift >= 63))
        return false;
      points.push_back(constant.back() ? std::vector<Point>{first, last} : decidingPoints(f));
      if (points.back().empty())
        return false;
      Interval output = {points.back().front().y, points.back().back().y};
      form.clamp = points.size() == 1 ? output : hull(form.clamp, output);
    }
    for (form.leftShift = 30; form.leftShift > 0; --form.leftShift)
      if (all([&](size_t i) {
            return constant[i] || fits(functions[i], form.leftShift, form.clamp);
          }))
        break;
    return all([&](size_t i) { return constant[i] || functions[i].shift + form.leftShift >= 32; });
  }

  template <typename Predicate> bool all(Predicate predicate) const {
    for (size_t i = 0; i < functions.size(); ++i)
      if (!predicate(i))
        return false;
    return true;
  }

  /// Fills the form's channels; fails at the first that has no offset.
  bool complete(bool uniform, int64_t signStep) {
    unsigned least = 30;
    for (size_t i = 0; i < functions.size(); ++i)
      if (!constant[i])
        least = std::min(least, functions[i].shift + form.leftShift - 32);
    form.signStep = signStep;
    form.channels.clear();
    form.clampsLow = form.clampsHigh = false;
    for (size_t i = 0; i < functions.size(); ++i) {
      RescaleForm::Channel channel;
      unsigned own = constant[i] ? least : functions[i].shift + form.leftShift - 32;
      channel.rightShift = uniform ? least : own;
      unsigned lost = own - channel.rightShift;
      channel.multiplier = constant[i] ? 0 : functions[i].multiplier;
      if (lost > 0)
        channel.multiplier = (((channel.multiplier >> (lost - 1)) + 1) >> 1);
      if (channel.rightShift > 30 || !adjust(channel, i))
        return false;
      form.channels.push_back(channel);
      form.clampsLow |= unclamped(i, functions[i].input.low) < form.clamp.low;
      form.clampsHigh |= unclamped(i, functions[i].input.high) > form.clamp.high;
    }
    return true;
  }

  /// Finds the channel's offset, with the multiplier nearest to its own that allows one:
  /// where x is off by a fraction of the last place, as behind a bias, both ends of the
  /// input may need different offsets.
  bool adjust(RescaleForm::Channel &channel, size_t i) const {
    int64_t multiplier = channel.multiplier;
    for (int64_t distance = 0; distance <= (constant[i] ? 0 : kMaxTilt); ++distance)
      for (int64_t sign : {1, -1}) {
        channel.multiplier = multiplier + sign * distance;
        std::optional<int64_t> offset = findOffset(form, channel, points[i]);
        if (!offset || channel.multiplier > kMax32 || !staysIn32Bits(channel, i, *offset))
          continue;
        channel.offset = *offset;
        return true;
      }
    return false;
  }

  int64_t sum(const RescaleForm::Channel &channel, int64_t x, int64_t offset) const {
    return highHalf(x, form.leftShift, channel.multiplier) + offset - (x < 0 ? form.signStep : 0);
  }
  bool staysIn32Bits(const RescaleForm::Channel &channel, size_t i, int64_t offset) const {
    return std::abs(offset) <= kMax32 && sum(channel, functions[i].input.low, offset) >= -kMax32 &&
           sum(channel, functions[i].input.high, offset) <= kMax32;
  }
  int64_t unclamped(size_t i, int64_t x) const {
    return sum(form.channels[i], x, form.channels[i].offset) >> form.channels[i].rightShift;
  }

  const std::vector<Rescale> &functions;
  std::vector<bool> constant; ///< functions with one value; their scale does not matter
  std::vector<std::vector<Point>> points;
  RescaleForm form;
};

} // namespace

int64_t RescaleForm::apply(size_t channel, int64_t x) const {
  const Channel &at = channels[channel];
  int64_t sum = highHalf(x, leftShift, at.multiplier) + at.offset - (x < 0 ? signStep : 0);
  return std::clamp(sum >> at.rightShift, clamp.low, clamp.high);
}

bool RescaleForm::hasUniformShift() const {
  return std::all_of(channels.begin(), channels.end(), [&](const Channel &channel) {
    return channel.rightShift == channels.front().rightShift;
  });
}

std::optional<RescaleForm> iree_compiler::findRescaleForm(const std::vector<Rescale> &channels) {
  if (channels.empty())
    return std::nullopt;
  return Search(channels).run();
}
