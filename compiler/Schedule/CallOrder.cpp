// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Schedule/CallOrder.h"

#include <algorithm>
#include <numeric>

using namespace iree_compiler;

namespace {

/// For each call, the calls that read its results, as a set of bits.
std::vector<uint32_t> readerSets(const std::vector<CallNode> &calls) {
  std::vector<uint32_t> readers(calls.size(), 0);
  for (size_t i = 0; i < calls.size(); ++i)
    for (uint32_t operand : calls[i].operands)
      readers[operand] |= 1u << i;
  return readers;
}

/// Dynamic programming over sets of calls already made; see the header.
std::vector<uint32_t> exactOrder(const std::vector<CallNode> &calls) {
  auto count = static_cast<uint32_t>(calls.size());
  const uint32_t all = (1u << count) - 1;
  std::vector<uint32_t> readers = readerSets(calls);
  std::vector<uint64_t> peak(size_t(all) + 1, UINT64_MAX);
  std::vector<uint8_t> last(size_t(all) + 1, 0);
  peak[0] = 0;
  for (uint32_t made = 0; made < all; ++made) {
    if (peak[made] == UINT64_MAX)
      continue;
    uint64_t live = 0;
    for (uint32_t i = 0; i < count; ++i)
      if (made >> i & 1 && (calls[i].keptToEnd || (readers[i] & ~made) != 0))
        live += calls[i].resultBytes;
    for (uint32_t next = 0; next < count; ++next) {
      bool ready = !(made >> next & 1) &&
                   std::all_of(calls[next].operands.begin(), calls[next].operands.end(),
                               [&](uint32_t operand) { return made >> operand & 1; });
      uint64_t candidate = std::max(peak[made], live + calls[next].resultBytes);
      uint32_t then = made | 1u << next;
      if (!ready || candidate >= peak[then])
        continue;
      peak[then] = candidate;
      last[then] = static_cast<uint8_t>(next);
    }
  }
  std::vector<uint32_t> order;
  for (uint32_t made = all; made != 0; made &= ~(1u << last[made]))
    order.push_back(last[made]);
  std::reverse(order.begin(), order.end());
  return order;
}

/// List scheduling by growth of the live bytes; ties keep program order.
std::vector<uint32_t> greedyOrder(const std::vector<CallNode> &calls) {
  std::vector<uint32_t> openReaders(calls.size(), 0), openOperands(calls.size(), 0), order;
  std::vector<std::vector<uint32_t>> readers(calls.size());
  for (uint32_t i = 0; i < calls.size(); ++i)
    for (uint32_t operand : calls[i].operands) {
      ++openReaders[operand];
      ++openOperands[i];
      readers[operand].push_back(i);
    }
  std::vector<uint32_t> ready;
  for (uint32_t i = 0; i < calls.size(); ++i)
    if (openOperands[i] == 0)
      ready.push_back(i);
  auto growth = [&](uint32_t call) {
    auto bytes = static_cast<int64_t>(calls[call].resultBytes);
    for (uint32_t operand : calls[call].operands)
      if (openReaders[operand] == 1 && !calls[operand].keptToEnd)
        bytes -= static_cast<int64_t>(calls[operand].resultBytes);
    return bytes;
  };
  while (!ready.empty()) {
    auto best = std::min_element(ready.begin(), ready.end(), [&](uint32_t a, uint32_t b) {
      int64_t growthA = growth(a), growthB = growth(b);
      return growthA != growthB ? growthA < growthB : a < b;
    });
    uint32_t call = *best;
    ready.erase(best);
    order.push_back(call);
    for (uint32_t operand : calls[call].operands)
      --openReaders[operand];
    for (uint32_t reader : readers[call])
      if (--openOperands[reader] == 0)
        ready.push_back(reader);
  }
  return order;
}

} // namespace

uint64_t iree_compiler::peakBytes(const std::vector<CallNode> &calls,
                                  const std::vector<uint32_t> &order) {
  std::vector<uint32_t> openReaders(calls.size(), 0);
  for (const CallNode &call : calls)
    for (uint32_t operand : call.operands)
      ++openReaders[operand];
  uint64_t live = 0, peak = 0;
  for (uint32_t call : order) {
    live += calls[call].resultBytes;
    peak = std::max(peak, live);
    for (uint32_t operand : calls[call].operands)
      if (--openReaders[operand] == 0 && !calls[operand].keptToEnd)
        live -= calls[operand].resultBytes;
    if (openReaders[call] == 0 && !calls[call].keptToEnd)
      live -= calls[call].resultBytes;
  }
  return peak;
}

std::vector<uint32_t> iree_compiler::orderForSmallestPeak(const std::vector<CallNode> &calls) {
  return calls.size() <= kExactOrderCalls ? exactOrder(calls) : greedyOrder(calls);
}

std::vector<uint32_t> iree_compiler::waves(const std::vector<CallNode> &calls) {
  std::vector<uint32_t> result(calls.size(), 0);
  for (size_t i = 0; i < calls.size(); ++i)
    for (uint32_t operand : calls[i].operands)
      result[i] = std::max(result[i], result[operand] + 1);
  return result;
}
