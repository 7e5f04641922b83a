// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/Overlap.h"

#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/KernelForm.h"
#include "compiler/Kernel/RowWindow.h"
#include "compiler/Kernel/TileCopy.h"
#include "compiler/Schedule/Sizes.h"
#include "compiler/Target/Target.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include <optional>

using namespace mlir;
using namespace iree_compiler;

namespace {

/// More tiles than this are taken together.
constexpr int64_t kMaxTiles = 1 << 16;

/// The lowest and highest index that is touched, by dimension.
struct Box {
  SmallVector<int64_t> low, high;
};

/// The value of an expression that grows with each of its dimensions.
std::optional<int64_t> evaluate(AffineExpr expr, ArrayRef<int64_t> dims) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return dims[dim.getPosition()];
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue() >= 0 ? std::optional(constant.getValue()) : std::nullopt;
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary || (expr.getKind() != AffineExprKind::Add && expr.getKind() != AffineExprKind::Mul))
    return std::nullopt;
  std::optional<int64_t> left = evaluate(binary.getLHS(), dims),
                         right = evaluate(binary.getRHS(), dims);
  if (!left || !right)
    return std::nullopt;
  return expr.getKind() == AffineExprKind::Add ? *left + *right : *left * *right;
}

std::optional<Box> evaluate(AffineMap map, const Box &loops) {
  Box box;
  for (AffineExpr expr : map.getResults()) {
    std::optional<int64_t> low = evaluate(expr, loops.low), high = evaluate(expr, loops.high);
    if (!low || !high)
      return std::nullopt;
    box.low.push_back(*low);
    box.high.push_back(*high);
  }
  return box;
}

int64_t linear(RankedTensorType type, ArrayRef<int64_t> index) {
  int64_t position = 0;
  for (auto [extent, each] : llvm::zip_equal(type.getShape(), index))
    position = position * extent + each;
  return position;
}

/// What the Kernel stage is going to do.
struct TiledKernel {
  static std::optional<TiledKernel> of(func::FuncOp kernel) {
    auto isStatic = [](Type type) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      return tensor && tensor.hasStaticShape();
    };
    linalg::LinalgOp root = rootOf(kernel), reducer = reducerOf(kernel);
    if (!isTileable(root, reducer) || !llvm::all_of(kernel.getArgumentTypes(), isStatic) ||
        !llvm::all_of(kernel.getResultTypes(), isStatic) || root.hasDynamicShape() ||
        (reducer && reducer.hasDynamicShape()) || root->getBlock() != &kernel.front() ||
        root->getResult(0) != kernel.front().getTerminator()->getOperand(0))
      return std::nullopt;
    TiledKernel tiled{root, reducer, {}, {}};
    tiled.config = chooseTiles(root, root.getStaticLoopRanges(), reducer,
                               reducer ? reducer.getStaticLoopRanges() : SmallVector<int64_t>(),
                               Target::of(kernel));
    tiled.window = RowWindow::choose(root, reducer, tiled.config, Target::of(kernel));
    return tiled;
  }

  linalg::LinalgOp root, reducer;
  TileConfig config;
  std::optional<RowWindow> window;
};

/// The tiles of a kernel in their order, and what they touch.
class TileOrder {
public:
  TileOrder(func::FuncOp kernel, const TiledKernel &tiled)
      : kernel(kernel), root(tiled.root), window(tiled.window), extents(root.getStaticLoopRanges()),
        tiles(tiled.config.parallel) {
    if (!window)
      for (BlockArgument argument : kernel.getArguments())
        if (std::optional<TileCopy> copy =
                TileCopy::choose(root, tiled.reducer, tiled.config, argument))
          copies.push_back(*copy);
    this->tiles.resize(extents.size(), 0);
    for (int64_t loop = 0; loop < static_cast<int64_t>(extents.size()); ++loop)
      order.push_back(window ? window->order[static_cast<size_t>(loop)] : loop);
    int64_t count = 1;
    for (int64_t loop : order) {
      int64_t &tile = this->tiles[static_cast<size_t>(loop)];
      int64_t extent = extents[static_cast<size_t>(loop)];
      if (tile == 0)
        tile = extent;
      count *= extent / tile;
      if (count > kMaxTiles && tile != extent) {
        tile = extent;
        llvm::erase_if(copies, [&](const TileCopy &copy) { return loop < copy.loops; });
      }
    }
  }

