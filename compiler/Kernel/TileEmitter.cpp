// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/TileEmitter.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace iree_compiler;

void iree_compiler::forEachIndex(ArrayRef<int64_t> extents,
                                 llvm::function_ref<void(ArrayRef<int64_t>)> visit) {
  SmallVector<int64_t> index(extents.size(), 0);
  while (true) {
    visit(index);
    size_t dim = extents.size();
    while (dim > 0 && ++index[dim - 1] == extents[dim - 1])
      index[--dim] = 0;
    if (dim == 0)
      return;
  }
}

/// A dimension of a tensor that is all of the one it is a part of: elements of
/// the dimension before it follow each other without a gap.
static bool isWhole(Value tensor, int64_t dim) {
  if (auto collapse = tensor.getDefiningOp<tensor::CollapseShapeOp>())
    return llvm::all_of(collapse.getReassociationIndices()[static_cast<size_t>(dim)],
                        [&](int64_t each) { return isWhole(collapse.getSrc(), each); });
  auto slice = tensor.getDefiningOp<tensor::ExtractSliceOp>();
  if (!slice)
    return true;
  llvm::SmallBitVector dropped = slice.getDroppedDims();
  ArrayRef<int64_t> sourceShape = slice.getSourceType().getShape();
  int64_t position = -1, kept = -1;
  while (kept < dim)
    if (!dropped.test(static_cast<unsigned>(++position)))
      ++kept;
  // What is dropped between this dimension and its neighbours must have one element.
  auto isGap = [&](int64_t each) {
    return dropped.test(static_cast<unsigned>(each)) && sourceShape[static_cast<size_t>(each)] != 1;
  };
  for (int64_t i = position - 1; i >= 0 && dropped.test(static_cast<unsigned>(i)); --i)
    if (isGap(i))
      return false;
  for (int64_t i = position + 1; i < slice.getSourceType().getRank(); ++i)
    if (isGap(i))
      return false;
  auto at = static_cast<size_t>(position);
  return slice.getStaticSizes()[at] == sourceShape[at] && slice.getStaticStrides()[at] == 1 &&
         isWhole(slice.getSource(), position);
}

bool iree_compiler::isMultiplyAdd(Block &body) {
  auto yield = dyn_cast<linalg::YieldOp>(body.getTerminator());
  if (!yield || yield.getNumOperands() != 1 || body.getNumArguments() != 3)
    return false;
  auto widened = [&](Value value) -> Value {
    auto extension = value.getDefiningOp<arith::ExtSIOp>();
    return extension ? extension.getIn() : Value();
  };
  auto sum = yield.getOperand(0).getDefiningOp<arith::AddIOp>();
  if (!sum)
    return false;
  bool outFirst = sum.getLhs() == body.getArgument(2);
  if (!outFirst && sum.getRhs() != body.getArgument(2))
    return false;
  auto product = (outFirst ? sum.getRhs() : sum.getLhs()).getDefiningOp<arith::MulIOp>();
  if (!product)
    return false;
  Value a = widened(product.getLhs()), b = widened(product.getRhs());
  return (a == body.getArgument(0) && b == body.getArgument(1)) ||
         (a == body.getArgument(1) && b == body.getArgument(0));
}

bool iree_compiler::isByteMultiplyAdd(linalg::LinalgOp op) {
  auto isInteger = [](Value value, unsigned bits) {
    return getElementTypeOrSelf(value.getType()).isInteger(bits);
  };
  return op.getNumDpsInputs() == 2 && op.getNumDpsInits() == 1 &&
         isInteger(op.getDpsInputs()[0], 8) && isInteger(op.getDpsInputs()[1], 8) &&
         isInteger(op.getDpsInits()[0], 32) && isMultiplyAdd(*op.getBlock());
}

std::optional<int64_t> iree_compiler::coefficient(AffineExpr expr, unsigned loop,
                                                  unsigned loopCount) {
  AffineExpr dim = getAffineDimExpr(loop, expr.getContext());
  AffineExpr growth = simplifyAffineExpr(expr.replace(dim, dim + 1) - expr, loopCount, 0);
  auto constant = dyn_cast<AffineConstantExpr>(growth);
  return constant ? std::optional(constant.getValue()) : std::nullopt;
}

