// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_KERNEL_PASSES_H_
#define IREE_COMPILER_KERNEL_PASSES_H_

#include "compiler/Options.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include <memory>

namespace iree_compiler {

/// One module of kernels for each backend, the best first.
std::unique_ptr<mlir::Pass> createSeparateBackendsPass(const std::vector<Backend> &backends = {});

/// The backend that the operation's module of kernels is for; LlvmCpu if none says.
Backend backendOf(mlir::Operation *op);

/// Runs a pipeline on a module of kernels if it is for the backend.
std::unique_ptr<mlir::Pass> createRunOnBackendPass(Backend backend,
                                                   const mlir::OpPassManager &pipeline);

/// Gives kernels the same range and bindings in all backends' modules.
std::unique_ptr<mlir::Pass> createUnifyBackendsPass();

/// Tiles each kernel's root, fuses its producers, makes the outermost loop the range.
std::unique_ptr<mlir::Pass> createTileKernelsPass();

/// Vectorises tiles whose shapes are small and static.
std::unique_ptr<mlir::Pass> createVectorizeKernelsPass();

/// Lowers vector contractions in the form that suits the target.
std::unique_ptr<mlir::Pass> createLowerContractionsPass();

/// Computes complex numbers by their parts.
std::unique_ptr<mlir::Pass> createLowerComplexPass();

/// Computes f16 and bf16 in f32, rounding each result.
std::unique_ptr<mlir::Pass> createLowerElementTypesPass();

/// Tensors to buffers: arguments and results become bindings, scratch is bounded.
std::unique_ptr<mlir::Pass> createBufferizeKernelsPass();

/// Places kernels' own buffers on the stack or in a scratch binding.
std::unique_ptr<mlir::Pass> createPlaceScratchPass();

/// Loops over the elements of vectors that math functions are computed of.
std::unique_ptr<mlir::Pass> createLoopVectorMathPass();

/// Lowers kernels to the LLVM dialect.
std::unique_ptr<mlir::Pass> createConvertKernelsToLLVMPass();

/// VMVX: a choice of buffers becomes a copy into one.
std::unique_ptr<mlir::Pass> createCopyChosenBuffersPass();

/// VMVX: elementwise operations become one for each instruction.
std::unique_ptr<mlir::Pass> createSplitElementwisePass();

/// VMVX: linalg operations on buffers become microkernels where there is one.
std::unique_ptr<mlir::Pass> createSelectMicrokernelsPass();

/// VMVX: accesses of buffers become loads and stores of bindings.
std::unique_ptr<mlir::Pass> createLowerBuffersPass();

/// VMVX: structured control flow becomes branches.
std::unique_ptr<mlir::Pass> createLowerLoopsPass();

/// VMVX: scalar operations become those that register code has.
std::unique_ptr<mlir::Pass> createExpandArithmeticPass();

/// Exit invariant: kernels are LLVM functions of the kernel ABI without external calls
/// other than builtins, or VMVX functions of scalar operations on bindings.
std::unique_ptr<mlir::Pass> createVerifyKernelPass();

/// Registers this stage's passes by their flags.
void registerKernelPasses();

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_PASSES_H_