  SmallVector<Overlap> run() {
    size_t arguments = kernel.getNumArguments(), results = kernel.getNumResults();
    written.assign(results, 0);
    distances.assign(arguments, SmallVector<std::optional<int64_t>>(results));
    distancesWithCopies = distances;
    unknown.assign(arguments, false);
    Box tile;
    tile.low.assign(extents.size(), 0);
    tile.high = tile.low;
    do {
      for (auto [low, high, size, extent] : llvm::zip_equal(tile.low, tile.high, tiles, extents))
        high = std::min(low + size, extent) - 1;
      phase = Phase::Window;
      if (beginsWindow(tile) && !visitLoops(root, tile))
        return {};
      phase = Phase::Copies;
      if (beginsCopies(tile) && !visitLoops(root, tile))
        return {};
      phase = Phase::Tile;
      if (!write(tile) || !visitLoops(root, tile))
        return {};
    } while (advance(tile.low));
    SmallVector<Overlap> overlaps;
    for (unsigned argument = 0; argument < arguments; ++argument)
      for (unsigned result = 0; result < results; ++result)
        add(overlaps, argument, result);
    return overlaps;
  }

private:
  /// The next tile.
  bool advance(SmallVector<int64_t> &low) const {
    for (int64_t loop : llvm::reverse(order)) {
      auto dim = static_cast<size_t>(loop);
      low[dim] += tiles[dim];
      if (low[dim] < extents[dim])
        return true;
      low[dim] = 0;
    }
    return false;
  }

  /// The first tile for which the window is filled as it is.
  bool beginsWindow(const Box &tile) {
    if (!window)
      return false;
    for (auto [loop, low] : llvm::enumerate(tile.low))
      if (low != 0 && loop != window->rowLoop &&
          (loop != window->channelLoop || !window->hasBlocks()))
        return false;
    isFirstRow = tile.low[window->rowLoop] == 0;
    return true;
  }

  /// The first tile for which some copies are what they are.
  bool beginsCopies(const Box &tile) {
    copied.clear();
    for (const TileCopy &copy : copies)
      if (llvm::all_of(ArrayRef(tile.low).drop_front(copy.loops),
                       [](int64_t low) { return low == 0; }))
        copied.push_back(copy.argument);
    return !copied.empty();
  }

  bool write(const Box &tile) {
    for (OpResult result : root->getResults()) {
      std::optional<Box> box = evaluate(root.getIndexingMapMatchingResult(result), tile);
      if (!box)
        return false;
      auto type = cast<RankedTensorType>(result.getType());
      auto bytes = static_cast<int64_t>(elementBytes(type.getElementType()));
      int64_t &end = written[result.getResultNumber()];
      end = std::max(end, (linear(type, box->high) + 1) * bytes);
    }
    return true;
  }

  /// What `op` reads in these iterations of its loops.
  bool visitLoops(linalg::LinalgOp op, const Box &loops) {
    for (OpOperand &operand : op->getOpOperands()) {
      if (!isa<RankedTensorType>(operand.get().getType()))
        continue;
      std::optional<Box> box = evaluate(op.getMatchingIndexingMap(&operand), loops);
      if (!visit(operand.get(), box))
        return false;
    }
    return true;
  }

