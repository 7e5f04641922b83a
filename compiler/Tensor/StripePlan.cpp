// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tensor/StripePlan.h"

#include <algorithm>

using namespace iree_compiler;

namespace {

/// What a call costs beside its work: the program's instruction, the kernel's
/// entry and exit, and loops that are too short to run well. Measured on a
/// Cortex-M4, where a copy costs about one for each byte.
constexpr int64_t kCallInstructions = 3000;

/// Stripes of a region; a concatenation of their results is one call.
constexpr int64_t kMostStripes = 48;

constexpr size_t kMostRegions = 3; ///< of a split
constexpr size_t kKeptSplits = 12; ///< that another region is added to

/// Rows [begin, end) of the producer, clipped to those that it has.
struct RowRange {
  int64_t begin = 0, end = 0;
};

RowRange rowsRead(const LayerInput &input, const Layer &producer, int64_t begin, int64_t end) {
  if (!input.rows)
    return {0, producer.rows};
  const RowAccess &rows = *input.rows;
  return {std::clamp<int64_t>(begin * rows.stride - rows.low, 0, producer.rows),
          std::clamp<int64_t>((end - 1) * rows.stride - rows.low + rows.window, 0, producer.rows)};
}

/// The rows that a region's last layer goes through.
int64_t stripedRows(const Layer &layer) {
  return layer.accumulatedRows ? layer.accumulatedRows : layer.rows;
}

/// The stripes of one region.
class RegionStripes {
public:
  RegionStripes(const Network &network, const StripeRegion &region)
      : network(network), region(region), position(network.layers.size(), -1),
        isWhole(region.layers.size(), 0) {
    for (size_t i = 0; i < region.layers.size(); ++i)
      position[region.layers[i]] = static_cast<int32_t>(i);
    // What others read is computed whole.
    for (uint32_t i = 0; i < network.layers.size(); ++i) {
      if (position[i] >= 0 && network.layers[i].isKept)
        isWhole[static_cast<size_t>(position[i])] = 1;
      for (const LayerInput &input : network.layers[i].inputs)
        if (position[i] < 0 && position[input.producer] >= 0)
          isWhole[static_cast<size_t>(position[input.producer])] = 1;
    }
  }

  /// Finds the rows of each layer that each stripe of the last one needs.
  bool findNeeds() {
    int64_t rows = stripedRows(network.layers[region.layers.back()]);
    int64_t count = (rows + region.stripeRows - 1) / region.stripeRows;
    if (count < 2 || count > kMostStripes)
      return false;
    auto stripes = static_cast<size_t>(count);
    needed.assign(region.layers.size(), std::vector<int64_t>(stripes, 0));
    for (size_t k = 0; k < stripes; ++k)
      needed.back()[k] = std::min(rows, (static_cast<int64_t>(k) + 1) * region.stripeRows);
    for (size_t i = region.layers.size(); i-- > 0;) {
      if (isWhole[i])
        needed[i].back() = stripedRows(network.layers[region.layers[i]]);
      for (size_t k = 0; k < stripes; ++k)
        noteNeeds(i, k);
    }
    return true;
  }

  std::optional<std::vector<Stripe>> inOrder() {
    for (size_t i = 0; i < region.layers.size(); ++i)
      listEnds(i);
    computed.assign(region.layers.size(), 0);
    for (size_t i = region.layers.size(); i-- > 0;)
      if (!compute(i, needed[i].back()) || (isWhole[i] && ends[i].size() > kMostStripes))
        return std::nullopt;
    return std::move(order);
  }

private:
  void noteNeeds(size_t consumer, size_t k) {
    const Layer &layer = network.layers[region.layers[consumer]];
    for (const LayerInput &input : layer.inputs)
      if (int32_t own = position[input.producer]; own >= 0 && needed[consumer][k] > 0) {
        int64_t end = rowsRead(input, network.layers[input.producer], 0, needed[consumer][k]).end;
        int64_t &before = needed[static_cast<size_t>(own)][k];
        before = std::max(before, end);
      }
  }

  /// Cuts a layer where the stripes of the last one need it, and what the first
  /// and the last need at once, into stripes like those between.
  void listEnds(size_t layer) {
    const std::vector<int64_t> &need = needed[layer];
    int64_t height = 1;
    for (size_t k = 1; k < need.size(); ++k)
      if (k + 1 < need.size() || need.size() == 2)
        height = std::max(height, need[k] - need[k - 1]);
    std::vector<int64_t> &own = ends.emplace_back();
    for (int64_t end = need.front(); end > 0; end -= height)
      own.insert(own.begin(), end);
    for (size_t k = 1; k < need.size(); ++k)
      for (int64_t end = need[k - 1]; end < need[k];)
        own.push_back(end = std::min(end + height, need[k]));
  }

