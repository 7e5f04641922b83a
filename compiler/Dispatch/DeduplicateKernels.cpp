// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Dispatch/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OperationSupport.h"

using namespace mlir;

namespace {

bool sameKernel(func::FuncOp a, func::FuncOp b) {
  return a.getFunctionType() == b.getFunctionType() &&
         a->getAttr(iree_compiler::program::kSizesAttrName) ==
             b->getAttr(iree_compiler::program::kSizesAttrName) &&
         OperationEquivalence::isRegionEquivalentTo(&a.getBody(), &b.getBody(),
                                                    OperationEquivalence::IgnoreLocations);
}

struct DeduplicateKernels : PassWrapper<DeduplicateKernels, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(DeduplicateKernels)
  StringRef getArgument() const override { return "iree-deduplicate-kernels"; }
  StringRef getDescription() const override { return "Merge identical kernels"; }

  void runOnOperation() override {
    llvm::MapVector<Type, SmallVector<func::FuncOp>> kernelsByType;
    llvm::StringMap<func::FuncOp> replacements;
    for (auto func : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      if (!func->hasAttr(iree_compiler::program::kKernelAttrName))
        continue;
      auto &candidates = kernelsByType[func.getFunctionType()];
      auto match =
          llvm::find_if(candidates, [&](func::FuncOp other) { return sameKernel(func, other); });
      if (match == candidates.end())
        candidates.push_back(func);
      else
        replacements[func.getName()] = *match;
    }
    getOperation().walk([&](func::CallOp call) {
      auto replacement = replacements.find(call.getCallee());
      if (replacement == replacements.end())
        return;
      func::FuncOp kept = replacement->second;
      kept->setLoc(FusedLoc::get(&getContext(), {kept.getLoc(), call.getLoc()}));
      call.setCallee(kept.getName());
    });
    for (auto func : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (replacements.contains(func.getName()))
        func.erase();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createDeduplicateKernelsPass() {
  return std::make_unique<DeduplicateKernels>();
}
