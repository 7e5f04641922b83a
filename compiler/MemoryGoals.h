// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a budget of memory to goals that the Tensor stage can aim at. It knows
// layers only; what a program really needs is known behind the Program stage.
#ifndef IREE_COMPILER_MEMORYGOALS_H_
#define IREE_COMPILER_MEMORYGOALS_H_

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <cstdint>

namespace iree_compiler {

/// Gives the entry functions of `module`, which has passed the Input stage, goals
/// with which each arena takes at most `budget` bytes. Tries on copies, first
/// without stripes, and prints to standard error what stripes cost. It is an
/// error if no goal helps. `compileCopy` runs the stages from Tensor to Program;
/// if it fails, so will the compilation, which reports why.
mlir::LogicalResult
setMemoryGoals(mlir::ModuleOp module, uint64_t budget,
               llvm::function_ref<mlir::LogicalResult(mlir::ModuleOp)> compileCopy);

} // namespace iree_compiler

#endif // IREE_COMPILER_MEMORYGOALS_H_