  /// Appends stripes of a layer until it has `rows`, each with what it needs
  /// before it. False if a stripe would read nothing of an operand.
  bool compute(size_t layer, int64_t rows) {
    uint32_t index = region.layers[layer];
    for (int64_t end : ends[layer]) {
      int64_t begin = computed[layer];
      if (begin >= rows)
        break;
      if (end <= begin)
        continue;
      for (const LayerInput &input : network.layers[index].inputs) {
        if (!input.rows)
          continue;
        RowRange range = rowsRead(input, network.layers[input.producer], begin, end);
        int32_t own = position[input.producer];
        if (range.begin >= range.end || (own >= 0 && !compute(static_cast<size_t>(own), range.end)))
          return false;
      }
      order.push_back({index, begin, end});
      computed[layer] = end;
    }
    return true;
  }

  const Network &network;
  const StripeRegion &region;
  std::vector<int32_t> position; ///< in the region, by layer; or -1
  std::vector<char> isWhole;     ///< by position, as all below
  std::vector<std::vector<int64_t>> needed, ends;
  std::vector<int64_t> computed;
  std::vector<Stripe> order;
};

/// One call: rows [begin, end) of a layer; of all its rows if not `isStripe`.
struct Step {
  uint32_t layer = 0;
  int64_t begin = 0, end = 0;
  bool isStripe = false;
  int64_t accumulatorBytes = 0; ///< of the region
};

/// A split as calls, and how long each row lives.
class Replay {
public:
  Replay(const Network &network, const Split &split) : network(network), split(split) {
    listSteps();
    noteLifetimes();
  }

  SplitCost cost() {
    SplitCost result;
    std::vector<int64_t> live = liveBytes();
    size_t peakStep = 0;
    for (size_t s = 0; s < steps.size(); ++s) {
      const Layer &layer = network.layers[steps[s].layer];
      int64_t bytes =
          live[s] + layer.scratchBytes + steps[s].accumulatorBytes - savedInPlace(steps[s], s);
      if (bytes > result.peakBytes) {
        result.peakBytes = bytes;
        peakStep = s;
      }
    }
    if (!steps.empty()) {
      result.peakLayer = steps[peakStep].layer;
      noteAlive(static_cast<int64_t>(peakStep), result);
    }
    result.calls = static_cast<int64_t>(steps.size());
    int64_t unsplit = 0;
    for (const Layer &layer : network.layers)
      unsplit += layer.isArgument ? 0 : 1;
    result.instructions = (result.calls - unsplit) * kCallInstructions + copiedBytes;
    return result;
  }

private:
  /// Rows of a layer in memory that is of use, or not counted.
  bool counts(uint32_t layer) const {
    return !network.layers[layer].isArgument || network.countArguments;
  }

  void listSteps() {
    std::vector<const StripeRegion *> regionOf(network.layers.size(), nullptr);
    for (const StripeRegion &region : split)
      for (uint32_t layer : region.layers)
        regionOf[layer] = &region;
    for (uint32_t i = 0; i < network.layers.size(); ++i) {
      const Layer &layer = network.layers[i];
      if (!regionOf[i] && !layer.isArgument)
        steps.push_back({i, 0, layer.rows, false, 0});
      if (regionOf[i] && regionOf[i]->layers.back() == i)
        listStripes(*regionOf[i]);
    }
  }

  void listStripes(const StripeRegion &region) {
    // The accumulator of the stripe before, and the new one.
    int64_t accumulators = 2 * network.layers[region.layers.back()].accumulatorBytes;
    if (auto stripes = stripesOf(network, region))
      for (const Stripe &stripe : *stripes)
        steps.push_back({stripe.layer, stripe.begin, stripe.end, true, accumulators});
  }

  void noteLifetimes() {
    born.resize(network.layers.size());
    last.resize(network.layers.size());
    for (size_t i = 0; i < network.layers.size(); ++i) {
      auto rows = static_cast<size_t>(network.layers[i].rows);
      born[i].assign(rows, 0);
      last[i].assign(rows, network.layers[i].isArgument ? 0 : -1);
    }
    for (size_t s = 0; s < steps.size(); ++s)
      noteStep(steps[s], static_cast<int64_t>(s));
    // A stripe is one buffer, which lives until its last row was read.
    for (const Step &step : steps)
      if (step.isStripe && network.layers[step.layer].accumulatedRows == 0) {
        auto first = last[step.layer].begin() + step.begin;
        auto behind = last[step.layer].begin() + step.end;
        std::fill(first, behind, *std::max_element(first, behind));
      }
    for (size_t i = 0; i < network.layers.size(); ++i)
      if (network.layers[i].isKept)
        std::fill(last[i].begin(), last[i].end(), static_cast<int64_t>(steps.size()));
  }

