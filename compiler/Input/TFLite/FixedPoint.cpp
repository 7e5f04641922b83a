// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Input/TFLite/FixedPoint.h"

#include <algorithm>

namespace iree_compiler::tflite {

namespace {

constexpr int32_t kOne = INT32_MAX; ///< in Q0.31, as near as it gets

int32_t saturate(int64_t value) {
  return static_cast<int32_t>(std::clamp<int64_t>(value, INT32_MIN, INT32_MAX));
}

/// e^value for value in [-1/4, 0) in Q0.31: the Taylor polynomial of degree 4
/// around -1/8.
int32_t expOnQuarter(int32_t value) {
  constexpr int32_t kExpOfMinusEighth = 1895147668, kThird = 715827883;
  int32_t x = value + (1 << 28);
  int32_t x2 = multiplyHigh(x, x);
  int32_t x3 = multiplyHigh(x2, x);
  int32_t x4 = multiplyHigh(x2, x2);
  // ((x^4 / 4 + x^3) / 3 + x^2) / 2
  int32_t tail = divideByPowerOfTwo(x4, 2) + x3;
  tail = divideByPowerOfTwo(multiplyHigh(tail, kThird) + x2, 1);
  return kExpOfMinusEighth + multiplyHigh(kExpOfMinusEighth, x + tail);
}

/// Three Newton steps towards 2 / (1 + value) in Q2.29.
int32_t twiceInverseOfOnePlus(int32_t value) {
  constexpr int32_t k48Over17 = 1515870810, kMinus32Over17 = -1010580540, kOneInQ2 = 1 << 29;
  auto half = static_cast<int32_t>((static_cast<int64_t>(value) + kOne + 1) / 2);
  int32_t x = k48Over17 + multiplyHigh(half, kMinus32Over17);
  for (int step = 0; step < 3; ++step) {
    int32_t remainder = kOneInQ2 - multiplyHigh(half, x);
    x += timesPowerOfTwo(multiplyHigh(x, remainder), 2);
  }
  return x;
}

} // namespace

int32_t timesPowerOfTwo(int32_t value, int exponent) {
  return saturate(static_cast<int64_t>(value) * (1LL << exponent));
}

int32_t multiplyHigh(int32_t a, int32_t b) {
  int64_t product = static_cast<int64_t>(a) * b;
  return saturate((product + (1LL << 30)) >> 31);
}

int32_t divideByPowerOfTwo(int32_t value, int exponent) {
  int64_t mask = (1LL << exponent) - 1;
  int64_t remainder = value & mask;
  int64_t threshold = (mask >> 1) + (value < 0 ? 1 : 0);
  return static_cast<int32_t>((static_cast<int64_t>(value) >> exponent) +
                              (remainder > threshold ? 1 : 0));
}

int32_t expOnNegative(int32_t value, int integerBits) {
  if (value == 0)
    return kOne;
  int fractionalBits = 31 - integerBits;
  if (integerBits > 5 && value < -(1 << (fractionalBits + 5)))
    return 0;
  // value = part - remainder: part in [-1/4, 0), the remainder a multiple of 1/4.
  int32_t quarter = 1 << (fractionalBits - 2);
  int32_t part = (value & (quarter - 1)) - quarter;
  int32_t result = expOnQuarter(timesPowerOfTwo(part, integerBits));
  int32_t remainder = part - value;
  // e^-(2^power), power from -2 on, in Q0.31.
  constexpr int32_t kFactors[] = {1672461947, 1302514674, 790015084, 290630308,
                                  39332535,   720401,     242};
  for (int i = 0; i < 7 && i - 2 < integerBits; ++i)
    if (remainder & (1 << (fractionalBits + i - 2)))
      result = multiplyHigh(result, kFactors[i]);
  return result;
}

int32_t inverseOfOnePlus(int32_t value) { return timesPowerOfTwo(twiceInverseOfOnePlus(value), 1); }

int32_t logistic(int32_t value, int integerBits) {
  if (value == 0)
    return 1 << 30;
  int32_t ofMagnitude = inverseOfOnePlus(expOnNegative(value > 0 ? -value : value, integerBits));
  return value > 0 ? ofMagnitude : kOne - ofMagnitude;
}

int32_t tanh(int32_t value, int integerBits) {
  if (value == 0)
    return 0;
  // (1 - e) / (1 + e) = 2 / (1 + e) - 1 for e = e^(-2 |value|); doubling moves
  // the point.
  int32_t exp = expOnNegative(value > 0 ? -value : value, integerBits + 1);
  int32_t ofMagnitude = timesPowerOfTwo(twiceInverseOfOnePlus(exp) - (1 << 29), 2);
  return value > 0 ? ofMagnitude : -ofMagnitude;
}

} // namespace iree_compiler::tflite