void iree_compiler::keepRolled(scf::ForOp loop) {
  MLIRContext *context = loop.getContext();
  auto unroll =
      LLVM::LoopUnrollAttr::get(context, BoolAttr::get(context, true), {}, {}, {}, {}, {}, {});
  loop->setAttr("loop_annotation",
                LLVM::LoopAnnotationAttr::get(context, {}, {}, {}, unroll, {}, {}, {}, {}, {}, {},
                                              {}, {}, {}, {}, {}));
}

static SmallVector<int64_t> rowMajorStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
  return strides;
}

std::optional<PlacedTensor> PlacedTensor::of(Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  Operation *op = tensor.getDefiningOp();
  auto whole = dyn_cast_or_null<bufferization::ToTensorOp>(op);
  if (!op || whole) {
    Value memory = whole ? whole.getBuffer() : tensor;
    auto buffer = dyn_cast<MemRefType>(memory.getType());
    bool isPlain = whole ? buffer && buffer.getLayout().isIdentity()
                         : isa<func::FuncOp>(tensor.getParentBlock()->getParentOp());
    if (!type.hasStaticShape() || !isPlain)
      return std::nullopt;
    return PlacedTensor{memory, rowMajorStrides(type.getShape()), {}};
  }
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
    std::optional<PlacedTensor> placed = of(slice.getSource());
    if (!placed || !slice.hasUnitStride())
      return std::nullopt;
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    SmallVector<int64_t> kept;
    for (auto [i, stride] : llvm::enumerate(placed->strides)) {
      placed->offsets.push_back({slice.getMixedOffsets()[i], stride});
      if (!dropped.test(static_cast<unsigned>(i)))
        kept.push_back(stride);
    }
    placed->strides = kept;
    return placed;
  }
  return std::nullopt;
}

Value PlacedTensor::address(OpBuilder &builder, Location loc) const {
  Value buffer = memory;
  if (auto type = dyn_cast<RankedTensorType>(memory.getType()))
    buffer = bufferization::ToBufferOp::create(
        builder, loc, MemRefType::get(type.getShape(), type.getElementType()), memory,
        /*read_only=*/true);
  Value sum = memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, buffer);
  for (auto [offset, stride] : offsets) {
    Value factor = arith::ConstantIndexOp::create(builder, loc, stride);
    Value distance = arith::MulIOp::create(
        builder, loc, getValueOrCreateConstantIndexOp(builder, loc, offset), factor);
    sum = arith::AddIOp::create(builder, loc, sum, distance);
  }
  return arith::IndexCastOp::create(builder, loc, builder.getI32Type(), sum);
}

TileEmitter::TileEmitter(RewriterBase &rewriter, linalg::GenericOp op)
    : rewriter(rewriter), op(op), loc(op.getLoc()), loopCount(op.getNumLoops()),
      extents(op.getStaticLoopRanges()) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  for (unsigned i = 0; i < 2; ++i)
    operands[i] = {op.getDpsInputs()[i], SmallVector<AffineExpr>(maps[i].getResults())};
  auto type = cast<RankedTensorType>(op.getDpsInits()[0].getType());
  if (type.getNumElements() > kMaxAccumulators)
    return;
  forEachIndex(type.getShape(), [&](ArrayRef<int64_t> index) {
    SmallVector<int64_t> point(loopCount, 0);
    for (auto [expr, value] : llvm::zip(maps[2].getResults(), index))
      point[cast<AffineDimExpr>(expr).getPosition()] = value;
    points.push_back(point);
  });
}

void TileEmitter::keepRows(TileOperand &operand) {
  auto slice = operand.tensor.getDefiningOp<tensor::ExtractSliceOp>();
  if (!slice)
    return;
  llvm::SmallBitVector dropped = slice.getDroppedDims();
  if (dropped.empty() || !dropped.test(dropped.size() - 1) || dropped.all())
    return;
  Value whole =
      tensor::ExtractSliceOp::create(rewriter, loc, slice.getSource(), slice.getMixedOffsets(),
                                     slice.getMixedSizes(), slice.getMixedStrides());
  SmallVector<ReassociationIndices> groups;
  bool isOpen = true; // the last group has only dropped dimensions so far
  for (unsigned dim = 0; dim < dropped.size(); ++dim) {
    if (groups.empty() || (!dropped.test(dim) && !isOpen))
      groups.emplace_back();
    isOpen = isOpen && dropped.test(dim);
    groups.back().push_back(dim);
  }
  operand.tensor = tensor::CollapseShapeOp::create(rewriter, loc, whole, groups);
}

