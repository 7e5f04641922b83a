// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Depthwise convolutions of i8: neighbouring channels are lanes, multiplied lane
// by lane.
#ifndef IREE_COMPILER_KERNEL_LANEPRODUCTS_H_
#define IREE_COMPILER_KERNEL_LANEPRODUCTS_H_

#include "compiler/Target/Target.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

namespace iree_compiler {

/// i8 * i8 summed up in i32, where the last dimension of both operands and of the
/// result is the same parallel loop, on a target whose lanes are halves of words.
bool isSumOfLanes(mlir::linalg::LinalgOp op, const Target &target);

/// Replaces a tile of four channels: a word of each operand is widened to pairs of
/// i16, whose halves are multiplied. Loops over filter columns are unrolled, those
/// over filter rows are not. Fails for other tiles; the IR is unchanged then.
mlir::LogicalResult lowerToLanes(mlir::RewriterBase &rewriter, mlir::linalg::GenericOp op,
                                 const Target &target);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_LANEPRODUCTS_H_
