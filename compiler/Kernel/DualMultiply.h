// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The DSP extension of Arm: words as pairs of i16.
#ifndef IREE_COMPILER_KERNEL_DUALMULTIPLY_H_
#define IREE_COMPILER_KERNEL_DUALMULTIPLY_H_

#include "mlir/IR/Builders.h"

namespace iree_compiler {

/// Four i8 as two words, each a pair of i16: elements 0 and 2, then 1 and 3.
struct HalfWords {
  mlir::Value even, odd;
};

/// sxtb16 of a vector<4xi8>.
HalfWords splitWord(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value vector);

/// smlad: the sum of both products of halves, and `sum`.
mlir::Value multiplyPairs(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value a,
                          mlir::Value b, mlir::Value sum);

/// smlabb or smlatt: the product of the low (`half` 0) or high (1) halves, and
/// `sum`.
mlir::Value multiplyHalves(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value a,
                           mlir::Value b, int64_t half, mlir::Value sum);

/// Loads below stay below those above: an empty assembly statement, which LLVM's
/// scheduler does not move loads across. It would load all words of a tile first,
/// and spill them.
void orderLoads(mlir::OpBuilder &builder, mlir::Location loc);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_DUALMULTIPLY_H_
