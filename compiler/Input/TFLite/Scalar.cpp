// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Input/TFLite/Scalar.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace iree_compiler::tflite {

Scalar Scalar::number(int64_t value) const {
  return {*b, arith::ConstantOp::create(*b, b->getIntegerAttr(v.getType(), value))};
}

Scalar Scalar::to(unsigned bits) const {
  unsigned width = v.getType().getIntOrFloatBitWidth();
  Type type = b->getIntegerType(bits);
  if (bits > width)
    return {*b, arith::ExtSIOp::create(*b, type, v)};
  return bits == width ? *this : Scalar(*b, arith::TruncIOp::create(*b, type, v));
}

Value Scalar::index() const { return arith::IndexCastUIOp::create(*b, b->getIndexType(), v); }

Scalar Scalar::compare(arith::CmpIPredicate predicate, Scalar other) const {
  return {*b, arith::CmpIOp::create(*b, predicate, v, other.v)};
}

Scalar select(Scalar condition, Scalar a, Scalar b) {
  ImplicitLocOpBuilder &builder = condition.builder();
  return {builder, arith::SelectOp::create(builder, condition, a, b)};
}

Scalar absolute(Scalar value) { return value.atLeast(value.number(0) - value); }

Scalar countLeadingZeros(Scalar value) {
  return {value.builder(), math::CountLeadingZerosOp::create(value.builder(), value)};
}

Scalar clamp(Scalar value, int64_t low, int64_t high) { return value.atLeast(low).atMost(high); }

Scalar multiplyHigh(Scalar a, Scalar b, unsigned bits) {
  Scalar product = a.to(64) * b.to(64) + (1LL << (bits - 1));
  return (product >> static_cast<int64_t>(bits)).to(32);
}

Scalar multiplyHigh(Scalar a, int64_t b, unsigned bits) {
  return multiplyHigh(a, a.number(b), bits);
}

Scalar multiplyShift(Scalar value, Scalar multiplier, Scalar right) {
  Scalar half = (value.number(1).to(64) << right.to(64)) >> 1;
  return ((value.to(64) * multiplier.to(64) + half) >> right.to(64)).to(32);
}

Scalar divideByPowerOfTwo(Scalar value, Scalar exponent) {
  Scalar mask = (value.number(1) << exponent) - 1;
  // 1 more for negative values: their halves go down.
  Scalar negative = value < 0;
  Scalar threshold = select(negative, (mask >> 1) + 1, mask >> 1);
  Scalar rounds = threshold < (value & mask);
  return (value >> exponent) + select(rounds, value.number(1), value.number(0));
}

Scalar divideByPowerOfTwo(Scalar value, int64_t exponent) {
  return divideByPowerOfTwo(value, value.number(exponent));
}

Scalar timesPowerOfTwo(Scalar value, int64_t exponent) {
  return clamp(value.to(64) << exponent, INT32_MIN, INT32_MAX).to(32);
}

Scalar inverseOfOnePlus(Scalar value) {
  Scalar half = ((value.to(64) + (1LL << 31)) >> 1).to(32);
  Scalar x = multiplyHigh(half, -1010580540) + 1515870810;
  for (int step = 0; step < 3; ++step) {
    Scalar remainder = half.number(1 << 29) - multiplyHigh(half, x);
    x = x + timesPowerOfTwo(multiplyHigh(x, remainder), 2);
  }
  return timesPowerOfTwo(x, 1);
}

Reciprocal reciprocal(Scalar value) {
  Scalar headroom = countLeadingZeros(value);
  // Scaled to [1, 2); the 1 is the top bit, which leaves.
  Scalar fraction = (value << headroom) & INT32_MAX;
  return {inverseOfOnePlus(fraction), headroom.number(31) - headroom};
}

} // namespace iree_compiler::tflite
