// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counts a function's multiply-adds and the bytes of its weights, when the
// Tensor stage begins and when it ends.
#include "compiler/Tensor/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace {

/// Holds the source's counts from the stage's begin to its end.
constexpr StringLiteral kSourceAttrName = "program.source_work";

struct Work {
  int64_t multiplyAdds = 0, weightBytes = 0;
};

/// Reductions of products: contractions and convolutions, named or not.
bool multipliesAndAdds(linalg::LinalgOp op) {
  return op.getNumReductionLoops() != 0 && !op.hasDynamicShape() &&
         llvm::any_of(*op.getBlock(),
                      [](Operation &inner) { return isa<arith::MulIOp, arith::MulFOp>(inner); });
}

Work countWork(func::FuncOp function) {
  Work work;
  llvm::SetVector<Attribute> weights; // equal constants are stored once
  function.walk([&](linalg::LinalgOp op) {
    if (!multipliesAndAdds(op))
      return;
    int64_t iterations = 1;
    for (int64_t extent : op.getStaticLoopRanges())
      iterations *= extent;
    work.multiplyAdds += iterations;
    for (Value input : op.getDpsInputs()) {
      ElementsAttr constant;
      if (isa<RankedTensorType>(input.getType()) && matchPattern(input, m_Constant(&constant)))
        weights.insert(constant);
    }
  });
  for (Attribute constant : weights) {
    auto type = cast<ElementsAttr>(constant).getShapedType();
    work.weightBytes += type.getNumElements() * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  }
  return work;
}

struct PrintStatistics : PassWrapper<PrintStatistics, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PrintStatistics)
  explicit PrintStatistics(bool atBegin = false) : isBegin(atBegin) {}
  StringRef getArgument() const override { return "iree-print-statistics"; }
  StringRef getDescription() const override { return "Print counts of multiply-adds and weights"; }

  void runOnOperation() override {
    Builder builder(&getContext());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      Work work = countWork(function);
      if (isBegin) {
        function->setAttr(kSourceAttrName,
                          builder.getDenseI64ArrayAttr({work.multiplyAdds, work.weightBytes}));
        continue;
      }
      llvm::errs() << "@" << function.getName() << ": " << work.multiplyAdds << " multiply-adds, "
                   << work.weightBytes << " bytes of weights";
      if (auto source = cast_or_null<DenseI64ArrayAttr>(function->removeAttr(kSourceAttrName)))
        llvm::errs() << "; in the source " << source[0] << " and " << source[1];
      llvm::errs() << "\n";
    }
  }

  bool isBegin;
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createCountSourceWorkPass() {
  return std::make_unique<PrintStatistics>(true);
}

std::unique_ptr<Pass> iree_compiler::createPrintStatisticsPass() {
  return std::make_unique<PrintStatistics>(false);
}
