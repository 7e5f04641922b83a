// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Input/TFLite/SoftmaxRows.h"

#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/FixedPoint.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <cfloat>
#include <cmath>

using namespace mlir;

namespace iree_compiler::tflite {

FailureOr<SoftmaxTables> softmaxTables(OpImporter &op, float beta) {
  FailureOr<double> scale = scaleOf(op, op.input(0), "input");
  if (failed(scale))
    return failure();
  double largestFactor =
      op.rounding == tosa::RoundingMode::SINGLE_ROUND ? (1 << 30) - 1.0 : (1LL << 31) - 1.0;
  double factor =
      std::min(static_cast<double>(beta) * *scale * (1 << (31 - kDifferenceBits)), largestFactor);
  if (!(factor > 1))
    return op.error() << "beta times the input's scale is " << static_cast<double>(beta) * *scale
                      << "; supported: more than 2^-" << 31 - kDifferenceBits;
  SoftmaxTables tables;
  tables.multiplier = quantizeMultiplier(factor);
  double largest = ((1 << kDifferenceBits) - 1) *
                   static_cast<double>(1LL << (31 - kDifferenceBits)) /
                   static_cast<double>(1LL << tables.multiplier.exponent);
  tables.largestDifference = static_cast<int64_t>(std::floor(largest));
  for (int32_t difference = 0; difference < 256; ++difference) {
    int32_t scaled = scaleNow(op, -difference, tables.multiplier);
    bool counts = difference <= tables.largestDifference;
    tables.scaled.push_back(scaled);
    tables.exponentials.push_back(counts ? expOnNegative(scaled, kDifferenceBits) : 0);
  }
  return tables;
}

Value rowMaxima(OpImporter &op, Value rows) {
  Type type = cast<RankedTensorType>(rows.getType()).getElementType();
  bool isFloatingPoint = isa<FloatType>(type);
  Value lowest = isFloatingPoint ? constantFloat(op.b, type, -FLT_MAX)
                                 : constantScalar(op.b, type, typeRange(op.input(0)).low);
  return reduce(op.b, rows, {1}, lowest, [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
    if (isFloatingPoint)
      return arith::MaximumFOp::create(b, v[0], v[1]);
    return arith::MaxSIOp::create(b, v[0], v[1]);
  });
}

Scalar differenceOf(ImplicitLocOpBuilder &b, Value element, Value maximum) {
  return Scalar(b, maximum).to(32) - Scalar(b, element).to(32);
}

/// In one reduction: the exponentials of all rows are nowhere stored.
Value sumExponentials(OpImporter &op, Value rows, Value maxima, Value exponentials) {
  int64_t count = cast<RankedTensorType>(rows.getType()).getDimSize(0);
  Value zero = constantScalar(op.b, op.b.getI32Type(), 0);
  Value sums = splat(op.b, {count}, zero);
  AffineMap element = op.b.getMultiDimIdentityMap(2), row = element.getMajorSubMap(1);
  auto body = [&](OpBuilder &nested, Location loc, ValueRange v) {
    ImplicitLocOpBuilder b(loc, nested);
    Scalar exponential(b, lookUp(b, exponentials, differenceOf(b, v[0], v[1]).index()));
    // Rounded; exponentials are not negative.
    Scalar counted = (exponential >> kSumBits) + ((exponential >> (kSumBits - 1)) & 1);
    linalg::YieldOp::create(b, Value(Scalar(b, v[2]) + counted));
  };
  return linalg::GenericOp::create(op.b, sums.getType(),
                                   ValueRange{rows, reshape(op.b, maxima, {count})}, sums,
                                   ArrayRef<AffineMap>{element, row, row},
                                   ArrayRef<utils::IteratorType>{utils::IteratorType::parallel,
                                                                 utils::IteratorType::reduction},
                                   body)
      .getResult(0);
}

} // namespace iree_compiler::tflite
