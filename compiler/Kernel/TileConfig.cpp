// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/TileConfig.h"

#include "compiler/Kernel/DotProducts.h"
#include "compiler/Kernel/LaneProducts.h"
#include "compiler/Kernel/Panels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Of dot products, whose accumulators are scalars. With one row, columns are
/// all that can share what is loaded.
RegisterTile dotTile(const KernelShapes &shapes, bool oneRow) {
  return oneRow ? RegisterTile{1, shapes.dotColumns} : shapes.dot;
}

/// Of an extent that is not known, `limit`.
int64_t largestDivisor(int64_t extent, int64_t limit) {
  if (ShapedType::isDynamic(extent))
    return limit;
  for (int64_t size = std::min(extent, limit); size > 1; --size)
    if (extent % size == 0)
      return size;
  return 1;
}

/// A loop as long as its tile needs no tiling.
int64_t tileOrWhole(int64_t extent, int64_t size) {
  return !ShapedType::isDynamic(extent) && extent <= size ? 0 : size;
}

/// Splits only the outermost loop that has more than one iteration: enough
/// for a range; LLVM's vectoriser sees whole inner loops. Where the root reads
/// what a reduction computes, what lies between them has to have a bound.
TileConfig splitOutermost(ArrayRef<int64_t> extents, ArrayRef<utils::IteratorType> iterators,
                          bool readsReduction) {
  TileConfig config;
  config.parallel.assign(extents.size(), 0);
  for (auto [index, extent] : llvm::enumerate(extents)) {
    if (iterators[index] != utils::IteratorType::parallel || extent == 1)
      continue;
    bool onlyLoop = index + 1 == extents.size();
    int64_t size = onlyLoop ? largestDivisor(extent, 256) : 1;
    config.parallel[index] = tileOrWhole(extent, size);
    break;
  }
  for (auto [index, extent] : llvm::enumerate(extents))
    if (readsReduction && ShapedType::isDynamic(extent) && config.parallel[index] == 0 &&
        iterators[index] == utils::IteratorType::parallel)
      config.parallel[index] = 1;
  return config;
}

/// The input image dimension advances by more than one per output column.
bool isStrided(linalg::LinalgOp op) {
  for (StringRef name : {"strides"})
    if (auto strides = op->getAttrOfType<DenseIntElementsAttr>(name))
      return llvm::any_of(strides.getValues<int64_t>(), [](int64_t s) { return s != 1; });
  for (AffineMap map : op.getIndexingMapsArray())
    for (AffineExpr result : map.getResults())
      if (result.walk([](AffineExpr expr) {
            return expr.getKind() == AffineExprKind::Mul ? WalkResult::interrupt()
                                                         : WalkResult::advance();
          }) == WalkResult::interrupt())
        return true;
  return false;
}

/// Tiles all result dimensions: the last by columns, the one before by rows,
/// the others by one. Rows of dot products may be left over, where they are not
/// the range, and so may columns of panels; reductions by depth, filter loops by one.
TileConfig tileContraction(linalg::LinalgOp root, ArrayRef<int64_t> extents,
                           linalg::LinalgOp reducer, ArrayRef<int64_t> reducerExtents,
                           const RegisterTile &tile, bool isPanel = false) {
  TileConfig config;
  SmallVector<unsigned> parallelDims;
  root.getParallelDims(parallelDims);
  config.parallel.assign(extents.size(), 0);
  for (auto [position, dim] : llvm::enumerate(llvm::reverse(parallelDims))) {
    int64_t extent = extents[dim], size = 1;
    bool isOutermost = llvm::all_of(ArrayRef(parallelDims).drop_back(position + 1),
                                    [&](unsigned outer) { return extents[outer] == 1; });
    if (position == 0)
      size = isPanel ? tile.columns : largestDivisor(extent, tile.columns);
    else if (position == 1 && tile.depth == 0)
      size = isOutermost ? largestDivisor(extent, tile.rows)
                         : std::min(ShapedType::isDynamic(extent) ? tile.rows : extent, tile.rows);
    else if (position == 1 && !isStrided(reducer))
      size = largestDivisor(extent, tile.rows);
    config.parallel[dim] = extent == 1 || size == extent ? 0 : size;
  }
  SmallVector<unsigned> reductionDims;
  reducer.getReductionDims(reductionDims);
  config.reduction.assign(reducerExtents.size(), 0);
  config.vectorize = true;
  if (tile.depth == 0)
    return config;
  for (auto [position, dim] : llvm::enumerate(llvm::reverse(reductionDims))) {
    int64_t size = largestDivisor(reducerExtents[dim], position == 0 ? tile.depth : 1);
    config.reduction[dim] = size == reducerExtents[dim] ? 0 : size;
  }
  return config;
}

/// Convolutions without input channels in the reduction.
bool isDepthwise(linalg::LinalgOp op) {
  auto dims = linalg::inferConvolutionDims(op);
  return succeeded(dims) && !dims->depth.empty() && dims->inputChannel.empty();
}

bool hasKnownReductions(linalg::LinalgOp op, ArrayRef<int64_t> extents) {
  SmallVector<unsigned> dims;
  op.getReductionDims(dims);
  return llvm::none_of(dims, [&](unsigned dim) { return ShapedType::isDynamic(extents[dim]); });
}

