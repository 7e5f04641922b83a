// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tensor/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace {

struct VerifyTensor : PassWrapper<VerifyTensor, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(VerifyTensor)
  StringRef getArgument() const override { return "iree-verify-tensor"; }
  StringRef getDescription() const override { return "Verify the Tensor stage's exit invariant"; }

  void runOnOperation() override {
    WalkResult result = getOperation().walk([](linalg::LinalgOp op) {
      bool named = !isa<linalg::GenericOp, linalg::FillOp>(op.getOperation());
      if (named && !linalg::isaContractionOpInterface(op) &&
          !isa<linalg::ConvolutionOpInterface>(op.getOperation())) {
        op.emitError() << "'" << op->getName()
                       << "' remains after the Tensor stage, which leaves only generic "
                          "operations, contractions and convolutions";
        return WalkResult::interrupt();
      }
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createVerifyTensorPass() {
  return std::make_unique<VerifyTensor>();
}

void iree_compiler::registerTensorPasses() {
  registerPass(createFoldZeroPointsPass);
  registerPass(createFuseElementwisePass);
  registerPass(createGeneralizeElementwisePass);
  registerPass(createNarrowRescalesPass);
  registerPass(createNarrowSumsPass);
  registerPass([] { return createPadInPlacePass(); });
  registerPass(createPrintStatisticsPass);
  registerPass(createRemoveConstantChannelsPass);
  registerPass([] { return createSplitRowsPass(Options()); });
  registerPass(createVerifyTensorPass);
}
