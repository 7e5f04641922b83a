// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operations that no later stage lowers, expressed by ones that are lowered.
#include "compiler/Input/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace {

SmallVector<ReassociationIndices> allDimensions(int64_t rank) {
  if (rank == 0)
    return {};
  return {llvm::to_vector(llvm::seq<int64_t>(0, rank))};
}

/// tensor.reshape between static shapes: through one dimension.
struct ReshapeToCollapseExpand : OpRewritePattern<tensor::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::ReshapeOp op, PatternRewriter &rewriter) const override {
    auto source = dyn_cast<RankedTensorType>(op.getSource().getType());
    auto result = dyn_cast<RankedTensorType>(op.getResult().getType());
    if (!source || !result || !source.hasStaticShape() || !result.hasStaticShape())
      return rewriter.notifyMatchFailure(op, "shape is not static");
    auto flat = RankedTensorType::get({source.getNumElements()}, source.getElementType());
    Value value = op.getSource();
    if (source.getRank() == 0)
      value = tensor::ExpandShapeOp::create(rewriter, op.getLoc(), flat, value,
                                            ArrayRef<ReassociationIndices>{});
    else if (source.getRank() > 1)
      value = tensor::CollapseShapeOp::create(rewriter, op.getLoc(), flat, value,
                                              allDimensions(source.getRank()));
    if (result.getRank() == 0)
      value = tensor::CollapseShapeOp::create(rewriter, op.getLoc(), result, value,
                                              ArrayRef<ReassociationIndices>{});
    else if (result.getRank() > 1)
      value = tensor::ExpandShapeOp::create(rewriter, op.getLoc(), result, value,
                                            allDimensions(result.getRank()));
    rewriter.replaceOp(op, value);
    return success();
  }
};

/// linalg.softmax and friends: their own decomposition.
struct DecomposeAggregated : OpInterfaceRewritePattern<linalg::AggregatedOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(linalg::AggregatedOpInterface op,
                                PatternRewriter &rewriter) const override {
    FailureOr<SmallVector<Value>> results = op.decomposeOperation(rewriter);
    if (failed(results))
      return rewriter.notifyMatchFailure(op, "has no decomposition");
    rewriter.replaceOp(op, *results);
    return success();
  }
};

/// A splat constant as initial value: a fill, which fuses and takes no flash.
struct SplatInitToFill : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(linalg::LinalgOp op, PatternRewriter &rewriter) const override {
    bool changed = false;
    for (OpOperand &init : op.getDpsInitsMutable()) {
      auto constant = init.get().getDefiningOp<arith::ConstantOp>();
      auto splat = constant ? dyn_cast<SplatElementsAttr>(constant.getValue()) : nullptr;
      if (!splat)
        continue;
      auto type = cast<RankedTensorType>(splat.getType());
      Location loc = constant.getLoc();
      Value scalar = arith::ConstantOp::create(rewriter, loc,
                                               cast<TypedAttr>(splat.getSplatValue<Attribute>()));
      Value empty = tensor::EmptyOp::create(rewriter, loc, type.getShape(), type.getElementType());
      Value fill =
          linalg::FillOp::create(rewriter, loc, ValueRange{scalar}, ValueRange{empty}).getResult(0);
      rewriter.modifyOpInPlace(op, [&] { init.set(fill); });
      changed = true;
    }
    return success(changed);
  }
};

struct LegalizeTensorOps : PassWrapper<LegalizeTensorOps, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LegalizeTensorOps)
  StringRef getArgument() const override { return "iree-legalize-tensor-ops"; }
  StringRef getDescription() const override {
    return "Express operations without a lowering by ones that have one";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect, tensor::TensorDialect>();
  }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    tensor::populateDecomposeTensorConcatPatterns(patterns);
    patterns.add<ReshapeToCollapseExpand, DecomposeAggregated, SplatInitToFill>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createLegalizeTensorOpsPass() {
  return std::make_unique<LegalizeTensorOps>();
}
