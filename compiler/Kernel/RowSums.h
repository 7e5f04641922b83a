// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Products of i8 whose operands both run along the sum: what lowerings of their
// tiles share.
#ifndef IREE_COMPILER_KERNEL_ROWSUMS_H_
#define IREE_COMPILER_KERNEL_ROWSUMS_H_

#include "compiler/Kernel/TileEmitter.h"
#include "llvm/ADT/SmallBitVector.h"

namespace iree_compiler {

/// By how much an expression grows with a loop; nothing if it is not linear.
std::optional<int64_t> coefficient(mlir::AffineExpr expr, unsigned loop, unsigned loopCount);

/// The last dimension moves by one with the loop, and no other one does.
bool runsAlong(mlir::AffineMap map, unsigned loop);

/// The reduction loop along which both operands run, if there is one.
std::optional<unsigned> innermostLoop(mlir::linalg::LinalgOp op);

class RowSums : protected TileEmitter {
protected:
  /// The operation has an innermost loop.
  RowSums(mlir::RewriterBase &rewriter, mlir::linalg::GenericOp op);

  /// Makes one loop of the innermost one and the one around it, if both operands
  /// go on with the latter where the former ends.
  bool joinInnermost();

  unsigned innermost;
  llvm::SmallVector<unsigned> outer; ///< reduction loops around the innermost one
  llvm::SmallBitVector variable;     ///< loops that are loops of the code
};

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_ROWSUMS_H_
