// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tiles a kernel's root over its result, pulls its producers into the loops,
// tiles their reductions, gives them windows of rows (RowWindow.h), and turns the outermost loop
// into the range [begin, end) that the kernel ABI hands in.
//
// Loops whose tiles have more than one element and may not fill their extent are
// split: the first one has whole tiles, the other one what is left.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Input/TensorSizes.h"
#include "compiler/Kernel/JoinUnits.h"
#include "compiler/Kernel/KernelForm.h"
#include "compiler/Kernel/Overlap.h"
#include "compiler/Kernel/Passes.h"
#include "compiler/Kernel/RowWindow.h"
#include "compiler/Kernel/TileConfig.h"
#include "compiler/Kernel/TileCopy.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/SCF/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Iterators.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

SmallVector<OpFoldResult> asFoldResults(MLIRContext *context, ArrayRef<int64_t> sizes) {
  Builder builder(context);
  return llvm::map_to_vector(
      sizes, [&](int64_t size) -> OpFoldResult { return builder.getIndexAttr(size); });
}

struct TileKernels : PassWrapper<TileKernels, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(TileKernels)
  StringRef getArgument() const override { return "iree-tile-kernels"; }
  StringRef getDescription() const override { return "Tile kernels and give them a range"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<affine::AffineDialect, arith::ArithDialect, linalg::LinalgDialect,
                    bufferization::BufferizationDialect, memref::MemRefDialect, scf::SCFDialect,
                    tensor::TensorDialect>();
  }

  void runOnOperation() override {
    kernel = getOperation();
    window.reset();
    uneven.clear();
    rangeLoop = nullptr;
    copies.clear();
    FailureOr<SmallVector<unsigned>> copied = checkOverlaps(kernel);
    if (failed(copied))
      return signalPassFailure();
    Block &entry = kernel.front();
    Type index = IndexType::get(&getContext());
    begin = entry.addArgument(index, kernel.getLoc());
    end = entry.addArgument(index, kernel.getLoc());
    kernel.setFunctionType(
        FunctionType::get(&getContext(), entry.getArgumentTypes(), kernel.getResultTypes()));
    setRange(1);
    IRRewriter rewriter(&getContext());
    if (failed(generalize(rewriter)))
      return signalPassFailure();
    std::optional<TensorSizes> sizes;
    if (kernel->hasAttr(program::kSizesAttrName)) {
      sizes.emplace(kernel);
      if (failed(sizes->run()))
        return signalPassFailure();
      sizes->replaceDims();
    }
    linalg::LinalgOp root = rootOf(kernel), reducer = reducerOf(kernel);
    if (!isTileable(root, reducer)) {
      if (failed(decomposeConcats()))
        signalPassFailure();
      return;
    }
    rootExtents = loopExtents(root, sizes);
    reducerExtents = loopExtents(reducer, sizes);
    auto isUnknown = [](OpFoldResult extent) { return !extent; };
    if (llvm::any_of(rootExtents, isUnknown) || llvm::any_of(reducerExtents, isUnknown))
      return;
    TileConfig config;
    if (backendOf(kernel) != Backend::Vmvx)
      config =
          chooseTiles(root, known(rootExtents), reducer, known(reducerExtents), Target::of(kernel));
    else if (sizes)
      config = chooseDynamicUnits(root, known(rootExtents), reducer);
    else
      config = chooseUnits(root);
    if (backendOf(kernel) != Backend::Vmvx && !sizes)
      window = RowWindow::choose(root, reducer, config);
    if (!window && failed(decomposeConcats()))
      return signalPassFailure();
    for (unsigned argument : *copied) {
      auto copy = TileCopy::choose(root, reducer, config, kernel.getArgument(argument));
      if (!copy) {
        kernel.emitError("internal: tiles of argument ") << argument << " cannot be copied";
        return signalPassFailure();
      }
      copies.push_back(*copy);
    }
    if (config.vectorize)
      kernel->setAttr("program.vectorize", rewriter.getUnitAttr());
    if (failed(tileParallel(rewriter, root, config)) || failed(copyTiles(rewriter)) ||
        failed(tileReduction(rewriter, config)) ||
        (!config.vectorize && failed(shrinkEmptyTensors())))
      return signalPassFailure();
    if (failed(splitUneven(rewriter, sizes.has_value())))
      return signalPassFailure();
    // Later units read what earlier ones must not write. Before this the range is not
    // known, so that its rest remains a loop of its own.
    if (kernel->hasAttr(program::kOverlapsAttrName))
      joinUnits(kernel);
  }

