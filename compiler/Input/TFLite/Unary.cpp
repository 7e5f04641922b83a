// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions of one element: ABS, CEIL, COS, EXP, FLOOR, LOG, NEG, ROUND, SIN,
// SQRT, SQUARE.
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
  if (failed(checkSameShape(op)))
    return failure();
  return op.setResult(elementwise(op.b, op.value(0), op.outputType(), body));
}

/// An operator that an operation of its own computes.
template <typename Op> LogicalResult importFunction(OpImporter &op) {
  return apply(op,
               [](ImplicitLocOpBuilder &b, ValueRange v) -> Value { return Op::create(b, v[0]); });
}

LogicalResult importNegate(OpImporter &op) {
  if (isFloat(op.input(0)))
    return importFunction<arith::NegFOp>(op);
  return apply(op, [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
    Scalar x(b, v[0]);
    return x.number(0) - x;
  });
}

LogicalResult importSquare(OpImporter &op) {
  bool isFloatingPoint = isFloat(op.input(0));
  return apply(op, [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
    if (isFloatingPoint)
      return arith::MulFOp::create(b, v[0], v[0]);
    return arith::MulIOp::create(b, v[0], v[0]);
  });
}

/// The magnitude of the real value.
LogicalResult importAbsolute(OpImporter &op) {
  if (isFloat(op.input(0)))
    return importFunction<math::AbsFOp>(op);
  auto magnitude = [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
    return absolute(Scalar(b, v[0]));
  };
  if (op.input(0).type == TensorType::INT32)
    return apply(op, magnitude);
  FailureOr<SmallVector<double>> scales = scalesOf(op, 1);
  if (failed(scales) || failed(checkSameShape(op)))
    return failure();
  Value centred = centre(op, 0);
  Value magnitudes =
      elementwise(op.b, centred, cast<RankedTensorType>(centred.getType()), magnitude);
  FailureOr<Value> result =
      requantize(op, magnitudes, (*scales)[0] / (*scales)[1], typeRange(op.output()));
  return failed(result) ? failure() : op.setResult(*result);
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::ABS, 5, "f32 -> f32 | i8 -> i8 | u8 -> u8 | i16 -> i16 | i32 -> i32",
     importAbsolute},
    {BuiltinOperator::CEIL, 2, "f32 -> f32", importFunction<math::CeilOp>},
    {BuiltinOperator::COS, 1, "f32 -> f32", importFunction<math::CosOp>},
    {BuiltinOperator::EXP, 2, "f32 -> f32", importFunction<math::ExpOp>},
    {BuiltinOperator::FLOOR, 2, "f32 -> f32", importFunction<math::FloorOp>},
    {BuiltinOperator::LOG, 2, "f32 -> f32", importFunction<math::LogOp>},
    {BuiltinOperator::NEG, 3, "f32 -> f32 | i32 -> i32 | i64 -> i64", importNegate},
    {BuiltinOperator::ROUND, 1, "f32 -> f32", importFunction<math::RoundEvenOp>},
    {BuiltinOperator::SIN, 1, "f32 -> f32", importFunction<math::SinOp>},
    {BuiltinOperator::SQRT, 1, "f32 -> f32", importFunction<math::SqrtOp>},
    {BuiltinOperator::SQUARE, 1, "f32 -> f32 | i32 -> i32 | i64 -> i64", importSquare},
};

} // namespace

ArrayRef<OperatorInfo> unaryOperators() { return kOperators; }

} // namespace iree_compiler::tflite
