// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Panels of constant weights. The weights of an i8 contraction or convolution are
// filters [F][...][row], along whose rows the sums run. Packed, each block of
// `columns` filters, the last of which may have fewer, holds for each row of a
// filter first
//
//   [row / bytes][columns][bytes]    then    [columns][row % bytes]
//
// as many bytes as before: what a register takes lies together, and a block begins
// where it began. The tensor keeps its type; the kernel's attribute program.panel
// says how its bytes lie.
#ifndef IREE_COMPILER_KERNEL_PANELS_H_
#define IREE_COMPILER_KERNEL_PANELS_H_

#include "compiler/Target/Target.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace iree_compiler {

/// How a target multiplies weights in panels.
struct PanelShape {
  int64_t lanes;          ///< columns of a vector of sums
  int64_t bytes;          ///< of each column that one step adds up
  int64_t chunk;          ///< bytes of a row of the image that are loaded at once
  int64_t step;           ///< bytes of a row in one iteration of a loop
  int64_t flip;           ///< added to all elements of the image: 128 where they count as unsigned
  int64_t maxColumns = 0; ///< of a panel
  int64_t maxAccumulators = 0; ///< vectors of sums of a tile

  static std::optional<PanelShape> of(const Target &target);

  /// Rows of a tile with `columns` columns, of `rows`: equal shares.
  int64_t rowsOfTile(int64_t rows, int64_t columns) const;
};

/// The packed weights of a kernel.
struct Panel {
  unsigned argument; ///< of the kernel
  int64_t columns, bytes, row;
  int64_t flip; ///< the sums begin at this less times the sum of a filter

  /// Reads the attribute; nothing if there is none, or none that could be.
  static std::optional<Panel> of(mlir::func::FuncOp kernel);
  /// Of the kernel that contains an operation.
  static std::optional<Panel> around(mlir::Operation *op);
  void attachTo(mlir::func::FuncOp kernel) const;

  /// The bytes of `filters` filters of `length` bytes each, in the panels' order.
  std::vector<char> pack(llvm::ArrayRef<char> weights, int64_t filters, int64_t length) const;
};

/// Which input of a sum of dots are the filters: the argument of a kernel that has
/// no loop of the result but the last one, which the image has not.
struct Filters {
  mlir::OpOperand *weights, *image;
  unsigned column; ///< loop over the filters

  static std::optional<Filters> of(mlir::linalg::LinalgOp op);
};

/// The panel that suits a kernel whose weights are filters along which the sums
/// run; nothing if the target takes none, or the kernel has no such form.
std::optional<Panel> choosePanel(mlir::linalg::LinalgOp root, mlir::linalg::LinalgOp op,
                                 const Filters &filters, const Target &target);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_PANELS_H_
