// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/DotProducts.h"

#include "compiler/Kernel/DualMultiply.h"
#include "compiler/Kernel/TileEmitter.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// How a target takes rows: the lengths of dot products, longest first, down to
/// one; and bytes of each row in one iteration of a loop.
struct DotShape {
  SmallVector<int64_t, 4> lengths;
  int64_t step;
  int64_t maxUnrolled;       ///< a row of up to this many bytes needs no loop
  bool loadsInOrder = false; ///< the loads of one dot product after another
};

std::optional<DotShape> dotShape(const Target &target) {
  int64_t step = target.shapes.dotStep, unrolled = target.shapes.dotUnrolled;
  switch (target.shapes.style) {
  case ContractionStyle::DotReduction:
    return DotShape{{16, 8, 4, 1}, step, unrolled};
  case ContractionStyle::DualMultiply:
    return DotShape{{4, 1}, step, unrolled, true};
  case ContractionStyle::Scalar:
    return DotShape{{1}, step, unrolled};
  case ContractionStyle::VectorScalar:
  case ContractionStyle::OuterProduct:
    return std::nullopt;
  }
  return std::nullopt;
}

/// By how much an expression grows with a loop; nothing if it is not linear.
std::optional<int64_t> coefficient(AffineExpr expr, unsigned loop, unsigned loopCount) {
  AffineExpr dim = getAffineDimExpr(loop, expr.getContext());
  AffineExpr growth = simplifyAffineExpr(expr.replace(dim, dim + 1) - expr, loopCount, 0);
  auto constant = dyn_cast<AffineConstantExpr>(growth);
  return constant ? std::optional(constant.getValue()) : std::nullopt;
}

/// The last dimension moves by one with the loop, and no other one does.
bool runsAlong(AffineMap map, unsigned loop) {
  ArrayRef<AffineExpr> results = map.getResults();
  return !results.empty() && coefficient(results.back(), loop, map.getNumDims()) == 1 &&
         llvm::none_of(results.drop_back(),
                       [&](AffineExpr expr) { return expr.isFunctionOfDim(loop); });
}

