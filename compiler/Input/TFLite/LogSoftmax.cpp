// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LOG_SOFTMAX over the last dimension.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"
#include "compiler/Input/TFLite/Scalar.h"
#include "compiler/Input/TFLite/SoftmaxRows.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

using Builder = ImplicitLocOpBuilder;

/// A real number in Q0.31.
int64_t fixed(double real) { return static_cast<int64_t>(std::nearbyint(real * 2147483648.0)); }

const double kRootOfHalf = std::sqrt(0.5), kFourthRootOfHalf = std::sqrt(kRootOfHalf),
             kFourthRootOfTwo = 1 / kFourthRootOfHalf;

/// The logarithm in work is Q6.25, so that its parts add up without overflow.
constexpr int64_t kWorkBits = kDifferenceBits + 1;

/// ln(r * 2^(1/4)) of a mantissa r in Q0.31 near 2^(-1/4), where it is 0: a
/// rational approximation, in Q6.25.
Scalar logOfMantissa(Scalar r) {
  int64_t centre = fixed(kFourthRootOfHalf);
  Scalar middle = ((r.to(64) + (centre + 1)) >> 1).to(32);
  Scalar q = (r - centre) << 1;
  Scalar square = multiplyHigh(q, q);
  Scalar numerator = multiplyHigh(q, r) +
                     multiplyHigh(multiplyHigh(q, square), fixed(11.0 / 240 * kFourthRootOfTwo));
  Scalar inner = q + fixed(2 / kFourthRootOfTwo - kFourthRootOfTwo) +
                 multiplyHigh(square, fixed(kFourthRootOfTwo / 20));
  Scalar denominator = multiplyHigh(middle, inner) + multiplyHigh(q, fixed(kFourthRootOfTwo / 4));
  return multiplyHigh(divideByPowerOfTwo(numerator, kWorkBits), inverseOfOnePlus(denominator));
}

/// ln(x) in Q5.26 of x in Q12.19, from 1 on: x is a power of two times a
/// mantissa, of two ways to write it the one whose mantissa is the smaller.
Scalar logarithm(Scalar x) {
  int64_t rootOfHalf = fixed(kRootOfHalf), quarter = 1 << (31 - kWorkBits - 2);
  auto power = [&](Scalar headroom) {
    return (headroom.number(kSumBits) - headroom) << (31 - kWorkBits);
  };
  Scalar headroom = countLeadingZeros(x);
  Scalar mantissa = timesPowerOfTwo(multiplyHigh(x << (headroom - 1), rootOfHalf), 1);
  Scalar exponent = power(headroom) + quarter;
  Scalar otherHeadroom = countLeadingZeros(multiplyHigh(x, rootOfHalf)) - 1;
  Scalar otherMantissa = clamp(x.to(64) << otherHeadroom.to(64), 0, INT32_MAX).to(32);
  Scalar otherExponent = power(otherHeadroom) - quarter;
  Scalar whole = multiplyHigh(exponent.atLeast(otherExponent), fixed(std::log(2.0)));
  return timesPowerOfTwo(whole + logOfMantissa(mantissa.atMost(otherMantissa)), 1);
}

Value logSoftmaxFloat(OpImporter &op, Value rows, int64_t count) {
  auto type = cast<RankedTensorType>(rows.getType());
  Value maxima = reshape(op.b, rowMaxima(op, rows), {count, 1});
  Value zero = constantFloat(op.b, type.getElementType(), 0);
  Value differences =
      elementwise(op.b, {rows, maxima}, type, [](Builder &b, ValueRange v) -> Value {
        return arith::SubFOp::create(b, v[0], v[1]);
      });
  Value sums = reduce(op.b, differences, {1}, zero, [](Builder &b, ValueRange v) -> Value {
    return arith::AddFOp::create(b, v[1], math::ExpOp::create(b, v[0]));
  });
  return elementwise(op.b, {differences, reshape(op.b, sums, {count, 1})}, type,
                     [](Builder &b, ValueRange v) -> Value {
                       return arith::SubFOp::create(b, v[0], math::LogOp::create(b, v[1]));
                     });
}

