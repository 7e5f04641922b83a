// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// MEAN, SUM, REDUCE_ALL, REDUCE_ANY, REDUCE_MAX, REDUCE_MIN, REDUCE_PROD.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

/// The factor of a mean: 1 / count becomes part of the scales' ratio, with the
/// precision that the kernels leave it.
Multiplier divideBy(Multiplier multiplier, int64_t count) {
  int shift = static_cast<int>(llvm::Log2_64(static_cast<uint64_t>(count)));
  shift = std::min({shift, 32, 31 + multiplier.exponent});
  multiplier.value =
      static_cast<int32_t>((static_cast<int64_t>(multiplier.value) << shift) / count);
  multiplier.exponent -= shift;
  return multiplier;
}

LogicalResult reduceFloat(OpImporter &op, ArrayRef<int64_t> axes, int64_t count, bool isMean) {
  Value sums = reduce(op.b, op.value(0), axes, constantFloat(op.b, op.b.getF32Type(), 0),
                      [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                        return arith::AddFOp::create(b, v[1], v[0]);
                      });
  if (isMean)
    sums = elementwise(op.b, sums, cast<RankedTensorType>(sums.getType()),
                       [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                         Value divisor =
                             constantFloat(b, b.getF32Type(), static_cast<double>(count));
                         return arith::DivFOp::create(b, v[0], divisor);
                       });
  return op.setResult(reshape(op.b, sums, op.outputType().getShape()));
}

LogicalResult reduceQuantized(OpImporter &op, ArrayRef<int64_t> axes, int64_t count, bool isMean) {
  FailureOr<SmallVector<double>> scales = scalesOf(op, 1);
  if (failed(scales))
    return failure();
  Value zero = constantScalar(op.b, op.b.getI32Type(), 0);
  Value sums =
      reduce(op.b, op.value(0), axes, zero, [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Value wide = arith::ExtSIOp::create(b, b.getI32Type(), v[0]);
        return arith::AddIOp::create(b, v[1], wide);
      });
  int64_t zeroPoints = zeroPointOf(op.input(0)) * count;
  if (zeroPoints != 0)
    sums = elementwise(op.b, sums, cast<RankedTensorType>(sums.getType()),
                       [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                         return arith::SubIOp::create(
                             b, v[0], constantScalar(b, b.getI32Type(), zeroPoints));
                       });
  Multiplier multiplier = quantizeMultiplier((*scales)[0] / (*scales)[1]);
  if (isMean)
    multiplier = divideBy(multiplier, count);
  FailureOr<Value> result = requantize(op, sums, multiplier, typeRange(op.output()));
  return failed(result) ? failure()
                        : op.setResult(reshape(op.b, *result, op.outputType().getShape()));
}

/// The axes to reduce and how many elements become one; checks the output's shape.
struct Axes {
  SmallVector<int64_t> axes;
  int64_t count = 1;
};

FailureOr<Axes> readReduction(OpImporter &op) {
  auto options = op.options<schema::ReducerOptions>();
  if (failed(options))
    return failure();
  auto axes = readAxes(op, 1);
  if (failed(axes))
    return failure();
  Axes result{*axes};
  SmallVector<int64_t> shape;
  RankedTensorType input = op.inputType(0);
  for (int64_t i = 0; i < input.getRank(); ++i) {
    bool reduces = llvm::is_contained(*axes, i);
    result.count *= reduces ? input.getDimSize(i) : 1;
    if (!reduces || (*options)->keep_dims())
      shape.push_back(reduces ? 1 : input.getDimSize(i));
  }
  if (failed(op.expectShape(shape)))
    return failure();
  return result;
}

/// Combines values as they are stored.
LogicalResult reduceStored(OpImporter &op, ArrayRef<int64_t> axes, Value initial,
                           ElementFunction body) {
  Value result = reduce(op.b, op.value(0), axes, initial, body);
  return op.setResult(reshape(op.b, result, op.outputType().getShape()));
}

template <typename Op> Value combine(ImplicitLocOpBuilder &b, ValueRange v) {
  return Op::create(b, v[1], v[0]);
}