/// The reduction loop along which both operands run, if there is one.
std::optional<unsigned> innermostLoop(linalg::LinalgOp op) {
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
bool isWhole(Value tensor, int64_t dim) {
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

class DotLowering : TileEmitter {
public:
  DotLowering(RewriterBase &rewriter, linalg::GenericOp op, DotShape shape)
      : TileEmitter(rewriter, op), shape(std::move(shape)), innermost(*innermostLoop(op)) {}

  LogicalResult run() {
    if (points.empty())
      return failure();
    rewriter.setInsertionPoint(op);
    keepRows();
    op.getReductionDims(outer);
    llvm::erase(outer, innermost);
    while (joinInnermost())
      ;
    Values sums = readAccumulators(), at(loopCount);
    variable.resize(loopCount);
    variable.set(innermost);
    for (unsigned loop : outer)
      variable.set(loop);
    writeAccumulators(emitOuter(0, at, sums));
    return success();
  }

private:
  /// Makes one loop of the innermost one and the one around it, if both operands
  /// go on with the latter where the former ends.
  bool joinInnermost() {
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
      operand.indices.back() =
          simplifyAffineExpr(without * extents[innermost] + inner, loopCount, 0);
    }
    extents[innermost] *= extents[next];
    outer.pop_back();
    return true;
  }

  /// A loop for each outer reduction loop, then the rows. Short rows are taken
  /// several at a time.
  Values emitOuter(size_t depth, Values &at, ArrayRef<Value> sums) {
    if (depth == outer.size())
      return emitRow(at, SmallVector<int64_t>(loopCount, 0), sums);
    unsigned loop = outer[depth];
    if (depth + 1 < outer.size())
      return emitLoop(extents[loop], 1, sums, [&](Value index, ArrayRef<Value> carried) {
        at[loop] = index;
        return emitOuter(depth + 1, at, carried);
      });
    int64_t together = 1;
    while (extents[innermost] * (together + 1) <= shape.maxUnrolled && together < extents[loop])
      ++together;
    while (extents[loop] % together != 0)
      --together;
    return emitLoop(extents[loop], together, sums, [&](Value index, ArrayRef<Value> carried) {
      at[loop] = index;
      Values inner(carried);
      SmallVector<int64_t> offsets(loopCount, 0);
      for (offsets[loop] = 0; offsets[loop] < together; ++offsets[loop])
        inner = emitRow(at, offsets, inner);
      return inner;
    });
  }

  /// The sums along the innermost loop: whole steps in a loop, then the rest.
  Values emitRow(Values &at, SmallVector<int64_t> offsets, ArrayRef<Value> sums) {
    int64_t length = extents[innermost];
    int64_t looped = length <= shape.maxUnrolled ? 0 : length - length % shape.step;
    Values carried(sums);
    if (looped > 0) {
      carried = emitLoop(looped, shape.step, carried, [&](Value index, ArrayRef<Value> inner) {
        at[innermost] = index;
        return emitDots(at, offsets, shape.step, inner);
      });
      at[innermost] = Value();
    }
    offsets[innermost] = looped;
    return emitDots(at, offsets, length - looped, carried);
  }

  /// `bytes` of each row from `offsets`, in as few dot products as possible.
  Values emitDots(ArrayRef<Value> at, SmallVector<int64_t> offsets, int64_t bytes,
                  ArrayRef<Value> sums) {
    Values result(sums);
    while (bytes > 0) {
      int64_t length = *llvm::find_if(shape.lengths, [&](int64_t each) { return each <= bytes; });
      if (shape.loadsInOrder)
        orderLoads(rewriter, loc);
      emitDot(at, offsets, length, result);
      offsets[innermost] += length;
      bytes -= length;
    }
    return result;
  }

  void emitDot(ArrayRef<Value> at, ArrayRef<int64_t> offsets, int64_t length,
               MutableArrayRef<Value> sums) {
    MLIRContext *context = rewriter.getContext();
    auto along = AffineMap::getMultiDimIdentityMap(1, context);
    auto scalar = AffineMap::get(1, 0, context);
    llvm::SmallDenseMap<std::pair<unsigned, AffineMap>, Value> rows;
    for (auto [point, sum] : llvm::zip(points, sums)) {
      SmallVector<int64_t> position(point);
      for (auto [value, offset] : llvm::zip(position, offsets))
        value += offset;
      Value factors[2];
      for (unsigned i = 0; i < 2; ++i) {
        AffineMap map = indicesAt(operands[i], position, variable);
        Value &row = rows[{i, map}];
        if (!row)
          row = readRow(operands[i].tensor, map, at, length);
        factors[i] = row;
      }
      sum = vector::ContractionOp::create(rewriter, loc, factors[0], factors[1], sum,
                                          rewriter.getAffineMapArrayAttr({along, along, scalar}),
                                          rewriter.getArrayAttr({vector::IteratorTypeAttr::get(
                                              context, vector::IteratorType::reduction)}));
    }
  }

  DotShape shape;
  unsigned innermost;
  SmallVector<unsigned> outer;   ///< reduction loops around the innermost one
  llvm::SmallBitVector variable; ///< loops that are loops of the code
};

} // namespace

bool iree_compiler::isSumOfDots(linalg::LinalgOp op, const Target &target) {
  return dotShape(target) && isByteMultiplyAdd(op) && innermostLoop(op);
}

LogicalResult iree_compiler::lowerToDots(RewriterBase &rewriter, linalg::GenericOp op,
                                         const Target &target) {
  if (!isSumOfDots(op, target) || op.hasDynamicShape())
    return failure();
  return DotLowering(rewriter, op, *dotShape(target)).run();
}
