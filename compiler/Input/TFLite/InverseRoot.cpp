// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operators that divide by a square root: RSQRT, L2_NORMALIZATION.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/FixedPoint.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"
#include "compiler/Input/TFLite/Scalar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/bit.h"

#include <cmath>

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

/// 1 / sqrt(x) = value / 2^(31 - exponent). Computed now (T is int32_t) or by
/// emitted code (Scalar).
template <typename T> struct Root {
  T value, exponent;
};

int32_t number(int32_t, int32_t value) { return value; }
Scalar number(Scalar like, int32_t value) { return like.number(value); }

/// Five Newton steps towards 1 / sqrt(x) of a normalised x, in Q3.28.
template <typename T> T inverseRootOfNormalized(T x) {
  constexpr int32_t kOneAndHalf = 3 << 27, kRootOfHalf = 1518500250;
  T half = divideByPowerOfTwo(x >> 1, 1);
  T root = number(x, 1 << 28);
  for (int step = 0; step < 5; ++step) {
    T cube = timesPowerOfTwo(multiplyHigh(multiplyHigh(root, root), root), 6);
    root =
        timesPowerOfTwo(multiplyHigh(root, number(x, kOneAndHalf)) - multiplyHigh(half, cube), 3);
  }
  return multiplyHigh(root, number(x, kRootOfHalf));
}

/// x is scaled by a power of four to 27 or 28 significant bits.
constexpr int32_t kTooLarge = 1 << 29, kExponentOfNormalized = 11;

/// Of x from 1 on.
Root<int32_t> inverseRoot(int32_t x) {
  if (x == 1)
    return {INT32_MAX, 0};
  int32_t exponent = kExponentOfNormalized;
  if (x >= kTooLarge) {
    x /= 4;
    ++exponent;
  }
  int pairs = (llvm::countl_zero(static_cast<uint32_t>(x)) - 1) / 2 - 1;
  exponent -= pairs;
  int32_t root = inverseRootOfNormalized(x << (2 * pairs));
  return {root << std::max(-exponent, 0), -std::max(exponent, 0)};
}

/// Of any x; 0, too, gives the largest value.
Root<Scalar> inverseRoot(Scalar x) {
  Scalar zero = x.number(0);
  Scalar isLarge = x >= kTooLarge;
  Scalar reduced = select(isLarge, x >> 2, x.atLeast(2));
  Scalar pairs = ((countLeadingZeros(reduced) - 1) >> 1) - 1;
  Scalar exponent =
      select(isLarge, x.number(kExponentOfNormalized + 1), x.number(kExponentOfNormalized)) - pairs;
  Scalar root = inverseRootOfNormalized(reduced << (pairs << 1));
  Scalar isOne = x < 2;
  return {select(isOne, x.number(INT32_MAX), root << (zero - exponent).atLeast(0)),
          select(isOne, zero, zero - exponent.atLeast(0))};
}

/// Of a byte. A real zero gives the largest value; so do negative ones, which
/// have no root.
LogicalResult importRsqrt(OpImporter &op) {
  if (failed(checkSameShape(op)))
    return failure();
  if (isFloat(op.input(0)))
    return op.setResult(elementwise(op.b, op.value(0), op.outputType(),
                                    [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                                      return math::RsqrtOp::create(b, v[0]);
                                    }));
  constexpr int32_t kExtraBits = 20;
  FailureOr<SmallVector<double>> scales = scalesOf(op, 1);
  if (failed(scales))
    return failure();
  double real = 1.0 / (std::sqrt((*scales)[0]) * (*scales)[1]);
  Multiplier factor = quantizeMultiplier(real);
  factor.exponent -= kExtraBits;
  if (factor.exponent > 0 || factor.exponent < -31)
    return op.error() << "1 / (sqrt(input scale) * output scale) is " << real
                      << "; supported: 2^-11 to 2^20";
  SmallVector<int64_t> table;
  for (int64_t stored = INT8_MIN; stored <= INT8_MAX; ++stored) {
    int64_t value = stored - zeroPointOf(op.input(0));
    if (value <= 0) {
      table.push_back(INT8_MAX);
      continue;
    }
    Root<int32_t> root = inverseRoot(static_cast<int32_t>(value));
    int32_t wide = scaleNow(op, 1, {root.value, root.exponent + kExtraBits});
    int64_t result = scaleNow(op, wide, factor);
    table.push_back(std::clamp<int64_t>(result + zeroPointOf(op.output()), INT8_MIN, INT8_MAX));
  }
  return op.setResult(mapBytes(op.b, op.value(0), table));
}

