// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/MachineCode.h"

#include "compiler/Emit/FuseMultiplyAdds.h"
#include "compiler/Emit/HideComparedSplats.h"
#include "compiler/Emit/InlineMath.h"
#include "compiler/Emit/SinkExtensions.h"

#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Scalar/DCE.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"

using namespace iree_compiler;

namespace {

/// Loops that were to become vectors and did not are no warnings.
struct FailuresAreSilent : llvm::DiagnosticHandler {
  bool handleDiagnostics(const llvm::DiagnosticInfo &info) override {
    return info.getKind() == llvm::DK_OptimizationFailure;
  }
};

} // namespace

static llvm::OptimizationLevel pipelineOf(OptLevel level) {
  switch (level) {
  case OptLevel::None:
    return llvm::OptimizationLevel::O0;
  case OptLevel::Some:
    return llvm::OptimizationLevel::O1;
  case OptLevel::Most:
    return llvm::OptimizationLevel::O2;
  case OptLevel::Size:
    return llvm::OptimizationLevel::Os;
  case OptLevel::Speed:
    break;
  }
  return llvm::OptimizationLevel::O3;
}

/// Of loops.
static bool formsVectors(OptLevel level) {
  return level != OptLevel::None && level != OptLevel::Some;
}

MachineCode::MachineCode(const Target &target, CodePlacement placement)
    : target(target), machine(target.createMachine(placement)) {}

/// Every function gets the target's CPU and features, and no code that would
/// need a run-time library beyond the builtins.
void MachineCode::adopt(llvm::Module &module) const {
  module.setTargetTriple(machine->getTargetTriple());
  module.setDataLayout(machine->createDataLayout());
  if (!target.abi.empty() && machine->getTargetTriple().isRISCV() &&
      !module.getModuleFlag("target-abi"))
    module.addModuleFlag(llvm::Module::Error, "target-abi",
                         llvm::MDString::get(module.getContext(), target.abi));
  for (llvm::Function &function : module) {
    if (function.isIntrinsic())
      continue;
    function.addFnAttr("target-cpu", target.cpu);
    if (!target.features.empty())
      function.addFnAttr("target-features", target.features);
    function.addFnAttr(llvm::Attribute::NoUnwind);
    function.addFnAttr(llvm::Attribute::NoRedZone);
    function.addFnAttr("frame-pointer", "none");
    if (target.prefersSize())
      function.addFnAttr(llvm::Attribute::OptimizeForSize);
  }
}

llvm::DataLayout MachineCode::dataLayout() const { return machine->createDataLayout(); }

void MachineCode::optimize(llvm::Module &module) const {
  module.getContext().setDiagnosticHandler(std::make_unique<FailuresAreSilent>());
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager callGraph;
  llvm::ModuleAnalysisManager modules;
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = true;
  tuning.SLPVectorization = true;
  llvm::PassBuilder builder(machine.get(), tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);
  llvm::ModulePassManager passes;
  // Parts of aggregates, which vectors of vectors are, become values of their own.
  passes.addPass(llvm::createModuleToFunctionPassAdaptor(llvm::EarlyCSEPass()));
  passes.addPass(llvm::createModuleToFunctionPassAdaptor(llvm::DCEPass()));
  passes.addPass(FuseMultiplyAddsPass(*machine));
  bool isX86 = target.arch == llvm::Triple::x86 || target.arch == llvm::Triple::x86_64;
  bool isMve = target.arch == llvm::Triple::thumb && target.vectorFloat;
  // Vectors of Armv7-A are not those of IEEE 754. LLVM knows what choosing between
  // branches costs on x86; elsewhere it thinks that it is expensive.
  if (target.vectorFloat && target.arch != llvm::Triple::arm && formsVectors(target.optLevel))
    passes.addPass(InlineMathPass(target.pointerBits, /*alwaysVectors=*/!isX86));
  passes.addPass(builder.buildPerModuleDefaultPipeline(pipelineOf(target.optLevel)));
  passes.addPass(llvm::createModuleToFunctionPassAdaptor(SinkExtensionsPass()));
  if (isMve)
    passes.addPass(llvm::createModuleToFunctionPassAdaptor(HideComparedSplatsPass()));
  passes.run(module, modules);
}

llvm::SmallVector<char, 0> MachineCode::generate(llvm::Module &module,
                                                 llvm::CodeGenFileType type) const {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  // All targets of the table write both types.
  if (!machine->addPassesToEmitFile(passes, stream, nullptr, type))
    passes.run(module);
  return bytes;
}
