// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contractions and depthwise convolutions of i8 whose lanes are columns of the
// result: vectors times scalars, or vectors times vectors, summed up in vectors.
#ifndef IREE_COMPILER_KERNEL_COLUMNPRODUCTS_H_
#define IREE_COMPILER_KERNEL_COLUMNPRODUCTS_H_

#include "compiler/Target/Target.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

namespace iree_compiler {

/// i8 * i8 summed up in i32, where the last dimension of the result is that of one
/// or both operands, on a target that multiplies vectors by scalars.
bool isSumOfColumns(mlir::linalg::LinalgOp op, const Target &target);

/// Replaces a tile of a sum of columns: one vector of sums for each of its rows. The
/// innermost loops over the sum are unrolled up to a few products. Fails where the
/// tile is too large or has one column; the IR is unchanged then.
mlir::LogicalResult lowerToColumns(mlir::RewriterBase &rewriter, mlir::linalg::GenericOp op,
                                   const Target &target);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_COLUMNPRODUCTS_H_
