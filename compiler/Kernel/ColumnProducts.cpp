// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/ColumnProducts.h"

#include "compiler/Kernel/DualMultiply.h"
#include "compiler/Kernel/TileEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Products of each sum in one iteration of a loop.
constexpr int64_t kUnrolledProducts = 2;
/// Inner loops with this many products or less are no loops.
constexpr int64_t kMaxStraightProducts = 4;
/// No table has larger tiles.
constexpr int64_t kMaxColumns = 64;

/// The parallel loop of the lanes, if there is one.
std::optional<unsigned> laneLoop(linalg::LinalgOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  if (!maps.back().isProjectedPermutation() || maps.back().getNumResults() == 0)
    return std::nullopt;
  unsigned lane = cast<AffineDimExpr>(maps.back().getResults().back()).getPosition();
  bool isUsed = false;
  for (AffineMap map : ArrayRef(maps).drop_back()) {
    if (!map.isFunctionOfDim(lane))
      continue;
    auto last = dyn_cast<AffineDimExpr>(map.getResults().back());
    if (!last || last.getPosition() != lane)
      return std::nullopt;
    for (AffineExpr expr : map.getResults().drop_back())
      if (expr.isFunctionOfDim(lane))
        return std::nullopt;
    isUsed = true;
  }
  return isUsed ? std::optional(lane) : std::nullopt;
}

class ColumnLowering : TileEmitter {
public:
  ColumnLowering(RewriterBase &rewriter, linalg::GenericOp op)
      : TileEmitter(rewriter, op), lane(*laneLoop(op)), lanes(extents[lane]) {}

  LogicalResult run() {
    findRows();
    if (lanes == 1 || lanes > kMaxColumns || rows.size() > kMaxAccumulators)
      return failure();
    hasScalars = llvm::any_of(ArrayRef(op.getIndexingMapsArray()).drop_back(),
                              [&](AffineMap map) { return !map.isFunctionOfDim(lane); });
    rewriter.setInsertionPoint(op);
    op.getReductionDims(reductions);
    straight = reductions.size();
    int64_t products = 1;
    while (straight > 0 && products * extents[reductions[straight - 1]] <= kMaxStraightProducts)
      products *= extents[reductions[--straight]];
    // Of the loop around them, as many iterations together as seems worth while.
    together = std::max<int64_t>(kUnrolledProducts / products, 1);
    variable.resize(loopCount);
    for (unsigned loop : ArrayRef(reductions).take_front(straight))
      variable.set(loop);
    Values at(loopCount);
    writeSums(emitLoops(0, at, readSums()));
    return success();
  }

private:
  /// The result's rows, in order: the values of its loops but that of the lanes.
  void findRows() {
    rows.assign(1, SmallVector<int64_t>(loopCount, 0));
    for (AffineExpr expr : op.getIndexingMapsArray().back().getResults().drop_back()) {
      unsigned loop = cast<AffineDimExpr>(expr).getPosition();
      SmallVector<SmallVector<int64_t>> longer;
      for (const SmallVector<int64_t> &row : rows)
        for (int64_t i = 0; i < extents[loop] && longer.size() <= kMaxAccumulators; ++i) {
          longer.push_back(row);
          longer.back()[loop] = i;
        }
      rows = std::move(longer);
    }
  }

  VectorType sumsType() {
    auto type = cast<RankedTensorType>(op.getDpsInits()[0].getType());
    return VectorType::get(type.getShape(), type.getElementType());
  }

  /// Where a row is in the vector of all sums.
  SmallVector<int64_t> positionOf(ArrayRef<int64_t> row) {
    SmallVector<int64_t> position;
    for (AffineExpr expr : op.getIndexingMapsArray().back().getResults().drop_back())
      position.push_back(row[cast<AffineDimExpr>(expr).getPosition()]);
    return position;
  }

  Values readSums() {
    VectorType type = sumsType();
    Value all = vector::TransferReadOp::create(rewriter, loc, type, op.getDpsInits()[0],
                                               zeros(type.getRank()), zeroOf(type.getElementType()),
                                               SmallVector<bool>(size_t(type.getRank()), true));
    Values sums;
    for (ArrayRef<int64_t> row : rows)
      sums.push_back(type.getRank() == 1
                         ? all
                         : vector::ExtractOp::create(rewriter, loc, all, positionOf(row)));
    return sums;
  }

  void writeSums(ArrayRef<Value> sums) {
    VectorType type = sumsType();
    Value all = sums.front();
    if (type.getRank() != 1) {
      all = arith::ConstantOp::create(rewriter, loc, rewriter.getZeroAttr(type));
      for (auto [row, sum] : llvm::zip_equal(rows, sums))
        all = vector::InsertOp::create(rewriter, loc, sum, all, positionOf(row));
    }
    rewriter.replaceOpWithNewOp<vector::TransferWriteOp>(
        op, all, op.getDpsInits()[0], zeros(type.getRank()),
        SmallVector<bool>(size_t(type.getRank()), true));
  }

