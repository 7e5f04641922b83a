// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How far the result of a kernel may lie over an argument that nobody reads
// after it.
//
// A kernel performs its tiles one after the other, in ascending order of the
// root's loops. Within a tile, reads and writes have no order. So a result may
// share bytes with an argument if no tile writes what this or a later tile
// still reads: if, for every tile, what has been written by its end ends before
// the first byte that it reads,
//
//   offset(result) + written(tile) <= offset(argument) + firstRead(tile).
//
// The distance is the largest written(tile) - firstRead(tile). What is read for a
// window of rows (RowWindow.h) is read before the tiles that use it write. So are
// tiles of an argument that are copied (TileCopy.h), which a kernel does where its
// result lies closer than is right without: a layer of one pixel by as many channels
// as it reads may then write where it reads.
#ifndef IREE_COMPILER_KERNEL_OVERLAP_H_
#define IREE_COMPILER_KERNEL_OVERLAP_H_

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace iree_compiler {

/// How a result of a kernel may share bytes with an argument that dies there.
/// Without one, they may not.
struct Overlap {
  unsigned argument = 0; ///< ordinal of the kernel's argument
  unsigned result = 0;   ///< ordinal of its result
  /// Bytes: right if offset(argument) - offset(result) >= distance. May be
  /// negative, and be less than that of disjoint buffers.
  int64_t distance = 0;
  /// The same, if tiles of the argument are not copied: at least `distance`.
  int64_t distanceWithoutCopies = 0;
  /// Right, too, if both have the same offset: each element is read before it is
  /// written.
  bool sameElements = false;

  /// `difference`: offset(argument) - offset(result).
  bool allows(int64_t difference) const {
    return difference >= distance || (difference == 0 && sameElements);
  }
  bool needsCopies(int64_t difference) const {
    return difference < distanceWithoutCopies && (difference != 0 || !sameElements);
  }
};

/// Of a kernel in linalg form, as the Dispatch stage leaves it, for the target of
/// its module. Holds for native code only, and only if `requireOverlap` has
/// been told.
llvm::SmallVector<Overlap> overlapsOf(mlir::func::FuncOp kernel);

/// Scratch that the window of such a kernel takes; 0 without one, or if it lies on
/// the stack.
uint64_t windowScratchBytes(mlir::func::FuncOp kernel);

/// Notes at the kernel that a call of it uses an overlap, with this difference of
/// offsets. The Kernel stage then performs its tiles in order, in one unit.
void requireOverlap(mlir::func::FuncOp kernel, unsigned argument, unsigned result,
                    int64_t difference);

/// The ordinals of arguments of which tiles are to be copied, for the overlaps that
/// calls use. Emits an error if one is not allowed.
mlir::FailureOr<llvm::SmallVector<unsigned>> checkOverlaps(mlir::func::FuncOp kernel);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_OVERLAP_H_
