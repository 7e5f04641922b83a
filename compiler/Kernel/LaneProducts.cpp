// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/LaneProducts.h"

#include "compiler/Kernel/DualMultiply.h"
#include "compiler/Kernel/TileEmitter.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

constexpr int64_t kLanes = 4; ///< bytes of a word
/// Of a tile in assembly: pixels whose sums fit into registers, and elements of the
/// filter, for each of which there is code.
constexpr int64_t kMaxPixels = 4, kMaxTaps = 25;

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

  LogicalResult run(bool inAssembly) {
    if (points.empty() || extents[lane] != kLanes)
      return failure();
    rewriter.setInsertionPoint(op);
    op.getReductionDims(reductions);
    if (inAssembly && succeeded(emitAssembly()))
      return success();
    keepRows();
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
  /// The whole tile as a list of products, at offsets that are known.
  LogicalResult emitAssembly() {
    std::optional<PlacedTensor> image = PlacedTensor::of(operands[0].tensor),
                                filter = PlacedTensor::of(operands[1].tensor);
    int64_t taps = 1, pixels = static_cast<int64_t>(points.size()) / kLanes;
    for (unsigned loop : reductions)
      taps *= extents[loop];
    if (!image || !filter || taps > kMaxTaps || pixels > kMaxPixels)
      return failure();
    auto offsetAt = [&](unsigned number, const PlacedTensor &placed, ArrayRef<int64_t> loops) {
      AffineMap map = op.getIndexingMapsArray()[number];
      int64_t offset = 0;
      for (auto [index, stride] : llvm::zip_equal(map.compose(loops), placed.strides))
        offset += index * stride;
      return offset;
    };
    SmallVector<LaneProduct> products;
    for (int64_t tap = 0; tap < taps; ++tap)
      for (int64_t pixel = 0; pixel < pixels; ++pixel) {
        SmallVector<int64_t> loops(points[static_cast<size_t>(pixel * kLanes)]);
        int64_t rest = tap;
        for (unsigned loop : llvm::reverse(reductions)) {
          loops[loop] = rest % extents[loop];
          rest /= extents[loop];
        }
        LaneProduct product{offsetAt(0, *image, loops), offsetAt(1, *filter, loops), 2 * pixel};
        if (std::max(product.image, product.filter) > kMaxOffset || product.image % kLanes != 0 ||
            product.filter % kLanes != 0)
          return failure();
        products.push_back(product);
      }
    Values sums = readAccumulators();
    Value imageAddress = image->address(rewriter, loc),
          filterAddress = filter->address(rewriter, loc);
    // All even channels, then all odd ones: half the registers.
    for (int64_t parity : {0, 1}) {
      Values some;
      for (int64_t pixel = 0; pixel < pixels; ++pixel)
        for (int64_t channel = parity; channel < kLanes; channel += 2)
          some.push_back(sums[static_cast<size_t>(pixel * kLanes + channel)]);
      multiplyLanes(rewriter, loc, products, parity != 0, some, imageAddress, filterAddress);
      for (auto [i, sum] : llvm::enumerate(some))
        sums[i / 2 * kLanes + i % 2 * 2 + static_cast<size_t>(parity)] = sum;
    }
    writeAccumulators(sums);
    return success();
  }

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
  return LaneLowering(rewriter, op).run(hasAssemblyTiles(target));
}