/// x / max(sqrt(sum of squares), 1e-6) along the last dimension.
Value normalizeFloat(OpImporter &op, Value rows, int64_t count) {
  auto type = cast<RankedTensorType>(rows.getType());
  Value sums = reduce(op.b, rows, {1}, constantFloat(op.b, type.getElementType(), 0),
                      [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                        Value square = arith::MulFOp::create(b, v[0], v[0]);
                        return arith::AddFOp::create(b, v[1], square);
                      });
  return elementwise(op.b, {rows, reshape(op.b, sums, {count, 1})}, type,
                     [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                       Value norm = math::SqrtOp::create(b, v[1]);
                       Value least = constantFloat(b, norm.getType(), 1e-6);
                       norm = arith::MaximumFOp::create(b, norm, least);
                       return arith::DivFOp::create(b, v[0], norm);
                     });
}

/// x times a multiplier that emitted code computed.
Scalar scaleBy(const OpImporter &op, Scalar x, Scalar multiplier, Scalar exponent) {
  if (op.rounding == tosa::RoundingMode::SINGLE_ROUND)
    return multiplyShift(x, multiplier, exponent.number(31) - exponent);
  Scalar left = exponent.atLeast(0), right = (exponent.number(0) - exponent).atLeast(0);
  return divideByPowerOfTwo(multiplyHigh(x << left, multiplier), right);
}

/// By a fixed-point inverse of the root, to units of 1/128.
Value normalizeQuantized(OpImporter &op, Value rows, int64_t count) {
  auto type = cast<RankedTensorType>(rows.getType());
  int64_t zeroPoint = zeroPointOf(op.input(0));
  Value sums = reduce(op.b, rows, {1}, constantScalar(op.b, op.b.getI32Type(), 0),
                      [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                        Scalar x = Scalar(b, v[0]).to(32) - zeroPoint;
                        return Scalar(b, v[1]) + x * x;
                      });
  auto sumType = cast<RankedTensorType>(sums.getType());
  auto rootPart = [&](bool exponent) {
    Value part = elementwise(op.b, sums, sumType, [&](ImplicitLocOpBuilder &b, ValueRange v) {
      Root<Scalar> root = inverseRoot(Scalar(b, v[0]));
      return exponent ? Value(root.exponent) : Value(root.value);
    });
    return reshape(op.b, part, {count, 1});
  };
  return elementwise(op.b, {rows, rootPart(false), rootPart(true)}, type,
                     [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                       Scalar x = Scalar(b, v[0]).to(32) - zeroPoint;
                       Scalar exponent = Scalar(b, v[2]) + 7;
                       Scalar scaled = scaleBy(op, x, {b, v[1]}, exponent);
                       return clamp(scaled + zeroPointOf(op.output()), INT8_MIN, INT8_MAX).to(8);
                     });
}

LogicalResult importL2Normalization(OpImporter &op) {
  constexpr int64_t kMaxDepth = INT32_MAX / (255 * 255); // sums of squares stay within i32
  auto options = op.options<schema::L2NormOptions>();
  if (failed(options) || failed(checkSameShape(op)))
    return failure();
  if ((*options)->activation() != schema::Activation::NONE)
    return op.error() << "a fused activation is not supported";
  RankedTensorType type = op.outputType();
  if (type.getRank() == 0)
    return op.error() << "the input is a scalar; supported: at least one dimension";
  int64_t depth = type.getShape().back(), count = type.getNumElements() / depth;
  Value rows = reshape(op.b, op.value(0), {count, depth});
  if (isFloat(op.input(0)))
    return op.setResult(reshape(op.b, normalizeFloat(op, rows, count), type.getShape()));
  FailureOr<double> scale = scaleOf(op, op.output(), "output");
  if (failed(scale))
    return failure();
  if (*scale != 1.0 / 128 || zeroPointOf(op.output()) != 0)
    return op.error() << "the output has the scale " << *scale << " and the zero point "
                      << op.output().quantization.zeroPoints.front()
                      << "; supported: 1/128 and the middle value";
  if (depth > kMaxDepth)
    return op.error() << "the last dimension has " << depth << " elements; supported: up to "
                      << kMaxDepth;
  return op.setResult(reshape(op.b, normalizeQuantized(op, rows, count), type.getShape()));
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::L2_NORMALIZATION, 2, "f32 -> f32 | i8 -> i8 | u8 -> u8",
     importL2Normalization},
    {BuiltinOperator::RSQRT, 3, "f32 -> f32 | i8 -> i8 | u8 -> u8", importRsqrt},
};

} // namespace

ArrayRef<OperatorInfo> inverseRootOperators() { return kOperators; }

} // namespace iree_compiler::tflite
