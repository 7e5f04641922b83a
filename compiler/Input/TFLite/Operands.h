// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks of operands that several families share.
#ifndef IREE_COMPILER_INPUT_TFLITE_OPERANDS_H_
#define IREE_COMPILER_INPUT_TFLITE_OPERANDS_H_

#include "compiler/Input/TFLite/OpImporter.h"

namespace iree_compiler::tflite {

/// The output's shape has to be what the shapes of `operands` broadcast to.
mlir::LogicalResult checkBroadcast(OpImporter &op, llvm::ArrayRef<unsigned> operands);

/// Operand `i` has to have the output's shape.
mlir::LogicalResult checkSameShape(OpImporter &op, unsigned i = 0);

/// A dimension of `rank`; negative ones count from the end.
mlir::FailureOr<int64_t> checkAxis(OpImporter &op, int64_t axis, int64_t rank);

/// The one integer of an operand that has to be known now.
mlir::FailureOr<int64_t> readInteger(OpImporter &op, unsigned i, llvm::StringRef what);

/// The dimensions of operand 0 that a list names, ascending, each once; negative
/// ones count from the end.
mlir::FailureOr<llvm::SmallVector<int64_t>> readAxes(OpImporter &op, unsigned i);

/// Operand `i`, which has to have one element, as a scalar.
mlir::FailureOr<mlir::Value> readScalar(OpImporter &op, unsigned i, llvm::StringRef what);

} // namespace iree_compiler::tflite

#endif // IREE_COMPILER_INPUT_TFLITE_OPERANDS_H_
