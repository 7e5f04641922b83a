// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The whole compiler, stage after stage.
#ifndef IREE_COMPILER_PIPELINE_H_
#define IREE_COMPILER_PIPELINE_H_

#include "compiler/Emit/ModuleWriter.h"
#include "compiler/Options.h"
#include "compiler/Target/Target.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

namespace iree_compiler {

/// Loads every dialect and interface that the pipeline works on.
void registerDialects(mlir::DialectRegistry &registry);

/// Registers the stages as pass pipelines (`--iree-input`, `--iree-tensor`, ...)
/// and their passes one by one, for iree-opt.
void registerPasses();

/// Adds one stage's passes, its verify pass last. No-op for Start and End.
void addStage(mlir::OpPassManager &pm, Stage stage, const Options &options);

/// Runs the stages after options.compileFrom up to options.compileTo on
/// `module`, and writes the output. Errors are reported on the module's
/// context; on failure no output file exists. `reporter` writes the report of
/// options.memoryReportPath, and is not used without one.
mlir::LogicalResult compile(mlir::ModuleOp module, const Options &options, const Target &target,
                            const MemoryReporter &reporter = {});

} // namespace iree_compiler

#endif // IREE_COMPILER_PIPELINE_H_
