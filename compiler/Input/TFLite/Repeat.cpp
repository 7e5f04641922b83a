// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Repeated elements, and tensors that follow from shapes alone: BROADCAST_TO,
// FILL, MIRROR_PAD, RANK, SHAPE, TILE, ZEROS_LIKE.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

Value repeatTo(ImplicitLocOpBuilder &b, Value value, RankedTensorType type) {
  return elementwise(b, value, type, [](ImplicitLocOpBuilder &, ValueRange v) { return v[0]; });
}

/// To the output's declared shape.
LogicalResult importBroadcastTo(OpImporter &op) {
  if (!broadcastsTo(op.inputType(0).getShape(), op.outputType().getShape()))
    return op.error() << "the input, " << op.inputType(0) << ", does not broadcast to the output, "
                      << op.outputType();
  return op.setResult(repeatTo(op.b, op.value(0), op.outputType()));
}

/// As often as the output's declared shape says.
LogicalResult importTile(OpImporter &op) {
  RankedTensorType input = op.inputType(0), output = op.outputType();
  bool fits = input.getRank() == output.getRank();
  for (unsigned i = 0; fits && i < input.getRank(); ++i)
    fits = output.getDimSize(i) % input.getDimSize(i) == 0;
  if (!fits)
    return op.error() << "the output, " << output << ", is no multiple of the input, " << input;
  // Each dimension that repeats is preceded by its number of repetitions.
  SmallVector<int64_t> once, often;
  for (unsigned i = 0; i < input.getRank(); ++i) {
    int64_t extent = input.getDimSize(i), count = output.getDimSize(i) / extent;
    if (count != 1) {
      once.push_back(1);
      often.push_back(count);
    }
    once.push_back(extent);
    often.push_back(extent);
  }
  Value repeated = repeatTo(op.b, reshape(op.b, op.value(0), once), input.clone(often));
  return op.setResult(reshape(op.b, repeated, output.getShape()));
}

/// `count` elements of dimension `axis` from `begin` on, in reverse.
Value reversedPart(ImplicitLocOpBuilder &b, Value value, int64_t axis, int64_t begin,
                   int64_t count) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[static_cast<size_t>(axis)] = count;
  SmallVector<OpFoldResult> offsets(shape.size(), b.getIndexAttr(0)),
      strides(shape.size(), b.getIndexAttr(1));
  offsets[static_cast<size_t>(axis)] = b.getIndexAttr(begin);
  Value part = tensor::ExtractSliceOp::create(
      b, type.clone(shape), value, offsets, getAsIndexOpFoldResult(b.getContext(), shape), strides);
  return tosa::ReverseOp::create(b, part.getType(), part, static_cast<uint32_t>(axis));
}

LogicalResult importMirrorPad(OpImporter &op) {
  auto options = op.options<schema::MirrorPadOptions>();
  if (failed(options))
    return failure();
  auto amounts = op.integers(1, "the padding");
  if (failed(amounts))
    return failure();
  RankedTensorType input = op.inputType(0);
  if (amounts->size() != 2 * static_cast<size_t>(input.getRank()))
    return op.error() << "the padding has " << amounts->size()
                      << " elements; supported: two for each of " << input.getRank()
                      << " dimensions";
  // A reflection does not repeat the first and the last element.
  int64_t border = (*options)->mode() == schema::MirrorPadMode::REFLECT ? 1 : 0;
  SmallVector<int64_t> shape;
  for (unsigned i = 0; i < input.getRank(); ++i) {
    int64_t extent = input.getDimSize(i), low = (*amounts)[2 * i], high = (*amounts)[2 * i + 1];
    if (std::min(low, high) < 0 || std::max(low, high) > extent - border)
      return op.error() << "dimension " << i << " of " << extent << " elements is padded by " << low
                        << " and " << high << "; supported: 0 to " << extent - border;
    shape.push_back(extent + low + high);
  }
  if (failed(op.expectShape(shape)))
    return failure();
  Value value = op.value(0);
  for (unsigned i = 0; i < input.getRank(); ++i) {
    int64_t extent = input.getDimSize(i), low = (*amounts)[2 * i], high = (*amounts)[2 * i + 1];
    SmallVector<Value> parts;
    if (low > 0)
      parts.push_back(reversedPart(op.b, value, i, border, low));
    parts.push_back(value);
    if (high > 0)
      parts.push_back(reversedPart(op.b, value, i, extent - border - high, high));
    if (parts.size() > 1)
      value = tensor::ConcatOp::create(op.b, i, parts);
  }
  return op.setResult(value);
}

LogicalResult importFill(OpImporter &op) {
  FailureOr<Value> value = readScalar(op, 1, "the value");
  return failed(value) ? failure() : op.setResult(splat(op.b, op.outputType().getShape(), *value));
}

LogicalResult importZerosLike(OpImporter &op) {
  if (failed(checkSameShape(op)))
    return failure();
  Type type = op.outputType().getElementType();
  Value zero = isa<FloatType>(type) ? constantFloat(op.b, type, 0) : constantScalar(op.b, type, 0);
  return op.setResult(splat(op.b, op.outputType().getShape(), zero));
}

LogicalResult importShape(OpImporter &op) {
  ArrayRef<int64_t> shape = op.inputType(0).getShape();
  auto rank = static_cast<int64_t>(shape.size());
  if (failed(op.expectShape(rank)))
    return failure();
  return op.setResult(constantTensor(op.b, rank, op.outputType().getElementType(), shape));
}

LogicalResult importRank(OpImporter &op) {
  if (failed(op.expectShape({})))
    return failure();
  return op.setResult(
      constantTensor(op.b, {}, op.outputType().getElementType(), op.inputType(0).getRank()));
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::BROADCAST_TO, 3, "T i32 -> T | T i64 -> T", importBroadcastTo},
    {BuiltinOperator::FILL, 4, "i32 T -> T | i64 T -> T", importFill},
    {BuiltinOperator::MIRROR_PAD, 3, "T i32 -> T | T i64 -> T", importMirrorPad},
    {BuiltinOperator::RANK, 1, "T -> i32", importRank},
    {BuiltinOperator::SHAPE, 1, "T -> i32 | T -> i64", importShape},
    {BuiltinOperator::TILE, 3, "T i32 -> T | T i64 -> T", importTile},
    {BuiltinOperator::ZEROS_LIKE, 1, "f32 -> f32 | i8 -> i8 | i16 -> i16 | i32 -> i32 | i64 -> i64",
     importZerosLike},
};

} // namespace

ArrayRef<OperatorInfo> repeatOperators() { return kOperators; }

} // namespace iree_compiler::tflite
