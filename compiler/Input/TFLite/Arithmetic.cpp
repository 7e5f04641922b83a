// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ADD, SUB, MUL, with broadcasting and a fused activation.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

/// An operand's element as i32 less its zero point.
Value centred(ImplicitLocOpBuilder &b, Value element, const Tensor &tensor) {
  Value wide = arith::ExtSIOp::create(b, b.getI32Type(), element);
  int64_t zeroPoint = zeroPointOf(tensor);
  return zeroPoint == 0
             ? wide
             : arith::SubIOp::create(b, wide, constantScalar(b, b.getI32Type(), zeroPoint));
}

Value computeFloat(BuiltinOperator code, ImplicitLocOpBuilder &b, Value left, Value right) {
  if (code == BuiltinOperator::ADD)
    return arith::AddFOp::create(b, left, right);
  if (code == BuiltinOperator::SUB)
    return arith::SubFOp::create(b, left, right);
  return arith::MulFOp::create(b, left, right);
}

Value computeInteger(BuiltinOperator code, ImplicitLocOpBuilder &b, Value left, Value right) {
  if (code == BuiltinOperator::ADD)
    return arith::AddIOp::create(b, left, right);
  if (code == BuiltinOperator::SUB)
    return arith::SubIOp::create(b, left, right);
  return arith::MulIOp::create(b, left, right);
}

/// Both operands are scaled to twice the larger scale, with extra bits below,
/// added or subtracted, and scaled to the output.
LogicalResult importQuantizedSum(OpImporter &op, StoredRange range) {
  FailureOr<SmallVector<double>> scales = scalesOf(op, 2);
  if (failed(scales))
    return failure();
  double left = (*scales)[0], right = (*scales)[1], output = (*scales)[2];
  int64_t extraBits = op.output().type == TensorType::INT16 ? 15 : 20;
  double common = 2 * std::max(left, right);
  Multiplier leftMultiplier = quantizeMultiplier(left / common);
  Multiplier rightMultiplier = quantizeMultiplier(right / common);
  auto sumType = RankedTensorType::get(op.outputType().getShape(), op.b.getI32Type());
  Value sums = elementwise(
      op.b, {op.value(0), op.value(1)}, sumType, [&](ImplicitLocOpBuilder &b, ValueRange v) {
        Value bits = constantScalar(b, b.getI32Type(), extraBits);
        auto scaled = [&](unsigned i, Multiplier multiplier) {
          Value shifted = arith::ShLIOp::create(b, centred(b, v[i], op.input(i)), bits);
          return scaleBy(op, b, shifted, multiplier);
        };
        return computeInteger(op.code(), b, scaled(0, leftMultiplier), scaled(1, rightMultiplier));
      });
  double factor = common / (static_cast<double>(1 << extraBits) * output);
  FailureOr<Value> result = requantize(op, sums, factor, range);
  return failed(result) ? failure() : op.setResult(*result);
}

LogicalResult importQuantizedProduct(OpImporter &op, StoredRange range) {
  FailureOr<SmallVector<double>> scales = scalesOf(op, 2);
  if (failed(scales))
    return failure();
  double left = (*scales)[0], right = (*scales)[1], output = (*scales)[2];
  auto type = RankedTensorType::get(op.outputType().getShape(), op.b.getI32Type());
  Value products = elementwise(op.b, {op.value(0), op.value(1)}, type,
                               [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                                 return arith::MulIOp::create(b, centred(b, v[0], op.input(0)),
                                                              centred(b, v[1], op.input(1)));
                               });
  FailureOr<Value> result = requantize(op, products, left * right / output, range);
  return failed(result) ? failure() : op.setResult(*result);
}

/// Plain integers: a fused activation clamps them as they are.
LogicalResult importInteger(OpImporter &op, schema::Activation activation) {
  int64_t low = INT64_MIN, high = INT64_MAX;
  if (activation != schema::Activation::NONE)
    low = activation == schema::Activation::RELU_N1_TO_1 ? -1 : 0;
  if (activation == schema::Activation::RELU6)
    high = 6;
  if (activation == schema::Activation::RELU_N1_TO_1)
    high = 1;
  if (activation > schema::Activation::RELU6)
    return op.error() << "the fused activation " << schema::EnumNameActivation(activation)
                      << " is not supported; supported: NONE, RELU, RELU6, RELU_N1_TO_1";
  return op.setResult(elementwise(op.b, {op.value(0), op.value(1)}, op.outputType(),
                                  [&](ImplicitLocOpBuilder &b, ValueRange v) {
                                    Value value = computeInteger(op.code(), b, v[0], v[1]);
                                    if (activation == schema::Activation::NONE)
                                      return value;
                                    if (high == INT64_MAX)
                                      return arith::MaxSIOp::create(
                                                 b, value, constantScalar(b, value.getType(), low))
                                          .getResult();
                                    return clampInteger(b, value, low, high);
                                  }));
}

LogicalResult importArithmetic(OpImporter &op, schema::Activation activation) {
  if (failed(checkBroadcast(op, {0, 1})))
    return failure();
  TensorType type = op.output().type;
  if (type == TensorType::INT32 || type == TensorType::INT64)
    return importInteger(op, activation);
  if (isFloat(op.output())) {
    Value values = elementwise(op.b, {op.value(0), op.value(1)}, op.outputType(),
                               [&](ImplicitLocOpBuilder &b, ValueRange v) {
                                 return computeFloat(op.code(), b, v[0], v[1]);
                               });
    FailureOr<Value> result = activateFloat(op, values, activation);
    return failed(result) ? failure() : op.setResult(*result);
  }
  FailureOr<StoredRange> range = activationRange(op, activation);
  if (failed(range))
    return failure();
  return op.code() == BuiltinOperator::MUL ? importQuantizedProduct(op, *range)
                                           : importQuantizedSum(op, *range);
}

template <typename Options> LogicalResult importWithOptions(OpImporter &op) {
  auto options = op.options<Options>();
  return failed(options) ? failure() : importArithmetic(op, (*options)->activation());
}

constexpr StringLiteral kTypes = "f32 f32 -> f32 | i8 i8 -> i8 | u8 u8 -> u8 | i16 i16 -> i16 | "
                                 "i32 i32 -> i32 | i64 i64 -> i64";

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::ADD, 5, kTypes, importWithOptions<schema::AddOptions>},
    {BuiltinOperator::MUL, 7, kTypes, importWithOptions<schema::MulOptions>},
    {BuiltinOperator::SUB, 5, kTypes, importWithOptions<schema::SubOptions>},
};

} // namespace

ArrayRef<OperatorInfo> arithmeticOperators() { return kOperators; }

} // namespace iree_compiler::tflite
