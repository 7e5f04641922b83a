// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Schedule/CallOrder.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <tuple>
#include <unordered_map>

using namespace iree_compiler;

namespace {

constexpr uint32_t kNobody = UINT32_MAX;

/// Who writes and who reads each value.
struct Uses {
  explicit Uses(const CallGraph &graph)
      : writer(graph.values.size(), kNobody), readers(graph.values.size(), 0),
        readersOf(graph.values.size()), inputs(graph.calls.size(), 0) {
    for (uint32_t i = 0; i < graph.calls.size(); ++i)
      for (uint32_t value : graph.calls[i].writes)
        writer[value] = i;
    for (uint32_t i = 0; i < graph.calls.size(); ++i)
      for (uint32_t value : graph.calls[i].reads) {
        ++readers[value];
        readersOf[value].push_back(i);
        inputs[i] += writer[value] != kNobody ? 1 : 0;
      }
  }

  std::vector<uint32_t> writer;  ///< by value
  std::vector<uint32_t> readers; ///< number, by value
  std::vector<std::vector<uint32_t>> readersOf;
  std::vector<uint32_t> inputs; ///< values that calls write and this one reads
};

/// What a call needs and leaves, where `open` says how many calls are still to
/// read a value.
struct Cost {
  uint64_t during = 0, after = 0;
};

Cost costOf(const CallGraph &graph, const std::vector<uint32_t> &open, uint64_t live,
            uint32_t call) {
  const CallNode &node = graph.calls[call];
  auto dies = [&](uint32_t value) { return open[value] == 1 && !graph.values[value].keptToEnd; };
  Cost cost = {live, live};
  for (uint32_t value : node.writes) {
    uint64_t bytes = graph.values[value].bytes;
    uint64_t shared = 0;
    for (const CallShare &share : node.shares)
      if (share.result == value && dies(share.argument))
        shared += std::min(share.bytes, graph.values[share.argument].bytes);
    cost.during += bytes - std::min(bytes, shared);
    if (open[value] != 0 || graph.values[value].keptToEnd)
      cost.after += bytes;
  }
  for (uint32_t value : node.reads)
    if (dies(value))
      cost.after -= graph.values[value].bytes;
  return cost;
}

uint64_t givenBytes(const CallGraph &graph) {
  uint64_t bytes = 0;
  for (const CallValue &value : graph.values)
    bytes += value.given ? value.bytes : 0;
  return bytes;
}

/// A set of calls already made.
struct State {
  std::vector<uint32_t> open;   ///< readers still to come, by value
  std::vector<uint32_t> inputs; ///< still missing, by call
  std::vector<uint32_t> ready;  ///< ascending
  uint64_t live = 0, peak = 0;
  uint64_t key = 0; ///< of the set
  size_t made = 0;  ///< index of the last call's step
};

/// How a state came about.
struct Step {
  size_t before;
  uint32_t call;
};

struct Candidate {
  size_t state;
  uint32_t call;
  uint64_t live, peak, key;
};

class Search {
public:
  Search(const CallGraph &graph, size_t beam) : graph(graph), uses(graph), beam(beam) {
    uint64_t seed = 0;
    for (size_t i = 0; i < graph.calls.size(); ++i)
      keys.push_back(mix(++seed));
  }

  CallOrder run() {
    std::vector<State> states = {first()};
    bool isExact = true;
    for (size_t made = 0; made < graph.calls.size(); ++made) {
      std::vector<Candidate> candidates = next(states);
      if (candidates.size() > beam) {
        std::sort(candidates.begin(), candidates.end(), [](const Candidate &a, const Candidate &b) {
          return std::tie(a.peak, a.live, a.state, a.call) <
                 std::tie(b.peak, b.live, b.state, b.call);
        });
        candidates.resize(beam);
        isExact = false;
      }
      std::vector<State> following;
      following.reserve(candidates.size());
      for (const Candidate &candidate : candidates)
        following.push_back(after(states[candidate.state], candidate));
      states = std::move(following);
    }
    CallOrder result;
    result.isExact = isExact || states.front().peak == peakLowerBound(graph);
    for (size_t at = states.front().made; at != 0; at = steps[at].before)
      result.order.push_back(steps[at].call);
    std::reverse(result.order.begin(), result.order.end());
    return result;
  }

private:
  static uint64_t mix(uint64_t value) {
    value *= 0x9E3779B97F4A7C15u;
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
    value = (value ^ value >> 27) * 0x94D049BB133111EBu;
    return value ^ value >> 31;
  }

