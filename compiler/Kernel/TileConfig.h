// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which tile sizes a kernel gets. Sizes divide extents that are known, so that
// every tile has the same static shape.
#ifndef IREE_COMPILER_KERNEL_TILECONFIG_H_
#define IREE_COMPILER_KERNEL_TILECONFIG_H_

#include "compiler/Target/Target.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace iree_compiler {

/// Tile sizes by loop; 0 leaves a loop whole.
struct TileConfig {
  llvm::SmallVector<int64_t> parallel;  ///< loops of the root, all its parallel ones
  llvm::SmallVector<int64_t> reduction; ///< loops of the reducing operation; empty: none
  bool vectorize = false;               ///< tiles are small enough for registers
  bool rolled = false;                  ///< tiles fill the registers: no loop is unrolled
};

/// Chooses sizes for a kernel whose result comes from `root` and whose only
/// operation with reduction loops is `reducer` (possibly `root` itself, or
/// null), from the extents of their loops, ShapedType::kDynamic where they are
/// known at run time only. `root`'s parallel loops map one to one to the
/// dimensions of its result.
TileConfig chooseTiles(mlir::linalg::LinalgOp root, mlir::ArrayRef<int64_t> rootExtents,
                       mlir::linalg::LinalgOp reducer, mlir::ArrayRef<int64_t> reducerExtents,
                       const Target &target);

/// For bytecode, whose loops are in microkernels: splits one parallel loop of
/// `root`, so that a unit of work has at least some 64 elements if there are
/// so many.
TileConfig chooseUnits(mlir::linalg::LinalgOp root);

/// For bytecode with extents that are known at run time only: splits the
/// outermost loop, and those of which something between `reducer` and `root`
/// would have no bound.
TileConfig chooseDynamicUnits(mlir::linalg::LinalgOp root, mlir::ArrayRef<int64_t> rootExtents,
                              mlir::linalg::LinalgOp reducer);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_TILECONFIG_H_
