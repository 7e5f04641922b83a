// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elementwise operations, broadcasts, transposes and reductions become
// linalg.generic, so that one set of fusion rules serves them all. Contractions
// and convolutions keep their names until their kernels are tiled.
#include "compiler/Tensor/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"

using namespace mlir;

namespace {

struct GeneralizeElementwise : PassWrapper<GeneralizeElementwise, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(GeneralizeElementwise)
  StringRef getArgument() const override { return "iree-generalize-elementwise"; }
  StringRef getDescription() const override {
    return "Make linalg operations other than contractions and convolutions linalg.generic";
  }

  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> candidates;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (isa<linalg::GenericOp, linalg::FillOp>(op.getOperation()) ||
          linalg::isaContractionOpInterface(op) || linalg::isaConvolutionOpInterface(op) ||
          isa<linalg::ConvolutionOpInterface>(op.getOperation()))
        return;
      candidates.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : candidates) {
      rewriter.setInsertionPoint(op);
      if (failed(linalg::generalizeNamedOp(rewriter, op))) {
        op.emitError() << "'" << op->getName() << "' has no linalg.generic form";
        return signalPassFailure();
      }
    }
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createGeneralizeElementwisePass() {
  return std::make_unique<GeneralizeElementwise>();
}
