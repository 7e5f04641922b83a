// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Comparisons (EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL),
// logic (LOGICAL_AND, LOGICAL_OR, LOGICAL_NOT) and selection (SELECT, SELECT_V2,
// WHERE).
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"
#include "compiler/Input/TFLite/Scalar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

arith::CmpIPredicate integerPredicate(BuiltinOperator code) {
  switch (code) {
  case BuiltinOperator::EQUAL:
    return arith::CmpIPredicate::eq;
  case BuiltinOperator::NOT_EQUAL:
    return arith::CmpIPredicate::ne;
  case BuiltinOperator::GREATER:
    return arith::CmpIPredicate::sgt;
  case BuiltinOperator::GREATER_EQUAL:
    return arith::CmpIPredicate::sge;
  case BuiltinOperator::LESS:
    return arith::CmpIPredicate::slt;
  default:
    return arith::CmpIPredicate::sle;
  }
}

arith::CmpFPredicate floatPredicate(BuiltinOperator code) {
  switch (code) {
  case BuiltinOperator::EQUAL:
    return arith::CmpFPredicate::OEQ;
  case BuiltinOperator::NOT_EQUAL:
    return arith::CmpFPredicate::UNE;
  case BuiltinOperator::GREATER:
    return arith::CmpFPredicate::OGT;
  case BuiltinOperator::GREATER_EQUAL:
    return arith::CmpFPredicate::OGE;
  case BuiltinOperator::LESS:
    return arith::CmpFPredicate::OLT;
  default:
    return arith::CmpFPredicate::OLE;
  }
}

/// Of real values, which have 8 more bits while they are scaled.
LogicalResult compareQuantized(OpImporter &op) {
  constexpr int64_t kExtraBits = 8;
  constexpr int32_t kMaxExponent = 14; // 9 bits and the extra ones stay within i32
  Multiplier multipliers[2];
  for (unsigned i = 0; i < 2; ++i) {
    FailureOr<double> scale = scaleOf(op, op.input(i), i == 0 ? "operand 0" : "operand 1");
    if (failed(scale))
      return failure();
    multipliers[i] = quantizeMultiplier(*scale);
    if (multipliers[i].exponent > kMaxExponent)
      return op.error() << "operand " << i << " has the scale " << *scale << "; supported: below 2^"
                        << kMaxExponent;
  }
  return op.setResult(elementwise(op.b, {op.value(0), op.value(1)}, op.outputType(),
                                  [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                                    auto scaled = [&](unsigned i) {
                                      Scalar centred =
                                          Scalar(b, v[i]).to(32) - zeroPointOf(op.input(i));
                                      return scaleBy(op, b, centred << kExtraBits, multipliers[i]);
                                    };
                                    return arith::CmpIOp::create(b, integerPredicate(op.code()),
                                                                 scaled(0), scaled(1));
                                  }));
}

LogicalResult importComparison(OpImporter &op) {
  if (failed(checkBroadcast(op, {0, 1})))
    return failure();
  TensorType type = op.input(0).type;
  if (type == TensorType::INT8 || type == TensorType::UINT8)
    return compareQuantized(op);
  return op.setResult(
      elementwise(op.b, {op.value(0), op.value(1)}, op.outputType(),
                  [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                    if (type == TensorType::FLOAT32)
                      return arith::CmpFOp::create(b, floatPredicate(op.code()), v[0], v[1]);
                    return arith::CmpIOp::create(b, integerPredicate(op.code()), v[0], v[1]);
                  }));
}

LogicalResult importLogical(OpImporter &op) {
  if (failed(checkBroadcast(op, {0, 1})))
    return failure();
  bool isAnd = op.code() == BuiltinOperator::LOGICAL_AND;
  return op.setResult(elementwise(op.b, {op.value(0), op.value(1)}, op.outputType(),
                                  [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                                    if (isAnd)
                                      return arith::AndIOp::create(b, v[0], v[1]);
                                    return arith::OrIOp::create(b, v[0], v[1]);
                                  }));
}

