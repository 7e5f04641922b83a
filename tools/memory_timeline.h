// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which bytes of an arena hold a value, step by step. Knows nothing of how the
// places were chosen: it follows reads and writes only, so that values may share
// bytes (an operand and the result that overwrites it), be written part by part,
// and live across branches and loops.
#ifndef IREE_TOOLS_MEMORY_TIMELINE_H_
#define IREE_TOOLS_MEMORY_TIMELINE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace iree::tools {

/// Bytes [begin, end); nothing if they are equal.
struct ByteRange {
  uint64_t begin = 0;
  uint64_t end = 0;
};

/// A step reads everything before it writes anything, or behind what it reads:
/// what it reads and writes is occupied while it lasts.
struct MemoryStep {
  std::vector<ByteRange> reads;
  std::vector<ByteRange> writes;
  std::vector<size_t> next; ///< steps that may follow; none: the end
};

/// What one step writes to one place.
struct MemoryBuffer {
  ByteRange place;
  size_t firstStep = 0; ///< writes it
  size_t lastStep = 0;  ///< the last that needs a byte of it, in the order of steps
  bool isInput = false; ///< is there before the first step
};

struct MemoryTimeline {
  std::vector<MemoryBuffer> buffers; ///< inputs as they are read, others as they are written
  std::vector<uint64_t> liveBytes;   ///< by step: bytes of the arena that hold a value
  size_t peakStep = 0;               ///< the first with the most of them
  /// Live bytes there: what the order of steps and the shared bytes need at least.
  uint64_t lowerBoundBytes = 0;
  /// The same if bytes that buffers share counted for each.
  uint64_t unsharedBytes = 0;
};

/// Steps are in the order of execution but for their branches. Time and memory:
/// steps times places.
MemoryTimeline analyzeMemory(const std::vector<MemoryStep> &steps);

/// Buffers that are live at a step, as ordinals.
std::vector<size_t> liveBuffers(const MemoryTimeline &timeline, size_t step);

} // namespace iree::tools

#endif // IREE_TOOLS_MEMORY_TIMELINE_H_
