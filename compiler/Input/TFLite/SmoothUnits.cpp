// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ELU, GELU, HARD_SWISH; of bytes by a table.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/FixedPoint.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <cmath>

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

using Builder = ImplicitLocOpBuilder;

/// A table of a function of real numbers: stored values are scaled in single
/// precision, and the function's result is rounded to it before it is scaled.
LogicalResult importByTable(OpImporter &op, llvm::function_ref<float(float)> function) {
  FailureOr<SmallVector<double>> scales = scalesOf(op, 1);
  if (failed(scales))
    return failure();
  auto from = static_cast<float>((*scales)[0]);
  if (!std::isfinite(from * 255.0f))
    return op.error() << "the input's scale is " << (*scales)[0] << ", too large for f32 values";
  float perStep = 1.0f / static_cast<float>((*scales)[1]);
  if (!std::isfinite(perStep))
    return op.error() << "the output's scale is " << (*scales)[1] << ", too small for f32 values";
  SmallVector<int64_t> table;
  for (int64_t stored = INT8_MIN; stored <= INT8_MAX; ++stored) {
    float real = from * static_cast<float>(stored - zeroPointOf(op.input(0)));
    auto steps = static_cast<double>(std::round(function(real) * perStep));
    steps += static_cast<double>(zeroPointOf(op.output()));
    table.push_back(static_cast<int64_t>(std::clamp(steps, -128.0, 127.0)));
  }
  return op.setResult(mapBytes(op.b, op.value(0), table));
}

Value emitElu(Builder &b, ValueRange v) {
  Value zero = constantFloat(b, v[0].getType(), 0);
  Value isNegative = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, v[0], zero);
  Value curve = math::ExpM1Op::create(b, arith::MinimumFOp::create(b, v[0], zero));
  return arith::SelectOp::create(b, isNegative, curve, v[0]);
}

LogicalResult importElu(OpImporter &op) {
  if (failed(checkSameShape(op)))
    return failure();
  if (isFloat(op.input(0)))
    return op.setResult(elementwise(op.b, op.value(0), op.outputType(), emitElu));
  return importByTable(op, [](float x) {
    auto exp = static_cast<float>(std::exp(static_cast<double>(x)));
    return x < 0 ? exp - 1.0f : x;
  });
}

constexpr double kRootOfHalf = 0.70710678118654752440, kRootOfTwoOverPi = 0.79788456080286535588,
                 kCubic = 0.044715;

/// x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x^3))).
Value emitApproximateGelu(Builder &b, ValueRange v) {
  Type type = v[0].getType();
  auto times = [&](Value left, Value right) -> Value {
    return arith::MulFOp::create(b, left, right);
  };
  auto plus = [&](Value left, Value right) -> Value {
    return arith::AddFOp::create(b, left, right);
  };
  Value cube = times(times(v[0], v[0]), v[0]);
  Value inner = times(plus(v[0], times(cube, constantFloat(b, type, kCubic))),
                      constantFloat(b, type, kRootOfTwoOverPi));
  // 1 + tanh(y) = 2 / (1 + e^-2y), which keeps its precision near 0.
  Value exp = math::ExpOp::create(b, times(inner, constantFloat(b, type, -2)));
  Value sum = plus(exp, constantFloat(b, type, 1));
  return arith::DivFOp::create(b, v[0], sum);
}

/// x/2 * erfc(-x * sqrt(1/2)).
Value emitExactGelu(Builder &b, ValueRange v) {
  Type type = v[0].getType();
  Value scaled = arith::MulFOp::create(b, v[0], constantFloat(b, type, -kRootOfHalf));
  Value half = arith::MulFOp::create(b, v[0], constantFloat(b, type, 0.5));
  return arith::MulFOp::create(b, half, math::ErfcOp::create(b, scaled));
}

float gelu(double x, bool approximate) {
  double y = approximate ? std::tanh(kRootOfTwoOverPi * (x + kCubic * x * x * x))
                         : std::erf(x * kRootOfHalf);
  return static_cast<float>(0.5 * x * (1 + y));
}

LogicalResult importGelu(OpImporter &op) {
  auto options = op.options<schema::GeluOptions>();
  if (failed(options) || failed(checkSameShape(op)))
    return failure();
  bool approximate = (*options)->approximate();
  if (isFloat(op.input(0)))
    return op.setResult(elementwise(op.b, op.value(0), op.outputType(),
                                    approximate ? emitApproximateGelu : emitExactGelu));
  return importByTable(op, [&](float x) { return gelu(static_cast<double>(x), approximate); });
}

