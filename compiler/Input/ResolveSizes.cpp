// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every size of a tensor is a constant or is computed from the sizes of the
// function's arguments; what has to hold at run time is asserted.
#include "compiler/Input/Passes.h"
#include "compiler/Input/TensorSizes.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

struct ResolveSizes : PassWrapper<ResolveSizes, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ResolveSizes)
  StringRef getArgument() const override { return "iree-resolve-sizes"; }
  StringRef getDescription() const override {
    return "Compute dynamic sizes from those of arguments, assert those that must agree";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<affine::AffineDialect, arith::ArithDialect, cf::ControlFlowDialect,
                    memref::MemRefDialect, scf::SCFDialect, tensor::TensorDialect,
                    vector::VectorDialect>();
  }

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (func.isExternal() || !func.getBody().hasOneBlock() || !hasDynamicShapes(func))
      return;
    OpPassManager arithmetic(func::FuncOp::getOperationName());
    arithmetic.addPass(createLowerAffinePass());
    if (failed(runPipeline(arithmetic, func)))
      return signalPassFailure();
    TensorSizes sizes(func);
    if (failed(sizes.run()))
      return signalPassFailure();
    sizes.replaceDims();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createResolveSizesPass() {
  return std::make_unique<ResolveSizes>();
}
