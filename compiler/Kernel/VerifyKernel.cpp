// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/Passes.h"
#include "schemas/kernel_abi.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

LogicalResult verifyAttributes(Operation *entry, StringRef name) {
  for (StringRef attribute : {program::kRangeAttrName, program::kWritesAttrName}) {
    auto value = entry->getAttrOfType<IntegerAttr>(attribute);
    bool isComputed = attribute == program::kRangeAttrName &&
                      entry->hasAttr(program::kRangeOfAttrName) && value && value.getInt() == -1;
    if (!isComputed && (!value || value.getInt() < 0 || value.getInt() > UINT32_MAX))
      return entry->emitError() << "kernel '" << name << "' lacks a valid '" << attribute << "'";
  }
  return success();
}

LogicalResult verifyEntry(LLVM::LLVMFuncOp entry) {
  if (failed(verifyAttributes(entry, entry.getName())))
    return failure();
  auto type = entry.getFunctionType();
  bool fits = type.getNumParams() == 4 && type.getReturnType().isInteger(32) &&
              isa<LLVM::LLVMPointerType>(type.getParamType(0)) &&
              isa<LLVM::LLVMPointerType>(type.getParamType(1)) &&
              type.getParamType(2).isInteger(32) && type.getParamType(3).isInteger(32);
  if (!fits)
    return entry.emitError() << "kernel '" << entry.getName()
                             << "' does not have the kernel ABI's signature";
  return success();
}

struct VerifyKernel : PassWrapper<VerifyKernel, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(VerifyKernel)
  StringRef getArgument() const override { return "iree-verify-kernel"; }
  StringRef getDescription() const override { return "Verify the Kernel stage's exit invariant"; }

  void runOnOperation() override {
    auto kernels = getOperation().lookupSymbol<ModuleOp>(program::kKernelsModuleName);
    if (!kernels) {
      getOperation().emitError("the module of kernels is missing");
      return signalPassFailure();
    }
    for (auto module : getOperation().getOps<ModuleOp>()) {
      if (module != kernels && !module->hasAttr(program::kBackendAttrName))
        continue;
      if (failed(backendOf(module) == Backend::Vmvx ? verifyBytecodeKernels(module)
                                                    : verifyKernels(module)))
        return signalPassFailure();
    }
  }

private:
  static LogicalResult verifyKernels(ModuleOp kernels) {
    for (Operation &op : kernels.getOps()) {
      if (!isa<LLVM::LLVMDialect>(op.getDialect()))
        return op.emitError() << "'" << op.getName() << "' is left in the module of kernels";
      auto func = dyn_cast<LLVM::LLVMFuncOp>(op);
      if (func && func->hasAttr(program::kKernelAttrName) && failed(verifyEntry(func)))
        return failure();
      if (auto global = dyn_cast<LLVM::GlobalOp>(op); global && !global.getConstant())
        return global.emitError() << "kernels have no writable globals, found '"
                                  << global.getSymName() << "'";
    }
    return success();
  }

  /// Functions without arguments, of scalar operations and those on bindings.
  static LogicalResult verifyBytecodeKernels(ModuleOp kernels) {
    for (Operation &op : kernels.getOps()) {
      auto func = dyn_cast<func::FuncOp>(op);
      if (!func || !func->hasAttr(program::kKernelAttrName) || func.getNumArguments() != 0)
        return op.emitError() << "'" << op.getName() << "' is left in the module of kernels";
      if (failed(verifyAttributes(func, func.getName())))
        return failure();
      WalkResult result = func.walk([&](Operation *inner) {
        if (inner == func || isa<func::ReturnOp>(inner) ||
            isa<arith::ArithDialect, cf::ControlFlowDialect, math::MathDialect,
                program::ProgramDialect, ub::UBDialect>(inner->getDialect()))
          return WalkResult::advance();
        inner->emitError() << "'" << inner->getName() << "' is left in a kernel";
        return WalkResult::interrupt();
      });
      if (result.wasInterrupted())
        return failure();
    }
    return success();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createVerifyKernelPass() {
  return std::make_unique<VerifyKernel>();
}

void iree_compiler::registerKernelPasses() {
  registerPass([] { return createSeparateBackendsPass(); });
  registerPass(createUnifyBackendsPass);
  registerPass(createCopyChosenBuffersPass);
  registerPass(createSplitElementwisePass);
  registerPass(createSelectMicrokernelsPass);
  registerPass(createLowerBuffersPass);
  registerPass(createLowerLoopsPass);
  registerPass(createExpandArithmeticPass);
  registerPass(createTileKernelsPass);
  registerPass(createVectorizeKernelsPass);
  registerPass(createLowerContractionsPass);
  registerPass(createLowerComplexPass);
  registerPass(createLoopVectorMathPass);
  registerPass(createLowerElementTypesPass);
  registerPass(createBufferizeKernelsPass);
  registerPass(createPlaceScratchPass);
  registerPass(createConvertKernelsToLLVMPass);
  registerPass(createVerifyKernelPass);
}
