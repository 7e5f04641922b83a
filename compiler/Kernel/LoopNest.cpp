// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/LoopNest.h"

#include "compiler/Kernel/BindingView.h"
#include "compiler/Schedule/Sizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/AffineExpr.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// `map`'s results as sums of loops times constants, and a constant.
struct LinearIndex {
  SmallVector<int64_t> factors; ///< by loop
  int64_t constant = 0;

  static bool add(AffineExpr expr, int64_t scale, LinearIndex &index) {
    if (auto loop = dyn_cast<AffineDimExpr>(expr)) {
      index.factors[loop.getPosition()] += scale;
      return true;
    }
    if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
      index.constant += scale * constant.getValue();
      return true;
    }
    auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
    if (!binary)
      return false;
    if (expr.getKind() == AffineExprKind::Add)
      return add(binary.getLHS(), scale, index) && add(binary.getRHS(), scale, index);
    if (expr.getKind() != AffineExprKind::Mul)
      return false;
    AffineExpr left = binary.getLHS(), right = binary.getRHS();
    if (isa<AffineConstantExpr>(left))
      std::swap(left, right);
    auto factor = dyn_cast<AffineConstantExpr>(right);
    return factor && add(left, scale * factor.getValue(), index);
  }
};

std::optional<StridedOperand> makeOperand(OpBuilder &builder, OpOperand &use, AffineMap map,
                                          MutableArrayRef<StridedLoop> loops) {
  std::optional<BindingView> view = BindingView::of(use.get());
  if (!view || view->strides.size() != map.getNumResults())
    return std::nullopt;
  LinearIndex index;
  index.factors.assign(loops.size(), 0);
  for (auto [expr, mixed] : llvm::zip_equal(map.getResults(), view->strides)) {
    std::optional<int64_t> stride = getConstantIntValue(mixed);
    if (!stride || !LinearIndex::add(expr, *stride, index))
      return std::nullopt;
  }
  Type element = view->type.getElementType();
  if (!element.isIndex() && !element.isIntOrFloat())
    return std::nullopt;
  uint64_t size = element.isIndex() ? 4 : elementBytes(element);
  if (view->bytes % size != 0)
    return std::nullopt;
  for (auto [loop, factor] : llvm::zip_equal(loops, index.factors))
    loop.strides.push_back(factor);
  Location loc = use.getOwner()->getLoc();
  int64_t constant = index.constant + static_cast<int64_t>(view->bytes / size);
  if (std::optional<int64_t> start = getConstantIntValue(view->offset))
    return StridedOperand{view->binding,
                          arith::ConstantIndexOp::create(builder, loc, constant + *start), element};
  Value offset = getValueOrCreateConstantIndexOp(builder, loc, view->offset);
  if (constant != 0)
    offset = arith::AddIOp::create(builder, loc, offset,
                                   arith::ConstantIndexOp::create(builder, loc, constant));
  return StridedOperand{view->binding, offset, element};
}

/// The outer loop goes on where the inner ends.
bool continues(const StridedLoop &outer, const StridedLoop &inner) {
  for (auto [far, near] : llvm::zip_equal(outer.strides, inner.strides))
    if (far != near * inner.size)
      return false;
  return true;
}

} // namespace

std::optional<LoopNest> LoopNest::of(OpBuilder &builder, linalg::LinalgOp op,
                                     ArrayRef<OpOperand *> uses) {
  if (op.hasDynamicShape())
    return std::nullopt;
  LoopNest nest;
  for (int64_t size : op.getStaticLoopRanges())
    nest.loops.push_back({size, {}});
  for (OpOperand *use : uses) {
    std::optional<StridedOperand> operand =
        makeOperand(builder, *use, op.getMatchingIndexingMap(use), nest.loops);
    if (!operand)
      return std::nullopt;
    nest.operands.push_back(*operand);
  }
  nest.simplify();
  return nest;
}

void LoopNest::simplify() {
  SmallVector<StridedLoop, 8> kept;
  for (StridedLoop &loop : loops) {
    if (loop.size == 1)
      continue;
    if (!kept.empty() && continues(kept.back(), loop)) {
      kept.back().size *= loop.size;
      kept.back().strides = loop.strides;
    } else {
      kept.push_back(loop);
    }
  }
  loops = std::move(kept);
}
