// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/DotProducts.h"

#include "compiler/Kernel/DualMultiply.h"
#include "compiler/Kernel/GatherRows.h"
#include "compiler/Kernel/RowSums.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
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

class DotLowering : RowSums {
public:
  DotLowering(RewriterBase &rewriter, linalg::GenericOp op, DotShape shape)
      : RowSums(rewriter, op), shape(std::move(shape)) {}

  LogicalResult run() {
    if (points.empty())
      return failure();
    rewriter.setInsertionPoint(op);
    keepRows();
    while (joinInnermost())
      ;
    if (shape.masksRests)
      gatherShortRows();
    Values start = shape.startsAtZero ? zeroAccumulators() : readAccumulators();
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
  bool isGathered = false; ///< the left operand; bytes behind its rows are readable
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
