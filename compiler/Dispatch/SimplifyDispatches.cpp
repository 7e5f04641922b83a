// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonicalisation, but for branches and loops of programs: MLIR would make
// selections of tensors of them, which are work for a kernel.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Dispatch/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

struct SimplifyDispatches : PassWrapper<SimplifyDispatches, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SimplifyDispatches)
  StringRef getArgument() const override { return "iree-simplify-dispatches"; }
  StringRef getDescription() const override {
    return "Canonicalise kernels, and entry functions but for their branches and loops";
  }

  LogicalResult initialize(MLIRContext *context) override {
    ofKernels = collect(context, /*withControl=*/true);
    ofEntries = collect(context, /*withControl=*/false);
    return success();
  }

  void runOnOperation() override {
    bool isKernel = getOperation()->hasAttr(program::kKernelAttrName);
    if (failed(applyPatternsGreedily(getOperation(), isKernel ? ofKernels : ofEntries)))
      return; // there is no fixed point, which is no failure
  }

private:
  static FrozenRewritePatternSet collect(MLIRContext *context, bool withControl) {
    RewritePatternSet patterns(context);
    for (Dialect *dialect : context->getLoadedDialects())
      dialect->getCanonicalizationPatterns(patterns);
    for (RegisteredOperationName op : context->getRegisteredOperations())
      if (withControl || op.getDialectNamespace() != scf::SCFDialect::getDialectNamespace())
        op.getCanonicalizationPatterns(patterns, context);
    return FrozenRewritePatternSet(std::move(patterns));
  }

  FrozenRewritePatternSet ofKernels, ofEntries;
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createSimplifyDispatchesPass() {
  return std::make_unique<SimplifyDispatches>();
}
