// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SOFTMAX over the last dimension.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/InterpolatedTables.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/SoftmaxRows.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

using Builder = ImplicitLocOpBuilder;

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

FailureOr<Value> softmaxFloat(OpImporter &op, Value rows, int64_t count, float beta) {
  RankedTensorType type = typeOf(rows);
  Value maxima = reshape(op.b, rowMaxima(op, rows), {count, 1});
  Value exps = elementwise(op.b, {rows, maxima}, type, [&](Builder &b, ValueRange v) -> Value {
    Value difference = arith::SubFOp::create(b, v[0], v[1]);
    if (beta != 1.0f)
      difference = arith::MulFOp::create(
          b, difference, constantFloat(b, difference.getType(), static_cast<double>(beta)));
    return math::ExpOp::create(b, difference);
  });
  Value sums = reduce(
      op.b, exps, {1}, constantFloat(op.b, type.getElementType(), 0),
      [](Builder &b, ValueRange v) -> Value { return arith::AddFOp::create(b, v[1], v[0]); });
  return elementwise(
      op.b, {exps, reshape(op.b, sums, {count, 1})}, type,
      [](Builder &b, ValueRange v) -> Value { return arith::DivFOp::create(b, v[0], v[1]); });
}

/// exp * inverse, undone by the power of two of the sum, with all bits of the
/// output from its least value on.
Scalar probability(Scalar exponential, Scalar sum, Scalar inverse, int64_t bits) {
  // The largest exponential, 1, alone makes the sum 2^(31 - kSumBits): no more zeros
  // lead than kSumBits.
  Scalar shift = (sum.number(kSumBits) - countLeadingZeros(sum)).atLeast(0);
  Scalar product = multiplyHigh(inverse, exponential);
  // By 31 - bits + shift, which may exceed 31. Nothing is negative: halves go up.
  Scalar result = (((product >> (30 - bits)) >> shift) + 1) >> 1;
  int64_t half = 1LL << (bits - 1);
  return clamp(result - half, -half, half - 1);
}

/// The output's scale is 1 over the number of its values, the least is 0.
FailureOr<Value> softmaxQuantized(OpImporter &op, Value rows, int64_t count, float beta) {
  FailureOr<double> outputScale = scaleOf(op, op.output(), "output");
  if (failed(outputScale))
    return failure();
  StoredRange range = typeRange(op.output());
  if (*outputScale != 1.0 / static_cast<double>(range.high - range.low + 1) ||
      zeroPointOf(op.output()) != range.low)
    return op.error() << "the output has the scale " << *outputScale << " and the zero point "
                      << op.output().quantization.zeroPoints.front()
                      << "; supported: 1 over the number of values, and the least value";
  FailureOr<SoftmaxTables> tables = softmaxTables(op, beta);
  if (failed(tables))
    return failure();
  Value exponentials = constantTensor(op.b, 256, op.b.getI32Type(), tables->exponentials);
  Value maxima = reshape(op.b, rowMaxima(op, rows), {count, 1});
  Value sums = sumExponentials(op, rows, maxima, exponentials);
  Value inverses = elementwise(op.b, sums, typeOf(sums), [](Builder &b, ValueRange v) -> Value {
    return reciprocal(Scalar(b, v[0])).inverse;
  });
  Type element = op.outputType().getElementType();
  return elementwise(
      op.b, {rows, maxima, reshape(op.b, sums, {count, 1}), reshape(op.b, inverses, {count, 1})},
      RankedTensorType::get(typeOf(rows).getShape(), element),
      [&](Builder &b, ValueRange v) -> Value {
        Scalar exponential(b, lookUp(b, exponentials, differenceOf(b, v[0], v[1]).index()));
        unsigned bits = element.getIntOrFloatBitWidth();
        return probability(exponential, {b, v[2]}, {b, v[3]}, bits).to(bits);
      });
}

