// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What SOFTMAX and LOG_SOFTMAX share: exponentials of differences to the
// largest element of a row.
#ifndef IREE_COMPILER_INPUT_TFLITE_SOFTMAXROWS_H_
#define IREE_COMPILER_INPUT_TFLITE_SOFTMAXROWS_H_

#include "compiler/Input/TFLite/OpImporter.h"
#include "compiler/Input/TFLite/Quantization.h"
#include "compiler/Input/TFLite/Scalar.h"

namespace iree_compiler::tflite {

/// Differences to the maximum are Q5.26, sums of exponentials Q12.19.
constexpr int kDifferenceBits = 5, kSumBits = 12;

/// Of all differences that two bytes have.
struct SoftmaxTables {
  Multiplier multiplier; ///< from steps of the input to Q5.26
  int64_t largestDifference = 0;
  llvm::SmallVector<int64_t> scaled; ///< -difference in Q5.26
  /// e^-difference in Q0.31; 0 past the largest difference that Q5.26 holds.
  llvm::SmallVector<int64_t> exponentials;
};
mlir::FailureOr<SoftmaxTables> softmaxTables(OpImporter &op, float beta);

/// The largest element of each row.
mlir::Value rowMaxima(OpImporter &op, mlir::Value rows);

/// maximum - element, as an i32.
Scalar differenceOf(mlir::ImplicitLocOpBuilder &b, mlir::Value element, mlir::Value maximum);

/// Sums of exponentials of each row, in Q12.19; `maxima` is a column.
mlir::Value sumExponentials(OpImporter &op, mlir::Value rows, mlir::Value maxima,
                            mlir::Value exponentials);

} // namespace iree_compiler::tflite

#endif // IREE_COMPILER_INPUT_TFLITE_SOFTMAXROWS_H_