bool TileEmitter::goesOn(const TileOperand &operand, unsigned inner, unsigned next,
                         int64_t length) const {
  size_t rank = operand.indices.size();
  if (rank < 2 || operand.indices[rank - 1] != rewriter.getAffineDimExpr(inner))
    return false;
  auto type = cast<RankedTensorType>(operand.tensor.getType());
  if (type.getDimSize(static_cast<int64_t>(rank) - 1) != length ||
      !isWhole(operand.tensor, static_cast<int64_t>(rank) - 1))
    return false;
  // The dimension before moves by one with `next`, and no other does.
  return coefficient(operand.indices[rank - 2], next, loopCount) == 1 &&
         llvm::none_of(ArrayRef(operand.indices).drop_back(2),
                       [&](AffineExpr expr) { return expr.isFunctionOfDim(next); });
}

void TileEmitter::join(TileOperand &operand, unsigned inner, unsigned next, int64_t length) {
  auto rank = static_cast<int64_t>(operand.indices.size());
  SmallVector<ReassociationIndices> groups;
  for (int64_t i = 0; i + 2 < rank; ++i)
    groups.push_back({i});
  groups.push_back({rank - 2, rank - 1});
  operand.tensor =
      tensor::CollapseShapeOp::create(rewriter, loc, operand.tensor, groups).getResult();
  AffineExpr before = operand.indices[static_cast<size_t>(rank) - 2];
  AffineExpr without =
      before.replace(rewriter.getAffineDimExpr(next), rewriter.getAffineConstantExpr(0));
  operand.indices.pop_back();
  operand.indices.back() =
      simplifyAffineExpr(without * length + rewriter.getAffineDimExpr(inner), loopCount, 0);
}

TileEmitter::Values TileEmitter::readAccumulators() {
  Value whole = op.getDpsInits()[0];
  auto type = cast<RankedTensorType>(whole.getType());
  if (type.getRank() == 0)
    return {tensor::ExtractOp::create(rewriter, loc, whole)};
  Value vector = readWhole();
  Values sums;
  forEachIndex(type.getShape(), [&](ArrayRef<int64_t> index) {
    sums.push_back(vector::ExtractOp::create(rewriter, loc, vector, index));
  });
  return sums;
}

Value TileEmitter::readWhole() {
  Value whole = op.getDpsInits()[0];
  auto type = cast<RankedTensorType>(whole.getType());
  return vector::TransferReadOp::create(
      rewriter, loc, VectorType::get(type.getShape(), type.getElementType()), whole,
      zeros(type.getRank()), zeroOf(type.getElementType()),
      SmallVector<bool>(static_cast<size_t>(type.getRank()), true));
}

TileEmitter::Values TileEmitter::zeroAccumulators() {
  Value zero = zeroOf(getElementTypeOrSelf(op.getDpsInits()[0].getType()));
  return Values(points.size(), zero);
}

void TileEmitter::writeAccumulators(ArrayRef<Value> sums) { replaceOperation(sums, false); }

void TileEmitter::addAccumulators(ArrayRef<Value> sums) { replaceOperation(sums, true); }

void TileEmitter::replaceOperation(ArrayRef<Value> sums, bool isAdded) {
  Value whole = op.getDpsInits()[0];
  auto type = cast<RankedTensorType>(whole.getType());
  if (type.getRank() == 0) {
    Value sum = sums[0];
    if (isAdded)
      sum = arith::AddIOp::create(rewriter, loc, tensor::ExtractOp::create(rewriter, loc, whole),
                                  sum);
    rewriter.replaceOpWithNewOp<tensor::InsertOp>(op, sum, whole, ValueRange());
    return;
  }
  Value vector = vector::FromElementsOp::create(
      rewriter, loc, VectorType::get(type.getShape(), type.getElementType()), sums);
  if (isAdded)
    vector = arith::AddIOp::create(rewriter, loc, readWhole(), vector);
  rewriter.replaceOpWithNewOp<vector::TransferWriteOp>(
      op, vector, whole, zeros(type.getRank()),
      SmallVector<bool>(static_cast<size_t>(type.getRank()), true));
}

