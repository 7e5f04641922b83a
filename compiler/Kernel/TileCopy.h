// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Copies of tiles: a contraction whose result lies close to an argument reads a
// tile of the argument into a buffer of its own, before it writes what it computes
// from this tile:
//
//   for each tile of the argument:
//     copy it
//     for each tile of the result that is computed from it, e.g. of its channels:
//       compute from the copy, and write
#ifndef IREE_COMPILER_KERNEL_TILECOPY_H_
#define IREE_COMPILER_KERNEL_TILECOPY_H_

#include "compiler/Kernel/TileConfig.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <optional>

namespace iree_compiler {

struct TileCopy {
  /// Of an argument that only the reducer reads, in tiles that are contiguous and
  /// small, and cost little beside what is computed from them.
  static std::optional<TileCopy> choose(mlir::linalg::LinalgOp root, mlir::linalg::LinalgOp reducer,
                                        const TileConfig &config, mlir::BlockArgument argument);

  /// Copies the tiles in the tiled kernel.
  mlir::LogicalResult create(mlir::RewriterBase &rewriter, mlir::func::FuncOp kernel) const;

  mlir::BlockArgument argument;
  llvm::SmallVector<int64_t> shape; ///< of a tile; there may be smaller ones
  /// A tile of the argument belongs to an iteration of so many of the root's loops,
  /// from the outermost one.
  unsigned loops = 0;
  unsigned tiledLoops = 0; ///< those among them that are loops of the code
};

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_TILECOPY_H_
