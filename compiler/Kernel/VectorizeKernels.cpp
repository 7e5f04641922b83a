// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tiles of tiled contractions become vectors, with MLIR's vectoriser; what it
// does not take stays a loop. Accumulators move out of the reduction loops.
#include "compiler/Kernel/ColumnProducts.h"
#include "compiler/Kernel/DotProducts.h"
#include "compiler/Kernel/LaneProducts.h"
#include "compiler/Kernel/PairProducts.h"
#include "compiler/Kernel/PanelProducts.h"
#include "compiler/Kernel/Passes.h"
#include "compiler/Kernel/TileEmitter.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/Vector/Transforms/LoweringPatterns.h"
#include "mlir/Dialect/Vector/Transforms/VectorRewritePatterns.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"

using namespace mlir;

namespace {

/// More elements than this would not fit any register file.
constexpr int64_t kMaxTileElements = 1024;
/// The same of products that are summed up.
constexpr int64_t kMaxTileProducts = 2048;

bool isVectorizable(linalg::LinalgOp op) {
  // What is left of fills is padding, as large as a tensor.
  if (op.hasDynamicShape() || isa<linalg::FillOp>(op.getOperation()))
    return false;
  int64_t elements = 1;
  for (int64_t extent : op.getStaticLoopRanges())
    elements *= extent;
  if (elements > (op.getNumReductionLoops() != 0 ? kMaxTileProducts : kMaxTileElements))
    return false;
  // Scalar reads of whole tensors would become gathers.
  if (!op.getBlock()->getOps<tensor::ExtractOp>().empty())
    return false;
  // i1 is stored as a byte, but a vector of i1 would be stored as bits.
  for (Type type : op->getOperandTypes())
    if (!isa<FloatType>(getElementTypeOrSelf(type)) &&
        (!getElementTypeOrSelf(type).isInteger() || getElementTypeOrSelf(type).isInteger(1)))
      return false;
  return llvm::all_of(op.getIndexingMapsArray(),
                      [](AffineMap map) { return map.isProjectedPermutation(true); });
}

/// Inputs end where the loops do. Without loops of one iteration, rows of an image
/// that no result needs would count as rows of the filter.
void trimInputs(RewriterBase &rewriter, linalg::GenericOp op) {
  if (op.hasDynamicShape())
    return;
  SmallVector<int64_t> last = op.getStaticLoopRanges(), first(last.size(), 0);
  for (int64_t &each : last)
    --each;
  for (OpOperand *operand : op.getDpsInputOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand->get().getType());
    AffineMap map = op.getMatchingIndexingMap(operand);
    if (!type || llvm::any_of(map.compose(first), [](int64_t index) { return index != 0; }))
      continue;
    SmallVector<OpFoldResult> sizes;
    bool isLonger = false;
    for (auto [index, extent] : llvm::zip_equal(map.compose(last), type.getShape())) {
      sizes.push_back(rewriter.getIndexAttr(index + 1));
      isLonger |= index + 1 < extent;
    }
    if (!isLonger)
      continue;
    SmallVector<OpFoldResult> offsets(sizes.size(), rewriter.getIndexAttr(0));
    SmallVector<OpFoldResult> strides(sizes.size(), rewriter.getIndexAttr(1));
    rewriter.setInsertionPoint(op);
    Value part = tensor::ExtractSliceOp::create(rewriter, op.getLoc(), operand->get(), offsets,
                                                sizes, strides);
    rewriter.modifyOpInPlace(op, [&] { operand->set(part); });
  }
}

LogicalResult dropUnitDims(func::FuncOp kernel) {
  SmallVector<linalg::GenericOp> generics;
  kernel.walk([&](linalg::GenericOp op) { generics.push_back(op); });
  IRRewriter rewriter(kernel.getContext());
  linalg::ControlDropUnitDims options;
  options.rankReductionStrategy =
      linalg::ControlDropUnitDims::RankReductionStrategy::ExtractInsertSlice;
  for (linalg::GenericOp op : generics) {
    trimInputs(rewriter, op);
    rewriter.setInsertionPoint(op);
    auto result = linalg::dropUnitDims(rewriter, op, options);
    if (succeeded(result))
      rewriter.replaceOp(op, result->replacements);
  }
  return success();
}

/// Every n-th element of a dimension is read through a slice of these elements, whose
/// index is a loop: vectors take no other indices.
void sliceStrided(linalg::GenericOp op, IRRewriter &rewriter) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  rewriter.setInsertionPoint(op);
  for (OpOperand *operand : op.getDpsInputOperands()) {
    AffineMap &map = maps[operand->getOperandNumber()];
    SmallVector<OpFoldResult> offsets, sizes, strides;
    SmallVector<AffineExpr> indices;
    bool isStrided = false, isSimple = true;
    for (AffineExpr expr : map.getResults()) {
      int64_t stride = 1;
      if (auto product = dyn_cast<AffineBinaryOpExpr>(expr);
          product && product.getKind() == AffineExprKind::Mul)
        if (auto factor = dyn_cast<AffineConstantExpr>(product.getRHS());
            factor && factor.getValue() > 0) {
          stride = factor.getValue();
          expr = product.getLHS();
          isStrided = true;
        }
      auto dim = dyn_cast<AffineDimExpr>(expr);
      isSimple = isSimple && dim && !ShapedType::isDynamic(extents[dim.getPosition()]);
      if (!isSimple)
        break;
      indices.push_back(expr);
      offsets.push_back(rewriter.getIndexAttr(0));
      sizes.push_back(rewriter.getIndexAttr(extents[dim.getPosition()]));
      strides.push_back(rewriter.getIndexAttr(stride));
    }
    if (!isStrided || !isSimple)
      continue;
    Value slice = tensor::ExtractSliceOp::create(rewriter, op.getLoc(), operand->get(), offsets,
                                                 sizes, strides);
    map = AffineMap::get(map.getNumDims(), 0, indices, op.getContext());
    rewriter.modifyOpInPlace(op, [&] {
      operand->set(slice);
      op.setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(maps));
    });
  }
}

