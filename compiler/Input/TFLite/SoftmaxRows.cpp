// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Input/TFLite/SoftmaxRows.h"

#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/FixedPoint.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

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

Value sumExponentials(OpImporter &op, Value rows, Value maxima, Value exponentials) {
  auto type = cast<RankedTensorType>(rows.getType());
  auto wide = RankedTensorType::get(type.getShape(), op.b.getI32Type());
  Value counted =
      elementwise(op.b, {rows, maxima}, wide, [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Scalar exponential(b, lookUp(b, exponentials, differenceOf(b, v[0], v[1]).index()));
        // Rounded; exponentials are not negative.
        return (exponential >> kSumBits) + ((exponential >> (kSumBits - 1)) & 1);
      });
  return reduce(op.b, counted, {1}, constantScalar(op.b, op.b.getI32Type(), 0),
                [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                  return arith::AddIOp::create(b, v[1], v[0]);
                });
}

} // namespace iree_compiler::tflite
