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

/// A tile of sums whose products are one sequence of instructions: of rows of words
/// that are pairs of i16 each, and columns of bytes. Distances in bytes.
struct WordProducts {
  int64_t rows, columns;
  int64_t columnDistance; ///< from one column to the next
  int64_t rowDistance;    ///< from one row to the next
  int64_t wordDistance;   ///< from one word of a row to the next
  bool byHalves;          ///< rows without gaps: the even pairs of all, then the odd ones
};

/// Adds the products of `words` words of each row and column. `values`: the sums by row
/// and column, then the addresses of the rows and of the columns, which move on;
/// `offset` is added to that of the columns. In assembly: all this and what is loaded
/// takes up to 14 registers, all that Thumb has, in an order that LLVM's scheduler would
/// not keep.
void multiplyWords(mlir::OpBuilder &builder, mlir::Location loc, const WordProducts &tile,
                   int64_t words, int64_t offset, llvm::MutableArrayRef<mlir::Value> values);

/// Loads below stay below those above: an empty assembly statement, which LLVM's
/// scheduler does not move loads across. It would load all words of a tile first,
/// and spill them.
void orderLoads(mlir::OpBuilder &builder, mlir::Location loc);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_DUALMULTIPLY_H_