TileEmitter::Values TileEmitter::emitLoop(int64_t extent, int64_t step, ArrayRef<Value> sums,
                                          llvm::function_ref<Values(Value, ArrayRef<Value>)> body) {
  auto constant = [&](int64_t value) {
    return arith::ConstantIndexOp::create(rewriter, loc, value);
  };
  if (extent <= step)
    return body(constant(0), sums);
  Value lower = constant(0), upper = constant(extent), increment = constant(step);
  auto loop = scf::ForOp::create(rewriter, loc, lower, upper, increment, sums,
                                 [&](OpBuilder &, Location, Value index, ValueRange carried) {
                                   OpBuilder::InsertionGuard guard(rewriter);
                                   Values results = body(index, Values(carried));
                                   scf::YieldOp::create(rewriter, loc, results);
                                 });
  return Values(loop.getResults());
}

AffineMap TileEmitter::indicesAt(const TileOperand &operand, ArrayRef<int64_t> offsets,
                                 const llvm::SmallBitVector &variable) {
  SmallVector<AffineExpr> values;
  for (unsigned loop = 0; loop < loopCount; ++loop) {
    AffineExpr offset = rewriter.getAffineConstantExpr(offsets[loop]);
    values.push_back(variable.test(loop) ? rewriter.getAffineDimExpr(loop) + offset : offset);
  }
  SmallVector<AffineExpr> results;
  for (AffineExpr expr : operand.indices)
    results.push_back(simplifyAffineExpr(expr.replaceDims(values), loopCount, 0));
  return AffineMap::get(loopCount, 0, results, rewriter.getContext());
}

TileEmitter::Values TileEmitter::evaluate(AffineMap map, ArrayRef<Value> at) {
  Values loops(at), indices;
  for (Value &value : loops)
    if (!value)
      value = arith::ConstantIndexOp::create(rewriter, loc, 0);
  for (AffineExpr expr : map.getResults())
    indices.push_back(affine::makeComposedAffineApply(
                          rewriter, loc, AffineMap::get(loopCount, 0, expr, rewriter.getContext()),
                          getAsOpFoldResult(loops))
                          .getResult());
  return indices;
}

Value TileEmitter::readElement(Value tensor, AffineMap map, ArrayRef<Value> at) {
  return tensor::ExtractOp::create(rewriter, loc, tensor, evaluate(map, at));
}

Value TileEmitter::readRow(Value tensor, AffineMap map, ArrayRef<Value> at, int64_t length,
                           Value mask, Value rest) {
  Values indices = evaluate(map, at);
  Type element = getElementTypeOrSelf(tensor.getType());
  auto along = AffineMap::get(static_cast<unsigned>(indices.size()), 0,
                              rewriter.getAffineDimExpr(static_cast<unsigned>(indices.size()) - 1),
                              rewriter.getContext());
  return vector::TransferReadOp::create(
      rewriter, loc, VectorType::get({length}, element), tensor, indices, AffineMapAttr::get(along),
      rest ? rest : zeroOf(element), mask, rewriter.getBoolArrayAttr({true}));
}

Value TileEmitter::maskOf(int64_t begin, int64_t end, int64_t length) {
  SmallVector<bool> bits;
  for (int64_t i = 0; i < length; ++i)
    bits.push_back(i >= begin && i < end);
  auto type = VectorType::get({length}, rewriter.getI1Type());
  return arith::ConstantOp::create(rewriter, loc, DenseElementsAttr::get(type, bits));
}

Value TileEmitter::opaqueZero() {
  Type i32 = rewriter.getI32Type();
  Value zero = arith::ConstantIntOp::create(rewriter, loc, 0, 32);
  auto dialect = LLVM::AsmDialectAttr::get(rewriter.getContext(), LLVM::AsmDialect::AD_ATT);
  auto hidden = LLVM::InlineAsmOp::create(rewriter, loc, i32, zero, "", "=r,0",
                                          /*has_side_effects=*/true, /*is_align_stack=*/false,
                                          LLVM::tailcallkind::TailCallKind::None, dialect,
                                          /*operand_attrs=*/ArrayAttr());
  Value shift = arith::ConstantIntOp::create(rewriter, loc, 4, 32);
  Value aligned = arith::ShLIOp::create(rewriter, loc, hidden.getResult(0), shift);
  return arith::IndexCastOp::create(rewriter, loc, rewriter.getIndexType(), aligned);
}

TileEmitter::Values TileEmitter::zeros(int64_t rank) {
  return Values(static_cast<size_t>(rank), arith::ConstantIndexOp::create(rewriter, loc, 0));
}

Value TileEmitter::zeroOf(Type type) {
  return arith::ConstantOp::create(rewriter, loc, rewriter.getZeroAttr(type));
}
