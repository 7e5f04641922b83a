// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions of 16-bit values, by tables between whose points emitted code
// interpolates.
#ifndef IREE_COMPILER_INPUT_TFLITE_INTERPOLATEDTABLES_H_
#define IREE_COMPILER_INPUT_TFLITE_INTERPOLATEDTABLES_H_

#include "compiler/Input/TFLite/OpImporter.h"
#include "compiler/Input/TFLite/Scalar.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace iree_compiler::tflite {

/// How a 16-bit value becomes a multiple of 1 / (3 * 4096): value * multiplier /
/// 2^rightShift.
struct SigmoidScale {
  int64_t multiplier = 3, rightShift = 0;
};

/// The scale's form in the kernels of LOGISTIC and TANH: exact where the input
/// has 12 fractional bits (or, if `alsoEleven`, 11), else with 15 bits of the factor.
SigmoidScale sigmoidScale(double inputScale, bool alsoEleven);

/// 65536 / (1 + e^(-i / 24)), i from 0 to 255, as a constant of i32.
mlir::Value sigmoidTable(mlir::ImplicitLocOpBuilder &b);

/// The logistic function or tanh of an i32 within 16 bits, in Q0.15.
Scalar logistic16(Scalar value, mlir::Value sigmoidTable, SigmoidScale scale);
Scalar tanh16(Scalar value, mlir::Value sigmoidTable, SigmoidScale scale);

/// 513 points of a function over [low, high] with values in [-1, 1], in Q0.15, as
/// a constant of i32.
mlir::Value rangeTable(mlir::ImplicitLocOpBuilder &b, llvm::function_ref<double(double)> function,
                       float low, float high);

/// The function at an i32 within 16 bits that stands for [low, high].
Scalar interpolate(Scalar value, mlir::Value rangeTable);

} // namespace iree_compiler::tflite

#endif // IREE_COMPILER_INPUT_TFLITE_INTERPOLATEDTABLES_H_
