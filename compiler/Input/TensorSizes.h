// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The sizes of a function's tensors as constants and index values, and which of
// them are known to be equal.
#ifndef IREE_COMPILER_INPUT_TENSORSIZES_H_
#define IREE_COMPILER_INPUT_TENSORSIZES_H_

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include <map>
#include <set>
#include <tuple>

namespace iree_compiler {

/// Whether any tensor in the function, nested ones included, has a dynamic dimension.
bool hasDynamicShapes(mlir::func::FuncOp func);

/// Derives the sizes of all tensors of a function of one block from those of its
/// arguments. What has to hold at run time and does not follow from what is
/// known becomes a cf.assert in front of the operation that needs it; from there
/// on it is known. Running it again on the result adds nothing.
///
/// The sizes of a kernel's arguments are index arguments (program.sizes); what
/// has to hold in kernels was asserted before.
class TensorSizes {
  using Sizes = llvm::SmallVector<mlir::OpFoldResult>;

public:
  explicit TensorSizes(mlir::func::FuncOp func);

  /// Visits all operations. Reports sizes that cannot be derived, and equalities
  /// that cannot hold.
  mlir::LogicalResult run();

  /// One index attribute or index value a dimension. Equal sizes are the same
  /// object. Empty, for a tensor of some rank, if run() has not seen the tensor.
  llvm::SmallVector<mlir::OpFoldResult> of(mlir::Value tensor) const;

  /// `tensor` takes the place of `other`, which has the same type.
  void replace(mlir::Value other, mlir::Value tensor) {
    auto found = sizes.find(other);
    if (found != sizes.end())
      sizes[tensor] = Sizes(found->second);
  }

  /// Whether the leader is the size of a tensor.
  bool isSize(mlir::Value size) const { return sizeValues.contains(size); }

  /// What stands for all sizes that are known to equal `size`.
  mlir::OpFoldResult leader(mlir::OpFoldResult size) const;

  /// The extents of the loops of an operation that run() has seen.
  llvm::SmallVector<mlir::OpFoldResult> loopsOf(mlir::linalg::LinalgOp op) const;

  /// Replaces tensor.dim of everything that run() has seen. Dimensions that an entry function
  /// asks of its own arguments stay.
  void replaceDims();

private:
  void visitArguments();
  mlir::LogicalResult visitBlock(mlir::Block &block);
  mlir::LogicalResult visit(mlir::Operation &op);
  mlir::LogicalResult visitLinalg(mlir::linalg::LinalgOp op);
  mlir::LogicalResult visitCast(mlir::tensor::CastOp op);
  mlir::LogicalResult visitCollapse(mlir::tensor::CollapseShapeOp op);
  mlir::LogicalResult visitExpand(mlir::tensor::ExpandShapeOp op);
  mlir::LogicalResult visitExtractSlice(mlir::tensor::ExtractSliceOp op);
  mlir::LogicalResult visitInsertSlice(mlir::tensor::InsertSliceOp op);
  mlir::LogicalResult visitPad(mlir::tensor::PadOp op);
  mlir::LogicalResult visitCall(mlir::func::CallOp op);
  mlir::LogicalResult visitLoop(mlir::Operation &op);
  mlir::LogicalResult visitIf(mlir::Operation &op);
  void noteScalar(mlir::Operation &op);
  mlir::LogicalResult checkSlice(mlir::OffsetSizeAndStrideOpInterface op,
                                 mlir::ArrayRef<mlir::OpFoldResult> whole);
  mlir::LogicalResult yieldsSizes(mlir::Operation &loop, mlir::ValueRange yielded,
                                  mlir::ValueRange carried);

  mlir::LogicalResult set(mlir::Value tensor, Sizes sizes);
  mlir::LogicalResult setLike(mlir::Value tensor, mlir::Value other) {
    return set(tensor, of(other));
  }

  /// a == b, a <= b and a >= 0 hold from here on.
  mlir::LogicalResult requireEqual(mlir::OpFoldResult a, mlir::OpFoldResult b, mlir::Operation *op,
                                   const llvm::Twine &what);
  mlir::LogicalResult requireAtMost(mlir::OpFoldResult a, mlir::OpFoldResult b, mlir::Operation *op,
                                    const llvm::Twine &what);
  mlir::LogicalResult requireNonNegative(mlir::OpFoldResult a, mlir::Operation *op,
                                         const llvm::Twine &what);
  mlir::LogicalResult require(mlir::Value condition, mlir::Operation *op, const llvm::Twine &what);
  bool isNonNegative(mlir::OpFoldResult size, unsigned depth = 0) const;
  void merge(mlir::OpFoldResult a, mlir::OpFoldResult b);

  enum class Arith { Add, Sub, Mul, Div };
  mlir::OpFoldResult compute(Arith kind, mlir::OpFoldResult a, mlir::OpFoldResult b,
                             mlir::Location loc);
  mlir::Value materialize(mlir::OpFoldResult size, mlir::Location loc);

  mlir::func::FuncOp func;
  bool isKernel;
  mlir::OpBuilder builder;
  unsigned nesting = 0; ///< 0 in the function's own block
  llvm::DenseMap<mlir::Value, Sizes> sizes;
  llvm::DenseMap<mlir::Value, mlir::OpFoldResult> leaders;
  llvm::DenseSet<mlir::Value> sizeValues; ///< sizes of tensors, after run()
  std::map<std::tuple<int, void *, void *>, mlir::Value> computed;
  std::set<std::pair<void *, void *>> knownAtMost;
};

} // namespace iree_compiler

#endif // IREE_COMPILER_INPUT_TENSORSIZES_H_
