// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table of contents of the compiler. Each stage is one folder; the last
// pass of a stage verifies what holds at its border (compiler/README.md).
#include "compiler/Pipeline.h"

#include "compiler/Dispatch/Passes.h"
#include "compiler/Emit/Dump.h"
#include "compiler/Emit/ModuleWriter.h"
#include "compiler/Emit/Output.h"
#include "compiler/Input/Passes.h"
#include "compiler/Kernel/Passes.h"
#include "compiler/MemoryGoals.h"
#include "compiler/Program/Passes.h"
#include "compiler/Schedule/Passes.h"
#include "compiler/Tensor/Passes.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/ControlFlowToSCF/ControlFlowToSCF.h"
#include "mlir/Conversion/MathToFuncs/MathToFuncs.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/TosaToArith/TosaToArith.h"
#include "mlir/Conversion/TosaToLinalg/TosaToLinalg.h"
#include "mlir/Conversion/TosaToSCF/TosaToSCF.h"
#include "mlir/Conversion/TosaToTensor/TosaToTensor.h"
#include "mlir/Conversion/VectorToSCF/VectorToSCF.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace iree_compiler;

/// Source -> func, linalg, tensor, arith, math, scf, util on tensors; every
/// public function takes and returns tensors, calls nothing, loads variables at
/// its beginning and stores them at its end.
static void addInputStage(OpPassManager &pm, const Options &options) {
  pm.addPass(createLiftControlFlowToSCFPass()); // a body of loops takes functions of one block
  pm.addPass(createInlinerPass());
  pm.addPass(createSymbolDCEPass());
  pm.addPass(createPrepareGlobalsPass());
  pm.addPass(createInlineResourcesPass());
  pm.addPass(createScalarsToTensorsPass());
  OpPassManager &func = pm.nest<func::FuncOp>();
  func.addPass(createPrepareChecksPass());
  if (options.inputType != InputType::None) {
    func.addPass(createPrepareTosaPass());
    func.addPass(tosa::createTosaInferShapesPass());
    func.addPass(tosa::createTosaMakeBroadcastablePass());
    func.addPass(createTosaToSCFPass());
    func.addPass(tosa::createTosaToLinalgNamed());
    func.addPass(createCanonicalizerPass());
    func.addPass(tosa::createTosaLayerwiseConstantFoldPass());
    func.addPass(tosa::createTosaMakeBroadcastablePass());
    func.addPass(tosa::createTosaToLinalg());
    func.addPass(createTosaToTensorPass());
    func.addPass(createTosaToArithPass(TosaToArithPassOptions{/*includeApplyRescale=*/true,
                                                              /*use32Bit=*/false}));
  }
  func.addPass(createForwardGlobalsPass());
  func.addPass(createConvertElementwiseToLinalgPass());
  func.addPass(createLegalizeLoopsPass());
  func.addPass(createLegalizeTensorOpsPass());
  func.addPass(createCanonicalizerPass());
  func.addPass(createCSEPass());
  func.addPass(createResolveSizesPass());
  pm.addPass(createWidenElementsPass());
  pm.addPass(createVerifyInputPass());
}

/// Native kernels read padded images row by row, which saves memory. Their units
/// then share a window, so that where units are to be shared among threads, images
/// are padded as a whole.
static bool usesWindows(const Options &options) {
  return options.optimizations.padInPlace && options.favor == PartitioningFavor::MinPeakMemory &&
         options.backends == std::vector<Backend>{Backend::LlvmCpu};
}

/// Whole-model rewrites on tensors, all of which keep every result as it is.
/// Elementwise operations become linalg.generic; zero points move into biases.
static void addTensorStage(OpPassManager &pm, const Options &options) {
  if (options.printStatistics)
    pm.addPass(createCountSourceWorkPass());
  OpPassManager &func = pm.nest<func::FuncOp>();
  func.addPass(createFoldZeroPointsPass());
  func.addPass(createGeneralizeElementwisePass());
  func.addPass(createCanonicalizerPass());
  func.addPass(createCSEPass());
  func.addPass(createFuseElementwisePass());
  if (options.optimizations.removeConstantChannels)
    func.addPass(createRemoveConstantChannelsPass());
  if (options.optimizations.narrowRescales) {
    func.addPass(createNarrowSumsPass());
    func.addPass(createNarrowRescalesPass());
  }
  func.addPass(createCanonicalizerPass());
  func.addPass(createCSEPass());
  if (options.memoryBudget != 0)
    pm.addPass(createSplitRowsPass(options));
  if (options.optimizations.padInPlace)
    // Canonicalisation would undo it in part.
    pm.addNestedPass<func::FuncOp>(createPadInPlacePass(usesWindows(options)));
  if (options.printStatistics)
    pm.addPass(createPrintStatisticsPass());
  pm.addPass(createVerifyTensorPass());
}

