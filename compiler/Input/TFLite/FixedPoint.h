// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions on 32-bit fixed-point numbers, bit for bit those of the library
// gemmlowp, which TFLite's kernels for softmax, logistic and tanh are built on.
// A number is written Qi.f: i integer bits, f fractional ones, i + f = 31.
#ifndef IREE_COMPILER_INPUT_TFLITE_FIXEDPOINT_H_
#define IREE_COMPILER_INPUT_TFLITE_FIXEDPOINT_H_

#include <cstdint>

namespace iree_compiler::tflite {

/// a * b / 2^31, rounded; halves up. Saturates for the product of both minima.
int32_t multiplyHigh(int32_t a, int32_t b);

/// value * 2^exponent, saturating.
int32_t timesPowerOfTwo(int32_t value, int exponent);

/// value / 2^exponent, rounded; halves away from zero.
int32_t divideByPowerOfTwo(int32_t value, int exponent);

/// e^value for value <= 0 in Qi.(31-i); the result is Q0.31.
int32_t expOnNegative(int32_t value, int integerBits);

/// 1 / (1 + value) for value in [0, 1) in Q0.31; the result is Q0.31.
int32_t inverseOfOnePlus(int32_t value);

/// 1 / (1 + e^-value) for value in Qi.(31-i); the result is Q0.31.
int32_t logistic(int32_t value, int integerBits);

/// tanh(value) for value in Qi.(31-i); the result is Q0.31.
int32_t tanh(int32_t value, int integerBits);

} // namespace iree_compiler::tflite

#endif // IREE_COMPILER_INPUT_TFLITE_FIXEDPOINT_H_
