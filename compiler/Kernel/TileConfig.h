// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which tile sizes a kernel gets. Sizes always divide the extents, so that
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
};

/// Chooses sizes for a kernel whose result comes from `root` and whose only
/// operation with reduction loops is `reducer` (possibly `root` itself, or
/// null). Both have static shapes; `root`'s parallel loops map one to one to
/// the dimensions of its result.
TileConfig chooseTiles(mlir::linalg::LinalgOp root, mlir::linalg::LinalgOp reducer,
                       const Target &target);

/// For bytecode, whose loops are in microkernels: splits one parallel loop of
/// `root`, so that a unit of work has at least some 64 elements if there are
/// so many.
TileConfig chooseUnits(mlir::linalg::LinalgOp root);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_TILECONFIG_H_