LogicalResult importSumOrMean(OpImporter &op) {
  constexpr int64_t kMaxCount = 1 << 23; // sums of bytes stay within i32
  FailureOr<Axes> reduction = readReduction(op);
  if (failed(reduction))
    return failure();
  bool isMean = op.code() == BuiltinOperator::MEAN;
  TensorType type = op.input(0).type;
  if (type == TensorType::FLOAT32)
    return reduceFloat(op, reduction->axes, reduction->count, isMean);
  if (type == TensorType::INT32 || type == TensorType::INT64)
    return reduceStored(op, reduction->axes,
                        constantScalar(op.b, op.outputType().getElementType(), 0),
                        combine<arith::AddIOp>);
  if (reduction->count > kMaxCount)
    return op.error() << reduction->count << " elements are added; supported: up to " << kMaxCount;
  return reduceQuantized(op, reduction->axes, reduction->count, isMean);
}

LogicalResult importExtremum(OpImporter &op) {
  FailureOr<Axes> reduction = readReduction(op);
  if (failed(reduction))
    return failure();
  bool isMaximum = op.code() == BuiltinOperator::REDUCE_MAX;
  Type type = op.outputType().getElementType();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (isFloat(op.input(0)))
    return reduceStored(op, reduction->axes,
                        constantFloat(op.b, type, isMaximum ? -kInfinity : kInfinity),
                        isMaximum ? combine<arith::MaximumFOp> : combine<arith::MinimumFOp>);
  unsigned width = type.getIntOrFloatBitWidth();
  int64_t lowest = llvm::minIntN(width), highest = llvm::maxIntN(width);
  return reduceStored(op, reduction->axes, constantScalar(op.b, type, isMaximum ? lowest : highest),
                      isMaximum ? combine<arith::MaxSIOp> : combine<arith::MinSIOp>);
}

LogicalResult importProduct(OpImporter &op) {
  FailureOr<Axes> reduction = readReduction(op);
  if (failed(reduction))
    return failure();
  Type type = op.outputType().getElementType();
  if (isFloat(op.input(0)))
    return reduceStored(op, reduction->axes, constantFloat(op.b, type, 1), combine<arith::MulFOp>);
  return reduceStored(op, reduction->axes, constantScalar(op.b, type, 1), combine<arith::MulIOp>);
}

LogicalResult importLogical(OpImporter &op) {
  FailureOr<Axes> reduction = readReduction(op);
  if (failed(reduction))
    return failure();
  bool isAll = op.code() == BuiltinOperator::REDUCE_ALL;
  Value initial = constantScalar(op.b, op.b.getI1Type(), isAll ? 1 : 0);
  return reduceStored(op, reduction->axes, initial,
                      isAll ? combine<arith::AndIOp> : combine<arith::OrIOp>);
}

constexpr StringLiteral kMeanTypes =
    "f32 i32 -> f32 | i8 i32 -> i8 | u8 i32 -> u8 | i16 i32 -> i16";
constexpr StringLiteral kTypes = "f32 i32 -> f32 | i8 i32 -> i8 | u8 i32 -> u8 | "
                                 "i16 i32 -> i16 | i32 i32 -> i32 | i64 i32 -> i64";

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::MEAN, 3, kMeanTypes, importSumOrMean},
    {BuiltinOperator::REDUCE_ALL, 1, "bool i32 -> bool", importLogical},
    {BuiltinOperator::REDUCE_ANY, 2, "bool i32 -> bool", importLogical},
    {BuiltinOperator::REDUCE_MAX, 3, kTypes, importExtremum},
    {BuiltinOperator::REDUCE_MIN, 3, kTypes, importExtremum},
    {BuiltinOperator::REDUCE_PROD, 2, "f32 i32 -> f32 | i32 i32 -> i32 | i64 i32 -> i64",
     importProduct},
    {BuiltinOperator::SUM, 2, kTypes, importSumOrMean},
};

} // namespace

ArrayRef<OperatorInfo> reductionOperators() { return kOperators; }

} // namespace iree_compiler::tflite
