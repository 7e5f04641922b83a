// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_KERNEL_PASSES_H_
#define IREE_COMPILER_KERNEL_PASSES_H_

#include "mlir/Pass/Pass.h"
#include <memory>

namespace iree_compiler {

/// Tiles each kernel's root, fuses its producers, makes the outermost loop the range.
std::unique_ptr<mlir::Pass> createTileKernelsPass();

/// Vectorises tiles whose shapes are small and static.
std::unique_ptr<mlir::Pass> createVectorizeKernelsPass();

/// Lowers vector contractions in the form that suits the target.
std::unique_ptr<mlir::Pass> createLowerContractionsPass();

/// Tensors to buffers: arguments and results become bindings, scratch is bounded.
std::unique_ptr<mlir::Pass> createBufferizeKernelsPass();

/// Places kernels' own buffers on the stack or in a scratch binding.
std::unique_ptr<mlir::Pass> createPlaceScratchPass();

/// Lowers kernels to the LLVM dialect.
std::unique_ptr<mlir::Pass> createConvertKernelsToLLVMPass();

/// Exit invariant: kernels are LLVM functions of the kernel ABI without external calls
/// other than builtins.
std::unique_ptr<mlir::Pass> createVerifyKernelPass();

/// Registers this stage's passes by their flags.
void registerKernelPasses();

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_PASSES_H_
