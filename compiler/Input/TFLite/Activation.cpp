// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// RELU, RELU6, RELU_N1_TO_1, LOGISTIC, TANH.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/FixedPoint.h"
#include "compiler/Input/TFLite/InterpolatedTables.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

schema::Activation fusedForm(BuiltinOperator code) {
  if (code == BuiltinOperator::RELU6)
    return schema::Activation::RELU6;
  return code == BuiltinOperator::RELU ? schema::Activation::RELU
                                       : schema::Activation::RELU_N1_TO_1;
}

LogicalResult importRelu(OpImporter &op) {
  schema::Activation activation = fusedForm(op.code());
  if (isFloat(op.input(0))) {
    FailureOr<Value> result = activateFloat(op, op.value(0), activation);
    return failed(result) ? failure() : op.setResult(*result);
  }
  FailureOr<SmallVector<double>> scales = scalesOf(op, 1);
  if (failed(scales))
    return failure();
  FailureOr<StoredRange> range = activationRange(op, activation);
  if (failed(range))
    return failure();
  FailureOr<Value> result = requantize(op, centre(op, 0), (*scales)[0] / (*scales)[1], *range);
  return failed(result) ? failure() : op.setResult(*result);
}

/// Both functions saturate: kernels compute them for inputs within a radius
/// only, with 4 integer bits.
constexpr int kIntegerBits = 4;

/// A function of a real number for all stored values of an i8, as the kernels
/// compute it: the input scaled to Q4.27, the Q0.31 result rounded to a byte.
FailureOr<SmallVector<int64_t>> byteTable(OpImporter &op, bool isLogistic) {
  FailureOr<double> scale = scaleOf(op, op.input(0), "input");
  if (failed(scale))
    return failure();
  Multiplier multiplier = quantizeMultiplier(*scale * (1 << (31 - kIntegerBits)));
  if (multiplier.exponent < 0 || multiplier.exponent > 31)
    return op.error() << "the input's scale is " << *scale << "; supported: 2^-28 to 16";
  auto radius = static_cast<int64_t>(
      std::floor(((1 << kIntegerBits) - 1) * static_cast<double>(1 << (31 - kIntegerBits)) /
                 static_cast<double>(1LL << multiplier.exponent)));
  int64_t zeroPoint = zeroPointOf(op.input(0));
  SmallVector<int64_t> table;
  for (int64_t stored = INT8_MIN; stored <= INT8_MAX; ++stored) {
    int64_t steps = stored - zeroPoint;
    if (steps <= -radius || steps >= radius) {
      table.push_back(steps < 0 ? INT8_MIN : INT8_MAX);
      continue;
    }
    int32_t input = scaleNow(op, static_cast<int32_t>(steps), multiplier);
    // The output's scale is 1/256 from -128 on, or 1/128 around 0.
    int64_t output = isLogistic ? divideByPowerOfTwo(logistic(input, kIntegerBits), 23) - 128
                                : divideByPowerOfTwo(tanh(input, kIntegerBits), 24);
    table.push_back(std::clamp<int64_t>(output, INT8_MIN, INT8_MAX));
  }
  return table;
}

LogicalResult importSigmoid16(OpImporter &op, bool isLogistic) {
  FailureOr<SmallVector<double>> scales = scalesOf(op, 1);
  if (failed(scales))
    return failure();
  if (zeroPointOf(op.input(0)) != 0 || zeroPointOf(op.output()) != 0 || (*scales)[1] != 1.0 / 32768)
    return op.error() << "the zero points are " << zeroPointOf(op.input(0)) << " and "
                      << zeroPointOf(op.output()) << " and the output's scale " << (*scales)[1]
                      << "; supported for i16: 0, 0 and 1/32768";
  SigmoidScale scale = sigmoidScale((*scales)[0], !isLogistic);
  if (scale.multiplier > INT16_MAX)
    return op.error() << "the input's scale is " << (*scales)[0] << "; supported: up to 8/3";
  Value table = sigmoidTable(op.b);
  return op.setResult(elementwise(
      op.b, op.value(0), op.outputType(), [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Scalar x = Scalar(b, v[0]).to(32);
        return (isLogistic ? logistic16(x, table, scale) : tanh16(x, table, scale)).to(16);
      }));
}

LogicalResult importSigmoid(OpImporter &op) {
  bool isLogistic = op.code() == BuiltinOperator::LOGISTIC;
  if (failed(checkSameShape(op)))
    return failure();
  if (op.input(0).type == TensorType::INT16)
    return importSigmoid16(op, isLogistic);
  if (isFloat(op.input(0)))
    return op.setResult(elementwise(
        op.b, op.value(0), op.outputType(), [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
          if (!isLogistic)
            return math::TanhOp::create(b, v[0]);
          Value one = constantFloat(b, b.getF32Type(), 1);
          Value exp = math::ExpOp::create(b, arith::NegFOp::create(b, v[0]));
          return arith::DivFOp::create(b, one, arith::AddFOp::create(b, one, exp));
        }));
  FailureOr<double> outputScale = scaleOf(op, op.output(), "output");
  if (failed(outputScale))
    return failure();
  if (*outputScale != (isLogistic ? 1.0 / 256 : 1.0 / 128) ||
      zeroPointOf(op.output()) != (isLogistic ? INT8_MIN : 0))
    return op.error() << "the output has the scale " << *outputScale << " and the zero point "
                      << op.output().quantization.zeroPoints.front() << "; supported: "
                      << (isLogistic ? "1/256 and the least value" : "1/128 and the middle value");
  FailureOr<SmallVector<int64_t>> table = byteTable(op, isLogistic);
  return failed(table) ? failure() : op.setResult(mapBytes(op.b, op.value(0), *table));
}

constexpr StringLiteral kReluTypes = "f32 -> f32 | i8 -> i8 | u8 -> u8 | i16 -> i16";
constexpr StringLiteral kSigmoidTypes = "f32 -> f32 | i8 -> i8 | u8 -> u8 | i16 -> i16";

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::LOGISTIC, 3, kSigmoidTypes, importSigmoid},
    {BuiltinOperator::RELU, 3, kReluTypes, importRelu},
    {BuiltinOperator::RELU6, 3, kReluTypes, importRelu},
    {BuiltinOperator::RELU_N1_TO_1, 2, kReluTypes, importRelu},
    {BuiltinOperator::TANH, 3, kSigmoidTypes, importSigmoid},
};

} // namespace

ArrayRef<OperatorInfo> activationOperators() { return kOperators; }

} // namespace iree_compiler::tflite
