// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Dialect/Check/Check.h"
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Dialect/Util/Util.h"
#include "compiler/Dispatch/Passes.h"
#include "compiler/Schedule/Views.h"
#include "schemas/kernel_abi.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Computes a size, a condition, a bound or a counter, or a part of one.
bool isScalar(Operation &op) {
  if (auto holder = dyn_cast<tensor::FromElementsOp>(op))
    return holder.getType().getRank() == 0;
  return isa<arith::ArithDialect>(op.getDialect()) ? !isa<TensorType>(op.getResult(0).getType())
                                                   : isa<tensor::DimOp, tensor::ExtractOp>(op);
}

LogicalResult verifyKernel(func::FuncOp kernel) {
  auto isConstant = [](Type type) { return type.isIndex(); };
  auto constants = static_cast<unsigned>(llvm::count_if(kernel.getArgumentTypes(), isConstant));
  unsigned bindings = kernel.getNumArguments() - constants + kernel.getNumResults();
  if (bindings > IREE_KERNEL_MAX_BINDINGS)
    return kernel.emitError() << "kernel '" << kernel.getName() << "' needs " << bindings
                              << " buffers; supported: " << IREE_KERNEL_MAX_BINDINGS;
  if (constants > IREE_KERNEL_MAX_CONSTANTS)
    return kernel.emitError() << "kernel '" << kernel.getName() << "' needs " << constants
                              << " sizes; supported: " << IREE_KERNEL_MAX_CONSTANTS;
  ArrayRef<Type> tensors = kernel.getArgumentTypes().drop_back(constants);
  for (Type type : llvm::concat<const Type>(tensors, kernel.getResultTypes()))
    if (!isa<RankedTensorType>(type))
      return kernel.emitError() << "kernel '" << kernel.getName() << "' has an operand of type "
                                << type << "; kernels take and return tensors, and take sizes";
  return success();
}

LogicalResult verifyBlock(Block &block) {
  for (Operation &op : block) {
    if (isa<scf::IfOp, scf::ForOp, scf::WhileOp>(op)) {
      for (Region &region : op.getRegions())
        for (Block &inner : region)
          if (failed(verifyBlock(inner)))
            return failure();
    } else if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
      if (!contiguousOffset(slice))
        return op.emitError("a slice that is not contiguous is left outside of kernels");
    } else if (auto concat = dyn_cast<tensor::ConcatOp>(op)) {
      ArrayRef<int64_t> outer = concat.getResultType().getShape().take_front(concat.getDim());
      if (!concat.getResultType().hasStaticShape() ||
          llvm::any_of(outer, [](int64_t extent) { return extent != 1; }))
        return op.emitError("a concatenation of parts that are not contiguous is left outside of "
                            "kernels");
    } else if (!isScalar(op) &&
               !isa<func::CallOp, func::ReturnOp, arith::ConstantOp, tensor::CollapseShapeOp,
                    tensor::ExpandShapeOp, tensor::CastOp, cf::AssertOp, util::GlobalLoadOp,
                    util::GlobalStoreOp, util::UnfoldableConstantOp, util::OptimizationBarrierOp,
                    scf::YieldOp, scf::ConditionOp>(op) &&
               !isa<check::CheckDialect>(op.getDialect())) {
      return op.emitError() << "'" << op.getName() << "' is left outside of kernels";
    }
  }
  return success();
}

struct VerifyDispatch : PassWrapper<VerifyDispatch, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(VerifyDispatch)
  StringRef getArgument() const override { return "iree-verify-dispatch"; }
  StringRef getDescription() const override { return "Verify the Dispatch stage's exit invariant"; }

  void runOnOperation() override {
    for (auto func : getOperation().getOps<func::FuncOp>()) {
      if (func->hasAttr(iree_compiler::program::kKernelAttrName)) {
        if (failed(verifyKernel(func)))
          return signalPassFailure();
        continue;
      }
      if (failed(verifyBlock(func.front())))
        return signalPassFailure();
    }
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createVerifyDispatchPass() {
  return std::make_unique<VerifyDispatch>();
}

void iree_compiler::registerDispatchPasses() {
  registerPass(createCarryTensorsPass);
  registerPass([] { return createFormDispatchesPass(); });
  registerPass(createSimplifyDispatchesPass);
  registerPass(createDeduplicateKernelsPass);
  registerPass(createPackWeightsPass);
  registerPass(createVerifyDispatchPass);
}
