// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The order of a program's calls. Plain C++: knows nothing of IR.
#ifndef IREE_COMPILER_SCHEDULE_CALLORDER_H_
#define IREE_COMPILER_SCHEDULE_CALLORDER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace iree_compiler {

/// One call: what it reads and what it leaves behind.
struct CallNode {
  std::vector<uint32_t> operands; ///< calls whose results it reads, all before it
  uint64_t resultBytes = 0;       ///< of all its results together
  bool keptToEnd = false;         ///< its results are results of the program
};

/// Up to this many calls the order is searched exhaustively.
inline constexpr std::size_t kExactOrderCalls = 16;

/// The largest number of bytes that live at once when `calls` run in `order`.
/// Results live from their call to their last reader.
uint64_t peakBytes(const std::vector<CallNode> &calls, const std::vector<uint32_t> &order);

/// An order with small peak. For at most kExactOrderCalls calls the smallest
/// there is, by dynamic programming over the sets of calls already made
/// (2^n states; the live bytes of a state do not depend on how it was
/// reached). For more, list scheduling: the ready call that leaves the fewest
/// bytes live comes first.
std::vector<uint32_t> orderForSmallestPeak(const std::vector<CallNode> &calls);

/// The wave of each call: 0 without operands, else one more than the latest of
/// its operands.
std::vector<uint32_t> waves(const std::vector<CallNode> &calls);

} // namespace iree_compiler

#endif // IREE_COMPILER_SCHEDULE_CALLORDER_H_
