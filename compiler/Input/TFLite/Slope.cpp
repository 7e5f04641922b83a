// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Another slope for negative values: LEAKY_RELU, PRELU.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"
#include "compiler/Input/TFLite/Scalar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

Value selectPositive(ImplicitLocOpBuilder &b, Value x, Value positive, Value negative) {
  Value zero = constantFloat(b, x.getType(), 0);
  Value isPositive = arith::CmpFOp::create(b, arith::CmpFPredicate::OGE, x, zero);
  return arith::SelectOp::create(b, isPositive, positive, negative);
}

/// A scaled i32 as the output stores it.
Value toStored(OpImporter &op, Scalar scaled) {
  StoredRange range = typeRange(op.output());
  Scalar value = clamp(scaled + zeroPointOf(op.output()), range.low, range.high);
  return value.to(op.outputType().getElementTypeBitWidth());
}

/// The quantised factors have to be expressible.
LogicalResult checkFactors(OpImporter &op, ArrayRef<Multiplier> factors) {
  constexpr int32_t kMaxExponent = 15;
  for (Multiplier each : factors)
    if (each.exponent > kMaxExponent)
      return op.error() << "the operands' scales exceed the output's by a factor of 2^"
                        << each.exponent << "; supported: up to 2^" << kMaxExponent;
  return success();
}

LogicalResult importLeakyRelu(OpImporter &op) {
  auto options = op.options<schema::LeakyReluOptions>();
  if (failed(options) || failed(checkSameShape(op)))
    return failure();
  float alpha = (*options)->alpha();
  if (!std::isfinite(alpha))
    return op.error() << "alpha is infinite or no number";
  if (isFloat(op.input(0)))
    return op.setResult(elementwise(
        op.b, op.value(0), op.outputType(), [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
          Value slope = constantFloat(b, v[0].getType(), static_cast<double>(alpha));
          return selectPositive(b, v[0], v[0], arith::MulFOp::create(b, v[0], slope));
        }));
  FailureOr<SmallVector<double>> scales = scalesOf(op, 1);
  if (failed(scales))
    return failure();
  double from = (*scales)[0], to = (*scales)[1];
  Multiplier positive = quantizeMultiplier(from / to);
  Multiplier negative = quantizeMultiplier(from * std::abs(static_cast<double>(alpha)) / to);
  if (failed(checkFactors(op, {positive, negative})))
    return failure();
  return op.setResult(elementwise(
      op.b, centre(op, 0), op.outputType(), [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Scalar x(b, v[0]);
        // Scaling knows positive factors only; a product of two signs is the same.
        Scalar turned = alpha < 0 ? x.number(0) - x : x;
        Scalar scaled =
            select(x >= 0, {b, scaleBy(op, b, x, positive)}, {b, scaleBy(op, b, turned, negative)});
        return toStored(op, scaled);
      }));
}

/// The slopes are broadcast.
LogicalResult importPrelu(OpImporter &op) {
  if (failed(checkSameShape(op)) || failed(checkBroadcast(op, {0, 1})))
    return failure();
  if (isFloat(op.input(0)))
    return op.setResult(elementwise(op.b, {op.value(0), op.value(1)}, op.outputType(),
                                    [](ImplicitLocOpBuilder &b, ValueRange v) {
                                      return selectPositive(b, v[0], v[0],
                                                            arith::MulFOp::create(b, v[0], v[1]));
                                    }));
  FailureOr<SmallVector<double>> scales = scalesOf(op, 2);
  if (failed(scales))
    return failure();
  double from = (*scales)[0], to = (*scales)[2];
  Multiplier positive = quantizeMultiplier(from / to);
  Multiplier negative = quantizeMultiplier(from * (*scales)[1] / to);
  if (failed(checkFactors(op, {positive, negative})))
    return failure();
  return op.setResult(elementwise(op.b, {centre(op, 0), centre(op, 1)}, op.outputType(),
                                  [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                                    Scalar x(b, v[0]), slope(b, v[1]);
                                    return toStored(
                                        op, select(x >= 0, {b, scaleBy(op, b, x, positive)},
                                                   {b, scaleBy(op, b, x * slope, negative)}));
                                  }));
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::LEAKY_RELU, 2, "f32 -> f32 | i8 -> i8 | u8 -> u8 | i16 -> i16",
     importLeakyRelu},
    {BuiltinOperator::PRELU, 1, "f32 f32 -> f32 | i8 i8 -> i8 | u8 u8 -> u8 | i16 i8 -> i16",
     importPrelu},
};

} // namespace

ArrayRef<OperatorInfo> slopeOperators() { return kOperators; }

} // namespace iree_compiler::tflite
