// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Gives buffers places in one arena. Plain C++: knows nothing of IR.
#ifndef IREE_COMPILER_SCHEDULE_MEMORYPLANNER_H_
#define IREE_COMPILER_SCHEDULE_MEMORYPLANNER_H_

#include <cstdint>
#include <string>
#include <vector>

namespace iree_compiler {

/// A buffer that must keep its bytes from step `first` to step `last`, both
/// included.
struct PlannedBuffer {
  uint64_t bytes = 0;
  uint32_t first = 0;
  uint32_t last = 0;
};

/// offsets[i] is the place of buffer i; all lie in [0, bytes).
struct MemoryPlan {
  std::vector<uint64_t> offsets;
  uint64_t bytes = 0;
};

/// Packs buffers so that no two whose lifetimes meet overlap. `alignment` is a
/// power of two, in bytes. First-fit over several orders (by size, by lifetime,
/// by area, by first use), of which the smallest result is taken; O(n^2) each.
MemoryPlan planMemory(const std::vector<PlannedBuffer> &buffers, uint64_t alignment);

/// Gives every buffer a place of its own.
MemoryPlan planSeparately(const std::vector<PlannedBuffer> &buffers, uint64_t alignment);

/// The largest sum of bytes (each rounded up to `alignment`) that live at one
/// step: no plan can be smaller.
uint64_t lowerBound(const std::vector<PlannedBuffer> &buffers, uint64_t alignment);

/// Replays the plan step by step over a map of owned bytes. Returns an empty
/// string, or a description of the first violation.
std::string verifyPlan(const std::vector<PlannedBuffer> &buffers, const MemoryPlan &plan,
                       uint64_t alignment);

} // namespace iree_compiler

#endif // IREE_COMPILER_SCHEDULE_MEMORYPLANNER_H_
