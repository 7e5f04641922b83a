// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Integer and fixed-point arithmetic of emitted code, written as if it were
// computed now. The fixed-point functions are those of FixedPoint.h.
#ifndef IREE_COMPILER_INPUT_TFLITE_SCALAR_H_
#define IREE_COMPILER_INPUT_TFLITE_SCALAR_H_

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace iree_compiler::tflite {

/// A scalar integer, of i32 unless converted. Operators emit; both operands have
/// the same type, which a number takes from the other one.
class Scalar {
public:
  Scalar(mlir::ImplicitLocOpBuilder &builder, mlir::Value value) : b(&builder), v(value) {}

  operator mlir::Value() const { return v; }
  mlir::ImplicitLocOpBuilder &builder() const { return *b; }

  /// A constant of this scalar's type.
  Scalar number(int64_t value) const;
  /// Sign-extended or truncated to `bits`.
  Scalar to(unsigned bits) const;
  /// As an index; not negative.
  mlir::Value index() const;

  template <typename T> Scalar operator+(T other) const { return emit<mlir::arith::AddIOp>(other); }
  template <typename T> Scalar operator-(T other) const { return emit<mlir::arith::SubIOp>(other); }
  template <typename T> Scalar operator*(T other) const { return emit<mlir::arith::MulIOp>(other); }
  template <typename T> Scalar operator/(T other) const {
    return emit<mlir::arith::DivSIOp>(other);
  }
  template <typename T> Scalar operator&(T other) const { return emit<mlir::arith::AndIOp>(other); }
  template <typename T> Scalar operator<<(T other) const {
    return emit<mlir::arith::ShLIOp>(other);
  }
  template <typename T> Scalar operator>>(T other) const {
    return emit<mlir::arith::ShRSIOp>(other);
  }
  template <typename T> Scalar atMost(T other) const { return emit<mlir::arith::MinSIOp>(other); }
  template <typename T> Scalar atLeast(T other) const { return emit<mlir::arith::MaxSIOp>(other); }

  // Comparisons, to i1.
  template <typename T> Scalar operator<(T other) const {
    return compare(mlir::arith::CmpIPredicate::slt, other);
  }
  template <typename T> Scalar operator>=(T other) const {
    return compare(mlir::arith::CmpIPredicate::sge, other);
  }
  template <typename T> Scalar operator==(T other) const {
    return compare(mlir::arith::CmpIPredicate::eq, other);
  }
  template <typename T> Scalar operator!=(T other) const {
    return compare(mlir::arith::CmpIPredicate::ne, other);
  }

private:
  template <typename Op> Scalar emit(Scalar other) const {
    return {*b, Op::create(*b, v, other.v)};
  }
  template <typename Op> Scalar emit(int64_t other) const { return emit<Op>(number(other)); }
  Scalar compare(mlir::arith::CmpIPredicate predicate, Scalar other) const;
  Scalar compare(mlir::arith::CmpIPredicate predicate, int64_t other) const {
    return compare(predicate, number(other));
  }

  mlir::ImplicitLocOpBuilder *b;
  mlir::Value v;
};

/// condition ? a : b.
Scalar select(Scalar condition, Scalar a, Scalar b);
Scalar absolute(Scalar value);
Scalar countLeadingZeros(Scalar value);
Scalar clamp(Scalar value, int64_t low, int64_t high);

/// a * b / 2^bits, rounded with halves up, of numbers of bits + 1 bits; as an i32.
Scalar multiplyHigh(Scalar a, Scalar b, unsigned bits = 31);
Scalar multiplyHigh(Scalar a, int64_t b, unsigned bits = 31);

/// value * multiplier / 2^right of two i32, rounded with halves up; as an i32.
Scalar multiplyShift(Scalar value, Scalar multiplier, Scalar right);

/// value / 2^exponent, rounded with halves away from zero. Exponents of 0 and more.
Scalar divideByPowerOfTwo(Scalar value, Scalar exponent);
Scalar divideByPowerOfTwo(Scalar value, int64_t exponent);

/// value * 2^exponent of an i32, saturating.
Scalar timesPowerOfTwo(Scalar value, int64_t exponent);

/// 1 / (1 + value), value in [0, 1), in Q0.31.
Scalar inverseOfOnePlus(Scalar value);

/// 1 / value = inverse / 2^(31 + exponent) of a positive integer.
struct Reciprocal {
  Scalar inverse, exponent;
};
Reciprocal reciprocal(Scalar value);

} // namespace iree_compiler::tflite

#endif // IREE_COMPILER_INPUT_TFLITE_SCALAR_H_
