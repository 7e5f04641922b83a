// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The bytes of the arena that a program's places take up.
#ifndef IREE_COMPILER_PROGRAM_ARENARANGES_H_
#define IREE_COMPILER_PROGRAM_ARENARANGES_H_

#include "compiler/Dialect/Program/Program.h"
#include <optional>

namespace iree_compiler {

/// Bytes [begin, end).
struct ByteRange {
  uint64_t begin = 0, end = 0;

  bool meets(const ByteRange &other) const { return begin < other.end && other.begin < end; }
};

/// Of a place that is not computed: results lie at their places in the arena
/// unless the caller binds buffers to them, and so do arguments that have one.
/// Nothing for other spaces.
inline std::optional<ByteRange> arenaRange(program::FuncOp func, program::PlaceAttr place) {
  uint64_t base = 0;
  if (place.getSpace() == program::Space::Result) {
    base = static_cast<uint64_t>(func.getResultOffsets()[place.getIndex()]);
  } else if (place.getSpace() == program::Space::Argument) {
    std::optional<llvm::ArrayRef<int64_t>> offsets = func.getArgumentOffsets();
    if (!offsets || (*offsets)[place.getIndex()] < 0)
      return std::nullopt;
    base = static_cast<uint64_t>((*offsets)[place.getIndex()]);
  } else if (place.getSpace() != program::Space::Arena) {
    return std::nullopt;
  }
  return ByteRange{base + place.getOffset(), base + place.getOffset() + place.getLength()};
}

/// The scratch of a dispatch: bytes of the arena, if its kernel needs some and
/// they have got a place.
inline std::optional<ByteRange> scratchRange(program::DispatchOp op, mlir::Operation *kernel) {
  auto offset = op->getAttrOfType<mlir::IntegerAttr>(program::kScratchOffsetAttrName);
  auto bytes = kernel ? kernel->getAttrOfType<mlir::IntegerAttr>(program::kScratchAttrName)
                      : mlir::IntegerAttr();
  if (!offset || !bytes)
    return std::nullopt;
  auto begin = static_cast<uint64_t>(offset.getInt());
  return ByteRange{begin, begin + static_cast<uint64_t>(bytes.getInt())};
}

} // namespace iree_compiler

#endif // IREE_COMPILER_PROGRAM_ARENARANGES_H_