  void noteStep(const Step &step, int64_t time) {
    const Layer &layer = network.layers[step.layer];
    bool accumulates = step.isStripe && layer.accumulatedRows != 0;
    int64_t begin = accumulates ? 0 : step.begin, end = accumulates ? layer.rows : step.end;
    for (int64_t row = begin; row < end; ++row) {
      auto index = static_cast<size_t>(row);
      born[step.layer][index] = time;
      last[step.layer][index] = std::max(last[step.layer][index], time);
    }
    for (const LayerInput &input : layer.inputs) {
      const Layer &producer = network.layers[input.producer];
      RowRange range = step.isStripe ? rowsRead(input, producer, step.begin, step.end)
                                     : RowRange{0, producer.rows};
      for (int64_t row = range.begin; row < range.end; ++row) {
        int64_t &until = last[input.producer][static_cast<size_t>(row)];
        until = std::max(until, time);
      }
      if (step.isStripe && input.rows && input.rows->window == 1)
        noteCopy(input.producer, range);
    }
  }

  /// Rows of several stripes that no window assembles are copied.
  void noteCopy(uint32_t producer, RowRange range) {
    for (int64_t row = range.begin + 1; row < range.end; ++row)
      if (born[producer][static_cast<size_t>(row)] != born[producer][size_t(range.begin)]) {
        copiedBytes += (range.end - range.begin) * network.layers[producer].rowBytes;
        return;
      }
  }

  std::vector<int64_t> liveBytes() const {
    std::vector<int64_t> change(steps.size() + 2, 0);
    for (uint32_t i = 0; i < network.layers.size(); ++i) {
      if (!counts(i))
        continue;
      for (size_t row = 0; row < last[i].size(); ++row) {
        if (last[i][row] < 0)
          continue; // never computed
        change[static_cast<size_t>(born[i][row])] += network.layers[i].rowBytes;
        change[static_cast<size_t>(last[i][row]) + 1] -= network.layers[i].rowBytes;
      }
    }
    for (size_t s = 1; s < change.size(); ++s)
      change[s] += change[s - 1];
    return change;
  }

  /// Bytes that a whole layer shares with an operand which dies there: it is
  /// computed row by row, and writes behind what it still has to read.
  int64_t savedInPlace(const Step &step, size_t time) const {
    const Layer &layer = network.layers[step.layer];
    if (!network.worksInPlace || step.isStripe || layer.accumulatedRows)
      return 0;
    int64_t saved = 0;
    for (const LayerInput &input : layer.inputs) {
      const Layer &producer = network.layers[input.producer];
      const std::vector<int64_t> &until = last[input.producer];
      bool dies = std::all_of(until.begin(), until.end(),
                              [&](int64_t step) { return step == static_cast<int64_t>(time); });
      if (!input.rows || !counts(input.producer) || !dies)
        continue;
      int64_t distance = 0, bytes = layer.rows * layer.rowBytes;
      for (int64_t row = 0; row < layer.rows; ++row) {
        int64_t firstRead = rowsRead(input, producer, row, row + 1).begin;
        distance = std::max(distance, (row + 1) * layer.rowBytes - firstRead * producer.rowBytes);
      }
      // Equal rows are read before they are written.
      if (input.rows->window == 1 && input.rows->stride == 1 && layer.rowBytes == producer.rowBytes)
        distance = 0;
      int64_t operandBytes = producer.rows * producer.rowBytes;
      saved = std::max(saved, bytes + operandBytes - std::max(bytes, distance + operandBytes));
    }
    return saved;
  }