  /// What is read to compute this part of `value`; nothing is known of the part
  /// without a box.
  bool visit(Value value, std::optional<Box> box) {
    if (window && value == window->value)
      return phase != Phase::Window || (box && visitImage(*box));
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      if (phase == Phase::Tile || (phase == Phase::Copies && llvm::is_contained(copied, argument)))
        read(argument, box);
      return true;
    }
    Operation *op = value.getDefiningOp();
    if (isa<tensor::EmptyOp, arith::ConstantOp>(op))
      return true;
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
      if (!slice.getOffsets().empty() || !slice.getStrides().empty() ||
          slice.getSourceType().getRank() != slice.getType().getRank())
        box.reset();
      for (size_t dim = 0; box && dim < box->low.size(); ++dim)
        for (int64_t *index : {&box->low[dim], &box->high[dim]})
          *index = slice.getStaticOffsets()[dim] + *index * slice.getStaticStrides()[dim];
      return visit(slice.getSource(), box);
    }
    auto producer = dyn_cast<linalg::LinalgOp>(op);
    if (!producer || !producer->hasOneUse() || producer->getNumResults() != 1)
      return false;
    AffineMap map = producer.getIndexingMapMatchingResult(producer->getResult(0));
    if (!box || !map.isProjectedPermutation())
      return false;
    Box loops;
    for (int64_t extent : producer.getStaticLoopRanges()) {
      loops.low.push_back(0);
      loops.high.push_back(extent - 1);
    }
    for (auto [expr, low, high] : llvm::zip_equal(map.getResults(), box->low, box->high)) {
      loops.low[cast<AffineDimExpr>(expr).getPosition()] = low;
      loops.high[cast<AffineDimExpr>(expr).getPosition()] = high;
    }
    return visitLoops(producer, loops);
  }

  /// The window gets the box's rows, or those that it has not yet.
  bool visitImage(const Box &box) {
    const AssembledImage &image = window->image;
    int64_t end = box.high[1] + 1 - image.top, begin = 0;
    int64_t first =
        window->keepsRows && !isFirstRow ? end - window->stride : box.low[1] - image.top;
    for (const AssembledImage::Rows &part : image.parts) {
      auto argument = dyn_cast<BlockArgument>(part.tensor);
      if (!argument)
        return false;
      int64_t row = std::max(first, begin);
      if (row < std::min(end, begin + part.count))
        read(argument,
             Box{{0, part.first + row - begin, 0, window->hasBlocks() ? box.low[3] : 0}, {}});
      begin += part.count;
    }
    return true;
  }

  /// This tile reads the argument from the box's first element on.
  void read(BlockArgument argument, const std::optional<Box> &box) {
    unsigned number = argument.getArgNumber();
    auto type = cast<RankedTensorType>(argument.getType());
    if (!box) {
      unknown[number] = true;
      return;
    }
    int64_t first =
        linear(type, box->low) * static_cast<int64_t>(elementBytes(type.getElementType()));
    auto &read = phase == Phase::Copies ? distancesWithCopies : distances;
    for (auto [distance, end] : llvm::zip_equal(read[number], written)) {
      // Nothing is written yet when the first window, or copy, is filled.
      int64_t least = end == 0 ? -static_cast<int64_t>(denseBytes(type)) : end - first;
      distance = std::max(distance.value_or(least), least);
    }
  }

  void add(SmallVectorImpl<Overlap> &overlaps, unsigned argument, unsigned result) {
    BlockArgument value = kernel.getArgument(argument);
    if (!isa<RankedTensorType>(value.getType()) || unknown[argument] || !isReadByTiles(value) ||
        !distances[argument][result])
      return;
    int64_t distance = *distances[argument][result];
    Overlap overlap{argument, result, distancesWithCopies[argument][result].value_or(distance),
                    distance, isReadByElement(value, result)};
    auto bytes = static_cast<int64_t>(denseBytes(kernel.getResultTypes()[result]));
    if (overlap.distance < bytes || overlap.sameElements)
      overlaps.push_back(overlap);
  }

  /// Not, for instance, from within the body of an operation.
  bool isReadByTiles(Value value) const {
    return llvm::all_of(value.getUsers(), [&](Operation *user) {
      if (isa<tensor::ExtractSliceOp, tensor::ConcatOp, tensor::PadOp>(user))
        return user->getResult(0) == (window ? window->value : Value()) ||
               isReadByTiles(user->getResult(0));
      return isa<linalg::LinalgOp>(user);
    });
  }

  /// The window reads each row of the argument, or its part in a block of
  /// channels, once, and not after the result's row of the same number is written.
  bool isReadByRow(BlockArgument argument) const {
    return window && window->keepsRows && window->stride == 1 && argument.hasOneUse() &&
           window->image.parts.size() == 1 && window->image.parts[0].tensor == argument &&
           window->image.top < window->height;
  }

  /// Only the root reads the argument, element for element of the result, or the
  /// window does. What other operations compute is of other types, so it does not
  /// lie in the result.
  bool isReadByElement(BlockArgument argument, unsigned result) {
    AffineMap map = root.getIndexingMapMatchingResult(root->getResult(result));
    Type element = getElementTypeOrSelf(kernel.getResultTypes()[result]);
    if (cast<RankedTensorType>(argument.getType()).getShape() !=
            cast<RankedTensorType>(kernel.getResultTypes()[result]).getShape() ||
        elementBytes(getElementTypeOrSelf(argument.getType())) != elementBytes(element))
      return false;
    if (root.getNumReductionLoops() != 0 && !isReadByRow(argument))
      return false;
    for (OpOperand &use : argument.getUses())
      if (!isReadByRow(argument) &&
          (use.getOwner() != root.getOperation() || root.getMatchingIndexingMap(&use) != map))
        return false;
    return llvm::all_of(kernel.front().getOps<linalg::LinalgOp>(), [&](linalg::LinalgOp op) {
      return op == root || llvm::none_of(op->getResultTypes(), [&](Type type) {
               return getElementTypeOrSelf(type) == element;
             });
    });
  }

  func::FuncOp kernel;
  linalg::LinalgOp root;
  const std::optional<RowWindow> &window;
  SmallVector<int64_t> extents, tiles, order;
  SmallVector<TileCopy> copies;
  enum class Phase { Window, Copies, Tile };
  Phase phase = Phase::Tile;         ///< what is visited is read for this
  bool isFirstRow = false;           ///< all rows of the window are read
  SmallVector<BlockArgument> copied; ///< these are
  SmallVector<int64_t> written;      ///< by result: end of what the tiles so far write
  /// By argument and result; for arguments without copies the latter is not known.
  SmallVector<SmallVector<std::optional<int64_t>>> distances, distancesWithCopies;
  SmallVector<bool> unknown; ///< by argument: read in another way
};

