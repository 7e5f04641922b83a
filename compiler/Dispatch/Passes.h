// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_DISPATCH_PASSES_H_
#define IREE_COMPILER_DISPATCH_PASSES_H_

#include "mlir/Pass/Pass.h"
#include <memory>

namespace iree_compiler {

/// Outlines each group of operations that runs as one kernel.
std::unique_ptr<mlir::Pass> createFormDispatchesPass();

/// Merges identical kernels.
std::unique_ptr<mlir::Pass> createDeduplicateKernelsPass();

/// Exit invariant: entry functions hold calls of kernels, constants and reshapes only.
std::unique_ptr<mlir::Pass> createVerifyDispatchPass();

/// Registers this stage's passes by their flags.
void registerDispatchPasses();

} // namespace iree_compiler

#endif // IREE_COMPILER_DISPATCH_PASSES_H_
