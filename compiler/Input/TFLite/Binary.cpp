// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions of several elements beside ADD, SUB, MUL and divisions: ADD_N,
// MAXIMUM, MINIMUM, POW, SQUARED_DIFFERENCE.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"
#include "compiler/Input/TFLite/Scalar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

LogicalResult apply(OpImporter &op, ElementFunction body) {
  if (failed(checkBroadcast(op, {0, 1})))
    return failure();
  return op.setResult(elementwise(op.b, {op.value(0), op.value(1)}, op.outputType(), body));
}

/// Of values as stored: operands and output have one quantisation.
LogicalResult importExtremum(OpImporter &op) {
  bool isMaximum = op.code() == BuiltinOperator::MAXIMUM;
  return apply(op, [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
    if (isa<FloatType>(v[0].getType()))
      return isMaximum ? arith::MaximumFOp::create(b, v[0], v[1]).getResult()
                       : arith::MinimumFOp::create(b, v[0], v[1]).getResult();
    return isMaximum ? arith::MaxSIOp::create(b, v[0], v[1]).getResult()
                     : arith::MinSIOp::create(b, v[0], v[1]).getResult();
  });
}

LogicalResult importPower(OpImporter &op) {
  return apply(op, [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
    return math::PowFOp::create(b, v[0], v[1]);
  });
}

/// Operands brought to twice the largest scale.
struct CommonScale {
  SmallVector<Multiplier> multipliers; ///< of each operand
  double common = 0, output = 0;

  static FailureOr<CommonScale> of(OpImporter &op) {
    FailureOr<SmallVector<double>> scales = scalesOf(op, op.numInputs());
    if (failed(scales))
      return failure();
    CommonScale result;
    result.output = scales->pop_back_val();
    result.common = 2 * *llvm::max_element(*scales);
    for (double scale : *scales)
      result.multipliers.push_back(quantizeMultiplier(scale / result.common));
    return result;
  }

  Scalar scale(OpImporter &op, ImplicitLocOpBuilder &b, ValueRange v, unsigned i,
               int64_t extraBits) const {
    Scalar centred = Scalar(b, v[i]).to(32) - zeroPointOf(op.input(i));
    return {b, scaleBy(op, b, centred << extraBits, multipliers[i])};
  }
};

LogicalResult importQuantizedSquaredDifference(OpImporter &op) {
  FailureOr<CommonScale> scales = CommonScale::of(op);
  if (failed(scales))
    return failure();
  int64_t extraBits = op.output().type == TensorType::INT16 ? 0 : 7;
  auto type = RankedTensorType::get(op.outputType().getShape(), op.b.getI32Type());
  Value squares = elementwise(op.b, {op.value(0), op.value(1)}, type,
                              [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                                Scalar difference = scales->scale(op, b, v, 0, extraBits) -
                                                    scales->scale(op, b, v, 1, extraBits);
                                return difference * difference;
                              });
  double factor = scales->common * scales->common /
                  (static_cast<double>(1 << (2 * extraBits)) * scales->output);
  FailureOr<Value> result = requantize(op, squares, factor, typeRange(op.output()));
  return failed(result) ? failure() : op.setResult(*result);
}

LogicalResult importSquaredDifference(OpImporter &op) {
  if (failed(checkBroadcast(op, {0, 1})))
    return failure();
  if (isFloat(op.output()))
    return apply(op, [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
      Value difference = arith::SubFOp::create(b, v[0], v[1]);
      return arith::MulFOp::create(b, difference, difference);
    });
  if (op.output().type == TensorType::INT32)
    return apply(op, [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
      Scalar difference = Scalar(b, v[0]) - Scalar(b, v[1]);
      return difference * difference;
    });
  return importQuantizedSquaredDifference(op);
}

LogicalResult importSumOfAll(OpImporter &op) {
  SmallVector<Value> operands;
  for (unsigned i = 0; i < op.numInputs(); ++i) {
    if (failed(checkSameShape(op, i)))
      return failure();
    operands.push_back(op.value(i));
  }
  TensorType element = op.output().type;
  if (element == TensorType::FLOAT32 || element == TensorType::INT32)
    return op.setResult(elementwise(
        op.b, operands, op.outputType(), [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
          Value sum = v[0];
          for (Value each : v.drop_front())
            sum = element == TensorType::FLOAT32 ? arith::AddFOp::create(b, sum, each).getResult()
                                                 : arith::AddIOp::create(b, sum, each).getResult();
          return sum;
        }));
  constexpr int64_t kExtraBits = 20;
  FailureOr<CommonScale> scales = CommonScale::of(op);
  if (failed(scales))
    return failure();
  auto type = RankedTensorType::get(op.outputType().getShape(), op.b.getI32Type());
  Value sums =
      elementwise(op.b, operands, type, [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Scalar sum = scales->scale(op, b, v, 0, kExtraBits);
        for (unsigned i = 1; i < v.size(); ++i)
          sum = sum + scales->scale(op, b, v, i, kExtraBits);
        return sum;
      });
  double factor = scales->common / (static_cast<double>(1 << kExtraBits) * scales->output);
  FailureOr<Value> result = requantize(op, sums, factor, typeRange(op.output()));
  return failed(result) ? failure() : op.setResult(*result);
}

constexpr StringLiteral kExtremumTypes = "f32 f32 -> f32 | i8 i8 -> i8 | u8 u8 -> u8 | "
                                         "i16 i16 -> i16 | i32 i32 -> i32 | i64 i64 -> i64";

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::ADD_N, 1, "f32... -> f32 | i32... -> i32 | i8... -> i8", importSumOfAll},
    {BuiltinOperator::MAXIMUM, 4, kExtremumTypes, importExtremum},
    {BuiltinOperator::MINIMUM, 4, kExtremumTypes, importExtremum},
    {BuiltinOperator::POW, 1, "f32 f32 -> f32", importPower},
    {BuiltinOperator::SQUARED_DIFFERENCE, 2,
     "f32 f32 -> f32 | i8 i8 -> i8 | u8 u8 -> u8 | i16 i16 -> i16 | i32 i32 -> i32",
     importSquaredDifference},
};

} // namespace

ArrayRef<OperatorInfo> binaryOperators() { return kOperators; }

} // namespace iree_compiler::tflite
