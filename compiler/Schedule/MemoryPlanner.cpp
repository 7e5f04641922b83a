// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Schedule/MemoryPlanner.h"

#include <algorithm>
#include <map>
#include <numeric>

using namespace iree_compiler;

namespace {

uint64_t alignUp(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) & ~(alignment - 1);
}

bool meet(const PlannedBuffer &a, const PlannedBuffer &b) {
  return a.first <= b.last && b.first <= a.last;
}

/// Places buffers in the given order, each at the lowest offset that is free
/// for its whole lifetime.
MemoryPlan firstFit(const std::vector<PlannedBuffer> &buffers, const std::vector<size_t> &order,
                    uint64_t alignment) {
  MemoryPlan plan;
  plan.offsets.resize(buffers.size());
  std::vector<size_t> placed; // by ascending offset
  for (size_t index : order) {
    uint64_t offset = 0;
    for (size_t other : placed) {
      if (!meet(buffers[index], buffers[other]))
        continue;
      if (plan.offsets[other] >= offset + buffers[index].bytes)
        break;
      offset = std::max(offset, alignUp(plan.offsets[other] + buffers[other].bytes, alignment));
    }
    plan.offsets[index] = offset;
    plan.bytes = std::max(plan.bytes, offset + buffers[index].bytes);
    auto position = std::upper_bound(placed.begin(), placed.end(), index, [&](size_t a, size_t b) {
      return plan.offsets[a] < plan.offsets[b];
    });
    placed.insert(position, index);
  }
  plan.bytes = alignUp(plan.bytes, alignment);
  return plan;
}

} // namespace

MemoryPlan iree_compiler::planMemory(const std::vector<PlannedBuffer> &buffers,
                                     uint64_t alignment) {
  auto duration = [&](size_t i) { return uint64_t(buffers[i].last) - buffers[i].first + 1; };
  // Each key orders descending; ties keep program order.
  auto keys = {
      +[](const PlannedBuffer &b, uint64_t) { return b.bytes; },
      +[](const PlannedBuffer &b, uint64_t d) { return b.bytes * d; },
      +[](const PlannedBuffer &, uint64_t d) { return d; },
      +[](const PlannedBuffer &b, uint64_t) { return uint64_t(UINT32_MAX) - b.first; },
  };
  MemoryPlan best;
  bool first = true;
  for (auto key : keys) {
    std::vector<size_t> order(buffers.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      uint64_t keyA = key(buffers[a], duration(a)), keyB = key(buffers[b], duration(b));
      return keyA != keyB ? keyA > keyB : a < b;
    });
    MemoryPlan plan = firstFit(buffers, order, alignment);
    if (first || plan.bytes < best.bytes)
      best = std::move(plan);
    first = false;
  }
  return best;
}

MemoryPlan iree_compiler::planSeparately(const std::vector<PlannedBuffer> &buffers,
                                         uint64_t alignment) {
  MemoryPlan plan;
  for (const PlannedBuffer &buffer : buffers) {
    plan.offsets.push_back(plan.bytes);
    plan.bytes = alignUp(plan.bytes + buffer.bytes, alignment);
  }
  return plan;
}

uint64_t iree_compiler::lowerBound(const std::vector<PlannedBuffer> &buffers, uint64_t alignment) {
  std::map<uint32_t, int64_t> changes;
  for (const PlannedBuffer &buffer : buffers) {
    auto bytes = static_cast<int64_t>(alignUp(buffer.bytes, alignment));
    changes[buffer.first] += bytes;
    changes[buffer.last + 1] -= bytes;
  }
  int64_t live = 0, peak = 0;
  for (const auto &change : changes) {
    live += change.second;
    peak = std::max(peak, live);
  }
  return static_cast<uint64_t>(peak);
}

std::string iree_compiler::verifyPlan(const std::vector<PlannedBuffer> &buffers,
                                      const MemoryPlan &plan, uint64_t alignment) {
  if (plan.offsets.size() != buffers.size())
    return "the plan has " + std::to_string(plan.offsets.size()) + " offsets for " +
           std::to_string(buffers.size()) + " buffers";
  uint32_t steps = 0;
  for (const PlannedBuffer &buffer : buffers)
    steps = std::max(steps, buffer.last);
  for (uint32_t step = 0; !buffers.empty() && step <= steps; ++step) {
    std::map<uint64_t, size_t> live; // by offset
    for (size_t i = 0; i < buffers.size(); ++i) {
      if (buffers[i].first > step || buffers[i].last < step || buffers[i].bytes == 0)
        continue;
      std::string name = "buffer " + std::to_string(i);
      if (plan.offsets[i] % alignment)
        return name + " is not aligned to " + std::to_string(alignment);
      if (buffers[i].bytes > plan.bytes || plan.offsets[i] > plan.bytes - buffers[i].bytes)
        return name + " ends beyond the arena of " + std::to_string(plan.bytes) + " bytes";
      if (!live.emplace(plan.offsets[i], i).second)
        return name + " begins where another buffer lives at step " + std::to_string(step);
    }
    for (auto entry = live.begin(); entry != live.end() && std::next(entry) != live.end(); ++entry)
      if (entry->first + buffers[entry->second].bytes > std::next(entry)->first)
        return "buffers " + std::to_string(entry->second) + " and " +
               std::to_string(std::next(entry)->second) + " overlap at step " +
               std::to_string(step);
  }
  return "";
}
