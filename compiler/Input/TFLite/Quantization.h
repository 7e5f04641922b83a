// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Quantised arithmetic, exactly as TFLite Micro's reference kernels define it.
#ifndef IREE_COMPILER_INPUT_TFLITE_QUANTIZATION_H_
#define IREE_COMPILER_INPUT_TFLITE_QUANTIZATION_H_

#include "compiler/Input/TFLite/OpImporter.h"

namespace iree_compiler::tflite {

/// A real factor as value * 2^(exponent - 31), value in [2^30, 2^31) or 0.
struct Multiplier {
  int32_t value = 0;
  int32_t exponent = 0;
};
Multiplier quantizeMultiplier(double factor);

bool isFloat(const Tensor &tensor);

/// The scale of a tensor quantised as a whole; an error at the operator if it
/// is not, or if its scale is 0.
mlir::FailureOr<double> scaleOf(OpImporter &op, const Tensor &tensor, llvm::StringRef what);

/// The scales of the first `operands` operands and of the output.
mlir::FailureOr<llvm::SmallVector<double>> scalesOf(OpImporter &op, unsigned operands);

/// The zero point of a tensor's values in IR (u8 are i8 there, less 128); 0 if
/// it has none. Of a tensor quantised per channel the first one.
int64_t zeroPointOf(const Tensor &tensor);

/// An operand's elements as i32 less its zero point.
mlir::Value centre(OpImporter &op, unsigned operand);

/// Bounds of a result's stored values, both included.
struct StoredRange {
  int64_t low = 0, high = 0;
};
/// All values of the tensor's type in IR.
StoredRange typeRange(const Tensor &tensor);
/// What is left of them after a fused activation; an error for TANH and SIGN_BIT.
mlir::FailureOr<StoredRange> activationRange(OpImporter &op, schema::Activation activation);

/// A fused activation on a float scalar or tensor; NONE returns the value.
mlir::FailureOr<mlir::Value> activateFloat(OpImporter &op, mlir::Value tensor,
                                           schema::Activation activation);

/// A scalar i32 or i64 times a factor, rounded to i32. An i32 is scaled with all
/// bits of the factor, an i64 with its upper 16, as the kernels do.
mlir::Value scaleBy(OpImporter &op, mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                    Multiplier multiplier);

/// The same of an i32 that is known now.
int32_t scaleNow(const OpImporter &op, int32_t value, Multiplier multiplier);

/// Accumulators to stored values of result 0: times factors (one, or one for
/// each element of the last dimension), plus the zero point, within `range`. An
/// error if a factor is too large.
mlir::FailureOr<mlir::Value> requantize(OpImporter &op, mlir::Value accumulators,
                                        llvm::ArrayRef<double> factors, StoredRange range);
mlir::FailureOr<mlir::Value> requantize(OpImporter &op, mlir::Value accumulators,
                                        llvm::ArrayRef<Multiplier> multipliers, StoredRange range);

} // namespace iree_compiler::tflite

#endif // IREE_COMPILER_INPUT_TFLITE_QUANTIZATION_H_
