// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/TileCopy.h"

#include "compiler/Kernel/KernelForm.h"
#include "compiler/Schedule/Sizes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// With fewer multiplications for each tile, copying it would be noticed.
constexpr int64_t kMinProducts = 4096;

/// The root's loop for each loop of the reducer; -1 for reductions.
std::optional<SmallVector<int64_t>> rootLoops(linalg::LinalgOp root, linalg::LinalgOp reducer) {
  AffineMap map = reducer.getIndexingMapMatchingResult(reducer->getResult(0));
  AffineMap reading = map;
  if (root != reducer) {
    OpOperand &use = *reducer->getResult(0).use_begin();
    if (!reducer->getResult(0).hasOneUse() || use.getOwner() != root.getOperation())
      return std::nullopt;
    reading = root.getMatchingIndexingMap(&use);
  }
  if (!map.isProjectedPermutation() || !reading.isProjectedPermutation())
    return std::nullopt;
  SmallVector<int64_t> loops(reducer.getNumLoops(), -1);
  for (unsigned i = 0; i < map.getNumResults(); ++i)
    loops[map.getDimPosition(i)] = reading.getDimPosition(i);
  return loops;
}

bool isContiguous(ArrayRef<int64_t> tile, ArrayRef<int64_t> shape) {
  while (!tile.empty() && tile.front() == 1) {
    tile = tile.drop_front();
    shape = shape.drop_front();
  }
  return tile.empty() || tile.drop_front() == shape.drop_front();
}

} // namespace

std::optional<TileCopy> TileCopy::choose(linalg::LinalgOp root, linalg::LinalgOp reducer,
                                         const TileConfig &config, BlockArgument argument) {
  auto type = dyn_cast<RankedTensorType>(argument.getType());
  if (!config.vectorize || !reducer || !type || !type.hasStaticShape() || !argument.hasOneUse() ||
      reducer->getNumResults() != 1)
    return std::nullopt;
  OpOperand &use = *argument.use_begin();
  if (use.getOwner() != reducer.getOperation() || reducer.isDpsInit(&use))
    return std::nullopt;
  std::optional<SmallVector<int64_t>> loopOf = rootLoops(root, reducer);
  if (!loopOf)
    return std::nullopt;
  TileCopy copy;
  copy.argument = argument;
  AffineMap map = reducer.getMatchingIndexingMap(&use);
  SmallVector<int64_t> low(reducer.getNumLoops(), 0), high = low;
  SmallVector<int64_t> extents = root.getStaticLoopRanges();
  int64_t products = 1;
  for (auto [loop, extent] : llvm::enumerate(reducer.getStaticLoopRanges())) {
    int64_t outer = (*loopOf)[loop];
    int64_t tile = outer < 0 ? 0 : config.parallel[static_cast<size_t>(outer)];
    high[loop] = (tile == 0 ? extent : tile) - 1;
    if (outer < 0)
      products *= extent;
    if (tile != 0 && map.isFunctionOfDim(static_cast<unsigned>(loop)))
      copy.loops = std::max(copy.loops, static_cast<unsigned>(outer) + 1);
  }
  for (auto [loop, extent] : llvm::enumerate(extents)) {
    int64_t tile = config.parallel[loop];
    products *= tile == 0 || loop >= copy.loops ? extent : tile;
    copy.tiledLoops += tile != 0 && loop < copy.loops;
  }
  for (auto [begin, end] : llvm::zip_equal(map.compose(low), map.compose(high)))
    copy.shape.push_back(end - begin + 1);
  auto tile = RankedTensorType::get(copy.shape, type.getElementType());
  if (copy.loops == 0 || denseBytes(tile) > kStackBufferBytes || products < kMinProducts ||
      !isContiguous(copy.shape, type.getShape()))
    return std::nullopt;
  return copy;
}

