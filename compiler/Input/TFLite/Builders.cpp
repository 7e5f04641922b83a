// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Input/TFLite/Builders.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

/// Elements of a constant, of whole bytes, in another order: walks `type` in
/// row-major order through the source with `strides` bytes from byte `start`.
DenseElementsAttr gather(DenseElementsAttr from, RankedTensorType type, ptrdiff_t start,
                         ArrayRef<ptrdiff_t> strides) {
  if (from.isSplat())
    return from.resizeSplat(type);
  size_t rank = strides.size(), width = type.getElementTypeBitWidth() / 8;
  SmallVector<int64_t> index(rank, 0);
  const char *source = from.getRawData().data() + start;
  SmallVector<char> bytes;
  bytes.reserve(from.getRawData().size());
  while (bytes.size() < from.getRawData().size()) {
    bytes.append(source, source + width);
    for (size_t i = rank; i-- > 0;) {
      source += strides[i];
      if (++index[i] < type.getDimSize(static_cast<unsigned>(i)))
        break;
      source -= index[i] * strides[i];
      index[i] = 0;
    }
  }
  return DenseElementsAttr::getFromRawBuffer(type, bytes);
}

/// Bytes between neighbours along each dimension.
SmallVector<ptrdiff_t> byteStrides(ShapedType type) {
  size_t rank = static_cast<size_t>(type.getRank());
  SmallVector<ptrdiff_t> strides(rank, type.getElementTypeBitWidth() / 8);
  for (size_t i = rank; i-- > 1;)
    strides[i - 1] = strides[i] * type.getDimSize(static_cast<unsigned>(i));
  return strides;
}

} // namespace

bool broadcastsTo(ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
  if (from.size() > to.size())
    return false;
  for (auto [a, b] : llvm::zip_equal(from, to.take_back(from.size())))
    if (a != b && a != 1)
      return false;
  return true;
}

Value elementwise(ImplicitLocOpBuilder &b, ValueRange operands, RankedTensorType type,
                  ElementFunction body) {
  int64_t rank = type.getRank();
  SmallVector<AffineMap> maps;
  for (Value operand : operands) {
    auto shape = cast<RankedTensorType>(operand.getType()).getShape();
    int64_t first = rank - static_cast<int64_t>(shape.size());
    SmallVector<AffineExpr> indices;
    for (auto [i, extent] : llvm::enumerate(shape)) {
      int64_t dimension = first + static_cast<int64_t>(i);
      bool repeats = extent == 1 && type.getDimSize(dimension) != 1;
      indices.push_back(repeats ? b.getAffineConstantExpr(0) : b.getAffineDimExpr(dimension));
    }
    maps.push_back(AffineMap::get(rank, 0, indices, b.getContext()));
  }
  maps.push_back(b.getMultiDimIdentityMap(rank));
  SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
  Value empty = tensor::EmptyOp::create(b, type.getShape(), type.getElementType());
  return linalg::GenericOp::create(b, type, operands, empty, maps, iterators,
                                   [&](OpBuilder &nested, Location loc, ValueRange arguments) {
                                     ImplicitLocOpBuilder builder(loc, nested);
                                     Value result = body(builder, arguments.drop_back());
                                     linalg::YieldOp::create(builder, result);
                                   })
      .getResult(0);
}

Value reduce(ImplicitLocOpBuilder &b, Value operand, ArrayRef<int64_t> dimensions, Value initial,
             ElementFunction body) {
  auto type = cast<RankedTensorType>(operand.getType());
  SmallVector<utils::IteratorType> iterators;
  SmallVector<AffineExpr> kept;
  SmallVector<int64_t> shape;
  for (int64_t i = 0; i < type.getRank(); ++i) {
    bool reduces = llvm::is_contained(dimensions, i);
    iterators.push_back(reduces ? utils::IteratorType::reduction : utils::IteratorType::parallel);
    if (reduces)
      continue;
    kept.push_back(b.getAffineDimExpr(i));
    shape.push_back(type.getDimSize(i));
  }
  SmallVector<AffineMap> maps = {b.getMultiDimIdentityMap(type.getRank()),
                                 AffineMap::get(type.getRank(), 0, kept, b.getContext())};
  Value accumulators = splat(b, shape, initial);
  return linalg::GenericOp::create(b, accumulators.getType(), operand, accumulators, maps,
                                   iterators,
                                   [&](OpBuilder &nested, Location loc, ValueRange arguments) {
                                     ImplicitLocOpBuilder builder(loc, nested);
                                     linalg::YieldOp::create(builder, body(builder, arguments));
                                   })
      .getResult(0);
}

Value mapBytes(ImplicitLocOpBuilder &b, Value value, ArrayRef<int64_t> table) {
  SmallVector<int64_t> byBits(256);
  for (auto [position, entry] : llvm::enumerate(table))
    byBits[position ^ 128] = entry;
  Value constant = constantTensor(b, 256, b.getI8Type(), byBits);
  return elementwise(b, value, cast<RankedTensorType>(value.getType()),
                     [&](ImplicitLocOpBuilder &body, ValueRange v) -> Value {
                       return lookUp(body, constant,
                                     arith::IndexCastUIOp::create(body, body.getIndexType(), v[0]));
                     });
}

Value lookUp(ImplicitLocOpBuilder &b, Value table, Value index) {
  return tensor::ExtractOp::create(b, table, index);
}

