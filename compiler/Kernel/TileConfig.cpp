// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/TileConfig.h"

#include "compiler/Kernel/ColumnProducts.h"
#include "compiler/Kernel/DotProducts.h"
#include "compiler/Kernel/FloatTiles.h"
#include "compiler/Kernel/LaneProducts.h"
#include "compiler/Kernel/PairProducts.h"
#include "compiler/Kernel/Panels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Of dot products, whose accumulators are scalars. With one row, columns are
/// all that can share what is loaded. Of one row, registers can hold what all
/// columns read, if the sums, of `length` products, are short enough.
RegisterTile dotTile(const KernelShapes &shapes, int64_t rows, int64_t length) {
  if (rows == 1)
    return {1, shapes.dotColumns};
  bool holdsOneRow = length <= kKeptBytes && shapes.dot.rows * length > kKeptBytes;
  if (shapes.style == ContractionStyle::DotReduction && holdsOneRow)
    return {1, shapes.dot.columns};
  return shapes.dot;
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

/// Sums over windows of images whose last dimension is that of channels.
bool isPooling(linalg::LinalgOp op) {
  auto dims = linalg::inferConvolutionDims(op);
  SmallVector<unsigned> parallel;
  op.getParallelDims(parallel);
  return succeeded(dims) && dims->depth.empty() && dims->inputChannel.empty() &&
         !parallel.empty() && llvm::is_contained(dims->batch, parallel.back());
}

/// Computes with 32-bit numbers, or with products of 64 bits of which the upper
/// half is kept: LLVM's loop vectoriser knows no vector instruction for these.
bool multipliesWords(linalg::LinalgOp op) {
  return llvm::any_of(op.getBlock()->getOps<arith::MulIOp>(),
                      [](arith::MulIOp product) {
                        return product.getType().isInteger(32) || product.getType().isInteger(64);
                      }) &&
         op.getBlock()->getOps<tensor::ExtractOp>().empty();
}

bool hasKnownReductions(linalg::LinalgOp op, ArrayRef<int64_t> extents) {
  SmallVector<unsigned> dims;
  op.getReductionDims(dims);
  return llvm::none_of(dims, [&](unsigned dim) { return ShapedType::isDynamic(extents[dim]); });
}

/// How many products each sum has, all extents of the reductions being known.
int64_t sumLength(linalg::LinalgOp op, ArrayRef<int64_t> extents) {
  SmallVector<unsigned> dims;
  op.getReductionDims(dims);
  int64_t length = 1;
  for (unsigned dim : dims)
    length *= extents[dim];
  return length;
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

/// Equal shares of at most `limit`; all but the last, which may be smaller.
int64_t equalShare(int64_t extent, int64_t limit) {
  return ShapedType::isDynamic(extent) ? limit
                                       : llvm::divideCeil(extent, llvm::divideCeil(extent, limit));
}

/// Of sums whose lanes are columns of the result.
RegisterTile columnTile(const Target &target, int64_t rows, int64_t columns, bool depthwise) {
  const KernelShapes &shapes = target.shapes;
  if (ShapedType::isDynamic(columns))
    return {1, shapes.bytes.columns};
  if (depthwise)
    return {equalShare(rows, shapes.depthwise.rows), shapes.depthwise.columns};
  columns = largestDivisor(columns, shapes.panelColumns);
  return {PanelShape::of(target)->rowsOfTile(rows, columns), columns};
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
    TileConfig config = tileContraction(root, rootExtents, reducer, reducerExtents, {1, 8, 1},
                                        /*mayLeaveRows=*/false);
    config.rolled = true;
    return config;
  }
  // Vectors of four words, where those of 64-bit numbers have no arithmetic.
  if (!reducer && target.shapes.style == ContractionStyle::DotReduction && multipliesWords(root) &&
      llvm::none_of(rootExtents, ShapedType::isDynamic) && lastExtent(root, rootExtents) % 4 == 0)
    return tileContraction(root, rootExtents, root, rootExtents, {1, 4},
                           /*mayLeaveRows=*/false);
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
  if (isSumOfColumns(reducer, target) && knowsReductions) {
    mayLeaveRows = !areRange;
    tile = columnTile(target, std::max<int64_t>(rows, 1), columns, isDepthwise(reducer));
  } else if (isSumOfLanes(reducer, target) && knowsReductions && columns % 4 == 0) {
    mayLeaveRows = !areRange;
    tile = {equalShare(std::max<int64_t>(rows, 1), shapes.laneColumns), 4};
  } else if (auto pairs = choosePairTile(reducer, rows, columns, target)) {
    mayLeaveRows = !areRange;
    tile = *pairs;
  } else if (isSumOfDots(reducer, target) && knowsReductions) {
    mayLeaveRows = !areRange;
    tile = dotTile(shapes, rows, sumLength(reducer, reducerExtents));
  } else if (isDepthwise(reducer) || (target.vectorBits != 0 && isPooling(reducer))) {
    tile = shapes.depthwise;
  } else if (element.isF32()) {
    // Of a convolution's range, windows of rows are filled for whole tiles.
    mayLeaveRows = !areRange || linalg::isaContractionOpInterface(reducer);
    tile = floatTile(target, reducer, rows, columns, mayLeaveRows);
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