/// Kernels become functions; entry functions keep calls, constants, reshapes,
/// variables, the branches and loops around them, and the scalars that sizes are
/// computed from.
static void addDispatchStage(OpPassManager &pm, const Options &options) {
  pm.addNestedPass<func::FuncOp>(createResolveSizesPass());
  pm.addNestedPass<func::FuncOp>(createCarryTensorsPass());
  pm.addPass(createFormDispatchesPass(usesWindows(options)));
  pm.addNestedPass<func::FuncOp>(createSimplifyDispatchesPass());
  pm.addPass(createDeduplicateKernelsPass());
  if (options.backends == std::vector<Backend>{Backend::LlvmCpu})
    pm.addPass(createPackWeightsPass()); // other kernels would read the same constants
  pm.addPass(createVerifyDispatchPass());
}

/// Entry functions become programs: calls in order, every buffer in its place.
static void addScheduleStage(OpPassManager &pm, const Options &options) {
  pm.addPass(createScheduleProgramPass(options));
  pm.addPass(createVerifySchedulePass());
}

/// Kernels become LLVM functions over binding pointers and a range.
static void addNativeKernels(OpPassManager &kernels) {
  kernels.addNestedPass<func::FuncOp>(createTileKernelsPass());
  kernels.addNestedPass<func::FuncOp>(createVectorizeKernelsPass());
  kernels.addNestedPass<func::FuncOp>(createLowerContractionsPass());
  kernels.addPass(createBufferizeKernelsPass());
  kernels.addNestedPass<func::FuncOp>(createCanonicalizerPass());
  kernels.addNestedPass<func::FuncOp>(createCSEPass());
  kernels.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  kernels.addNestedPass<func::FuncOp>(createPlaceScratchPass());
  kernels.addNestedPass<func::FuncOp>(
      createConvertVectorToSCFPass(VectorTransferToSCFOptions().enableFullUnroll()));
  kernels.addNestedPass<func::FuncOp>(createLoopInvariantCodeMotionPass());
  kernels.addNestedPass<func::FuncOp>(createLoopVectorMathPass());
  kernels.addPass(memref::createExpandStridedMetadataPass());
  kernels.addPass(createLowerAffinePass());
  kernels.addPass(createSCFToControlFlowPass());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  kernels.addNestedPass<func::FuncOp>(createLowerComplexPass());
  kernels.addNestedPass<func::FuncOp>(createLowerElementTypesPass());
  kernels.addPass(createConvertMathToFuncs());
  kernels.addPass(createConvertKernelsToLLVMPass());
}

/// Kernels become functions of scalar operations on bindings, in blocks.
static void addBytecodeKernels(OpPassManager &kernels, const Options &options) {
  kernels.addNestedPass<func::FuncOp>(createTileKernelsPass());
  kernels.addPass(createBufferizeKernelsPass());
  OpPassManager &func = kernels.nest<func::FuncOp>();
  func.addPass(createCopyChosenBuffersPass());
  func.addPass(createCanonicalizerPass());
  func.addPass(createCSEPass());
  func.addPass(createExpandArithmeticPass());
  if (options.vmvxMicrokernels)
    func.addPass(createSplitElementwisePass());
  func.addPass(createPlaceScratchPass());
  func.addPass(memref::createExpandStridedMetadataPass());
  func.addPass(createLowerAffinePass());
  if (options.vmvxMicrokernels)
    func.addPass(createSelectMicrokernelsPass());
  func.addPass(createConvertLinalgToLoopsPass());
  func.addPass(createLowerAffinePass());
  func.addPass(createCanonicalizerPass());
  func.addPass(createLowerBuffersPass());
  func.addPass(createCanonicalizerPass());
  func.addPass(createCSEPass());
  func.addPass(createLoopInvariantCodeMotionPass());
  func.addPass(createLowerLoopsPass());
  func.addPass(createLowerComplexPass());
  kernels.addPass(createConvertMathToFuncs());
  kernels.addPass(createInlinerPass());
  kernels.addPass(createSymbolDCEPass());
  OpPassManager &scalar = kernels.nest<func::FuncOp>();
  scalar.addPass(createExpandArithmeticPass());
  scalar.addPass(createCSEPass());
}

