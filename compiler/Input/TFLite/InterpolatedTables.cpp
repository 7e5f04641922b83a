// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Input/TFLite/InterpolatedTables.h"

#include "compiler/Input/TFLite/Builders.h"

#include <cmath>

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

Scalar at(Value table, Scalar index) {
  return {index.builder(), lookUp(index.builder(), table, index.index())};
}

Scalar scaleSigmoid(Scalar value, SigmoidScale scale) {
  int64_t half = (1LL << scale.rightShift) >> 1;
  return (value * scale.multiplier + half) >> scale.rightShift;
}

/// Twice the sigmoid at `magnitude`, of whose bits the lower ones interpolate,
/// with as many more bits; `saturated` past the table.
Scalar interpolateSigmoid(Scalar magnitude, Value table, int64_t fractionBits, int64_t saturated) {
  Scalar index = magnitude >> fractionBits;
  Scalar inside = index.atMost(254);
  Scalar first = at(table, inside), next = at(table, inside + 1);
  Scalar fraction = magnitude & ((1LL << fractionBits) - 1);
  Scalar line = (first << fractionBits) + fraction * (next - first);
  return select(index >= 255, magnitude.number(saturated), line);
}

} // namespace

SigmoidScale sigmoidScale(double inputScale, bool alsoEleven) {
  float log2 = std::log(static_cast<float>(inputScale)) * (1.0f / std::log(2.0f));
  float rounded = std::round(log2);
  int leftShift = 12 + static_cast<int>(rounded);
  bool isPower = std::abs(log2 - rounded) < 1e-3f;
  if (isPower && (leftShift == 0 || (alsoEleven && leftShift == 1)))
    return {3LL << leftShift, 0};
  double multiplier = inputScale * 4096.0 * 3.0;
  int64_t rightShift = 0;
  while (multiplier <= 32767.0 / 2 && rightShift <= 30) {
    multiplier *= 2;
    ++rightShift;
  }
  return {static_cast<int64_t>(multiplier), rightShift};
}

Value sigmoidTable(ImplicitLocOpBuilder &b) {
  auto sigmoid = [](double i) { return 65536.0 / (1.0 + std::exp(-i / 24.0)); };
  SmallVector<int64_t> table;
  for (int i = 0; i < 255; ++i) {
    // Half of the error that a line has in the middle goes to the points.
    double error = (sigmoid(i) + sigmoid(i + 1)) / 2 - sigmoid(i + 0.5);
    table.push_back(static_cast<int64_t>(std::nearbyint(sigmoid(i) - error / 2)));
  }
  table.push_back(UINT16_MAX);
  return constantTensor(b, 256, b.getI32Type(), table);
}

Scalar logistic16(Scalar value, Value table, SigmoidScale scale) {
  Scalar x = scaleSigmoid(value, scale);
  Scalar twice = interpolateSigmoid(absolute(x), table, 9, 0x7FFF << 10);
  Scalar mirrored = x.number((1 << 25) + (1 << 9) - 1) - twice;
  return select(x >= 0, twice + (1 << 9), mirrored) >> 10;
}

/// 2 * logistic(2 * value) - 1.
Scalar tanh16(Scalar value, Value table, SigmoidScale scale) {
  Scalar x = scaleSigmoid(value, scale);
  Scalar twice = interpolateSigmoid(absolute(x), table, 8, 0xFFFF << 8);
  Scalar mirrored = x.number((1 << 23) + (1 << 7) - 1) - twice;
  return select(x >= 0, twice - ((1 << 23) - (1 << 7)), mirrored) >> 8;
}

Value rangeTable(ImplicitLocOpBuilder &b, llvm::function_ref<double(double)> function, float low,
                 float high) {
  constexpr int kSteps = 512;
  // Each value and each operation is rounded to single precision.
  float step = (high - low) / kSteps;
  auto evaluate = [&](float x) {
    auto value = static_cast<float>(function(static_cast<double>(x)));
    return value * 32768.0f;
  };
  auto point = [&](int i) {
    float offset = static_cast<float>(i) * step;
    return low + offset;
  };
  SmallVector<int64_t> table;
  for (int i = 0; i <= kSteps; ++i) {
    float value = std::round(evaluate(i < kSteps ? point(i) : high));
    if (i < kSteps) {
      // Half of the error that a line has in the middle goes to the points.
      float middle = std::round(evaluate(point(i) + step / 2));
      float line = std::round((evaluate(point(i + 1)) + value) / 2);
      value -= std::round((line - middle) / 2);
    }
    table.push_back(std::clamp<int64_t>(static_cast<int64_t>(value), INT16_MIN, INT16_MAX));
  }
  return constantTensor(b, kSteps + 1, b.getI32Type(), table);
}

Scalar interpolate(Scalar value, Value table) {
  Scalar index = (value >> 7) + 256;
  Scalar first = at(table, index), slope = at(table, index + 1) - first;
  return first + ((slope * (value & 127) + 64) >> 7);
}

} // namespace iree_compiler::tflite
