// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TOSA as MLIR's lowerings expect it: operations that have none are reported,
// transposed convolutions become convolutions.
#include "compiler/Input/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace {

bool hasNoLowering(Operation *op) {
  return isa<tosa::CustomOp, tosa::VariableOp, tosa::VariableReadOp, tosa::VariableWriteOp,
             tosa::MatmulTBlockScaledOp, tosa::CastFromBlockScaledOp, tosa::CastToBlockScaledOp>(
      op);
}

struct PrepareTosa : PassWrapper<PrepareTosa, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PrepareTosa)
  StringRef getArgument() const override { return "iree-prepare-tosa"; }
  StringRef getDescription() const override {
    return "Report TOSA operations without a lowering, decompose transposed convolutions";
  }

  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect, tensor::TensorDialect>();
  }

  void runOnOperation() override {
    SmallVector<Operation *> unsupported;
    getOperation()->walk([&](Operation *op) {
      if (hasNoLowering(op))
        unsupported.push_back(op);
    });
    if (!unsupported.empty()) {
      InFlightDiagnostic error = unsupported.front()->emitError()
                                 << "'" << unsupported.front()->getName()
                                 << "' is not supported; supported dialects: func, linalg, "
                                    "tensor, arith, math, scf, and TOSA's main operators";
      for (Operation *op : ArrayRef(unsupported).drop_front())
        error.attachNote(op->getLoc()) << "nor is '" << op->getName() << "'";
      return signalPassFailure();
    }
    RewritePatternSet patterns(&getContext());
    tosa::populateTosaDecomposeTransposeConv(&getContext(), patterns);
    iree_compiler::populateIntegerResizePatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createPrepareTosaPass() {
  return std::make_unique<PrepareTosa>();
}
