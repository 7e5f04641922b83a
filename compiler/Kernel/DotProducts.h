// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contractions of i8 whose operands both run along the sum: each tile becomes
// loops over dot products, its accumulators scalars in registers.
#ifndef IREE_COMPILER_KERNEL_DOTPRODUCTS_H_
#define IREE_COMPILER_KERNEL_DOTPRODUCTS_H_

#include "compiler/Target/Target.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

namespace iree_compiler {

/// MVE: bytes of one operand that registers hold while the other one's rows go by.
inline constexpr int64_t kKeptBytes = 64;

/// i8 * i8 summed up in i32, where the last dimension of both operands is the
/// same reduction loop, on a target that computes these as dot products.
bool isSumOfDots(mlir::linalg::LinalgOp op, const Target &target);

/// Replaces a tile of a sum of dots by loops over vector.contract of rows along
/// the sum. Filter columns and channels that lie one after the other in both
/// operands are one loop. Fails where the tile is too large or its shape is not
/// known; the IR is unchanged then.
mlir::LogicalResult lowerToDots(mlir::RewriterBase &rewriter, mlir::linalg::GenericOp op,
                                const Target &target);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_DOTPRODUCTS_H_