private:
  using Extents = SmallVector<OpFoldResult>;

  static Extents loopExtents(linalg::LinalgOp op, const std::optional<TensorSizes> &sizes) {
    if (!op)
      return {};
    return sizes ? sizes->loopsOf(op) : asFoldResults(op.getContext(), op.getStaticLoopRanges());
  }

  static SmallVector<int64_t> known(const Extents &extents) {
    return llvm::map_to_vector(extents, [](OpFoldResult extent) {
      return getConstantIntValue(extent).value_or(ShapedType::kDynamic);
    });
  }

  /// Splits the loops whose last tile may be smaller.
  LogicalResult splitUneven(IRRewriter &rewriter, bool hasSizes) {
    if (!hasSizes && uneven.empty())
      return success();
    if (hasSizes && failed(resolveSizes()))
      return failure();
    // Inner loops first: they are copied with the outer ones.
    for (scf::ForOp loop : llvm::reverse(uneven)) {
      scf::ForOp rest;
      if (loop == rangeLoop)
        peelRange(rewriter, loop);
      else if (succeeded(scf::peelForLoopAndSimplifyBounds(rewriter, loop, rest)) &&
               loop->getBlock() == &kernel.front())
        rest->setAttr(program::kRestAttrName, rewriter.getUnitAttr());
    }
    if (hasSizes && failed(resolveSizes()))
      return failure();
    return simplifySizes();
  }

  /// Which constant of the kernel a size is.
  std::optional<int64_t> constantOrdinal(OpFoldResult size) {
    auto argument = dyn_cast<BlockArgument>(cast<Value>(size));
    auto count = kernel->getAttrOfType<IntegerAttr>(program::kConstantsAttrName).getInt();
    for (int64_t i = 0; argument && i < count; ++i)
      if (program::kernelConstant(kernel, static_cast<unsigned>(i)) == argument)
        return i;
    return std::nullopt;
  }

  /// Sizes become constants of the kernel, or numbers, wherever they are that.
  LogicalResult resolveSizes() {
    TensorSizes sizes(kernel);
    if (failed(sizes.run()))
      return failure();
    sizes.replaceDims();
    return success();
  }

  /// Tiles whose sizes are known get static shapes.
  LogicalResult simplifySizes() {
    RewritePatternSet patterns(&getContext());
    for (Dialect *dialect : getContext().getLoadedDialects())
      dialect->getCanonicalizationPatterns(patterns);
    for (RegisteredOperationName op : getContext().getRegisteredOperations())
      op.getCanonicalizationPatterns(patterns, &getContext());
    memref::populateResolveRankedShapedTypeResultDimsPatterns(patterns);
    // A part of an empty tensor has a bound, which the whole one has not.
    tensor::populateFoldTensorEmptyPatterns(patterns);
    return applyPatternsGreedily(kernel, std::move(patterns));
  }

  void setRange(int64_t range) {
    kernel->setAttr(program::kRangeAttrName, Builder(&getContext()).getI64IntegerAttr(range));
  }

  /// Fills a tensor that another value is inserted into: this remains a fill.
  static bool isPadding(linalg::LinalgOp op) {
    return isa<linalg::FillOp>(op.getOperation()) &&
           llvm::any_of(op->getUsers(), [&](Operation *user) {
             auto insert = dyn_cast<tensor::InsertSliceOp>(user);
             return insert && insert.getDest() == op->getResult(0);
           });
  }

  LogicalResult generalize(IRRewriter &rewriter) {
    SmallVector<linalg::LinalgOp> named;
    for (auto op : kernel.front().getOps<linalg::LinalgOp>())
      if (!isa<linalg::GenericOp>(op.getOperation()) && !isPadding(op))
        named.push_back(op);
    for (linalg::LinalgOp op : named) {
      rewriter.setInsertionPoint(op);
      if (failed(linalg::generalizeNamedOp(rewriter, op)))
        return op.emitError() << "'" << op->getName() << "' has no linalg.generic form";
    }
    return success();
  }

  LogicalResult tileParallel(IRRewriter &rewriter, linalg::LinalgOp root,
                             const TileConfig &config) {
    SmallVector<unsigned> tiled; // loops, outer ones first
    for (unsigned i = 0; i < config.parallel.size(); ++i) {
      unsigned loop = window ? static_cast<unsigned>(window->order[i]) : i;
      if (config.parallel[loop] != 0)
        tiled.push_back(loop);
    }
    if (tiled.empty()) {
      if (window)
        createWindow(rewriter, {});
      return success();
    }
    unsigned outermost = tiled.front();
    OpFoldResult extent = rootExtents[outermost];
    std::optional<int64_t> knownExtent = getConstantIntValue(extent), ordinal;
    if (!knownExtent && !(ordinal = constantOrdinal(extent)))
      return success();
    scf::SCFTileAndFuseOptions options;
    options.tilingOptions.setTileSizes(asFoldResults(&getContext(), config.parallel));
    if (window)
      options.tilingOptions.setInterchange(window->order);
    // An image that is padded comes from a window, or is padded as a whole.
    options.setFusionControlFn(
        [](tensor::ExtractSliceOp, OpResult producer,
           bool) -> std::optional<scf::SCFTileAndFuseOptions::ControlFnResult> {
          if (isa<tensor::PadOp>(producer.getOwner()))
            return std::nullopt;
          return scf::SCFTileAndFuseOptions::ControlFnResult();
        });
    rewriter.setInsertionPoint(root);
    auto result = scf::tileConsumerAndFuseProducersUsingSCF(
        rewriter, cast<TilingInterface>(root.getOperation()), options);
    if (failed(result))
      return root.emitError("internal: cannot tile this operation");
    for (auto [oldValue, newValue] : result->replacements)
      rewriter.replaceAllUsesWith(oldValue, newValue);
    auto loop = cast<scf::ForOp>(result->loops.front().getOperation());
    if (!knownExtent && failed(resolveSizes()))
      return failure();
    rewriter.setInsertionPoint(loop);
    Location loc = loop.getLoc();
    int64_t size = config.parallel[outermost];
    Value step = arith::ConstantIndexOp::create(rewriter, loc, size);
    loop.setLowerBound(arith::MulIOp::create(rewriter, loc, begin, step));
    Value upper = arith::MulIOp::create(rewriter, loc, end, step);
    if (knownExtent) {
      setRange(llvm::divideCeil(*knownExtent, size));
      if (*knownExtent % size != 0) {
        rangeLoop = loop;
        rangeExtent = *knownExtent;
        rangeTile = size;
      }
    } else {
      if (size != 1)
        upper = endWithin(rewriter, loop, upper, cast<Value>(extent));
      setRange(-1);
      kernel->setAttr(program::kRangeOfAttrName, rewriter.getDenseI64ArrayAttr({*ordinal, size}));
    }
    loop.setUpperBound(upper);
    noteUneven(result->loops, tiled, config.parallel, rootExtents, config.vectorize);
    eraseDead();
    if (window) {
      RowWindow::Loops loops;
      for (auto [number, each] : llvm::zip_equal(tiled, result->loops)) {
        if (number == window->rowLoop)
          loops.rows = cast<scf::ForOp>(each.getOperation());
        else if (number == window->channelLoop)
          loops.channels = cast<scf::ForOp>(each.getOperation());
      }
      createWindow(rewriter, loops);
    }
    return success();
  }

  LogicalResult copyTiles(IRRewriter &rewriter) {
    if (!copies.empty())
      eraseAllDead();
    for (const TileCopy &copy : copies)
      if (failed(copy.create(rewriter, kernel)))
        return failure();
    return success();
  }

  void createWindow(IRRewriter &rewriter, const RowWindow::Loops &loops) {
    eraseAllDead();
    window->create(rewriter, kernel, loops);
    eraseAllDead();
  }

  /// With parts of what is not used, in the loops.
  void eraseAllDead() {
    kernel.walk<WalkOrder::PostOrder, ReverseIterator>([](Operation *op) {
      if (isOpTriviallyDead(op))
        op->erase();
    });
  }

  /// A concat that is no window is an insertion of each part.
  LogicalResult decomposeConcats() {
    if (kernel.front().getOps<tensor::ConcatOp>().empty())
      return success();
    RewritePatternSet patterns(&getContext());
    tensor::populateDecomposeTensorConcatPatterns(patterns);
    return applyPatternsGreedily(kernel, std::move(patterns));
  }

  /// The smaller one of both. The tiles of the loop end there, too: below it they
  /// are whole.
  Value endWithin(IRRewriter &rewriter, scf::ForOp loop, Value last, Value extent) {
    AffineExpr first = rewriter.getAffineSymbolExpr(0), second = rewriter.getAffineSymbolExpr(1);
    Value upper = affine::AffineMinOp::create(
        rewriter, loop.getLoc(), AffineMap::get(0, 2, {first, second}, rewriter.getContext()),
        ValueRange{last, extent});
    loop.walk([&](affine::AffineMinOp op) {
      if (llvm::is_contained(op.getOperands(), loop.getInductionVar()))
        for (OpOperand &operand : op->getOpOperands())
          if (operand.get() == extent)
            operand.set(upper);
    });
    return upper;
  }

  /// Notes the loops whose last tile may be smaller. `tiled`: their numbers.
  void noteUneven(ArrayRef<LoopLikeOpInterface> loops, ArrayRef<unsigned> tiled,
                  ArrayRef<int64_t> tiles, const Extents &extents, bool vectorize) {
    for (auto [number, each] : llvm::zip_equal(tiled, loops)) {
      std::optional<int64_t> known = getConstantIntValue(extents[number]);
      if (vectorize && (known ? *known % tiles[number] != 0 : tiles[number] != 1))
        uneven.push_back(cast<scf::ForOp>(LoopLikeOpInterface(each).getOperation()));
    }
  }

  /// The last unit of a range of known extent is smaller: it gets a loop of its own,
  /// with an iteration if it belongs to the range.
  void peelRange(IRRewriter &rewriter, scf::ForOp loop) {
    Location loc = loop.getLoc();
    int64_t first = rangeExtent / rangeTile * rangeTile; // that is left
    rewriter.setInsertionPoint(loop);
    Value whole = arith::ConstantIndexOp::create(rewriter, loc, first);
    Value extent = arith::ConstantIndexOp::create(rewriter, loc, rangeExtent);
    Value lower = loop.getLowerBound(), upper = loop.getUpperBound();
    rewriter.setInsertionPointAfter(loop);
    auto rest = cast<scf::ForOp>(rewriter.clone(*loop));
    rewriter.replaceAllUsesWith(loop.getResults(), rest.getResults());
    rest.getInitArgsMutable().assign(loop.getResults());
    rewriter.setInsertionPoint(loop);
    loop.setUpperBound(arith::MinUIOp::create(rewriter, loc, upper, whole));
    rest.setLowerBound(arith::MaxUIOp::create(rewriter, loc, lower, whole));
    rest.setUpperBound(arith::MinUIOp::create(rewriter, loc, upper, extent));
    rewriter.replaceAllUsesWith(rest.getInductionVar(), whole);
    rest->setAttr(program::kRestAttrName, rewriter.getUnitAttr());
    foldWholeTiles(rewriter, loop, rangeTile);
  }

  /// In a loop without a smaller tile: the smaller one of a tile and what is left is
  /// the tile.
  static void foldWholeTiles(IRRewriter &rewriter, scf::ForOp loop, int64_t tile) {
    loop.walk([&](affine::AffineMinOp op) {
      bool isSize = op->getNumOperands() == 1 && op->getOperand(0) == loop.getInductionVar() &&
                    llvm::any_of(op.getMap().getResults(), [&](AffineExpr expr) {
                      auto constant = dyn_cast<AffineConstantExpr>(expr);
                      return constant && constant.getValue() == tile;
                    });
      if (!isSize)
        return;
      rewriter.setInsertionPoint(op);
      rewriter.replaceOpWithNewOp<arith::ConstantIndexOp>(op, tile);
    });
  }

  LogicalResult tileReduction(IRRewriter &rewriter, const TileConfig &config) {
    if (llvm::all_of(config.reduction, [](int64_t size) { return size == 0; }))
      return success();
    linalg::LinalgOp reducer;
    kernel.walk([&](linalg::LinalgOp op) {
      if (op.getNumReductionLoops() != 0)
        reducer = op;
    });
    scf::SCFTilingOptions options;
    options.setTileSizes(asFoldResults(&getContext(), config.reduction));
    rewriter.setInsertionPoint(reducer);
    auto result =
        scf::tileUsingSCF(rewriter, cast<TilingInterface>(reducer.getOperation()), options);
    if (failed(result))
      return reducer.emitError("internal: cannot tile the reduction of this operation");
    rewriter.replaceOp(reducer, result->replacements);
    SmallVector<unsigned> tiled;
    for (auto [number, size] : llvm::enumerate(config.reduction))
      if (size != 0)
        tiled.push_back(static_cast<unsigned>(number));
    noteUneven(result->loops, tiled, config.reduction, reducerExtents, config.vectorize);
    return success();
  }

  /// A tile of an empty tensor is an empty tensor of its size: no buffer of the
  /// whole. Vectorisation does the same to its tiles.
  LogicalResult shrinkEmptyTensors() {
    RewritePatternSet patterns(&getContext());
    tensor::populateFoldTensorEmptyPatterns(patterns);
    return applyPatternsGreedily(kernel, std::move(patterns));
  }

  /// Producers that were fused leave their originals behind.
  void eraseDead() {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(kernel.front())))
      if (isOpTriviallyDead(&op))
        op.erase();
  }

  func::FuncOp kernel;
  Value begin, end; ///< the kernel's range, as index
  std::optional<RowWindow> window;
  SmallVector<TileCopy> copies; ///< of arguments that the result lies close to
  Extents rootExtents, reducerExtents;
  SmallVector<scf::ForOp> uneven; ///< loops to split, outer ones first
  scf::ForOp rangeLoop;           ///< one of them, over a known extent in tiles:
  int64_t rangeExtent = 0, rangeTile = 0;
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createTileKernelsPass() {
  return std::make_unique<TileKernels>();
}