struct VectorizeKernels : PassWrapper<VectorizeKernels, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(VectorizeKernels)
  StringRef getArgument() const override { return "iree-vectorize-kernels"; }
  StringRef getDescription() const override { return "Vectorise small static tiles"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<affine::AffineDialect, arith::ArithDialect, bufferization::BufferizationDialect,
                    LLVM::LLVMDialect, memref::MemRefDialect, scf::SCFDialect,
                    tensor::TensorDialect, ub::UBDialect, vector::VectorDialect>();
  }

  void runOnOperation() override {
    func::FuncOp kernel = getOperation();
    if (!kernel->removeAttr("program.vectorize")) {
      if (failed(iree_compiler::verifyPanelsLowered(kernel)))
        signalPassFailure();
      return;
    }
    if (failed(simplify(kernel)) || failed(dropUnitDims(kernel)) || failed(simplify(kernel)))
      return signalPassFailure();
    IRRewriter rewriter(&getContext());
    lowerByteProducts(kernel, rewriter);
    if (failed(iree_compiler::verifyPanelsLowered(kernel)))
      return signalPassFailure();
    kernel.walk([&](linalg::GenericOp op) {
      if (getElementTypeOrSelf(op.getDpsInits()[0].getType()).isF32())
        sliceStrided(op, rewriter);
    });
    SmallVector<linalg::LinalgOp> candidates;
    kernel.walk([&](linalg::LinalgOp op) {
      if (isVectorizable(op))
        candidates.push_back(op);
    });
    for (linalg::LinalgOp op : candidates) {
      rewriter.setInsertionPoint(op);
      auto result = linalg::vectorize(rewriter, op);
      if (succeeded(result))
        rewriter.replaceOp(op, result->replacements);
    }
    if (failed(separateBroadcasts(kernel)) || failed(cleanUp(kernel)))
      return signalPassFailure();
    kernel.walk([&](scf::ForOp loop) { (void)hoistLoopInvariantSubsets(rewriter, loop); });
    if (failed(cleanUp(kernel)))
      return signalPassFailure();
  }

private:
  static void lowerByteProducts(func::FuncOp kernel, IRRewriter &rewriter) {
    iree_compiler::Target target = iree_compiler::Target::of(kernel);
    SmallVector<linalg::GenericOp> generics;
    kernel.walk([&](linalg::GenericOp op) { generics.push_back(op); });
    bool formed = kernel->removeAttr("program.rolled") != nullptr;
    Value buffer;
    for (linalg::GenericOp op : generics)
      formed |= succeeded(iree_compiler::lowerToPanels(rewriter, op, target)) ||
                succeeded(iree_compiler::lowerToPairs(rewriter, op, target, buffer)) ||
                succeeded(iree_compiler::lowerToDots(rewriter, op, target)) ||
                succeeded(iree_compiler::lowerToLanes(rewriter, op, target)) ||
                succeeded(iree_compiler::lowerToColumns(rewriter, op, target));
    // Tiles fill the registers: more than one at a time would spill.
    if (formed)
      kernel.walk([](scf::ForOp loop) { iree_compiler::keepRolled(loop); });
  }

  LogicalResult simplify(func::FuncOp kernel) {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    linalg::populateLinalgTilingCanonicalizationPatterns(patterns);
    scf::populateSCFForLoopCanonicalizationPatterns(patterns);
    tensor::populateFoldTensorEmptyPatterns(patterns);
    tensor::populateMergeConsecutiveInsertExtractSlicePatterns(patterns);
    return applyPatternsGreedily(kernel, std::move(patterns));
  }

  /// A broadcast inside a read would hide from the contraction that it can
  /// read the smaller vector.
  LogicalResult separateBroadcasts(func::FuncOp kernel) {
    RewritePatternSet patterns(&getContext());
    vector::populateVectorTransferPermutationMapLoweringPatterns(patterns);
    return applyPatternsGreedily(kernel, std::move(patterns));
  }

  LogicalResult cleanUp(func::FuncOp kernel) {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    vector::populateVectorReductionToContractPatterns(patterns);
    vector::populateFoldArithExtensionPatterns(patterns);
    tensor::populateFoldTensorSubsetIntoVectorTransferPatterns(patterns);
    vector::TransferReadOp::getCanonicalizationPatterns(patterns, context);
    vector::TransferWriteOp::getCanonicalizationPatterns(patterns, context);
    tensor::ExtractSliceOp::getCanonicalizationPatterns(patterns, context);
    tensor::InsertSliceOp::getCanonicalizationPatterns(patterns, context);
    scf::ForOp::getCanonicalizationPatterns(patterns, context);
    tensor::populateMergeConsecutiveInsertExtractSlicePatterns(patterns);
    GreedyRewriteConfig config;
    config.setMaxIterations(16);
    return applyPatternsGreedily(kernel, std::move(patterns), config);
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createVectorizeKernelsPass() {
  return std::make_unique<VectorizeKernels>();
}
