// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// DIV, FLOOR_DIV, FLOOR_MOD.
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

struct Quotient {
  Scalar quotient, remainder;
};

/// Truncates. Defined for all operands, since a device may trap: by 0 the
/// quotient is 0, and by -1 it wraps.
Quotient divide(Scalar numerator, Scalar denominator) {
  Scalar zero = numerator.number(0);
  Scalar isZero = denominator == 0, isMinusOne = denominator == -1;
  Scalar safe = select(isZero, zero + 1, select(isMinusOne, zero + 1, denominator));
  Scalar quotient = numerator / safe;
  quotient = select(isZero, zero, select(isMinusOne, zero - numerator, quotient));
  return {quotient, numerator - quotient * denominator};
}

Value computeInteger(BuiltinOperator code, Scalar numerator, Scalar denominator) {
  auto [quotient, remainder] = divide(numerator, denominator);
  if (code == BuiltinOperator::DIV)
    return quotient;
  // Rounded down where the remainder's sign is not the denominator's.
  Scalar zero = numerator.number(0);
  Scalar differs = (remainder < 0) != Scalar(denominator < 0);
  Scalar down = select(remainder != 0, differs.to(1), differs.number(0));
  if (code == BuiltinOperator::FLOOR_DIV)
    return select(down, quotient - 1, quotient);
  return remainder + select(down, denominator, zero);
}

Value computeFloat(BuiltinOperator code, ImplicitLocOpBuilder &b, Value left, Value right) {
  if (code == BuiltinOperator::FLOOR_MOD) {
    Value zero = constantFloat(b, left.getType(), 0);
    Value remainder = arith::RemFOp::create(b, left, right);
    auto less = [&](Value value) {
      return arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, value, zero).getResult();
    };
    Value differs = arith::XOrIOp::create(b, less(remainder), less(right));
    Value some = arith::CmpFOp::create(b, arith::CmpFPredicate::UNE, remainder, zero);
    Value moved = arith::AddFOp::create(b, remainder, right);
    return arith::SelectOp::create(b, arith::AndIOp::create(b, differs, some), moved, remainder);
  }
  Value quotient = arith::DivFOp::create(b, left, right);
  return code == BuiltinOperator::DIV ? quotient : math::FloorOp::create(b, quotient).getResult();
}

/// The quotient of two bytes less their zero points, scaled by `factor`: the
/// numerator, moved left as far as it goes, times a reciprocal, moved back.
Scalar divideQuantized(OpImporter &op, Scalar numerator, Scalar denominator, Multiplier factor) {
  Scalar isNegative = denominator < 0;
  numerator = select(isNegative, numerator.number(0) - numerator, numerator);
  auto [inverse, exponent] = reciprocal(absolute(denominator).atLeast(1));
  // Of the numerator's bits those that repeat its sign.
  Scalar flipped = select(numerator < 0, numerator.number(-1) - numerator, numerator);
  Scalar headroom = countLeadingZeros(flipped) - 1;
  // Right, in all, by:
  Scalar shift = exponent + headroom - factor.exponent;
  if (op.rounding == tosa::RoundingMode::SINGLE_ROUND) {
    Scalar quotient = multiplyShift(numerator, inverse, headroom.number(31) - headroom);
    return multiplyShift(quotient, quotient.number(factor.value), shift.atMost(31) + 31);
  }
  Scalar quotient = multiplyHigh(numerator << headroom, inverse);
  Scalar scaled = multiplyHigh(quotient, factor.value);
  return divideByPowerOfTwo(scaled.to(64), shift.atMost(62).to(64)).to(32);
}

LogicalResult importQuantizedDivision(OpImporter &op, schema::Activation activation) {
  FailureOr<SmallVector<double>> scales = scalesOf(op, 2);
  if (failed(scales))
    return failure();
  FailureOr<StoredRange> range = activationRange(op, activation);
  if (failed(range))
    return failure();
  Multiplier multiplier = quantizeMultiplier((*scales)[0] / ((*scales)[1] * (*scales)[2]));
  constexpr int32_t kMaxExponent = 22; // the least headroom of 9 bits
  if (multiplier.exponent > kMaxExponent)
    return op.error() << "the quotient of the operands' scales exceeds the output's scale by a "
                         "factor of 2^"
                      << multiplier.exponent << "; supported: up to 2^" << kMaxExponent;
  return op.setResult(elementwise(
      op.b, {op.value(0), op.value(1)}, op.outputType(),
      [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Scalar numerator = Scalar(b, v[0]).to(32) - zeroPointOf(op.input(0));
        Scalar denominator = Scalar(b, v[1]).to(32) - zeroPointOf(op.input(1));
        Scalar quotient = divideQuantized(op, numerator, denominator, multiplier);
        return clamp(quotient + zeroPointOf(op.output()), range->low, range->high).to(8);
      }));
}

LogicalResult importPlainDivision(OpImporter &op) {
  if (failed(checkBroadcast(op, {0, 1})))
    return failure();
  bool isFloatingPoint = isFloat(op.output());
  return op.setResult(elementwise(op.b, {op.value(0), op.value(1)}, op.outputType(),
                                  [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                                    if (isFloatingPoint)
                                      return computeFloat(op.code(), b, v[0], v[1]);
                                    return computeInteger(op.code(), {b, v[0]}, {b, v[1]});
                                  }));
}

LogicalResult importDivision(OpImporter &op) {
  auto options = op.options<schema::DivOptions>();
  if (failed(options) || failed(checkBroadcast(op, {0, 1})))
    return failure();
  schema::Activation activation = (*options)->activation();
  if (isFloat(op.output())) {
    Value quotients = elementwise(op.b, {op.value(0), op.value(1)}, op.outputType(),
                                  [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                                    return computeFloat(op.code(), b, v[0], v[1]);
                                  });
    FailureOr<Value> result = activateFloat(op, quotients, activation);
    return failed(result) ? failure() : op.setResult(*result);
  }
  if (op.output().type != TensorType::INT32)
    return importQuantizedDivision(op, activation);
  if (activation != schema::Activation::NONE)
    return op.error() << "a fused activation of i32 is not supported";
  return importPlainDivision(op);
}

constexpr StringLiteral kPlainTypes = "f32 f32 -> f32 | i32 i32 -> i32 | i64 i64 -> i64";

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::DIV, 2, "f32 f32 -> f32 | i8 i8 -> i8 | u8 u8 -> u8 | i32 i32 -> i32",
     importDivision},
    {BuiltinOperator::FLOOR_DIV, 3, kPlainTypes, importPlainDivision},
    {BuiltinOperator::FLOOR_MOD, 2, kPlainTypes, importPlainDivision},
};

} // namespace

ArrayRef<OperatorInfo> divisionOperators() { return kOperators; }

} // namespace iree_compiler::tflite
