// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Gives buffers places in one arena. Plain C++: knows nothing of IR.
#ifndef IREE_COMPILER_SCHEDULE_MEMORYPLANNER_H_
#define IREE_COMPILER_SCHEDULE_MEMORYPLANNER_H_

#include <cstdint>
#include <string>
#include <vector>

namespace iree_compiler {

/// Bytes [begin, end) of a buffer, which must be kept from step `first` to step
/// `last`, both included. They are written at `first`.
struct PlannedPiece {
  uint64_t begin = 0, end = 0;
  uint32_t first = 0, last = 0;
};

/// A buffer that must keep its bytes from step `first` to step `last`, both
/// included. If it has pieces, these say it for parts of it, which do not
/// overlap; bytes that no piece has are free.
struct PlannedBuffer {
  uint64_t bytes = 0;
  uint32_t first = 0;
  uint32_t last = 0;
  std::vector<PlannedPiece> pieces = {};
};

/// Bytes [begin, end) of a buffer.
struct BufferView {
  uint32_t buffer = 0;
  uint64_t begin = 0, end = 0;
};

/// What is written at `step` may lie over what is read last there: if the
/// argument begins at least `distance` bytes (which may be negative) behind the
/// result, or, with `sameElements`, where the result begins. Of several for the
/// same bytes all must hold.
struct Relaxation {
  BufferView argument, result;
  uint32_t step = 0;
  int64_t distance = 0;
  bool sameElements = false;
};

struct MemoryProblem {
  std::vector<PlannedBuffer> buffers;
  std::vector<Relaxation> relaxations = {};
  uint64_t alignment = 1; ///< of every buffer and of the arena; a power of two, bytes
};

/// offsets[i] is the place of buffer i; all lie in [0, bytes).
struct MemoryPlan {
  std::vector<uint64_t> offsets;
  uint64_t bytes = 0;
};

/// Packs buffers so that live bytes share places only where a relaxation allows
/// it. First-fit over several orders; then, unless the lower bound is reached,
/// first-fit from both ends below a limit, where what does not fit comes earlier
/// in the next try; at last, for up to kExactBuffers buffers, a search of all
/// plans, which proves the smallest unless it takes too many steps. The work is
/// bounded, and the same on every machine.
MemoryPlan planMemory(const MemoryProblem &problem);
MemoryPlan planMemory(const std::vector<PlannedBuffer> &buffers, uint64_t alignment);

inline constexpr std::size_t kExactBuffers = 16;

/// Gives every buffer a place of its own.
MemoryPlan planSeparately(const std::vector<PlannedBuffer> &buffers, uint64_t alignment);

/// The largest number of bytes that live at one step, less what relaxations can
/// make shared there: no plan can be smaller.
uint64_t lowerBound(const MemoryProblem &problem);
uint64_t lowerBound(const std::vector<PlannedBuffer> &buffers, uint64_t alignment);

/// A bound that is never below lowerBound: what the buffers of a few steps in a
/// row need, by a search of all their plans. Takes up to some tenths of a second.
uint64_t provedLowerBound(const MemoryProblem &problem);

/// Whether the plan puts bytes of the result over bytes of the argument.
bool isUsed(const Relaxation &relaxation, const MemoryPlan &plan);

/// Whether argument and result begin at one place.
bool beginTogether(const Relaxation &relaxation, const MemoryPlan &plan);

/// Replays the plan step by step: who owns which bytes. Returns an empty string,
/// or a description of the first violation.
std::string verifyPlan(const MemoryProblem &problem, const MemoryPlan &plan);
std::string verifyPlan(const std::vector<PlannedBuffer> &buffers, const MemoryPlan &plan,
                       uint64_t alignment);

} // namespace iree_compiler

#endif // IREE_COMPILER_SCHEDULE_MEMORYPLANNER_H_
