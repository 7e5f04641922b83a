// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contractions of i8 with weights in panels: the accumulators of a tile are vectors
// of columns; each step multiplies bytes of an image's row, in all lanes, with those
// of all columns.
#ifndef IREE_COMPILER_KERNEL_PANELPRODUCTS_H_
#define IREE_COMPILER_KERNEL_PANELPRODUCTS_H_

#include "compiler/Kernel/Panels.h"
#include "mlir/IR/PatternMatch.h"

namespace iree_compiler {

/// Replaces a tile of products with the kernel's panel by loops over the target's
/// instructions. Fails where it is none; the IR is unchanged then.
mlir::LogicalResult lowerToPanels(mlir::RewriterBase &rewriter, mlir::linalg::GenericOp op,
                                  const Target &target);

/// All reads of the kernel's panel are lowered; emits an error otherwise.
mlir::LogicalResult verifyPanelsLowered(mlir::func::FuncOp kernel);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_PANELPRODUCTS_H_
