// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scalars in memory: tensors of rank 0. An index has 64 bits there.
#ifndef IREE_COMPILER_SCALARHOLDERS_H_
#define IREE_COMPILER_SCALARHOLDERS_H_

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace iree_compiler {

inline bool isScalar(mlir::Type type) {
  return mlir::isa<mlir::IntegerType, mlir::FloatType, mlir::IndexType>(type);
}

/// The tensor type that holds a scalar.
mlir::RankedTensorType holderOf(mlir::Type scalar);

/// A holder with the value, computed where `builder` inserts unless it was read
/// from one.
mlir::Value toHolder(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value scalar);

/// What a holder holds, as `scalar`.
mlir::Value fromHolder(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value holder,
                       mlir::Type scalar);

} // namespace iree_compiler

#endif // IREE_COMPILER_SCALARHOLDERS_H_
