// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TOSA as MLIR's lowerings expect it: operations that have none are reported,
// transposed convolutions become convolutions.
#include "compiler/Input/Passes.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace {

bool hasNoLowering(Operation *op) {
  return isa<tosa::CustomOp, tosa::VariableOp, tosa::VariableReadOp, tosa::VariableWriteOp,
             tosa::MatmulTBlockScaledOp, tosa::CastFromBlockScaledOp, tosa::CastToBlockScaledOp>(
      op);
}

/// MLIR's lowering of integer tosa.resize divides towards zero, where the
/// specification rounds down; they differ left of and above the first pixel.
bool resizesBelowZero(Operation *op) {
  auto resize = dyn_cast<tosa::ResizeOp>(op);
  if (!resize || isa<FloatType>(getElementTypeOrSelf(resize.getInput().getType())))
    return false;
  SmallVector<int64_t> offset;
  return tosa::getConstShapeValues(resize.getOffset().getDefiningOp(), offset) &&
         llvm::any_of(offset, [](int64_t each) { return each < 0; });
}

struct PrepareTosa : PassWrapper<PrepareTosa, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PrepareTosa)
  StringRef getArgument() const override { return "iree-prepare-tosa"; }
  StringRef getDescription() const override {
    return "Report TOSA operations without a lowering, decompose transposed convolutions";
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
    WalkResult result = getOperation()->walk([](Operation *op) {
      if (!resizesBelowZero(op))
        return WalkResult::advance();
      op->emitError("'tosa.resize' of integers with a negative offset is not supported; "
                    "supported: offsets of at least 0, or floating point");
      return WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    RewritePatternSet patterns(&getContext());
    tosa::populateTosaDecomposeTransposeConv(&getContext(), patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createPrepareTosaPass() {
  return std::make_unique<PrepareTosa>();
}
