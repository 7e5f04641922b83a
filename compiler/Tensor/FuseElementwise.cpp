// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Chains of elementwise operations become one, with MLIR's own patterns. A
// producer with several users is fused only when that repeats no arithmetic.
#include "compiler/Tensor/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace {

bool isMovementOnly(linalg::GenericOp op) { return llvm::hasSingleElement(*op.getBody()); }

/// Reads what a contraction, convolution or reduction computes, with which it
/// will share a kernel.
bool readsReduction(linalg::GenericOp op) {
  return llvm::any_of(op.getInputs(), [](Value input) {
    auto producer = input.getDefiningOp<linalg::LinalgOp>();
    return producer && producer.getNumReductionLoops() != 0;
  });
}

bool shouldFuse(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
  if (!producer || !consumer || consumer.getNumReductionLoops() != 0)
    return false;
  return producer->hasOneUse() || isMovementOnly(producer);
}

/// First everything but what reads reductions: it ends before values become
/// wider again.
bool shouldFuseFirst(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  return shouldFuse(operand) && !readsReduction(producer);
}

/// A kernel holds one reduction. A second one that an operation reads keeps
/// its own end, so that its result is stored in the narrow type.
bool shouldFuseNext(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  return shouldFuse(operand) && !(readsReduction(producer) &&
                                  readsReduction(cast<linalg::GenericOp>(operand->getOwner())));
}

struct FuseElementwise : PassWrapper<FuseElementwise, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FuseElementwise)
  StringRef getArgument() const override { return "iree-fuse-elementwise"; }
  StringRef getDescription() const override { return "Fuse chains of elementwise operations"; }

  void runOnOperation() override {
    if (failed(fuse(shouldFuseFirst)) || failed(fuse(shouldFuseNext)))
      signalPassFailure();
  }

  LogicalResult fuse(bool (*control)(OpOperand *)) {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    linalg::populateElementwiseOpsFusionPatterns(patterns, control);
    linalg::populateEraseUnusedOperandsAndResultsPatterns(patterns);
    linalg::populateInlineConstantOperandsPatterns(patterns);
    tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, context);
    tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, context);
    return applyPatternsGreedily(getOperation(), std::move(patterns));
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createFuseElementwisePass() {
  return std::make_unique<FuseElementwise>();
}
