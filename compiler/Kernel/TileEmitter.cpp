// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/TileEmitter.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
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

void iree_compiler::keepRolled(scf::ForOp loop) {
  MLIRContext *context = loop.getContext();
  auto unroll =
      LLVM::LoopUnrollAttr::get(context, BoolAttr::get(context, true), {}, {}, {}, {}, {}, {});
  loop->setAttr("loop_annotation",
                LLVM::LoopAnnotationAttr::get(context, {}, {}, {}, unroll, {}, {}, {}, {}, {}, {},
                                              {}, {}, {}, {}, {}));
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

void TileEmitter::keepRows() {
  for (TileOperand &operand : operands) {
    auto slice = operand.tensor.getDefiningOp<tensor::ExtractSliceOp>();
    if (!slice)
      continue;
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    if (dropped.empty() || !dropped.test(dropped.size() - 1) || dropped.all())
      continue;
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
}

TileEmitter::Values TileEmitter::readAccumulators() {
  Value whole = op.getDpsInits()[0];
  auto type = cast<RankedTensorType>(whole.getType());
  if (type.getRank() == 0)
    return {tensor::ExtractOp::create(rewriter, loc, whole)};
  Value vector = vector::TransferReadOp::create(
      rewriter, loc, VectorType::get(type.getShape(), type.getElementType()), whole,
      zeros(type.getRank()), zeroOf(type.getElementType()),
      SmallVector<bool>(static_cast<size_t>(type.getRank()), true));
  Values sums;
  forEachIndex(type.getShape(), [&](ArrayRef<int64_t> index) {
    sums.push_back(vector::ExtractOp::create(rewriter, loc, vector, index));
  });
  return sums;
}

void TileEmitter::writeAccumulators(ArrayRef<Value> sums) {
  Value whole = op.getDpsInits()[0];
  auto type = cast<RankedTensorType>(whole.getType());
  if (type.getRank() == 0) {
    rewriter.replaceOpWithNewOp<tensor::InsertOp>(op, sums[0], whole, ValueRange());
    return;
  }
  Value vector = vector::FromElementsOp::create(
      rewriter, loc, VectorType::get(type.getShape(), type.getElementType()), sums);
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

Value TileEmitter::readRow(Value tensor, AffineMap map, ArrayRef<Value> at, int64_t length) {
  Values loops(at), indices;
  for (Value &value : loops)
    if (!value)
      value = arith::ConstantIndexOp::create(rewriter, loc, 0);
  for (AffineExpr expr : map.getResults())
    indices.push_back(affine::makeComposedAffineApply(
                          rewriter, loc, AffineMap::get(loopCount, 0, expr, rewriter.getContext()),
                          getAsOpFoldResult(loops))
                          .getResult());
  Type element = getElementTypeOrSelf(tensor.getType());
  return vector::TransferReadOp::create(rewriter, loc, VectorType::get({length}, element), tensor,
                                        indices, zeroOf(element), SmallVector<bool>{true});
}

TileEmitter::Values TileEmitter::zeros(int64_t rank) {
  return Values(static_cast<size_t>(rank), arith::ConstantIndexOp::create(rewriter, loc, 0));
}

Value TileEmitter::zeroOf(Type type) {
  return arith::ConstantOp::create(rewriter, loc, rewriter.getZeroAttr(type));
}