/// The output's scale is 1/16, and its largest value 0.
FailureOr<Value> logSoftmaxQuantized(OpImporter &op, Value rows, int64_t count) {
  constexpr int64_t kOutputBits = 4;
  auto type = cast<RankedTensorType>(rows.getType());
  FailureOr<SoftmaxTables> tables = softmaxTables(op, 1.0f);
  if (failed(tables))
    return failure();
  Multiplier back = quantizeMultiplier(
      static_cast<double>(1LL << (31 - tables->multiplier.exponent)) / tables->multiplier.value);
  Value scaled = constantTensor(op.b, 256, op.b.getI32Type(), tables->scaled);
  Value exps = constantTensor(op.b, 256, op.b.getI32Type(), tables->exponentials);
  Value maxima = reshape(op.b, rowMaxima(op, rows), {count, 1});
  Value sums = sumExponentials(op, rows, maxima, exps);
  Value logs =
      elementwise(op.b, sums, cast<RankedTensorType>(sums.getType()),
                  [](Builder &b, ValueRange v) -> Value { return logarithm(Scalar(b, v[0])); });
  // What is further away than this from the maximum becomes the least value.
  Value farthest = elementwise(
      op.b, logs, cast<RankedTensorType>(logs.getType()), [&](Builder &b, ValueRange v) -> Value {
        Scalar lowest(b, scaleBy(op, b, Scalar(b, v[0]) + INT32_MIN, back));
        return lowest.atLeast(-tables->largestDifference - 1);
      });
  return elementwise(
      op.b, {rows, maxima, reshape(op.b, logs, {count, 1}), reshape(op.b, farthest, {count, 1})},
      type, [&](Builder &b, ValueRange v) -> Value {
        Scalar difference = differenceOf(b, v[0], v[1]);
        Scalar value(b, lookUp(b, scaled, difference.index()));
        value = divideByPowerOfTwo(value - Scalar(b, v[2]), 31 - kDifferenceBits - kOutputBits);
        Scalar stored = clamp(value + INT8_MAX, INT8_MIN, INT8_MAX);
        Scalar isNear = Scalar(b, v[3]) < (difference.number(0) - difference);
        return select(isNear, stored, stored.number(INT8_MIN)).to(8);
      });
}

LogicalResult importLogSoftmax(OpImporter &op) {
  RankedTensorType input = op.inputType(0);
  if (failed(checkSameShape(op)))
    return failure();
  if (input.getRank() == 0)
    return op.error() << "the input is a scalar; supported: at least one dimension";
  int64_t depth = input.getShape().back(), count = input.getNumElements() / depth;
  Value rows = reshape(op.b, op.value(0), {count, depth});
  if (isFloat(op.input(0)))
    return op.setResult(reshape(op.b, logSoftmaxFloat(op, rows, count), input.getShape()));
  FailureOr<double> scale = scaleOf(op, op.output(), "output");
  if (failed(scale))
    return failure();
  if (*scale != 1.0 / 16 || zeroPointOf(op.output()) != INT8_MAX)
    return op.error() << "the output has the scale " << *scale << " and the zero point "
                      << op.output().quantization.zeroPoints.front()
                      << "; supported: 1/16 and the largest value";
  FailureOr<Value> result = logSoftmaxQuantized(op, rows, count);
  return failed(result) ? failure() : op.setResult(reshape(op.b, *result, input.getShape()));
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::LOG_SOFTMAX, 2, "f32 -> f32 | i8 -> i8 | u8 -> u8", importLogSoftmax},
};

} // namespace

ArrayRef<OperatorInfo> logSoftmaxOperators() { return kOperators; }

} // namespace iree_compiler::tflite
