// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/LaneProducts.h"

#include "compiler/Kernel/DualMultiply.h"
#include "compiler/Kernel/TileEmitter.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

constexpr int64_t kLanes = 4; ///< bytes of a word

/// The parallel loop of the lanes, if there is one.
std::optional<unsigned> laneLoop(linalg::LinalgOp op) {
  std::optional<unsigned> lane;
  for (AffineMap map : op.getIndexingMapsArray()) {
    AffineDimExpr last = nullptr;
    if (map.getNumResults() != 0)
      last = dyn_cast<AffineDimExpr>(map.getResults().back());
    if (!last || (lane && *lane != last.getPosition()))
      return std::nullopt;
    lane = last.getPosition();
    for (AffineExpr expr : map.getResults().drop_back())
      if (expr.isFunctionOfDim(*lane))
        return std::nullopt;
  }
  bool isParallel = op.getIteratorTypesArray()[*lane] == utils::IteratorType::parallel;
  return isParallel && op.getIndexingMapsArray().back().isProjectedPermutation() ? lane
                                                                                 : std::nullopt;
}

class LaneLowering : TileEmitter {
public:
  LaneLowering(RewriterBase &rewriter, linalg::GenericOp op)
      : TileEmitter(rewriter, op), lane(*laneLoop(op)) {}

  LogicalResult run() {
    if (points.empty() || extents[lane] != kLanes)
      return failure();
    rewriter.setInsertionPoint(op);
    keepRows();
    op.getReductionDims(reductions);
    variable.resize(loopCount);
    for (unsigned loop : ArrayRef(reductions).drop_back())
      variable.set(loop);
    Values sums = readAccumulators(), at(loopCount);
    // All even channels, then all odd ones: half the registers.
    for (int64_t parity : {0, 1}) {
      chosen.clear();
      Values carried;
      for (auto [i, point] : llvm::enumerate(points))
        if (point[lane] % 2 == parity) {
          chosen.push_back(i);
          carried.push_back(sums[i]);
        }
      carried = emitReduction(0, at, carried);
      for (auto [i, sum] : llvm::zip(chosen, carried))
        sums[i] = sum;
    }
    writeAccumulators(sums);
    return success();
  }

private:
  Values emitReduction(size_t depth, Values &at, ArrayRef<Value> sums) {
    unsigned loop = reductions[depth];
    if (depth + 1 < reductions.size())
      return emitLoop(extents[loop], 1, sums, [&](Value index, ArrayRef<Value> carried) {
        at[loop] = index;
        return emitReduction(depth + 1, at, carried);
      });
    Values result(sums);
    words.clear();
    for (int64_t tap = 0; tap < extents[loop]; ++tap)
      emitTap(loop, tap, at, result);
    return result;
  }

  /// Adds the products of one filter tap to all accumulators.
  void emitTap(unsigned loop, int64_t tap, ArrayRef<Value> at, MutableArrayRef<Value> sums) {
    for (auto [which, sum] : llvm::zip(chosen, sums)) {
      SmallVector<int64_t> position(points[which]);
      int64_t channel = position[lane];
      position[lane] = 0;
      position[loop] = tap;
      HalfWords factors[2];
      for (unsigned i = 0; i < 2; ++i) {
        AffineMap map = indicesAt(operands[i], position, variable);
        HalfWords &pairs = words[{i, map}];
        if (!pairs.even) {
          orderLoads(rewriter, loc);
          pairs = splitWord(rewriter, loc, readRow(operands[i].tensor, map, at, kLanes));
        }
        factors[i] = pairs;
      }
      bool odd = channel % 2 != 0;
      sum = multiplyHalves(rewriter, loc, odd ? factors[0].odd : factors[0].even,
                           odd ? factors[1].odd : factors[1].even, channel / 2, sum);
    }
  }

  unsigned lane;
  SmallVector<size_t> chosen; ///< of the points, those that are computed
  SmallVector<unsigned> reductions;
  llvm::SmallBitVector variable; ///< loops that are loops of the code
  llvm::SmallDenseMap<std::pair<unsigned, AffineMap>, HalfWords> words; ///< that were read
};

} // namespace

bool iree_compiler::isSumOfLanes(linalg::LinalgOp op, const Target &target) {
  return target.shapes.style == ContractionStyle::DualMultiply && isByteMultiplyAdd(op) &&
         op.getNumReductionLoops() != 0 && laneLoop(op);
}

LogicalResult iree_compiler::lowerToLanes(RewriterBase &rewriter, linalg::GenericOp op,
                                          const Target &target) {
  if (!isSumOfLanes(op, target) || op.hasDynamicShape())
    return failure();
  return LaneLowering(rewriter, op).run();
}
