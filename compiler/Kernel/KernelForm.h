// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a kernel in linalg form consists of, and the loops that it gets.
#ifndef IREE_COMPILER_KERNEL_KERNELFORM_H_
#define IREE_COMPILER_KERNEL_KERNELFORM_H_

#include "compiler/Kernel/TileConfig.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace iree_compiler {

/// A kernel's own buffers of at most so many bytes lie on the stack, larger ones in
/// scratch, which is part of the arena.
inline constexpr uint64_t kStackBufferBytes = 512;

/// The one linalg operation whose result the kernel returns, by itself or
/// inserted into a filled tensor; or null.
mlir::linalg::LinalgOp rootOf(mlir::func::FuncOp kernel);

/// The kernel's operation with reduction loops, or null; the Dispatch stage puts
/// at most one into a kernel.
mlir::linalg::LinalgOp reducerOf(mlir::func::FuncOp kernel);

/// Root and reducer have the form that tiling takes: the root's results are its
/// loops, and it reads the reducer.
bool isTileable(mlir::linalg::LinalgOp root, mlir::linalg::LinalgOp reducer);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_KERNELFORM_H_