LogicalResult TileCopy::create(RewriterBase &rewriter, func::FuncOp kernel) const {
  auto slice = argument.hasOneUse() ? dyn_cast<tensor::ExtractSliceOp>(*argument.user_begin())
                                    : tensor::ExtractSliceOp();
  if (!slice || !slice.hasUnitStride() ||
      slice.getType().getRank() != slice.getSourceType().getRank())
    return kernel.emitError("internal: cannot copy tiles of argument ") << argument.getArgNumber();
  // The slice leaves the loops that it does not depend on.
  while (auto loop = slice->getParentOfType<scf::ForOp>()) {
    moveLoopInvariantCode(
        loop.getLoopRegions(),
        [&](Value value, Region *) { return loop.isDefinedOutsideOfLoop(value); },
        [&](Operation *op, Region *) {
          return op == slice.getOperation() ||
                 isa<affine::AffineApplyOp, affine::AffineMinOp, arith::ConstantOp>(op);
        },
        [&](Operation *op, Region *) { op->moveBefore(loop); });
    if (loop->isAncestor(slice))
      break;
  }
  unsigned depth = 0;
  for (auto loop = slice->getParentOfType<scf::ForOp>(); loop;
       loop = loop->getParentOfType<scf::ForOp>())
    ++depth;
  if (depth != tiledLoops)
    return kernel.emitError("internal: tiles of argument ")
           << argument.getArgNumber() << " are not those that were expected";

  OpBuilder::InsertionGuard guard(rewriter);
  Location loc = slice.getLoc();
  Type element = slice.getType().getElementType();
  SmallVector<ReassociationIndices> all(1);
  for (size_t dim = 0; dim < shape.size(); ++dim)
    all[0].push_back(static_cast<int64_t>(dim));
  rewriter.setInsertionPointToStart(&kernel.front());
  int64_t count = RankedTensorType::get(shape, element).getNumElements();
  Value buffer = memref::AllocOp::create(rewriter, loc, MemRefType::get({count}, element));
  Value memory = bufferization::ToBufferOp::create(
      rewriter, loc,
      MemRefType::get(cast<RankedTensorType>(argument.getType()).getShape(), element), argument,
      /*read_only=*/true);
  Value source = memref::CollapseShapeOp::create(rewriter, loc, memory, all);

  rewriter.setInsertionPoint(slice);
  Value from = arith::ConstantIndexOp::create(rewriter, loc, 0),
        size = arith::ConstantIndexOp::create(rewriter, loc, 1);
  for (auto [extent, offset, length] : llvm::zip_equal(
           slice.getSourceType().getShape(), slice.getMixedOffsets(), slice.getMixedSizes())) {
    Value scale = arith::ConstantIndexOp::create(rewriter, loc, extent);
    from = arith::MulIOp::create(rewriter, loc, from, scale);
    from = arith::AddIOp::create(rewriter, loc, from,
                                 getValueOrCreateConstantIndexOp(rewriter, loc, offset));
    size = arith::MulIOp::create(rewriter, loc, size,
                                 getValueOrCreateConstantIndexOp(rewriter, loc, length));
  }
  OpFoldResult elements = size, one = rewriter.getIndexAttr(1);
  if (slice.getType().hasStaticShape())
    elements = rewriter.getIndexAttr(slice.getType().getNumElements());
  auto part = [&](Value whole, OpFoldResult offset) -> Value {
    return memref::SubViewOp::create(rewriter, loc, whole, ArrayRef<OpFoldResult>{offset},
                                     ArrayRef<OpFoldResult>{elements}, ArrayRef<OpFoldResult>{one});
  };
  Value read = part(source, from), written = part(buffer, rewriter.getIndexAttr(0));
  memref::CopyOp::create(rewriter, loc, read, written);
  auto shaped = memref::ExpandShapeOp::create(rewriter, loc, shape, buffer, all);
  Value copied = bufferization::ToTensorOp::create(rewriter, loc,
                                                   RankedTensorType::get(shape, element), shaped,
                                                   /*restrict=*/true, /*writable=*/false);
  if (copied.getType() == slice.getType()) {
    rewriter.replaceOp(slice, copied);
    return success();
  }
  SmallVector<OpFoldResult> offsets(shape.size(), rewriter.getIndexAttr(0));
  rewriter.replaceOpWithNewOp<tensor::ExtractSliceOp>(
      slice, slice.getType(), copied, offsets, slice.getMixedSizes(), slice.getMixedStrides());
  return success();
}
