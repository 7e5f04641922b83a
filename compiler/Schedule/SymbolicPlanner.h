// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shares memory among buffers whose sizes are known at run time only. Plain C++:
// knows nothing of IR.
#ifndef IREE_COMPILER_SCHEDULE_SYMBOLICPLANNER_H_
#define IREE_COMPILER_SCHEDULE_SYMBOLICPLANNER_H_

#include <cstdint>
#include <string>
#include <vector>

namespace iree_compiler {

/// `bytes` times the product of `symbols` (ascending, repeated as often as they
/// occur), each of which is 0 or more.
struct SymbolicSize {
  uint64_t bytes = 0;
  std::vector<uint32_t> symbols;

  bool operator==(const SymbolicSize &other) const {
    return bytes == other.bytes && symbols == other.symbols;
  }
};

/// Whether `a` is at most `b` whatever the symbols are: the same product, and
/// not a larger factor.
bool isAtMost(const SymbolicSize &a, const SymbolicSize &b);

/// A buffer that must keep its bytes from step `first` to step `last`, both
/// included.
struct SymbolicBuffer {
  SymbolicSize size;
  uint32_t first = 0;
  uint32_t last = 0;
};

/// slotOf[i] is the slot in which buffer i lies; slots lie one behind the other.
struct SymbolicPlan {
  std::vector<uint32_t> slotOf;
  std::vector<SymbolicSize> slots;
};

/// Gives buffers slots: large factors first, each to the first slot that is as
/// large and free for its whole lifetime, else to a new one. O(n^2).
SymbolicPlan planSymbolic(const std::vector<SymbolicBuffer> &buffers);

/// Returns an empty string, or a description of the first violation.
std::string verifySymbolicPlan(const std::vector<SymbolicBuffer> &buffers,
                               const SymbolicPlan &plan);

} // namespace iree_compiler

#endif // IREE_COMPILER_SCHEDULE_SYMBOLICPLANNER_H_