  /// The loops over the sum that are not straight code; of the last of them,
  /// several iterations at a time, then what is left.
  Values emitLoops(size_t depth, Values &at, ArrayRef<Value> sums) {
    SmallVector<int64_t> offsets(loopCount, 0);
    emitted = 0;
    if (depth == straight)
      return emitProducts(depth, at, offsets, sums);
    unsigned loop = reductions[depth];
    if (depth + 1 < straight)
      return emitLoop(extents[loop], 1, sums, [&](Value index, ArrayRef<Value> carried) {
        at[loop] = index;
        return emitLoops(depth + 1, at, carried);
      });
    auto emitSome = [&](int64_t count, ArrayRef<Value> carried) {
      emitted = 0;
      Values result(carried);
      for (int64_t i = 0; i < count; ++i, ++offsets[loop])
        result = emitProducts(straight, at, offsets, result);
      return result;
    };
    int64_t looped = extents[loop] - extents[loop] % together;
    Values result = emitLoop(looped, together, sums, [&](Value index, ArrayRef<Value> carried) {
      at[loop] = index;
      offsets[loop] = 0;
      return emitSome(together, carried);
    });
    at[loop] = Value();
    offsets[loop] = looped;
    return emitSome(extents[loop] - looped, result);
  }

  /// The products of the straight loops from `depth` on.
  Values emitProducts(size_t depth, ArrayRef<Value> at, SmallVector<int64_t> offsets,
                      ArrayRef<Value> sums) {
    Values result(sums);
    if (depth < reductions.size()) {
      unsigned loop = reductions[depth];
      for (int64_t i = 0; i < extents[loop]; ++i, ++offsets[loop])
        result = emitProducts(depth + 1, at, offsets, result);
      return result;
    }
    // LLVM would load all factors first, and spill them. Those of depthwise
    // convolutions are shared by neighbouring rows.
    if (hasScalars && emitted != 0 && emitted % kUnrolledProducts == 0)
      orderLoads(rewriter, loc);
    ++emitted;
    llvm::SmallDenseMap<std::pair<unsigned, AffineMap>, Value> factors;
    for (auto [row, sum] : llvm::zip_equal(rows, result)) {
      SmallVector<int64_t> position(row);
      for (auto [value, offset] : llvm::zip_equal(position, offsets))
        value += offset;
      Value pair[2];
      for (unsigned i = 0; i < 2; ++i) {
        AffineMap map = indicesAt(operands[i], position, variable);
        Value &factor = factors[{i, map}];
        if (!factor)
          factor = readFactor(i, map, at);
        pair[i] = factor;
      }
      Value product = arith::MulIOp::create(rewriter, loc, pair[0], pair[1]);
      sum = arith::AddIOp::create(rewriter, loc, sum, product);
    }
    return result;
  }

  /// A vector of i32: as many elements of the operand as there are lanes, or one for
  /// all lanes.
  Value readFactor(unsigned which, AffineMap map, ArrayRef<Value> at) {
    auto type = VectorType::get({lanes}, rewriter.getI32Type());
    Value tensor = operands[which].tensor;
    if (op.getIndexingMapsArray()[which].isFunctionOfDim(lane))
      return arith::ExtSIOp::create(rewriter, loc, type, readRow(tensor, map, at, lanes));
    Value element = readElement(tensor, map, at);
    element = arith::ExtSIOp::create(rewriter, loc, rewriter.getI32Type(), element);
    return vector::BroadcastOp::create(rewriter, loc, type, element);
  }

  unsigned lane;
  int64_t lanes;
  SmallVector<SmallVector<int64_t>> rows;
  SmallVector<unsigned> reductions; ///< loops over the sum
  size_t straight = 0;              ///< the first of them without a loop in the code
  int64_t together = 1;             ///< iterations of the one before
  bool hasScalars = false;          ///< one factor is the same for all lanes
  int64_t emitted = 0;              ///< products of each sum in this block
  llvm::SmallBitVector variable;    ///< loops that are loops of the code
};

} // namespace

bool iree_compiler::isSumOfColumns(linalg::LinalgOp op, const Target &target) {
  return target.shapes.style == ContractionStyle::VectorScalar && isByteMultiplyAdd(op) &&
         op.getNumReductionLoops() != 0 && laneLoop(op);
}

LogicalResult iree_compiler::lowerToColumns(RewriterBase &rewriter, linalg::GenericOp op,
                                            const Target &target) {
  if (!isSumOfColumns(op, target) || op.hasDynamicShape())
    return failure();
  return ColumnLowering(rewriter, op).run();
}
