// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What lowerings of a register tile share: the tile's accumulators as scalars,
// loops that carry them, and reads of its operands.
#ifndef IREE_COMPILER_KERNEL_TILEEMITTER_H_
#define IREE_COMPILER_KERNEL_TILEEMITTER_H_

#include "compiler/Target/KernelShapes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"

namespace iree_compiler {

/// yield out + extsi(a) * extsi(b)
bool isMultiplyAdd(mlir::Block &body);

/// i8 * i8 summed up in i32, of two operands into one.
bool isByteMultiplyAdd(mlir::linalg::LinalgOp op);

/// Tells LLVM not to unroll the loop.
void keepRolled(mlir::scf::ForOp loop);

/// One operand as the loops read it: a tensor and an index for each dimension,
/// functions of the operation's loops.
struct TileOperand {
  mlir::Value tensor;
  llvm::SmallVector<mlir::AffineExpr> indices;
};

/// Visits all indices below the extents, the last dimension first.
void forEachIndex(mlir::ArrayRef<int64_t> extents,
                  llvm::function_ref<void(mlir::ArrayRef<int64_t>)> visit);

class TileEmitter {
protected:
  using Values = llvm::SmallVector<mlir::Value>;

  /// The operation's shape is static, and its result a tensor of i32.
  TileEmitter(mlir::RewriterBase &rewriter, mlir::linalg::GenericOp op);

  /// Where the last dimensions of an operand were dropped, it is collapsed instead:
  /// its elements remain neighbours for those who read rows.
  void keepRows();

  /// The accumulators in the order of `points`, before the operation.
  Values readAccumulators();
  /// Replaces the operation.
  void writeAccumulators(mlir::ArrayRef<mlir::Value> sums);

  /// A loop over `extent` in steps of `step` that carries `sums`; one iteration
  /// is no loop.
  Values emitLoop(int64_t extent, int64_t step, mlir::ArrayRef<mlir::Value> sums,
                  llvm::function_ref<Values(mlir::Value, mlir::ArrayRef<mlir::Value>)> body);

  /// Indices as functions of the loops, each of which is `offsets`, and if
  /// `variable` further on by its dimension.
  mlir::AffineMap indicesAt(const TileOperand &operand, mlir::ArrayRef<int64_t> offsets,
                            const llvm::SmallBitVector &variable);

  /// `length` elements at the indices; loops have the values `at`, null: 0.
  mlir::Value readRow(mlir::Value tensor, mlir::AffineMap indices, mlir::ArrayRef<mlir::Value> at,
                      int64_t length);

  Values zeros(int64_t rank);
  mlir::Value zeroOf(mlir::Type type);

  mlir::RewriterBase &rewriter;
  mlir::linalg::GenericOp op;
  mlir::Location loc;
  unsigned loopCount;
  llvm::SmallVector<int64_t> extents;                   ///< of the loops
  TileOperand operands[2];                              ///< the two inputs
  llvm::SmallVector<llvm::SmallVector<int64_t>> points; ///< loops' values by accumulator
};

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_TILEEMITTER_H_