/// The extent of the last dimension of the result.
int64_t lastExtent(linalg::LinalgOp root, ArrayRef<int64_t> extents) {
  SmallVector<unsigned> dims;
  root.getParallelDims(dims);
  return dims.empty() ? 1 : extents[dims.back()];
}

/// The extent of the dimension before the last one of the result.
int64_t resultRows(linalg::LinalgOp root, ArrayRef<int64_t> extents) {
  SmallVector<unsigned> dims;
  root.getParallelDims(dims);
  return dims.size() < 2 ? 1 : extents[dims[dims.size() - 2]];
}

bool isMultiplyAccumulate(linalg::LinalgOp op) {
  if (linalg::isaContractionOpInterface(op))
    return true;
  return linalg::isaConvolutionOpInterface(op) && op.getNumDpsInputs() == 2 &&
         !llvm::any_of(op.getBlock()->without_terminator(), [](Operation &inner) {
           return !inner.getName().getStringRef().starts_with("arith.mul") &&
                  !inner.getName().getStringRef().starts_with("arith.add") &&
                  !inner.getName().getStringRef().starts_with("arith.ext");
         });
}

/// Sums of i8 over windows of an image, channel by channel.
bool isSumPooling(linalg::LinalgOp op) {
  return linalg::isaConvolutionOpInterface(op) &&
         getElementTypeOrSelf(op->getOperand(0).getType()).isInteger(8) &&
         llvm::all_of(op.getBlock()->without_terminator(),
                      [](Operation &inner) { return isa<arith::AddIOp, arith::ExtSIOp>(inner); });
}

} // namespace

TileConfig iree_compiler::chooseTiles(linalg::LinalgOp root, ArrayRef<int64_t> rootExtents,
                                      linalg::LinalgOp reducer, ArrayRef<int64_t> reducerExtents,
                                      const Target &target) {
  bool readsReduction = reducer && reducer != root;
  auto split = [&] {
    return splitOutermost(rootExtents, root.getIteratorTypesArray(), readsReduction);
  };
  // LLVM's vectoriser would take pixels as lanes.
  if (reducer && isSumPooling(reducer) && target.shapes.style == ContractionStyle::DotReduction &&
      lastExtent(root, rootExtents) % 4 == 0 && hasKnownReductions(reducer, reducerExtents)) {
    TileConfig config =
        tileContraction(root, rootExtents, reducer, reducerExtents, RegisterTile{1, 8, 1});
    config.rolled = true;
    return config;
  }
  if (!reducer || !isMultiplyAccumulate(reducer))
    return split();
  Type element = getElementTypeOrSelf(reducer->getOperand(0).getType());
  if (!element.isF32() && !element.isInteger(8))
    return split();
  const KernelShapes &shapes = target.shapes;
  std::optional<Panel> panel = Panel::around(reducer);
  std::optional<PanelShape> panelShape = PanelShape::of(target);
  if (panel && panelShape) {
    int64_t rows = std::max<int64_t>(resultRows(root, rootExtents), 1);
    return tileContraction(root, rootExtents, reducer, reducerExtents,
                           {panelShape->rowsOfTile(rows, panel->columns), panel->columns},
                           /*isPanel=*/true);
  }
  RegisterTile tile = isa<FloatType>(element) ? shapes.floats : shapes.bytes;
  if (isSumOfDots(reducer, target) && hasKnownReductions(reducer, reducerExtents))
    tile = dotTile(shapes, resultRows(root, rootExtents) == 1);
  if (isSumOfLanes(reducer, target) && hasKnownReductions(reducer, reducerExtents) &&
      lastExtent(root, rootExtents) % 4 == 0) {
    // Equal shares of columns.
    int64_t rows = std::max<int64_t>(resultRows(root, rootExtents), 1);
    int64_t shares = llvm::divideCeil(rows, shapes.laneColumns);
    tile = {static_cast<int64_t>(llvm::divideCeil(rows, shares)), 4};
  } else if (isDepthwise(reducer)) {
    tile = shapes.depthwise;
  }
  return tileContraction(root, rootExtents, reducer, reducerExtents, tile);
}

TileConfig iree_compiler::chooseUnits(linalg::LinalgOp root) {
  constexpr int64_t kElements = 64;
  TileConfig config;
  SmallVector<int64_t> extents = root.getStaticLoopRanges();
  SmallVector<unsigned> loops;
  root.getParallelDims(loops);
  config.parallel.assign(extents.size(), 0);
  int64_t inner = 1;
  for (unsigned loop : loops)
    inner *= extents[loop];
  for (unsigned loop : loops) {
    inner /= extents[loop];
    if (extents[loop] == 1)
      continue;
    int64_t size = 1;
    while (size < extents[loop] && (size * inner < kElements || extents[loop] % size != 0))
      ++size;
    config.parallel[loop] = tileOrWhole(extents[loop], size);
    break;
  }
  return config;
}

TileConfig iree_compiler::chooseDynamicUnits(linalg::LinalgOp root, ArrayRef<int64_t> rootExtents,
                                             linalg::LinalgOp reducer) {
  return splitOutermost(rootExtents, root.getIteratorTypesArray(), reducer && reducer != root);
}
