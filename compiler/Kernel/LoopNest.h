// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A linalg operation on buffers as loops over elements at strides of bindings,
// which is what microkernels take.
#ifndef IREE_COMPILER_KERNEL_LOOPNEST_H_
#define IREE_COMPILER_KERNEL_LOOPNEST_H_

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include <optional>

namespace iree_compiler {

/// One of several nested loops.
struct StridedLoop {
  int64_t size;
  llvm::SmallVector<int64_t, 4> strides; ///< in elements, by operand
};

/// Elements of a binding.
struct StridedOperand {
  uint32_t binding;
  mlir::Value offset; ///< of the first element, an index
  mlir::Type element;
};

/// Loops, the outermost first, and the operands that they step through.
struct LoopNest {
  llvm::SmallVector<StridedLoop, 8> loops;
  llvm::SmallVector<StridedOperand, 4> operands;

  /// The loops of `op` and its operands `uses`, at most one of whose elements
  /// is accessed in each iteration. Nothing if shapes or strides are dynamic,
  /// or if indices are not linear. Creates offsets with `builder`.
  static std::optional<LoopNest> of(mlir::OpBuilder &builder, mlir::linalg::LinalgOp op,
                                    llvm::ArrayRef<mlir::OpOperand *> uses);

  /// Drops loops of one iteration and makes one of two where the outer
  /// continues what the inner begins, for all operands.
  void simplify();
};

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_LOOPNEST_H_
