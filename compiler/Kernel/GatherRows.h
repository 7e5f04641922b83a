// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a filter reads of an image, put together: rows that are short, such as
// those of a first layer of one or three channels, become one long row that all
// filters share.
#ifndef IREE_COMPILER_KERNEL_GATHERROWS_H_
#define IREE_COMPILER_KERNEL_GATHERROWS_H_

#include "compiler/Kernel/TileEmitter.h"

namespace iree_compiler {

/// Copies what a tile reads of `operand`, a tensor of i8, into a buffer: for each
/// of its columns a row with the elements along the reduction loops `outer` and
/// `innermost`, in their order. `extents`: of all loops; that of `innermost` is
/// below 16. Returns the buffer, with its indices as functions of `innermost`, now
/// over all elements, and the columns' loop. It is filled before those loops
/// around the tile that the operand does not depend on. Bytes up to the next
/// multiple of 16 can be read, but have no value. Nothing, if the tile has columns
/// along several loops; the IR is unchanged then.
std::optional<TileOperand> gatherRows(mlir::RewriterBase &rewriter, mlir::linalg::GenericOp op,
                                      const TileOperand &operand, mlir::ArrayRef<int64_t> extents,
                                      mlir::ArrayRef<unsigned> outer, unsigned innermost);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_GATHERROWS_H_
