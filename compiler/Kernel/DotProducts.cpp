// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/DotProducts.h"

#include "compiler/Kernel/DualMultiply.h"
#include "compiler/Kernel/GatherRows.h"
#include "compiler/Kernel/TileEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
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
  /// Sums start at zero, and what they are added to is added as a vector.
  bool startsAtZero = false;
  /// What is left of a row is a dot product of the longest length, some of whose
  /// elements are zero. Rows shorter than that are put together first.
  bool masksRests = false;
  /// Bytes of the left operand that registers hold while its columns go by;
  /// more are read for each tile. 0: as LLVM likes.
  int64_t maxKept = 0;
};

std::optional<DotShape> dotShape(const Target &target) {
  int64_t step = target.shapes.dotStep, unrolled = target.shapes.dotUnrolled;
  switch (target.shapes.style) {
  case ContractionStyle::DotReduction:
    return DotShape{{16, 8, 4, 1}, step, unrolled, false, true, true, kKeptBytes};
  case ContractionStyle::DualMultiply:
    return DotShape{{4, 1}, step, unrolled, true};
  case ContractionStyle::Scalar:
    return DotShape{{1}, step, unrolled};
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
    if (shape.masksRests)
      gatherShortRows();
    Values start = shape.startsAtZero ? zeroAccumulators() : readAccumulators();
    variable.resize(loopCount);
    variable.set(innermost);
    for (unsigned loop : outer)
      variable.set(loop);
    Values sums = emitAll(start);
    if (shape.startsAtZero)
      addAccumulators(sums);
    else
      writeAccumulators(sums);
    return success();
  }

private:
  /// The operand goes on with loop `next` where its `length` elements along the
  /// innermost loop end.
  bool goesOn(const TileOperand &operand, unsigned next, int64_t length) const {
    AffineExpr inner = rewriter.getAffineDimExpr(innermost);
    size_t rank = operand.indices.size();
    if (rank < 2 || operand.indices[rank - 1] != inner)
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

  /// Makes one dimension of the last two of an operand that goes on so. The
  /// innermost loop stands for both, `next` for nothing.
  void join(TileOperand &operand, unsigned next, int64_t length) {
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
        simplifyAffineExpr(without * length + rewriter.getAffineDimExpr(innermost), loopCount, 0);
  }

  /// Makes one loop of the innermost one and the one around it, if both operands
  /// go on with the latter where the former ends.
  bool joinInnermost() {
    if (outer.empty())
      return false;
    unsigned next = outer.back();
    int64_t length = extents[innermost];
    if (!llvm::all_of(operands, [&](auto &operand) { return goesOn(operand, next, length); }))
      return false;
    for (TileOperand &operand : operands)
      join(operand, next, length);
    extents[innermost] *= extents[next];
    outer.pop_back();
    return true;
  }

  /// Where rows are short, but the right operand goes on from one to the next, puts
  /// the left one's rows together: all reductions are one loop then.
  void gatherShortRows() {
    if (outer.empty() || extents[innermost] >= shape.lengths.front())
      return;
    TileOperand right = operands[1];
    int64_t length = extents[innermost];
    for (unsigned next : llvm::reverse(outer)) {
      if (!goesOn(right, next, length))
        return;
      join(right, next, length);
      length *= extents[next];
    }
    if (length > shape.maxUnrolled)
      return;
    std::optional<TileOperand> left =
        gatherRows(rewriter, op, operands[0], extents, outer, innermost);
    if (!left)
      return;
    operands[0] = *left;
    operands[1] = right;
    extents[innermost] = length;
    outer.clear();
    isGathered = true;
  }

  /// How many iterations of the last outer loop are taken at a time.
  int64_t rowsTogether() const {
    int64_t together = 1, extent = extents[outer.back()];
    while (extents[innermost] * (together + 1) <= shape.maxUnrolled && together < extent)
      ++together;
    while (extent % together != 0)
      --together;
    return together;
  }

  /// Rows of the left operand in the tile, by their first element.
  int64_t leftRows() {
    llvm::SmallDenseSet<AffineMap> rows;
    for (const SmallVector<int64_t> &point : points)
      rows.insert(indicesAt(operands[0], point, llvm::SmallBitVector(loopCount)));
    return static_cast<int64_t>(rows.size());
  }

  /// `bytes` of each row that no loop of the code goes along are more than what
  /// should be kept in registers from one tile to the next.
  bool isTooMuch(int64_t bytes) { return shape.maxKept != 0 && bytes * leftRows() > shape.maxKept; }

  /// The sums over all reduction loops.
  Values emitAll(ArrayRef<Value> start) {
    Values at(loopCount);
    int64_t rows = 1;
    for (unsigned loop : outer)
      rows *= extents[loop];
    bool isStraight =
        extents[innermost] <= shape.maxUnrolled && (outer.empty() || rows == rowsTogether());
    if (isStraight && isTooMuch(rows * extents[innermost]))
      at[innermost] = opaqueZero();
    return emitOuter(0, at, start);
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
    int64_t together = rowsTogether();
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
      at[innermost] = outer.empty() && isTooMuch(length - looped) ? opaqueZero() : Value();
    }
    offsets[innermost] = looped;
    return emitDots(at, offsets, length - looped, carried);
  }

  /// `bytes` of each row from `offsets`, in as few dot products as possible.
  Values emitDots(ArrayRef<Value> at, SmallVector<int64_t> offsets, int64_t bytes,
                  ArrayRef<Value> sums) {
    Values result(sums);
    while (bytes > 0) {
      if (shape.masksRests && bytes < shape.lengths.front() &&
          !llvm::is_contained(shape.lengths, bytes)) {
        emitRest(at, offsets, bytes, result);
        break;
      }
      int64_t length = *llvm::find_if(shape.lengths, [&](int64_t each) { return each <= bytes; });
      if (shape.loadsInOrder)
        orderLoads(rewriter, loc);
      emitDot(at, offsets, length, result);
      offsets[innermost] += length;
      bytes -= length;
    }
    return result;
  }

  /// The last `bytes` of each row, from `offsets`, as one dot product: of elements
  /// that begin before them, where these of the left row are zero, or of a part of
  /// the vector if rows are shorter than it.
  void emitRest(ArrayRef<Value> at, SmallVector<int64_t> offsets, int64_t bytes,
                MutableArrayRef<Value> sums) {
    int64_t length = shape.lengths.front();
    if (offsets[innermost] + bytes >= length) {
      offsets[innermost] += bytes - length;
      return emitDot(at, offsets, length, sums, {}, onesFrom(length - bytes, length));
    }
    Value mask = maskOf(0, bytes, length);
    emitDot(at, offsets, length, sums, {isGathered ? Value() : mask, mask});
  }

  /// Bytes of which those before `begin` are zero, in others all bits are set.
  Value onesFrom(int64_t begin, int64_t length) {
    SmallVector<int8_t> bytes;
    for (int64_t i = 0; i < length; ++i)
      bytes.push_back(i < begin ? 0 : -1);
    auto type = VectorType::get({length}, rewriter.getI8Type());
    return arith::ConstantOp::create(rewriter, loc,
                                     DenseElementsAttr::get(type, ArrayRef<int8_t>(bytes)));
  }

  /// Adds products of `length` elements. Those that are not in the operand's mask
  /// are not read; of the left one, bits that are not in `kept` count as zero.
  void emitDot(ArrayRef<Value> at, ArrayRef<int64_t> offsets, int64_t length,
               MutableArrayRef<Value> sums, std::array<Value, 2> masks = {}, Value kept = nullptr) {
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
        if (!row) {
          row = readRow(operands[i].tensor, map, at, length, masks[i]);
          if (i == 0 && kept)
            row = arith::AndIOp::create(rewriter, loc, row, kept);
        }
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
  bool isGathered = false;       ///< the left operand; bytes behind its rows are readable
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
