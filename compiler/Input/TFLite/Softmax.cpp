// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SOFTMAX over the last dimension.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/FixedPoint.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cfloat>
#include <cmath>

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

using Builder = ImplicitLocOpBuilder;

/// Differences to the maximum are Q5.26, sums of exponentials Q12.19.
constexpr int kDifferenceBits = 5, kSumBits = 12;

Value rowMaxima(OpImporter &op, Value rows, Value lowest) {
  bool isFloatingPoint = isa<FloatType>(lowest.getType());
  return reduce(op.b, rows, {1}, lowest, [&](Builder &b, ValueRange v) -> Value {
    if (isFloatingPoint)
      return arith::MaximumFOp::create(b, v[0], v[1]);
    return arith::MaxSIOp::create(b, v[0], v[1]);
  });
}

Value softmaxFloat(OpImporter &op, Value rows, int64_t count, float beta) {
  auto type = cast<RankedTensorType>(rows.getType());
  Value maxima = reshape(
      op.b, rowMaxima(op, rows, constantFloat(op.b, type.getElementType(), -FLT_MAX)), {count, 1});
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

/// e^-difference in Q0.31 for all differences of two i8; 0 where the kernels
/// skip an element because its difference does not fit Q5.26.
FailureOr<SmallVector<int64_t>> exponentials(OpImporter &op, float beta) {
  FailureOr<double> scale = scaleOf(op, op.input(0), "input");
  if (failed(scale))
    return failure();
  double factor = std::min(static_cast<double>(beta) * *scale * (1 << (31 - kDifferenceBits)),
                           (1LL << 31) - 1.0);
  if (!(factor > 1))
    return op.error() << "beta times the input's scale is " << static_cast<double>(beta) * *scale
                      << "; supported: more than 2^-" << 31 - kDifferenceBits;
  Multiplier multiplier = quantizeMultiplier(factor);
  double largest = ((1 << kDifferenceBits) - 1) *
                   static_cast<double>(1LL << (31 - kDifferenceBits)) /
                   static_cast<double>(1LL << multiplier.exponent);
  SmallVector<int64_t> table;
  for (int32_t difference = 0; difference < 256; ++difference) {
    if (difference > std::floor(largest)) {
      table.push_back(0);
      continue;
    }
    int64_t shifted = static_cast<int64_t>(-difference) * (1LL << multiplier.exponent);
    table.push_back(expOnNegative(multiplyHigh(static_cast<int32_t>(shifted), multiplier.value),
                                  kDifferenceBits));
  }
  return table;
}

/// a * b / 2^31 of i32, rounded.
Value emitMultiplyHigh(Builder &b, Value left, Value right) {
  Type wide = b.getI64Type();
  Value product = arith::MulIOp::create(b, arith::ExtSIOp::create(b, wide, left),
                                        arith::ExtSIOp::create(b, wide, right));
  product = arith::AddIOp::create(b, product, constantScalar(b, wide, 1LL << 30));
  product = arith::ShRSIOp::create(b, product, constantScalar(b, wide, 31));
  return arith::TruncIOp::create(b, b.getI32Type(), product);
}

/// value * 2^exponent of an i32, saturating.
Value emitTimesPowerOfTwo(Builder &b, Value value, int64_t exponent) {
  Type wide = b.getI64Type();
  Value shifted = arith::ShLIOp::create(b, arith::ExtSIOp::create(b, wide, value),
                                        constantScalar(b, wide, exponent));
  return arith::TruncIOp::create(b, b.getI32Type(), clampInteger(b, shifted, INT32_MIN, INT32_MAX));
}

/// inverseOfOnePlus of FixedPoint.h, on an i32 scalar.
Value emitInverseOfOnePlus(Builder &b, Value value) {
  Type narrow = b.getI32Type(), wide = b.getI64Type();
  Value sum = arith::AddIOp::create(b, arith::ExtSIOp::create(b, wide, value),
                                    constantScalar(b, wide, 1LL << 31));
  Value half = arith::TruncIOp::create(b, narrow,
                                       arith::ShRSIOp::create(b, sum, constantScalar(b, wide, 1)));
  Value x =
      arith::AddIOp::create(b, constantScalar(b, narrow, 1515870810),
                            emitMultiplyHigh(b, half, constantScalar(b, narrow, -1010580540)));
  for (int step = 0; step < 3; ++step) {
    Value remainder =
        arith::SubIOp::create(b, constantScalar(b, narrow, 1 << 29), emitMultiplyHigh(b, half, x));
    x = arith::AddIOp::create(b, x, emitTimesPowerOfTwo(b, emitMultiplyHigh(b, x, remainder), 2));
  }
  return emitTimesPowerOfTwo(b, x, 1);
}

/// e^(element - maximum) from the table.
Value emitExponential(Builder &b, Value table, Value element, Value maximum) {
  Type narrow = b.getI32Type();
  Value difference = arith::SubIOp::create(b, arith::ExtSIOp::create(b, narrow, maximum),
                                           arith::ExtSIOp::create(b, narrow, element));
  return lookUp(b, table, arith::IndexCastUIOp::create(b, b.getIndexType(), difference));
}

/// Sums of exponentials of each row in Q12.19.
Value sumExponentials(OpImporter &op, Value rows, Value maxima, Value table) {
  auto type = cast<RankedTensorType>(rows.getType());
  auto wide = RankedTensorType::get(type.getShape(), op.b.getI32Type());
  Value exps = elementwise(op.b, {rows, maxima}, wide, [&](Builder &b, ValueRange v) -> Value {
    Value exp = emitExponential(b, table, v[0], v[1]);
    // Rounded; exponentials are not negative.
    Value half = constantScalar(b, b.getI32Type(), 1 << (kSumBits - 1));
    Value rounds = arith::AndIOp::create(b, exp, half);
    Value bits = constantScalar(b, b.getI32Type(), kSumBits);
    Value one = constantScalar(b, b.getI32Type(), kSumBits - 1);
    return arith::AddIOp::create(b, arith::ShRSIOp::create(b, exp, bits),
                                 arith::ShRUIOp::create(b, rounds, one));
  });
  return reduce(
      op.b, exps, {1}, constantScalar(op.b, op.b.getI32Type(), 0),
      [](Builder &b, ValueRange v) -> Value { return arith::AddIOp::create(b, v[1], v[0]); });
}

/// 1 / sum in Q0.31 of a sum scaled by a power of two to [1, 2).
Value invertSums(OpImporter &op, Value sums) {
  return elementwise(
      op.b, sums, cast<RankedTensorType>(sums.getType()), [](Builder &b, ValueRange v) -> Value {
        Value headroom = math::CountLeadingZerosOp::create(b, v[0]);
        Value shifted = arith::ShLIOp::create(b, v[0], headroom);
        // Less 1, which is the top bit.
        Value fraction =
            arith::XOrIOp::create(b, shifted, constantScalar(b, b.getI32Type(), INT32_MIN));
        return emitInverseOfOnePlus(b, fraction);
      });
}

/// exp * inverse, undone by the power of two, as an i8 from -128 on.
Value emitProbability(Builder &b, Value exp, Value sum, Value inverse) {
  Type wide = b.getI64Type(), narrow = b.getI32Type();
  Value product = arith::ExtSIOp::create(b, wide, emitMultiplyHigh(b, inverse, exp));
  Value headroom = math::CountLeadingZerosOp::create(b, sum);
  Value shift = arith::SubIOp::create(b, constantScalar(b, narrow, kSumBits + 31 - 8), headroom);
  shift = arith::ExtSIOp::create(b, wide, shift);
  Value one = constantScalar(b, wide, 1);
  Value half = arith::ShLIOp::create(b, one, arith::SubIOp::create(b, shift, one));
  Value rounded = arith::ShRSIOp::create(b, arith::AddIOp::create(b, product, half), shift);
  Value stored = arith::AddIOp::create(b, arith::TruncIOp::create(b, narrow, rounded),
                                       constantScalar(b, narrow, INT8_MIN));
  return arith::TruncIOp::create(b, b.getI8Type(), clampInteger(b, stored, INT8_MIN, INT8_MAX));
}

FailureOr<Value> softmaxQuantized(OpImporter &op, Value rows, int64_t count, float beta) {
  FailureOr<double> outputScale = scaleOf(op, op.output(), "output");
  FailureOr<SmallVector<int64_t>> exps = exponentials(op, beta);
  if (failed(outputScale) || failed(exps))
    return failure();
  if (*outputScale != 1.0 / 256 || zeroPointOf(op.output()) != INT8_MIN)
    return op.error() << "the output has the scale " << *outputScale << " and the zero point "
                      << op.output().quantization.zeroPoints.front()
                      << "; supported: 1/256 and the least value";
  auto type = cast<RankedTensorType>(rows.getType());
  Value table = constantTensor(op.b, 256, op.b.getI32Type(), *exps);
  Value lowest = constantScalar(op.b, type.getElementType(), INT8_MIN);
  Value maxima = reshape(op.b, rowMaxima(op, rows, lowest), {count, 1});
  Value sums = sumExponentials(op, rows, maxima, table);
  Value inverses = reshape(op.b, invertSums(op, sums), {count, 1});
  return elementwise(op.b, {rows, maxima, reshape(op.b, sums, {count, 1}), inverses}, type,
                     [&](Builder &b, ValueRange v) {
                       return emitProbability(b, emitExponential(b, table, v[0], v[1]), v[2], v[3]);
                     });
}

LogicalResult importSoftmax(OpImporter &op) {
  auto options = op.options<schema::SoftmaxOptions>();
  if (failed(options))
    return failure();
  RankedTensorType input = op.inputType(0);
  if (input.getRank() == 0)
    return op.error() << "the input is a scalar; supported: at least one dimension";
  int64_t depth = input.getShape().back(), count = input.getNumElements() / depth;
  Value rows = reshape(op.b, op.value(0), {count, depth});
  float beta = (*options)->beta();
  FailureOr<Value> result = isFloat(op.input(0)) ? softmaxFloat(op, rows, count, beta)
                                                 : softmaxQuantized(op, rows, count, beta);
  return failed(result) ? failure() : op.setResult(reshape(op.b, *result, input.getShape()));
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::SOFTMAX, 3, "f32 -> f32 | i8 -> i8 | u8 -> u8", importSoftmax},
};

} // namespace

ArrayRef<OperatorInfo> softmaxOperators() { return kOperators; }

} // namespace iree_compiler::tflite
