// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/TileConfig.h"

#include "compiler/Kernel/DotProducts.h"
#include "compiler/Kernel/FloatTiles.h"
#include "compiler/Kernel/LaneProducts.h"
#include "compiler/Kernel/Panels.h"

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

/// An operand's rows run along those of the result.
bool readsRows(linalg::LinalgOp reducer) {
  SmallVector<AffineMap> maps = reducer.getIndexingMapsArray();
  ArrayRef<AffineExpr> result = maps.back().getResults();
  return !result.empty() && llvm::any_of(ArrayRef(maps).drop_back(), [&](AffineMap map) {
    return map.getNumResults() != 0 && map.getResults().back() == result.back();
  });
}

/// Of f32; extents that are not known count as many tiles. Accumulators that are no
/// floating point registers are few, as are scalars where code is to be small.
RegisterTile floatTile(const Target &target, linalg::LinalgOp reducer, int64_t rows,
                       int64_t columns, bool mayLeaveRows) {
  const RegisterTile &full = target.shapes.floats;
  bool hasVectors = target.vectorFloat;
  if (!hasVectors && (!target.scalarFloat || target.vectorBits != 0 || target.prefersSize()))
    return {2, 2, full.depth};
  if (!readsRows(reducer))
    return full;
  constexpr int64_t kManyTiles = 16;
  auto known = [](int64_t extent, int64_t size) {
    return ShapedType::isDynamic(extent) ? kManyTiles * size : extent;
  };
  return chooseFloatTile(full, hasVectors ? target.vectorBits / 32 : 1, known(rows, full.rows),
                         known(columns, full.columns), mayLeaveRows);
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
/// the others by one; reductions by depth, filter loops by one. Rows may be left
/// over if they `mayLeaveRows`, and so may columns of panels.
TileConfig tileContraction(linalg::LinalgOp root, ArrayRef<int64_t> extents,
                           linalg::LinalgOp reducer, ArrayRef<int64_t> reducerExtents,
                           const RegisterTile &tile, bool mayLeaveRows, bool isPanel = false) {
  TileConfig config;
  // Vectors of i8 do not take every second row.
  bool isFloat = isa<FloatType>(getElementTypeOrSelf(reducer->getOperand(0).getType()));
  SmallVector<unsigned> parallelDims;
  root.getParallelDims(parallelDims);
  config.parallel.assign(extents.size(), 0);
  for (auto [position, dim] : llvm::enumerate(llvm::reverse(parallelDims))) {
    int64_t extent = extents[dim], size = 1;
    if (position == 0)
      size = isPanel ? tile.columns : largestDivisor(extent, tile.columns);
    else if (position == 1 && (tile.depth == 0 || isFloat || !isStrided(reducer)))
      size = mayLeaveRows && !ShapedType::isDynamic(extent) ? std::min(extent, tile.rows)
                                                            : largestDivisor(extent, tile.rows);
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

/// Tiles of rows are the units of the range.
bool areRowsRange(linalg::LinalgOp root, ArrayRef<int64_t> extents) {
  SmallVector<unsigned> dims;
  root.getParallelDims(dims);
  return llvm::all_of(ArrayRef(dims).drop_back(std::min<size_t>(dims.size(), 2)),
                      [&](unsigned outer) { return extents[outer] == 1; });
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

} // namespace

TileConfig iree_compiler::chooseTiles(linalg::LinalgOp root, ArrayRef<int64_t> rootExtents,
                                      linalg::LinalgOp reducer, ArrayRef<int64_t> reducerExtents,
                                      const Target &target) {
  bool readsReduction = reducer && reducer != root;
  auto split = [&] {
    return splitOutermost(rootExtents, root.getIteratorTypesArray(), readsReduction);
  };
  if (!reducer || !isMultiplyAccumulate(reducer))
    return split();
  Type element = getElementTypeOrSelf(reducer->getOperand(0).getType());
  if (!element.isF32() && !element.isInteger(8))
    return split();
  const KernelShapes &shapes = target.shapes;
  int64_t rows = resultRows(root, rootExtents), columns = lastExtent(root, rootExtents);
  bool knowsReductions = hasKnownReductions(reducer, reducerExtents);
  bool areRange = areRowsRange(root, rootExtents), mayLeaveRows = false;
  std::optional<Panel> panel = Panel::around(reducer);
  std::optional<PanelShape> panelShape = PanelShape::of(target);
  if (panel && panelShape)
    return tileContraction(
        root, rootExtents, reducer, reducerExtents,
        {panelShape->rowsOfTile(std::max<int64_t>(rows, 1), panel->columns), panel->columns},
        /*mayLeaveRows=*/!areRange, /*isPanel=*/true);
  RegisterTile tile = shapes.bytes;
  if (isDepthwise(reducer)) {
    tile = shapes.depthwise;
  } else if (element.isF32()) {
    // Of a convolution's range, windows of rows are filled for whole tiles.
    mayLeaveRows = !areRange || linalg::isaContractionOpInterface(reducer);
    tile = floatTile(target, reducer, rows, columns, mayLeaveRows);
  } else if (isSumOfDots(reducer, target) && knowsReductions) {
    mayLeaveRows = !areRange;
    tile = dotTile(shapes, rows == 1);
  }
  if (isSumOfLanes(reducer, target) && knowsReductions && columns % 4 == 0) {
    // Equal shares of columns.
    mayLeaveRows = !areRange;
    rows = std::max<int64_t>(rows, 1);
    int64_t shares = llvm::divideCeil(rows, shapes.laneColumns);
    tile = {static_cast<int64_t>(llvm::divideCeil(rows, shares)), 4};
  }
  return tileContraction(root, rootExtents, reducer, reducerExtents, tile, mayLeaveRows);
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
