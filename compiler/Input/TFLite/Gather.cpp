// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements at computed positions: GATHER, GATHER_ND, ONE_HOT.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Scalar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

/// Builds a tensor element by element: body(indices of the element).
Value generate(ImplicitLocOpBuilder &b, RankedTensorType type, ElementFunction body) {
  return elementwise(b, {}, type, [&](ImplicitLocOpBuilder &inner, ValueRange) {
    SmallVector<Value> indices;
    for (int64_t i = 0; i < type.getRank(); ++i)
      indices.push_back(linalg::IndexOp::create(inner, static_cast<uint64_t>(i)));
    return body(inner, indices);
  });
}

/// A position that the model computed, kept within `extent`: nothing outside of
/// the tensor is read whatever it is.
Value positionAt(ImplicitLocOpBuilder &b, Value positions, ValueRange indices, int64_t extent) {
  Scalar position(b, tensor::ExtractOp::create(b, positions, indices));
  return clamp(position, 0, extent - 1).index();
}

/// Output: dimensions of the values before the axis, those of the positions
/// after the batch, those of the values after the axis.
LogicalResult importGather(OpImporter &op) {
  auto options = op.options<schema::GatherOptions>();
  if (failed(options))
    return failure();
  RankedTensorType values = op.inputType(0), positions = op.inputType(1);
  FailureOr<int64_t> axis = checkAxis(op, (*options)->axis(), values.getRank());
  if (failed(axis))
    return failure();
  int64_t batch = (*options)->batch_dims();
  batch += batch < 0 ? positions.getRank() : 0;
  if (batch < 0 || batch > std::min(*axis, positions.getRank()) ||
      values.getShape().take_front(static_cast<size_t>(batch)) !=
          positions.getShape().take_front(static_cast<size_t>(batch)))
    return op.error() << "the batch of " << (*options)->batch_dims()
                      << " dimensions is not the same of the values, " << values
                      << ", before the axis and of the positions, " << positions;
  SmallVector<int64_t> shape(values.getShape().take_front(static_cast<size_t>(*axis)));
  llvm::append_range(shape, positions.getShape().drop_front(static_cast<size_t>(batch)));
  llvm::append_range(shape, values.getShape().drop_front(static_cast<size_t>(*axis) + 1));
  if (failed(op.expectShape(shape)))
    return failure();
  Value source = op.value(0), places = op.value(1);
  auto before = static_cast<size_t>(*axis), shared = static_cast<size_t>(batch);
  size_t chosen = static_cast<size_t>(positions.getRank()) - shared;
  return op.setResult(
      generate(op.b, op.outputType(), [&](ImplicitLocOpBuilder &b, ValueRange i) -> Value {
        SmallVector<Value> place(i.take_front(shared));
        llvm::append_range(place, i.slice(before, chosen));
        SmallVector<Value> from(i.take_front(before));
        from.push_back(positionAt(b, places, place, values.getDimSize(*axis)));
        llvm::append_range(from, i.drop_front(before + chosen));
        return tensor::ExtractOp::create(b, source, from);
      }));
}

/// The positions' last dimension holds indices of the values' first dimensions.
LogicalResult importGatherNd(OpImporter &op) {
  RankedTensorType values = op.inputType(0), positions = op.inputType(1);
  if (positions.getRank() == 0 || positions.getShape().back() > values.getRank())
    return op.error() << "the positions, " << positions
                      << ", have to end with a dimension of up to as many numbers as the values, "
                      << values << ", have dimensions";
  int64_t named = positions.getShape().back();
  SmallVector<int64_t> shape(positions.getShape().drop_back());
  llvm::append_range(shape, values.getShape().drop_front(static_cast<size_t>(named)));
  if (failed(op.expectShape(shape)))
    return failure();
  Value source = op.value(0), places = op.value(1);
  auto outer = static_cast<size_t>(positions.getRank() - 1);
  return op.setResult(
      generate(op.b, op.outputType(), [&](ImplicitLocOpBuilder &b, ValueRange i) -> Value {
        SmallVector<Value> from;
        for (int64_t j = 0; j < named; ++j) {
          SmallVector<Value> place(i.take_front(outer));
          place.push_back(arith::ConstantIndexOp::create(b, j));
          from.push_back(positionAt(b, places, place, values.getDimSize(j)));
        }
        llvm::append_range(from, i.drop_front(outer));
        return tensor::ExtractOp::create(b, source, from);
      }));
}

/// The new dimension's extent is the declared one; elsewhere than at the
/// position, and for positions outside of it, the elements are off.
LogicalResult importOneHot(OpImporter &op) {
  auto options = op.options<schema::OneHotOptions>();
  if (failed(options))
    return failure();
  RankedTensorType positions = op.inputType(0), output = op.outputType();
  FailureOr<int64_t> axis = checkAxis(op, (*options)->axis(), positions.getRank() + 1);
  if (failed(axis))
    return failure();
  SmallVector<int64_t> shape(positions.getShape());
  shape.insert(shape.begin() + *axis, 1);
  SmallVector<int64_t> expected = shape;
  if (output.getRank() == static_cast<int64_t>(shape.size()))
    expected[static_cast<size_t>(*axis)] = output.getDimSize(static_cast<unsigned>(*axis));
  if (failed(op.expectShape(expected)))
    return failure();
  FailureOr<Value> on = readScalar(op, 2, "the value of elements that are on");
  if (failed(on))
    return failure();
  FailureOr<Value> off = readScalar(op, 3, "the value of elements that are off");
  if (failed(off))
    return failure();
  Value places = reshape(op.b, op.value(0), shape);
  return op.setResult(
      elementwise(op.b, places, output, [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Value index = linalg::IndexOp::create(b, static_cast<uint64_t>(*axis));
        Scalar here(b, arith::IndexCastOp::create(b, v[0].getType(), index));
        return arith::SelectOp::create(b, here == Scalar(b, v[0]), *on, *off);
      }));
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::GATHER, 5, "T i32 -> T | T i64 -> T", importGather},
    {BuiltinOperator::GATHER_ND, 4, "T i32 -> T | T i64 -> T", importGatherNd},
    {BuiltinOperator::ONE_HOT, 1, "i32 i32 T T -> T | i64 i32 T T -> T", importOneHot},
};

} // namespace

ArrayRef<OperatorInfo> gatherOperators() { return kOperators; }

} // namespace iree_compiler::tflite
