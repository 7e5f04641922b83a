// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which linalg operations the microkernel CONTRACT computes, and with which
// order of loops.
#ifndef IREE_COMPILER_KERNEL_CONTRACTION_H_
#define IREE_COMPILER_KERNEL_CONTRACTION_H_

#include "compiler/Kernel/LoopNest.h"

namespace iree_compiler {

inline constexpr size_t kMaxContractLoops = 8;

/// target = target + a * b, target + a, or the extreme of both.
struct Contraction {
  uint32_t kind;                                    ///< of schemas/bytecode.def
  llvm::SmallVector<mlir::OpOperand *, 3> operands; ///< target, a and, for products, b
  llvm::SmallVector<mlir::Value, 2> zeroPoints;     ///< i32, of a and b, for i8

  static std::optional<Contraction> of(mlir::linalg::LinalgOp op);
};

/// Orders the loops of target, a and b as the microkernel is fast with, without
/// changing the order of additions to an element. Returns whether a and b are
/// to change places: the strides have done so.
bool orderLoops(LoopNest &nest, bool isProduct);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_CONTRACTION_H_