static void addKernelStage(OpPassManager &pm, const Options &options) {
  OpPassManager native(ModuleOp::getOperationName()), bytecode(ModuleOp::getOperationName());
  addNativeKernels(native);
  addBytecodeKernels(bytecode, options);
  pm.addPass(createSeparateBackendsPass(options.backends));
  pm.addNestedPass<ModuleOp>(createRunOnBackendPass(Backend::LlvmCpu, native));
  pm.addNestedPass<ModuleOp>(createRunOnBackendPass(Backend::Vmvx, bytecode));
  pm.addPass(createUnifyBackendsPass());
  pm.addPass(createVerifyKernelPass());
}

/// Programs become bytecode.
static void addProgramStage(OpPassManager &pm, const Options &options) {
  pm.addPass(createFitScratchPass());
  pm.addPass(createVerifySchedulePass()); // scratch is written, too
  if (options.favor != PartitioningFavor::Debug)
    pm.addPass(createFormWavesPass());
  pm.addPass(createEncodeKernelsPass());
  pm.addPass(createEncodeProgramPass());
  pm.addPass(createVerifyProgramPass());
}

void iree_compiler::addStage(OpPassManager &pm, Stage stage, const Options &options) {
  switch (stage) {
  case Stage::Input:
    return addInputStage(pm, options);
  case Stage::Tensor:
    return addTensorStage(pm, options);
  case Stage::Dispatch:
    return addDispatchStage(pm, options);
  case Stage::Schedule:
    return addScheduleStage(pm, options);
  case Stage::Kernel:
    return addKernelStage(pm, options);
  case Stage::Program:
    return addProgramStage(pm, options);
  case Stage::Start:
  case Stage::End:
    return;
  }
}

/// Runs the stages after `from` up to `to`. In a trial no pass prints.
static LogicalResult runStages(ModuleOp module, Stage from, Stage to, const Options &options,
                               bool isTrial = false) {
  PassManager pm(module.getContext());
  if (!isTrial && failed(applyPassManagerCLOptions(pm)))
    return failure();
  pm.enableVerifier(options.verifyEach);
  for (Stage stage : {Stage::Input, Stage::Tensor, Stage::Dispatch, Stage::Schedule, Stage::Kernel,
                      Stage::Program})
    if (stage > from && stage <= to)
      addStage(pm, stage, options);
  return pm.run(module);
}

LogicalResult iree_compiler::compile(ModuleOp module, const Options &options, const Target &target,
                                     const MemoryReporter &reporter) {
  target.attachTo(module);
  Stage from = options.compileFrom;
  if (options.memoryBudget != 0 && options.compileTo > Stage::Input) {
    auto compileCopy = [&](ModuleOp copy) {
      Options quiet = options;
      quiet.printStatistics = false;
      return runStages(copy, Stage::Input, Stage::Program, quiet, /*isTrial=*/true);
    };
    if (failed(runStages(module, from, Stage::Input, options)) ||
        failed(setMemoryGoals(module, options.memoryBudget, compileCopy)))
      return failure();
    from = Stage::Input;
  }
  // The last stage in which kernels are linalg.
  Stage middle = std::max(from, std::min(options.compileTo, Stage::Schedule));
  if (failed(runStages(module, from, middle, options)) || failed(dumpSources(module, options)) ||
      failed(runStages(module, middle, options.compileTo, options)))
    return failure();
  module->removeAttr(kSplitsAttrName);
  if (options.compileTo != Stage::End || options.outputFormat == OutputFormat::Assembly)
    return writeText(module, options.outputPath);
  return writeModule(module, target, options, reporter);
}

void iree_compiler::registerPasses() {
  static const struct {
    Stage stage;
    const char *name, *description;
  } kPipelines[] = {
      {Stage::Input, "iree-input", "Input stage: legalise the source"},
      {Stage::Tensor, "iree-tensor", "Tensor stage: whole-model rewrites"},
      {Stage::Dispatch, "iree-dispatch", "Dispatch stage: fuse and outline kernels"},
      {Stage::Schedule, "iree-schedule", "Schedule stage: order calls, place buffers"},
      {Stage::Kernel, "iree-kernel", "Kernel stage: tile, vectorise, lower to LLVM"},
      {Stage::Program, "iree-program", "Program stage: encode programs"},
  };
  for (const auto &entry : kPipelines)
    PassPipelineRegistration<>(
        entry.name, entry.description,
        [stage = entry.stage](OpPassManager &pm) { addStage(pm, stage, Options()); });
  registerInputPasses();
  registerTensorPasses();
  registerDispatchPasses();
  registerSchedulePasses();
  registerKernelPasses();
  registerProgramPasses();
}
