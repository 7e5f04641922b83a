// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sums of dots on the DSP extension of Arm, of an image and filters: the bytes that
// the rows of a tile read are widened to pairs of i16 once, into a buffer, and not
// again for each column.
#ifndef IREE_COMPILER_KERNEL_PAIRPRODUCTS_H_
#define IREE_COMPILER_KERNEL_PAIRPRODUCTS_H_

#include "compiler/Target/Target.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"
#include <optional>

namespace iree_compiler {

/// The tile for a whole operation whose result has so many rows and columns in its
/// last dimensions; none if it does not have this form or would not gain.
std::optional<RegisterTile> choosePairTile(mlir::linalg::LinalgOp op, int64_t rows, int64_t columns,
                                           const Target &target);

/// Replaces a tile of such an operation, inside a loop over columns: before the loop
/// its rows are widened, in it all products of a word of each row and column are one
/// sequence of instructions. Fails where it is no such tile; the IR is unchanged then.
/// `buffer`: that of the kernel's tiles before, or null; a larger one takes its place.
mlir::LogicalResult lowerToPairs(mlir::RewriterBase &rewriter, mlir::linalg::GenericOp op,
                                 const Target &target, mlir::Value &buffer);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_PAIRPRODUCTS_H_
