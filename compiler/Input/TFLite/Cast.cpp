// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CAST: values as they are stored, whatever their quantization.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Scalar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

/// An element as an f32 or a signed integer of at least 32 bits.
Value widen(ImplicitLocOpBuilder &b, TensorType type, Value value) {
  if (type == TensorType::FLOAT32)
    return value;
  if (type == TensorType::BOOL)
    return arith::ExtUIOp::create(b, b.getI32Type(), value);
  Scalar wide(b, value);
  if (type != TensorType::INT64)
    wide = wide.to(32);
  return type == TensorType::UINT8 ? wide + 128 : wide; // see OpImporter::value
}

/// To bool, whatever is not zero is true.
Value isNotZero(ImplicitLocOpBuilder &b, Value value) {
  if (isa<FloatType>(value.getType()))
    return arith::CmpFOp::create(b, arith::CmpFPredicate::UNE, value,
                                 constantFloat(b, value.getType(), 0));
  return Scalar(b, value) != 0;
}

/// Fractions are cut off, integers wrap.
Value convert(ImplicitLocOpBuilder &b, Value value, TensorType type, Type element) {
  if (type == TensorType::BOOL)
    return isNotZero(b, value);
  if (isa<FloatType>(value.getType())) {
    if (type == TensorType::FLOAT32)
      return value;
    value = arith::FPToSIOp::create(b, b.getIntegerType(element.isInteger(64) ? 64 : 32), value);
  }
  if (type == TensorType::FLOAT32)
    return arith::SIToFPOp::create(b, element, value);
  Scalar integer(b, value);
  if (type == TensorType::UINT8)
    integer = integer - 128;
  return integer.to(element.getIntOrFloatBitWidth());
}

LogicalResult importCast(OpImporter &op) {
  if (failed(checkSameShape(op)))
    return failure();
  TensorType from = op.input(0).type, to = op.output().type;
  if (from == to)
    return op.setResult(op.value(0));
  Type element = op.outputType().getElementType();
  return op.setResult(
      elementwise(op.b, op.value(0), op.outputType(), [&](ImplicitLocOpBuilder &b, ValueRange v) {
        return convert(b, widen(b, from, v[0]), to, element);
      }));
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::CAST, 6, "T -> U", importCast},
};

} // namespace

ArrayRef<OperatorInfo> castOperators() { return kOperators; }

} // namespace iree_compiler::tflite