  State first() {
    State state;
    state.open = uses.readers;
    state.inputs = uses.inputs;
    for (uint32_t i = 0; i < graph.calls.size(); ++i)
      if (state.inputs[i] == 0)
        state.ready.push_back(i);
    state.live = state.peak = givenBytes(graph);
    // What is given and nobody reads is there at the beginning only.
    for (size_t i = 0; i < graph.values.size(); ++i)
      if (graph.values[i].given && state.open[i] == 0 && !graph.values[i].keptToEnd)
        state.live -= graph.values[i].bytes;
    steps.push_back({0, 0});
    return state;
  }

  /// Each set once, with its smallest peak.
  std::vector<Candidate> next(const std::vector<State> &states) {
    std::vector<Candidate> candidates;
    std::unordered_map<uint64_t, size_t> known;
    auto add = [&](size_t index, uint32_t call, Cost cost) {
      const State &state = states[index];
      Candidate candidate = {index, call, cost.after, std::max(state.peak, cost.during),
                             state.key ^ keys[call]};
      auto [found, isNew] = known.try_emplace(candidate.key, candidates.size());
      if (isNew)
        candidates.push_back(candidate);
      else if (candidate.peak < candidates[found->second].peak)
        candidates[found->second] = candidate;
    };
    for (size_t index = 0; index < states.size(); ++index) {
      const State &state = states[index];
      std::vector<Cost> costs;
      std::optional<size_t> atOnce;
      for (size_t i = 0; i < state.ready.size() && !atOnce; ++i) {
        costs.push_back(costOf(graph, state.open, state.live, state.ready[i]));
        if (costs.back().during <= state.peak && costs.back().after <= state.live)
          atOnce = i;
      }
      for (size_t i = atOnce.value_or(0); i < costs.size(); ++i)
        add(index, state.ready[i], costs[i]);
    }
    return candidates;
  }

  State after(const State &before, const Candidate &candidate) {
    State state = before;
    state.live = candidate.live;
    state.peak = candidate.peak;
    state.key = candidate.key;
    steps.push_back({before.made, candidate.call});
    state.made = steps.size() - 1;
    state.ready.erase(std::find(state.ready.begin(), state.ready.end(), candidate.call));
    for (uint32_t value : graph.calls[candidate.call].reads)
      --state.open[value];
    for (uint32_t value : graph.calls[candidate.call].writes)
      for (uint32_t reader : uses.readersOf[value])
        if (--state.inputs[reader] == 0)
          state.ready.insert(std::lower_bound(state.ready.begin(), state.ready.end(), reader),
                             reader);
    return state;
  }

  const CallGraph &graph;
  Uses uses;
  size_t beam;
  std::vector<uint64_t> keys; ///< by call; a set's key joins those of its calls
  std::vector<Step> steps;    ///< 0: nothing made
};

} // namespace

uint64_t iree_compiler::peakBytes(const CallGraph &graph, const std::vector<uint32_t> &order) {
  std::vector<uint32_t> open = Uses(graph).readers;
  uint64_t live = givenBytes(graph), peak = live;
  for (size_t i = 0; i < graph.values.size(); ++i)
    if (graph.values[i].given && open[i] == 0 && !graph.values[i].keptToEnd)
      live -= graph.values[i].bytes;
  for (uint32_t call : order) {
    Cost cost = costOf(graph, open, live, call);
    peak = std::max(peak, cost.during);
    live = cost.after;
    for (uint32_t value : graph.calls[call].reads)
      --open[value];
  }
  return peak;
}

uint64_t iree_compiler::peakLowerBound(const CallGraph &graph) {
  uint64_t bound = givenBytes(graph), kept = 0;
  for (const CallValue &value : graph.values)
    kept += value.keptToEnd ? value.bytes : 0;
  bound = std::max(bound, kept);
  // As if nothing else lived, and everything that is read died.
  std::vector<uint32_t> lastReader(graph.values.size(), 1);
  for (uint32_t call = 0; call < graph.calls.size(); ++call) {
    uint64_t read = 0;
    for (uint32_t value : graph.calls[call].reads)
      read += graph.values[value].bytes;
    bound = std::max(bound, costOf(graph, lastReader, read, call).during);
  }
  return bound;
}

size_t iree_compiler::orderBeam(size_t calls) {
  return std::clamp<size_t>(128'000 / (calls + 1), 100, 2000);
}

CallOrder iree_compiler::orderForSmallestPeak(const CallGraph &graph, size_t beam) {
  return Search(graph, beam != 0 ? beam : orderBeam(graph.calls.size())).run();
}

std::vector<uint32_t> iree_compiler::waves(const CallGraph &graph) {
  Uses uses(graph);
  std::vector<uint32_t> result(graph.calls.size(), 0);
  for (size_t i = 0; i < graph.calls.size(); ++i)
    for (uint32_t value : graph.calls[i].reads)
      if (uses.writer[value] != kNobody)
        result[i] = std::max(result[i], result[uses.writer[value]] + 1);
  return result;
}
