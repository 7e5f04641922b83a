// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/Passes.h"
#include "schemas/kernel_abi.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

LogicalResult verifyEntry(LLVM::LLVMFuncOp entry) {
  for (StringRef attribute : {program::kRangeAttrName, program::kWritesAttrName}) {
    auto value = entry->getAttrOfType<IntegerAttr>(attribute);
    if (!value || value.getInt() < 0 || value.getInt() > UINT32_MAX)
      return entry.emitError() << "kernel '" << entry.getName() << "' lacks a valid '" << attribute
                               << "'";
  }
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
    for (Operation &op : kernels.getOps()) {
      if (!isa<LLVM::LLVMDialect>(op.getDialect())) {
        op.emitError() << "'" << op.getName() << "' is left in the module of kernels";
        return signalPassFailure();
      }
      auto func = dyn_cast<LLVM::LLVMFuncOp>(op);
      if (func && func->hasAttr(program::kKernelAttrName) && failed(verifyEntry(func)))
        return signalPassFailure();
      if (auto global = dyn_cast<LLVM::GlobalOp>(op); global && !global.getConstant()) {
        global.emitError() << "kernels have no writable globals, found '" << global.getSymName()
                           << "'";
        return signalPassFailure();
      }
    }
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createVerifyKernelPass() {
  return std::make_unique<VerifyKernel>();
}

void iree_compiler::registerKernelPasses() {
  registerPass(createTileKernelsPass);
  registerPass(createVectorizeKernelsPass);
  registerPass(createLowerContractionsPass);
  registerPass(createBufferizeKernelsPass);
  registerPass(createPlaceScratchPass);
  registerPass(createConvertKernelsToLLVMPass);
  registerPass(createVerifyKernelPass);
}