/// Of 16 bits: e^x on [-10, 0] and 1 / (1 + x) on [0, 1] are interpolated.
FailureOr<Value> softmax16(OpImporter &op, Value rows, int64_t count, float beta) {
  FailureOr<SmallVector<double>> scales = scalesOf(op, 1);
  if (failed(scales))
    return failure();
  if ((*scales)[1] != 1.0 / 32768 || zeroPointOf(op.output()) != 0)
    return op.error() << "the output has the scale " << (*scales)[1] << " and the zero point "
                      << zeroPointOf(op.output()) << "; supported for i16: 1/32768 and 0";
  Multiplier multiplier =
      quantizeMultiplier((*scales)[0] * static_cast<double>(beta) / (10.0 / 65535.0));
  if (multiplier.value <= 0 || multiplier.exponent > 15)
    return op.error() << "beta times the input's scale is "
                      << (*scales)[0] * static_cast<double>(beta)
                      << "; supported: above 0 and below 5";
  RankedTensorType wide = typeOf(rows).clone(op.b.getI32Type());
  Value expTable = rangeTable(op.b, [](double x) { return std::exp(x); }, -10, 0);
  Value inverseTable = rangeTable(
      op.b, [](double x) { return 1.0 / static_cast<double>(1.0f + static_cast<float>(x)); }, 0, 1);
  Value maxima = reshape(op.b, rowMaxima(op, rows), {count, 1});
  Value exps = elementwise(op.b, {rows, maxima}, wide, [&](Builder &b, ValueRange v) -> Value {
    Scalar difference = Scalar(b, v[0]).to(32) - Scalar(b, v[1]).to(32);
    Scalar scaled(b, scaleBy(op, b, difference, multiplier));
    return interpolate(clamp(scaled + INT16_MAX, INT16_MIN, INT16_MAX), expTable);
  });
  Value sums = reduce(
      op.b, exps, {1}, constantScalar(op.b, op.b.getI32Type(), 0),
      [](Builder &b, ValueRange v) -> Value { return arith::AddIOp::create(b, v[1], v[0]); });
  Value inverses = elementwise(op.b, sums, typeOf(sums), [&](Builder &b, ValueRange v) -> Value {
    Scalar sum(b, v[0]);
    Scalar shift = (countLeadingZeros(sum) - 1).to(64);
    // Scaled to [1, 2) in Q1.16, less the 1 and to the table's middle.
    Scalar normalized = (((sum.to(64) << shift) + (1 << 13)) >> 14).to(32);
    return interpolate(clamp(normalized - (3 << 15), INT16_MIN, INT16_MAX), inverseTable);
  });
  return elementwise(
      op.b, {exps, reshape(op.b, sums, {count, 1}), reshape(op.b, inverses, {count, 1})},
      typeOf(rows), [](Builder &b, ValueRange v) -> Value {
        Scalar right = Scalar(b, v[1]).number(31) - countLeadingZeros(Scalar(b, v[1]));
        return clamp(multiplyShift({b, v[0]}, {b, v[2]}, right), 0, INT16_MAX).to(16);
      });
}

LogicalResult importSoftmax(OpImporter &op) {
  auto options = op.options<schema::SoftmaxOptions>();
  if (failed(options) || failed(checkSameShape(op)))
    return failure();
  RankedTensorType input = op.inputType(0);
  if (input.getRank() == 0)
    return op.error() << "the input is a scalar; supported: at least one dimension";
  int64_t depth = input.getShape().back(), count = input.getNumElements() / depth;
  Value rows = reshape(op.b, op.value(0), {count, depth});
  auto compute = isFloat(op.input(0))                    ? softmaxFloat
                 : op.input(0).type == TensorType::INT16 ? softmax16
                                                         : softmaxQuantized;
  FailureOr<Value> result = compute(op, rows, count, (*options)->beta());
  return failed(result) ? failure() : op.setResult(reshape(op.b, *result, input.getShape()));
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::SOFTMAX, 3, "f32 -> f32 | i8 -> i8 | u8 -> u8 | i8 -> i16 | i16 -> i16",
     importSoftmax},
};

} // namespace

ArrayRef<OperatorInfo> softmaxOperators() { return kOperators; }

} // namespace iree_compiler::tflite
