// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The order of a program's calls. Plain C++: knows nothing of IR.
#ifndef IREE_COMPILER_SCHEDULE_CALLORDER_H_
#define IREE_COMPILER_SCHEDULE_CALLORDER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace iree_compiler {

/// What a call reads or writes: from its writer to its last reader it takes
/// memory.
struct CallValue {
  uint64_t bytes = 0;
  bool given = false;     ///< nobody writes it: it is there from the beginning
  bool keptToEnd = false; ///< it is a result of the program
};

/// So many bytes of a value that a call writes may lie over one that it reads,
/// if nobody reads that later.
struct CallShare {
  uint32_t argument = 0, result = 0; ///< values
  uint64_t bytes = 0;
};

/// One call. Every value has one writer at most; each stands once in a list.
struct CallNode {
  std::vector<uint32_t> reads, writes;
  std::vector<CallShare> shares = {};
};

struct CallGraph {
  std::vector<CallValue> values;
  std::vector<CallNode> calls; ///< writers before readers
};

/// The largest number of bytes that live at once when the calls run in `order`,
/// less what is shared.
uint64_t peakBytes(const CallGraph &graph, const std::vector<uint32_t> &order);

/// No order has a smaller peak: what some call needs whenever it runs.
uint64_t peakLowerBound(const CallGraph &graph);

struct CallOrder {
  std::vector<uint32_t> order;
  bool isExact = false; ///< no order has a smaller peak
};

/// So many sets of calls already made are looked at for each number of calls;
/// fewer if there are many calls, so that the work is bounded.
std::size_t orderBeam(std::size_t calls);

/// An order with small peak. The bytes that live depend on the set of calls
/// already made only, and so do those of the next call: sets of one call more are
/// formed from those of one less, each with the smallest peak that leads to it.
/// A call that needs no more than the peak so far and leaves no more than before
/// comes at once, which excludes no smallest order. If there are more sets than
/// `beam` (0: orderBeam), those with the smallest peak and the fewest live bytes go on, and the
/// order need not be exact.
CallOrder orderForSmallestPeak(const CallGraph &graph, std::size_t beam = 0);

/// The wave of each call: 0 if it reads nothing that a call writes, else one more
/// than the latest of those calls.
std::vector<uint32_t> waves(const CallGraph &graph);

} // namespace iree_compiler

#endif // IREE_COMPILER_SCHEDULE_CALLORDER_H_
