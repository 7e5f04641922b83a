// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The DSP extension of Arm: words as pairs of i16.
#ifndef IREE_COMPILER_KERNEL_DUALMULTIPLY_H_
#define IREE_COMPILER_KERNEL_DUALMULTIPLY_H_

#include "compiler/Target/Target.h"
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

/// Tiles are pieces of assembly, unless code is to be small. In Arm state the two
/// registers that are loaded at once would have to follow each other.
bool hasAssemblyTiles(const Target &target);

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

/// A product of lanes: of a word of the image and one of the filter, at so many bytes
/// from their addresses, by channels 0 and 2 or 1 and 3.
struct LaneProduct {
  int64_t image, filter;
  int64_t sum; ///< index of that of the lower channel; the other one follows
};

/// Up to so many words of the filter are held at a time.
inline constexpr int64_t kHeldFilters = 3;
/// Offsets that a load reaches.
inline constexpr int64_t kMaxOffset = 4095;

/// Adds products of even or `odd` channels to `sums`. Products of the same word of the
/// filter stand together. In assembly: with eight sums 14 registers, and each word of
/// the image is loaded once for all filters that are held.
void multiplyLanes(mlir::OpBuilder &builder, mlir::Location loc,
                   llvm::ArrayRef<LaneProduct> products, bool odd,
                   llvm::MutableArrayRef<mlir::Value> sums, mlir::Value image, mlir::Value filter);

/// Loads below stay below those above: an empty assembly statement, which LLVM's
/// scheduler does not move loads across. It would load all words of a tile first,
/// and spill them.
void orderLoads(mlir::OpBuilder &builder, mlir::Location loc);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_DUALMULTIPLY_H_
