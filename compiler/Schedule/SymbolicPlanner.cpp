// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Schedule/SymbolicPlanner.h"

#include <algorithm>
#include <numeric>

using namespace iree_compiler;

namespace {

bool meet(const SymbolicBuffer &a, const SymbolicBuffer &b) {
  return a.first <= b.last && b.first <= a.last;
}

} // namespace

bool iree_compiler::isAtMost(const SymbolicSize &a, const SymbolicSize &b) {
  return a.symbols == b.symbols && a.bytes <= b.bytes;
}

SymbolicPlan iree_compiler::planSymbolic(const std::vector<SymbolicBuffer> &buffers) {
  SymbolicPlan plan;
  plan.slotOf.resize(buffers.size());
  std::vector<size_t> order(buffers.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    uint64_t bytesA = buffers[a].size.bytes, bytesB = buffers[b].size.bytes;
    return bytesA != bytesB ? bytesA > bytesB : a < b;
  });
  std::vector<std::vector<size_t>> occupants;
  for (size_t index : order) {
    size_t slot = 0;
    while (slot < plan.slots.size() &&
           (!isAtMost(buffers[index].size, plan.slots[slot]) ||
            std::any_of(
                occupants[slot].begin(), occupants[slot].end(),
                [&](size_t other) { return meet(buffers[index], buffers[other]); })))
      ++slot;
    if (slot == plan.slots.size()) {
      plan.slots.push_back(buffers[index].size);
      occupants.emplace_back();
    }
    occupants[slot].push_back(index);
    plan.slotOf[index] = static_cast<uint32_t>(slot);
  }
  return plan;
}

std::string iree_compiler::verifySymbolicPlan(const std::vector<SymbolicBuffer> &buffers,
                                              const SymbolicPlan &plan) {
  if (plan.slotOf.size() != buffers.size())
    return "the plan has " + std::to_string(plan.slotOf.size()) + " slots for " +
           std::to_string(buffers.size()) + " buffers";
  for (size_t i = 0; i < buffers.size(); ++i) {
    std::string name = "buffer " + std::to_string(i);
    if (plan.slotOf[i] >= plan.slots.size())
      return name + " has no slot";
    if (!isAtMost(buffers[i].size, plan.slots[plan.slotOf[i]]))
      return name + " may be larger than its slot";
    for (size_t j = 0; j < i; ++j)
      if (plan.slotOf[i] == plan.slotOf[j] && meet(buffers[i], buffers[j]))
        return "buffers " + std::to_string(j) + " and " + std::to_string(i) +
               " share a slot while both live";
  }
  return "";
}