  void noteAlive(int64_t time, SplitCost &result) const {
    for (uint32_t i = 0; i < network.layers.size(); ++i) {
      int64_t rows = 0;
      for (size_t row = 0; counts(i) && row < last[i].size(); ++row)
        rows += born[i][row] <= time && time <= last[i][row] ? 1 : 0;
      if (rows)
        result.alive.push_back({i, rows * network.layers[i].rowBytes});
    }
    std::sort(result.alive.begin(), result.alive.end(), [](const auto &a, const auto &b) {
      return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
  }

  const Network &network;
  const Split &split;
  std::vector<Step> steps;
  std::vector<std::vector<int64_t>> born, last; ///< steps, by layer and row
  int64_t copiedBytes = 0;
};

Split allRegions(const Network &network) {
  Split regions;
  auto count = static_cast<uint32_t>(network.layers.size());
  for (uint32_t sink = 0; sink < count; ++sink) {
    for (uint32_t first = sink; first-- > 0;) {
      std::vector<uint32_t> members = regionBetween(network, first, sink);
      if (members.empty())
        continue;
      int64_t rows = stripedRows(network.layers[sink]);
      for (int64_t height : {1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 48}) {
        StripeRegion region{members, height};
        if (height < rows && stripesOf(network, region))
          regions.push_back(std::move(region));
      }
    }
  }
  return regions;
}

bool overlap(const StripeRegion &a, const StripeRegion &b) {
  return a.layers.front() <= b.layers.back() && b.layers.front() <= a.layers.back();
}

/// First layer, last layer and height of each region; no two splits have equal
/// ones.
std::vector<int64_t> identity(const Split &split) {
  std::vector<int64_t> values;
  for (const StripeRegion &region : split)
    values.insert(values.end(), {region.layers.front(), region.layers.back(), region.stripeRows});
  return values;
}

bool isSame(const ChosenSplit &a, const ChosenSplit &b) {
  return identity(a.split) == identity(b.split);
}

/// Fewer instructions among those that fit, else fewer bytes.
bool isBetter(const ChosenSplit &a, const ChosenSplit &b) {
  if (a.fits != b.fits)
    return a.fits;
  auto key = [](const ChosenSplit &chosen) {
    const SplitCost &cost = chosen.cost;
    return chosen.fits ? std::pair(cost.instructions, cost.peakBytes)
                       : std::pair(cost.peakBytes, cost.instructions);
  };
  return key(a) != key(b) ? key(a) < key(b) : identity(a.split) < identity(b.split);
}

} // namespace

std::vector<uint32_t> iree_compiler::regionBetween(const Network &network, uint32_t first,
                                                   uint32_t last) {
  if (first >= last || last >= network.layers.size() || !network.layers[last].canSplit)
    return {};
  std::vector<char> isMember(network.layers.size(), 0);
  isMember[last] = 1;
  for (uint32_t i = last; i > first; --i) {
    if (!isMember[i])
      continue;
    for (const LayerInput &input : network.layers[i].inputs) {
      const Layer &producer = network.layers[input.producer];
      if (input.producer >= first && producer.canSplit && producer.accumulatedRows == 0)
        isMember[input.producer] = 1;
    }
  }
  std::vector<uint32_t> members;
  for (uint32_t i = first; i <= last; ++i) {
    if (isMember[i])
      members.push_back(i);
    for (const LayerInput &input : network.layers[i].inputs)
      // Nothing between the stripes may wait for all of them, nor the stripes for it.
      if (isMember[input.producer] && (!isMember[i] || !input.rows))
        return {};
  }
  if (members.size() < 2 || members.front() != first)
    return {};
  return members;
}

std::optional<std::vector<Stripe>> iree_compiler::stripesOf(const Network &network,
                                                            const StripeRegion &region) {
  RegionStripes stripes(network, region);
  if (!stripes.findNeeds())
    return std::nullopt;
  return stripes.inOrder();
}

SplitCost iree_compiler::costOf(const Network &network, const Split &split) {
  return Replay(network, split).cost();
}

ChosenSplit iree_compiler::chooseSplit(const Network &network, int64_t budget) {
  auto rate = [&](Split split) {
    ChosenSplit chosen{std::move(split), {}, false};
    chosen.cost = costOf(network, chosen.split);
    chosen.fits = chosen.cost.peakBytes <= budget;
    return chosen;
  };
  ChosenSplit best = rate({});
  if (best.fits)
    return best;
  Split regions = allRegions(network);
  std::vector<ChosenSplit> kept = {best};
  for (size_t count = 1; count <= kMostRegions && !best.fits; ++count) {
    std::vector<ChosenSplit> next;
    for (const ChosenSplit &base : kept)
      for (const StripeRegion &region : regions) {
        bool meets = std::any_of(base.split.begin(), base.split.end(),
                                 [&](const StripeRegion &other) { return overlap(other, region); });
        if (meets)
          continue;
        Split split = base.split;
        split.push_back(region);
        std::sort(split.begin(), split.end(), [](const StripeRegion &a, const StripeRegion &b) {
          return a.layers.front() < b.layers.front();
        });
        next.push_back(rate(std::move(split)));
      }
    std::sort(next.begin(), next.end(), isBetter);
    next.erase(std::unique(next.begin(), next.end(), isSame), next.end());
    if (next.size() > kKeptSplits)
      next.resize(kKeptSplits);
    if (!next.empty() && isBetter(next.front(), best))
      best = next.front();
    kept = std::move(next);
  }
  return best;
}
