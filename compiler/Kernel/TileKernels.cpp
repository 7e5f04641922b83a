// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tiles a kernel's root over its result, pulls its producers into the loops,
// tiles their reductions, and turns the outermost loop into the range
// [begin, end) that the kernel ABI hands in.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/Passes.h"
#include "compiler/Kernel/TileConfig.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

SmallVector<OpFoldResult> asFoldResults(MLIRContext *context, ArrayRef<int64_t> sizes) {
  Builder builder(context);
  return llvm::map_to_vector(
      sizes, [&](int64_t size) -> OpFoldResult { return builder.getIndexAttr(size); });
}

/// The one linalg operation whose result the kernel returns, by itself or
/// inserted into a filled tensor; or null.
linalg::LinalgOp findRoot(func::FuncOp kernel) {
  auto returnOp = cast<func::ReturnOp>(kernel.front().getTerminator());
  if (returnOp.getNumOperands() == 0)
    return nullptr;
  Value returned = returnOp.getOperand(0);
  if (auto insert = returned.getDefiningOp<tensor::InsertSliceOp>())
    if (returnOp.getNumOperands() == 1 && insert.getDest().getDefiningOp<linalg::LinalgOp>())
      return dyn_cast_or_null<linalg::LinalgOp>(insert.getSource().getDefiningOp());
  auto root = dyn_cast_or_null<linalg::LinalgOp>(returned.getDefiningOp());
  if (!root || root->getNumResults() != returnOp.getNumOperands())
    return nullptr;
  for (Value operand : returnOp.getOperands())
    if (operand.getDefiningOp() != root.getOperation())
      return nullptr;
  return root;
}

/// The kernel's operation with reduction loops; the Dispatch stage puts at
/// most one into a kernel.
linalg::LinalgOp findReducer(func::FuncOp kernel) {
  for (auto op : kernel.front().getOps<linalg::LinalgOp>())
    if (op.getNumReductionLoops() != 0)
      return op;
  return nullptr;
}

struct TileKernels : PassWrapper<TileKernels, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(TileKernels)
  StringRef getArgument() const override { return "iree-tile-kernels"; }
  StringRef getDescription() const override { return "Tile kernels and give them a range"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<affine::AffineDialect, arith::ArithDialect, linalg::LinalgDialect,
                    scf::SCFDialect, tensor::TensorDialect>();
  }

  void runOnOperation() override {
    kernel = getOperation();
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
    linalg::LinalgOp root = findRoot(kernel);
    if (!root || root.hasDynamicShape() || !llvm::all_of(root->getResults(), [&](OpResult result) {
          return root.getIndexingMapMatchingResult(result).isProjectedPermutation();
        }))
      return;
    linalg::LinalgOp reducer = findReducer(kernel);
    if (reducer && reducer != root && !usedBy(reducer, root))
      return;
    TileConfig config = backendOf(kernel) == Backend::Vmvx
                            ? chooseUnits(root)
                            : chooseTiles(root, reducer, Target::of(kernel));
    if (config.vectorize)
      kernel->setAttr("program.vectorize", rewriter.getUnitAttr());
    if (failed(tileParallel(rewriter, root, config)) || failed(tileReduction(rewriter, config)) ||
        (!config.vectorize && failed(shrinkEmptyTensors())))
      return signalPassFailure();
  }

private:
  static bool usedBy(linalg::LinalgOp producer, linalg::LinalgOp consumer) {
    return llvm::is_contained(producer->getUsers(), consumer.getOperation());
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
    auto tiled = llvm::find_if(config.parallel, [](int64_t size) { return size != 0; });
    if (tiled == config.parallel.end())
      return success();
    auto outermost = static_cast<unsigned>(tiled - config.parallel.begin());
    int64_t extent = root.getStaticLoopRanges()[outermost];
    scf::SCFTileAndFuseOptions options;
    options.tilingOptions.setTileSizes(asFoldResults(&getContext(), config.parallel));
    rewriter.setInsertionPoint(root);
    auto result = scf::tileConsumerAndFuseProducersUsingSCF(
        rewriter, cast<TilingInterface>(root.getOperation()), options);
    if (failed(result))
      return root.emitError("internal: cannot tile this operation");
    for (auto [oldValue, newValue] : result->replacements)
      rewriter.replaceAllUsesWith(oldValue, newValue);
    auto loop = cast<scf::ForOp>(result->loops.front().getOperation());
    rewriter.setInsertionPoint(loop);
    Value step =
        arith::ConstantIndexOp::create(rewriter, loop.getLoc(), config.parallel[outermost]);
    loop.setLowerBound(arith::MulIOp::create(rewriter, loop.getLoc(), begin, step));
    loop.setUpperBound(arith::MulIOp::create(rewriter, loop.getLoc(), end, step));
    setRange(extent / config.parallel[outermost]);
    eraseDead();
    return success();
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
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createTileKernelsPass() {
  return std::make_unique<TileKernels>();
}
