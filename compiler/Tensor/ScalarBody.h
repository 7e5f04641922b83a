// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The body of an elementwise linalg.generic as a ScalarFunction.
#ifndef IREE_COMPILER_TENSOR_SCALARBODY_H_
#define IREE_COMPILER_TENSOR_SCALARBODY_H_

#include "compiler/Tensor/ScalarFunction.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace iree_compiler {

/// Every integer value of a body is an instruction; its operands and indices
/// are arguments, and so are integers from outside that are not constant.
class ScalarBody {
public:
  explicit ScalarBody(mlir::linalg::GenericOp op);

  /// The instruction of a value of the body; none if it is not an integer.
  std::optional<unsigned> indexOf(mlir::Value value) const;
  const ScalarFunction &function() const { return scalars; }

  /// Facts in which operand i of the operation has the range operands[i] and
  /// indices their extent; the rest is still to be evaluated.
  std::vector<Fact> arguments(llvm::ArrayRef<Interval> operands) const;

private:
  void translate(mlir::Operation &op);
  unsigned addValue(mlir::Value value, ScalarInstruction instruction);
  unsigned operand(mlir::Value value);

  mutable mlir::linalg::GenericOp op; ///< a handle, whose accessors are not const
  ScalarFunction scalars;
  llvm::DenseMap<mlir::Value, unsigned> indices;
};

} // namespace iree_compiler

#endif // IREE_COMPILER_TENSOR_SCALARBODY_H_
