// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_DISPATCH_PASSES_H_
#define IREE_COMPILER_DISPATCH_PASSES_H_

#include "mlir/Pass/Pass.h"
#include <memory>

namespace iree_compiler {

/// Marks branches and loops that the program performs itself; they then carry
/// tensors.
std::unique_ptr<mlir::Pass> createCarryTensorsPass();

/// Outlines each group of operations that runs as one kernel.
std::unique_ptr<mlir::Pass> createFormDispatchesPass(bool windows = false);

/// Merges identical kernels.
std::unique_ptr<mlir::Pass> createDeduplicateKernelsPass();

/// Folds and removes what outlining left; branches and loops of programs keep
/// their form.
std::unique_ptr<mlir::Pass> createSimplifyDispatchesPass();

/// Brings constant weights of contractions of i8 into the order in which kernels
/// read them. All kernels are native ones.
std::unique_ptr<mlir::Pass> createPackWeightsPass();

/// Exit invariant: entry functions hold calls of kernels, constants, reshapes,
/// variables, and branches and loops over them only.
std::unique_ptr<mlir::Pass> createVerifyDispatchPass();

/// Registers this stage's passes by their flags.
void registerDispatchPasses();

} // namespace iree_compiler

#endif // IREE_COMPILER_DISPATCH_PASSES_H_
