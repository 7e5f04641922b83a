// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// MEAN, SUM.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

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

LogicalResult importReduction(OpImporter &op) {
  constexpr int64_t kMaxCount = 1 << 23; // sums of bytes stay within i32
  auto options = op.options<schema::ReducerOptions>();
  if (failed(options))
    return failure();
  auto axes = readAxes(op, 1);
  if (failed(axes))
    return failure();
  SmallVector<int64_t> shape;
  int64_t count = 1;
  RankedTensorType input = op.inputType(0);
  for (int64_t i = 0; i < input.getRank(); ++i) {
    bool reduces = llvm::is_contained(*axes, i);
    count *= reduces ? input.getDimSize(i) : 1;
    if (!reduces || (*options)->keep_dims())
      shape.push_back(reduces ? 1 : input.getDimSize(i));
  }
  if (op.outputType().getShape() != ArrayRef(shape))
    return op.error() << "reducing " << input << " gives another shape than the output's, "
                      << op.outputType();
  bool isMean = op.code() == BuiltinOperator::MEAN;
  if (isFloat(op.input(0)))
    return reduceFloat(op, *axes, count, isMean);
  if (count > kMaxCount)
    return op.error() << count << " elements are added; supported: up to " << kMaxCount;
  return reduceQuantized(op, *axes, count, isMean);
}

constexpr StringLiteral kTypes = "f32 i32 -> f32 | i8 i32 -> i8 | u8 i32 -> u8 | i16 i32 -> i16";

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::MEAN, 3, kTypes, importReduction},
    {BuiltinOperator::SUM, 2, kTypes, importReduction},
};

} // namespace

ArrayRef<OperatorInfo> reductionOperators() { return kOperators; }

} // namespace iree_compiler::tflite
