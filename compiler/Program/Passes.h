// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_PROGRAM_PASSES_H_
#define IREE_COMPILER_PROGRAM_PASSES_H_

#include "mlir/Pass/Pass.h"
#include <memory>

namespace iree_compiler {

/// Places the scratch of kernels in the arena.
std::unique_ptr<mlir::Pass> createFitScratchPass();

/// Marks dispatches that may run at the same time as those before them.
std::unique_ptr<mlir::Pass> createFormWavesPass();

/// Encodes programs as words of schemas/bytecode.def.
std::unique_ptr<mlir::Pass> createEncodeProgramPass();

/// Encodes VMVX kernels as words of the same list.
std::unique_ptr<mlir::Pass> createEncodeKernelsPass();

/// Exit invariant: the encoded words decode to the program they came from.
std::unique_ptr<mlir::Pass> createVerifyProgramPass();

/// Registers this stage's passes by their flags.
void registerProgramPasses();

} // namespace iree_compiler

#endif // IREE_COMPILER_PROGRAM_PASSES_H_
