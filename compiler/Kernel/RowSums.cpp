// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/RowSums.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace iree_compiler;

std::optional<int64_t> iree_compiler::coefficient(AffineExpr expr, unsigned loop,
                                                  unsigned loopCount) {
  AffineExpr dim = getAffineDimExpr(loop, expr.getContext());
  AffineExpr growth = simplifyAffineExpr(expr.replace(dim, dim + 1) - expr, loopCount, 0);
  auto constant = dyn_cast<AffineConstantExpr>(growth);
  return constant ? std::optional(constant.getValue()) : std::nullopt;
}

bool iree_compiler::runsAlong(AffineMap map, unsigned loop) {
  ArrayRef<AffineExpr> results = map.getResults();
  return !results.empty() && coefficient(results.back(), loop, map.getNumDims()) == 1 &&
         llvm::none_of(results.drop_back(),
                       [&](AffineExpr expr) { return expr.isFunctionOfDim(loop); });
}

std::optional<unsigned> iree_compiler::innermostLoop(linalg::LinalgOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 || !maps[2].isProjectedPermutation())
    return std::nullopt;
  SmallVector<unsigned> reductions;
  op.getReductionDims(reductions);
  for (unsigned loop : llvm::reverse(reductions))
    if (runsAlong(maps[0], loop) && runsAlong(maps[1], loop))
      return loop;
  return std::nullopt;
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

RowSums::RowSums(RewriterBase &rewriter, linalg::GenericOp op)
    : TileEmitter(rewriter, op), innermost(*innermostLoop(op)), variable(loopCount) {
  op.getReductionDims(outer);
  llvm::erase(outer, innermost);
}

bool RowSums::joinInnermost() {
  if (outer.empty())
    return false;
  unsigned next = outer.back();
  AffineExpr inner = rewriter.getAffineDimExpr(innermost);
  for (const TileOperand &operand : operands) {
    size_t rank = operand.indices.size();
    if (rank < 2 || operand.indices[rank - 1] != inner)
      return false;
    auto type = cast<RankedTensorType>(operand.tensor.getType());
    if (type.getDimSize(static_cast<int64_t>(rank) - 1) != extents[innermost] ||
        !isWhole(operand.tensor, static_cast<int64_t>(rank) - 1))
      return false;
    // The dimension before moves by one with `next`, and no other does.
    if (coefficient(operand.indices[rank - 2], next, loopCount) != 1)
      return false;
    for (AffineExpr expr : ArrayRef(operand.indices).drop_back(2))
      if (expr.isFunctionOfDim(next))
        return false;
  }
  // The loops become `innermost`, as long as both; `next` stands for nothing.
  for (TileOperand &operand : operands) {
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
    operand.indices.back() = simplifyAffineExpr(without * extents[innermost] + inner, loopCount, 0);
  }
  extents[innermost] *= extents[next];
  outer.pop_back();
  return true;
}