LogicalResult importNot(OpImporter &op) {
  if (failed(checkSameShape(op)))
    return failure();
  return op.setResult(elementwise(
      op.b, op.value(0), op.outputType(), [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        return arith::XOrIOp::create(b, v[0], constantScalar(b, b.getI1Type(), 1));
      }));
}

LogicalResult emitSelect(OpImporter &op, Value condition) {
  return op.setResult(elementwise(op.b, {condition, op.value(1), op.value(2)}, op.outputType(),
                                  [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                                    return arith::SelectOp::create(b, v[0], v[1], v[2]);
                                  }));
}

/// The condition has the output's shape, or is one for each row or for all.
LogicalResult importSelect(OpImporter &op) {
  ArrayRef<int64_t> condition = op.inputType(0).getShape(), shape = op.outputType().getShape();
  if (failed(checkSameShape(op, 1)) || failed(checkSameShape(op, 2)))
    return failure();
  if (condition == shape)
    return emitSelect(op, op.value(0));
  bool isRows = condition.size() == 1 && !shape.empty() && condition[0] == shape[0];
  if (!isRows && op.inputType(0).getNumElements() != 1)
    return op.error() << "the condition, " << op.inputType(0) << ", fits neither the output, "
                      << op.outputType() << ", nor its rows";
  SmallVector<int64_t> rows(shape.size(), 1);
  if (isRows)
    rows[0] = condition[0];
  return emitSelect(op, reshape(op.b, op.value(0), rows));
}

LogicalResult importSelectV2(OpImporter &op) {
  return failed(checkBroadcast(op, {0, 1, 2})) ? failure() : emitSelect(op, op.value(0));
}

/// The positions of true elements of a condition that is known now.
LogicalResult importWhere(OpImporter &op) {
  DenseElementsAttr condition = op.constant(0);
  if (!condition)
    return op.error() << "the condition is computed by the model; the output's shape would "
                         "depend on it; supported: constants";
  ArrayRef<int64_t> shape = op.inputType(0).getShape();
  SmallVector<int64_t> positions, position(shape.size(), 0);
  int64_t count = 0;
  for (bool value : condition.getValues<bool>()) {
    if (value) {
      ++count;
      llvm::append_range(positions, position);
    }
    for (size_t i = shape.size(); i-- > 0;) {
      if (++position[i] < shape[i])
        break;
      position[i] = 0;
    }
  }
  SmallVector<int64_t> expected = {count, static_cast<int64_t>(shape.size())};
  if (failed(op.expectShape(expected)))
    return failure();
  return op.setResult(constantTensor(op.b, expected, op.b.getI64Type(), positions));
}

constexpr StringLiteral kOrderedTypes = "f32 f32 -> bool | i8 i8 -> bool | u8 u8 -> bool | "
                                        "i32 i32 -> bool | i64 i64 -> bool";
constexpr StringLiteral kEqualTypes = "f32 f32 -> bool | i8 i8 -> bool | u8 u8 -> bool | "
                                      "i32 i32 -> bool | i64 i64 -> bool | bool bool -> bool";

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::EQUAL, 4, kEqualTypes, importComparison},
    {BuiltinOperator::GREATER, 2, kOrderedTypes, importComparison},
    {BuiltinOperator::GREATER_EQUAL, 3, kOrderedTypes, importComparison},
    {BuiltinOperator::LESS, 3, kOrderedTypes, importComparison},
    {BuiltinOperator::LESS_EQUAL, 2, kOrderedTypes, importComparison},
    {BuiltinOperator::LOGICAL_AND, 1, "bool bool -> bool", importLogical},
    {BuiltinOperator::LOGICAL_NOT, 1, "bool -> bool", importNot},
    {BuiltinOperator::LOGICAL_OR, 1, "bool bool -> bool", importLogical},
    {BuiltinOperator::NOT_EQUAL, 3, kEqualTypes, importComparison},
    {BuiltinOperator::SELECT, 4, "bool T T -> T", importSelect},
    {BuiltinOperator::SELECT_V2, 2, "bool T T -> T", importSelectV2},
    {BuiltinOperator::WHERE, 1, "bool -> i64", importWhere},
};

} // namespace

ArrayRef<OperatorInfo> comparisonOperators() { return kOperators; }

} // namespace iree_compiler::tflite
