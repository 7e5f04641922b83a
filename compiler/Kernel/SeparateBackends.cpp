// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A module may hold its kernels in several forms. Each backend lowers a module
// of kernels of its own; the first is the one that programs refer to.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/Passes.h"

#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

struct SeparateBackends : PassWrapper<SeparateBackends, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SeparateBackends)
  SeparateBackends() = default;
  SeparateBackends(const SeparateBackends &other) : PassWrapper(other) {
    backends = other.backends;
  }
  StringRef getArgument() const override { return "iree-separate-backends"; }
  StringRef getDescription() const override { return "Give each backend a module of kernels"; }

  ListOption<std::string> backends{*this, "backends", llvm::cl::desc("Names of backends")};

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto kernels = module.lookupSymbol<ModuleOp>(program::kKernelsModuleName);
    if (!kernels) {
      module.emitError("the module of kernels is missing");
      return signalPassFailure();
    }
    OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
    SmallVector<std::string> names(backends.begin(), backends.end());
    if (names.empty())
      names = {backendName(Backend::LlvmCpu)};
    kernels->setAttr(program::kBackendAttrName, builder.getStringAttr(names.front()));
    for (const std::string &name : ArrayRef(names).drop_front()) {
      auto copy = cast<ModuleOp>(builder.clone(*kernels));
      copy.setSymName((program::kKernelsModuleName + "_" + name).str());
      copy->setAttr(program::kBackendAttrName, builder.getStringAttr(name));
    }
  }
};

struct RunOnBackend : PassWrapper<RunOnBackend, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(RunOnBackend)
  RunOnBackend(Backend backend, const OpPassManager &pipeline)
      : backend(backend), pipeline(pipeline) {}
  StringRef getName() const override { return "RunOnBackend"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    pipeline.getDependentDialects(registry);
  }

  void runOnOperation() override {
    if (getOperation()->hasAttr(program::kBackendAttrName) &&
        backendOf(getOperation()) == backend && failed(runPipeline(pipeline, getOperation())))
      signalPassFailure();
  }

  Backend backend;
  OpPassManager pipeline;
};

} // namespace

Backend iree_compiler::backendOf(Operation *op) {
  for (; op; op = op->getParentOp())
    if (auto name = op->getAttrOfType<StringAttr>(program::kBackendAttrName))
      return name.getValue() == backendName(Backend::Vmvx) ? Backend::Vmvx : Backend::LlvmCpu;
  return Backend::LlvmCpu;
}

std::unique_ptr<Pass>
iree_compiler::createSeparateBackendsPass(const std::vector<Backend> &backends) {
  auto pass = std::make_unique<SeparateBackends>();
  for (Backend backend : backends)
    pass->backends.push_back(backendName(backend));
  return pass;
}

std::unique_ptr<Pass> iree_compiler::createRunOnBackendPass(Backend backend,
                                                            const OpPassManager &pipeline) {
  return std::make_unique<RunOnBackend>(backend, pipeline);
}