Value constantScalar(ImplicitLocOpBuilder &b, Type type, int64_t value) {
  return arith::ConstantOp::create(b, b.getIntegerAttr(type, value));
}

Value constantFloat(ImplicitLocOpBuilder &b, Type type, double value) {
  return arith::ConstantOp::create(b, b.getFloatAttr(type, value));
}

Value constantTensor(ImplicitLocOpBuilder &b, ArrayRef<int64_t> shape, Type element,
                     ArrayRef<int64_t> values) {
  unsigned width = element.getIntOrFloatBitWidth();
  auto words = llvm::map_to_vector(
      values, [&](int64_t value) { return APInt(64, static_cast<uint64_t>(value)).trunc(width); });
  return arith::ConstantOp::create(
      b, DenseElementsAttr::get(RankedTensorType::get(shape, element), words));
}

Value splat(ImplicitLocOpBuilder &b, ArrayRef<int64_t> shape, Value scalar) {
  Value empty = tensor::EmptyOp::create(b, shape, scalar.getType());
  return linalg::FillOp::create(b, ValueRange{scalar}, ValueRange{empty}).getResult(0);
}

Value reshape(ImplicitLocOpBuilder &b, Value value, ArrayRef<int64_t> shape) {
  auto from = cast<RankedTensorType>(value.getType());
  if (from.getShape() == shape)
    return value;
  auto to = RankedTensorType::get(shape, from.getElementType());
  DenseElementsAttr constant;
  if (matchPattern(value, m_Constant(&constant)))
    return arith::ConstantOp::create(b, constant.reshape(to));
  if (from.getRank() > to.getRank())
    if (auto groups = getReassociationIndicesForReshape(from, to))
      return tensor::CollapseShapeOp::create(b, to, value, *groups);
  if (from.getRank() < to.getRank())
    if (auto groups = getReassociationIndicesForReshape(from, to))
      return tensor::ExpandShapeOp::create(b, to, value, *groups);
  int64_t count = from.getNumElements();
  ReassociationIndices all;
  // Neither shape refines the other: by way of one dimension.
  if (from.getRank() > 1) {
    llvm::append_range(all, llvm::seq<int64_t>(0, from.getRank()));
    value =
        tensor::CollapseShapeOp::create(b, RankedTensorType::get({count}, from.getElementType()),
                                        value, ArrayRef<ReassociationIndices>{all});
    all.clear();
  }
  llvm::append_range(all, llvm::seq<int64_t>(0, to.getRank()));
  return tensor::ExpandShapeOp::create(b, to, value, ArrayRef<ReassociationIndices>{all});
}

Value transpose(ImplicitLocOpBuilder &b, Value value, ArrayRef<int64_t> permutation) {
  auto from = cast<RankedTensorType>(value.getType());
  auto shape = llvm::map_to_vector(permutation, [&](int64_t i) { return from.getDimSize(i); });
  auto type = RankedTensorType::get(shape, from.getElementType());
  DenseElementsAttr constant;
  if (matchPattern(value, m_Constant(&constant)) && !type.getElementType().isInteger(1)) {
    SmallVector<ptrdiff_t> strides = byteStrides(from);
    auto permuted = llvm::map_to_vector(permutation, [&](int64_t i) { return strides[i]; });
    return arith::ConstantOp::create(b, gather(constant, type, 0, permuted));
  }
  Value empty = tensor::EmptyOp::create(b, shape, from.getElementType());
  return linalg::TransposeOp::create(b, value, empty, permutation)->getResult(0);
}

DenseElementsAttr reverse(DenseElementsAttr constant, ArrayRef<int64_t> dimensions) {
  auto type = cast<RankedTensorType>(constant.getType());
  SmallVector<ptrdiff_t> strides = byteStrides(type);
  ptrdiff_t start = 0;
  for (int64_t dimension : dimensions) {
    start += (type.getDimSize(dimension) - 1) * strides[dimension];
    strides[dimension] = -strides[dimension];
  }
  return gather(constant, type, start, strides);
}

Value pad(ImplicitLocOpBuilder &b, Value value, ArrayRef<int64_t> low, ArrayRef<int64_t> high,
          Value padding) {
  if (llvm::all_of(llvm::concat<const int64_t>(low, high), [](int64_t n) { return n == 0; }))
    return value;
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape());
  for (size_t i = 0; i < shape.size(); ++i)
    shape[i] += low[i] + high[i];
  auto toAttributes = [&](ArrayRef<int64_t> amounts) {
    return llvm::map_to_vector(amounts,
                               [&](int64_t n) -> OpFoldResult { return b.getIndexAttr(n); });
  };
  return tensor::PadOp::create(b, RankedTensorType::get(shape, type.getElementType()), value,
                               toAttributes(low), toAttributes(high), padding);
}

Value clampInteger(ImplicitLocOpBuilder &b, Value value, int64_t low, int64_t high) {
  Type type = value.getType();
  value = arith::MaxSIOp::create(b, value, constantScalar(b, type, low));
  return arith::MinSIOp::create(b, value, constantScalar(b, type, high));
}

Value clampFloat(ImplicitLocOpBuilder &b, Value value, double low, double high) {
  Type type = value.getType();
  value = arith::MaximumFOp::create(b, value, constantFloat(b, type, low));
  return arith::MinimumFOp::create(b, value, constantFloat(b, type, high));
}

} // namespace iree_compiler::tflite
