// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Along one dimension: ARG_MAX, ARG_MIN, CUMSUM.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"
#include "compiler/Input/TFLite/Scalar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

FailureOr<int64_t> readAxis(OpImporter &op) {
  FailureOr<int64_t> axis = readInteger(op, 1, "the axis");
  if (failed(axis))
    return failure();
  return checkAxis(op, *axis, op.inputType(0).getRank());
}

/// Of equal elements the first one counts.
LogicalResult importArgExtremum(OpImporter &op) {
  FailureOr<int64_t> axis = readAxis(op);
  if (failed(axis))
    return failure();
  SmallVector<int64_t> shape(op.inputType(0).getShape());
  shape.erase(shape.begin() + *axis);
  if (failed(op.expectShape(shape)))
    return failure();
  Value value = op.value(0);
  // The smallest element is the largest one in the reverse order.
  if (op.code() == BuiltinOperator::ARG_MIN)
    value = elementwise(
        op.b, value, op.inputType(0), [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
          if (isa<FloatType>(v[0].getType()))
            return arith::NegFOp::create(b, v[0]);
          return arith::XOrIOp::create(b, v[0], constantScalar(b, v[0].getType(), -1));
        });
  auto type = RankedTensorType::get(shape, op.b.getI32Type());
  Value position = tosa::ArgMaxOp::create(op.b, type, value, static_cast<uint32_t>(*axis));
  if (op.output().type == TensorType::INT64)
    position = elementwise(
        op.b, position, op.outputType(),
        [](ImplicitLocOpBuilder &b, ValueRange v) -> Value { return Scalar(b, v[0]).to(64); });
  return op.setResult(position);
}

struct Scan {
  int64_t axis = 0;
  bool isExclusive = false; ///< a sum does not contain the element at its place
  bool isReverse = false;   ///< from the last element on
};

/// The sums of all elements so far, beginning with a scalar.
Value scanSums(ImplicitLocOpBuilder &b, Value value, Value initial, const Scan &scan) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> sliceShape(type.getShape());
  int64_t count = std::exchange(sliceShape[static_cast<size_t>(scan.axis)], 1);
  auto sliceType = type.clone(sliceShape);
  Value sums = tensor::EmptyOp::create(b, type.getShape(), type.getElementType());
  auto index = [&](int64_t number) { return arith::ConstantIndexOp::create(b, number); };
  Value zero = index(0), one = index(1), end = index(count), last = index(count - 1);
  auto body = [&](OpBuilder &nested, Location loc, Value i, ValueRange carried) {
    ImplicitLocOpBuilder builder(loc, nested);
    Value place = scan.isReverse ? arith::SubIOp::create(builder, last, i).getResult() : i;
    SmallVector<OpFoldResult> offsets(sliceShape.size(), nested.getIndexAttr(0));
    SmallVector<OpFoldResult> strides(sliceShape.size(), nested.getIndexAttr(1));
    SmallVector<OpFoldResult> sizes = getAsIndexOpFoldResult(nested.getContext(), sliceShape);
    offsets[static_cast<size_t>(scan.axis)] = place;
    Value slice =
        tensor::ExtractSliceOp::create(builder, sliceType, value, offsets, sizes, strides);
    Value next = elementwise(builder, {carried[0], slice}, sliceType,
                             [](ImplicitLocOpBuilder &inner, ValueRange v) -> Value {
                               if (isa<FloatType>(v[0].getType()))
                                 return arith::AddFOp::create(inner, v[0], v[1]);
                               return arith::AddIOp::create(inner, v[0], v[1]);
                             });
    Value result = tensor::InsertSliceOp::create(builder, scan.isExclusive ? carried[0] : next,
                                                 carried[1], offsets, sizes, strides);
    scf::YieldOp::create(builder, ValueRange{next, result});
  };
  SmallVector<Value> initials = {splat(b, sliceShape, initial), sums};
  return scf::ForOp::create(b, zero, end, one, initials, body).getResult(1);
}

/// The elements are brought to twice the input's scale, with extra bits below;
/// the sums, as the kernels add them, begin with the negative zero point.
LogicalResult importQuantizedCumsum(OpImporter &op, const Scan &scan) {
  constexpr int64_t kExtraBits = 20;
  FailureOr<SmallVector<double>> scales = scalesOf(op, 1);
  if (failed(scales))
    return failure();
  Multiplier half = quantizeMultiplier(0.5);
  RankedTensorType type = op.outputType().clone(op.b.getI32Type());
  Value scaled = elementwise(op.b, centre(op, 0), cast<RankedTensorType>(type),
                             [&](ImplicitLocOpBuilder &b, ValueRange v) {
                               return scaleBy(op, b, Scalar(b, v[0]) << kExtraBits, half);
                             });
  auto start = static_cast<int32_t>(-zeroPointOf(op.input(0)) * (1 << kExtraBits));
  Value initial = constantScalar(op.b, op.b.getI32Type(), scaleNow(op, start, half));
  Value sums = scanSums(op.b, scaled, initial, scan);
  double factor = 2 * (*scales)[0] / (static_cast<double>(1 << kExtraBits) * (*scales)[1]);
  FailureOr<Value> result = requantize(op, sums, factor, typeRange(op.output()));
  return failed(result) ? failure() : op.setResult(*result);
}

LogicalResult importCumsum(OpImporter &op) {
  auto options = op.options<schema::CumsumOptions>();
  if (failed(options) || failed(checkSameShape(op)))
    return failure();
  FailureOr<int64_t> axis = readAxis(op);
  if (failed(axis))
    return failure();
  Scan scan{*axis, (*options)->exclusive(), (*options)->reverse()};
  TensorType type = op.output().type;
  if (type == TensorType::INT8)
    return importQuantizedCumsum(op, scan);
  Type element = op.outputType().getElementType();
  Value zero = type == TensorType::FLOAT32 ? constantFloat(op.b, element, 0)
                                           : constantScalar(op.b, element, 0);
  return op.setResult(scanSums(op.b, op.value(0), zero, scan));
}

constexpr StringLiteral kArgTypes = "f32 i32 -> i32 | i8 i32 -> i32 | u8 i32 -> i32 | "
                                    "f32 i32 -> i64 | i8 i32 -> i64 | u8 i32 -> i64";

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::ARG_MAX, 3, kArgTypes, importArgExtremum},
    {BuiltinOperator::ARG_MIN, 3, kArgTypes, importArgExtremum},
    {BuiltinOperator::CUMSUM, 1, "f32 i32 -> f32 | i8 i32 -> i8 | i32 i32 -> i32 | i64 i32 -> i64",
     importCumsum},
};

} // namespace

ArrayRef<OperatorInfo> axisOperators() { return kOperators; }

} // namespace iree_compiler::tflite