/// The results are written by the root's tiles only: no initial value is copied
/// there before.
bool startsEmpty(func::FuncOp kernel) {
  for (auto op : kernel.front().getOps<linalg::LinalgOp>())
    for (Value init : op.getDpsInits())
      if (!init.getDefiningOp<tensor::EmptyOp>() && !init.getDefiningOp<linalg::LinalgOp>())
        return false;
  return true;
}

} // namespace

SmallVector<Overlap> iree_compiler::overlapsOf(func::FuncOp kernel) {
  std::optional<TiledKernel> tiled = TiledKernel::of(kernel);
  if (!tiled || !startsEmpty(kernel))
    return {};
  return TileOrder(kernel, *tiled).run();
}

uint64_t iree_compiler::windowScratchBytes(func::FuncOp kernel) {
  std::optional<TiledKernel> tiled = TiledKernel::of(kernel);
  uint64_t bytes = tiled && tiled->window ? tiled->window->bytes() : 0;
  return bytes > kStackBufferBytes ? bytes : 0;
}

void iree_compiler::requireOverlap(func::FuncOp kernel, unsigned argument, unsigned result,
                                   int64_t difference) {
  Builder builder(kernel.getContext());
  SmallVector<Attribute> used;
  if (auto known = kernel->getAttrOfType<ArrayAttr>(program::kOverlapsAttrName))
    llvm::append_range(used, known);
  Attribute overlap = builder.getDenseI64ArrayAttr({argument, result, difference});
  if (!llvm::is_contained(used, overlap))
    used.push_back(overlap);
  kernel->setAttr(program::kOverlapsAttrName, builder.getArrayAttr(used));
}

FailureOr<SmallVector<unsigned>> iree_compiler::checkOverlaps(func::FuncOp kernel) {
  SmallVector<unsigned> copied;
  auto used = kernel->getAttrOfType<ArrayAttr>(program::kOverlapsAttrName);
  if (!used)
    return copied;
  SmallVector<Overlap> allowed = overlapsOf(kernel);
  for (auto each : used.getAsRange<DenseI64ArrayAttr>()) {
    const Overlap *overlap = llvm::find_if(allowed, [&](const Overlap &overlap) {
      return overlap.argument == each[0] && overlap.result == each[1] && overlap.allows(each[2]);
    });
    if (overlap == allowed.end())
      return kernel.emitError() << "internal: result " << each[1] << " of '@" << kernel.getName()
                                << "' lies " << each[2] << " bytes before argument " << each[0]
                                << ", which it may overwrite before it is read";
    if (overlap->needsCopies(each[2]) && !llvm::is_contained(copied, overlap->argument))
      copied.push_back(overlap->argument);
  }
  return copied;
}
