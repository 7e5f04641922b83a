// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Windows of rows: what a convolution or pooling reads of an image that exists
// nowhere as a whole, because it is padded, or assembled from rows of several
// tensors. For each row of its result, a kernel copies the rows that it needs
// into a window, with the padding around them, and reads them there:
//
//   for each row of the result:           with blocks of channels in place of all:
//     move the window down to its rows    for each block, and each row in it
//     compute the row from the window     for each row, and each block in it
//
// Rows that the next row of the result needs too stay in the window, so that
// each row of the image is read once, before the row of the result with the same
// number is written.
#ifndef IREE_COMPILER_KERNEL_ROWWINDOW_H_
#define IREE_COMPILER_KERNEL_ROWWINDOW_H_

#include "compiler/Kernel/TileConfig.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include <optional>

namespace iree_compiler {

/// An image of the form 1 x rows x columns x channels: tensor.pad, with a
/// constant, around rows or columns, of a tensor or of a tensor.concat of rows;
/// or such a concat alone. All shapes, offsets and amounts are static.
struct AssembledImage {
  /// Some rows of a tensor, which has the image's columns and channels.
  struct Rows {
    mlir::Value tensor;
    int64_t first, count;
  };

  static std::optional<AssembledImage> of(mlir::Value image);

  mlir::RankedTensorType type;
  llvm::SmallVector<Rows> parts; ///< from top to bottom
  int64_t top = 0, left = 0;     ///< rows and columns of padding before them
  int64_t rows = 0, columns = 0; ///< of the parts together
  mlir::TypedAttr padding;       ///< null without any
};

/// `use` is a convolution's or pooling's, or similar, that can read its image
/// through a window: result row i needs rows from a multiple of i on.
bool readsByRows(mlir::OpOperand &use);

/// All that use the tensor.pad or tensor.concat can read it through a window.
bool isReadByRows(mlir::Operation *op);

/// How a kernel moves its window.
struct RowWindow {
  /// Of the kernel with this root and reducer, if it has an assembled image.
  /// Tiles in `config` become those that fit the window.
  static std::optional<RowWindow> choose(mlir::linalg::LinalgOp root,
                                         mlir::linalg::LinalgOp reducer, TileConfig &config,
                                         const Target &target);

  /// The tiled root's loops over rows, and blocks of channels; null where there is
  /// but one.
  struct Loops {
    mlir::scf::ForOp rows, channels;
  };
  /// Creates the window, has the loops fill it, and what reads the image in them
  /// read the window.
  void create(mlir::RewriterBase &rewriter, mlir::func::FuncOp kernel, const Loops &loops) const;

  /// The window has some channels only.
  bool hasBlocks() const { return channels != image.type.getDimSize(3); }

  uint64_t bytes() const;

  AssembledImage image;
  mlir::Value value;    ///< the image
  int64_t height = 0;   ///< rows of the window
  int64_t stride = 1;   ///< rows of the image from one row of the result to the next
  int64_t channels = 0; ///< of the window: all, or a block of them
  unsigned rowLoop = 0, channelLoop = 0; ///< of the root
  llvm::SmallVector<int64_t> order;      ///< of the root's loops, outermost first
  bool keepsRows = false;                ///< for the next row of the result
  bool inStrips = false;                 ///< see ColumnStrips.h
};

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_ROWWINDOW_H_