/// x * min(max(x + 3, 0), 6) / 6.
Value emitHardSwish(Builder &b, ValueRange v) {
  Type type = v[0].getType();
  Value moved = arith::AddFOp::create(b, v[0], constantFloat(b, type, 3));
  Value product = arith::MulFOp::create(b, v[0], clampFloat(b, moved, 0, 6));
  return arith::DivFOp::create(b, product, constantFloat(b, type, 6));
}

/// The fixed-point form for bytes, in 16 bits: x is moved left by 7 bits, and
/// both products keep the upper half.
class HardSwish {
public:
  HardSwish(float inputScale, float outputScale)
      : toOutput(narrow(inputScale / 128 / outputScale)),
        toUnit(narrow(inputScale / 128 / (3.0f / 32768))) {}

  /// Exponents that the shifts below express.
  bool isExpressible() const { return toOutput.exponent <= 0 && toUnit.exponent <= 15; }

  int64_t apply(int64_t steps) const {
    int64_t x = steps * 128;
    int64_t onOutputScale = multiplyHigh16(x, toOutput.value);
    // Where x + 3 is within 0 and 6: on -1 to 1.
    int64_t factor = saturate16(x * (1LL << std::max(toUnit.exponent - 1, 0)));
    factor = multiplyHigh16(factor, toUnit.value);
    if (toUnit.exponent > 0)
      factor = saturate16(factor * 2);
    factor = divideByPowerOfTwo(static_cast<int32_t>(factor), std::max(-toUnit.exponent, 0));
    factor = (factor + (1 << 15)) >> 1;
    int64_t product = factor * onOutputScale / (1 << 15);
    return divideByPowerOfTwo(static_cast<int32_t>(product), -toOutput.exponent);
  }

private:
  /// With 16 bits of the multiplier.
  static Multiplier narrow(float factor) {
    Multiplier multiplier = quantizeMultiplier(static_cast<double>(factor));
    int64_t upper = (static_cast<int64_t>(multiplier.value) + (1 << 15)) >> 16;
    multiplier.value = static_cast<int32_t>(std::min<int64_t>(upper, INT16_MAX));
    return multiplier;
  }
  static int64_t saturate16(int64_t value) {
    return std::clamp<int64_t>(value, INT16_MIN, INT16_MAX);
  }
  static int64_t multiplyHigh16(int64_t a, int64_t b) {
    return std::min<int64_t>((a * b + (1 << 14)) >> 15, INT16_MAX);
  }

  Multiplier toOutput, toUnit;
};

LogicalResult importHardSwish(OpImporter &op) {
  if (failed(checkSameShape(op)))
    return failure();
  if (isFloat(op.input(0)))
    return op.setResult(elementwise(op.b, op.value(0), op.outputType(), emitHardSwish));
  FailureOr<SmallVector<double>> scales = scalesOf(op, 1);
  if (failed(scales))
    return failure();
  HardSwish function(static_cast<float>((*scales)[0]), static_cast<float>((*scales)[1]));
  if (!function.isExpressible())
    return op.error() << "the scales are " << (*scales)[0] << " and " << (*scales)[1]
                      << "; supported: an input scale below 128 times the output's, and below 384";
  SmallVector<int64_t> table;
  for (int64_t stored = INT8_MIN; stored <= INT8_MAX; ++stored) {
    int64_t result = function.apply(stored - zeroPointOf(op.input(0)));
    table.push_back(std::clamp<int64_t>(result + zeroPointOf(op.output()), INT8_MIN, INT8_MAX));
  }
  return op.setResult(mapBytes(op.b, op.value(0), table));
}

constexpr StringLiteral kTypes = "f32 -> f32 | i8 -> i8 | u8 -> u8";

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::ELU, 1, kTypes, importElu},
    {BuiltinOperator::GELU, 2, kTypes, importGelu},
    {BuiltinOperator::HARD_SWISH, 1, kTypes, importHardSwish},
};

} // namespace

ArrayRef<OperatorInfo> smoothUnitOperators() { return kOperators; }

} // namespace iree_compiler::tflite
