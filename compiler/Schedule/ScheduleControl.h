// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs with branches and loops around their calls.
#ifndef IREE_COMPILER_SCHEDULE_SCHEDULECONTROL_H_
#define IREE_COMPILER_SCHEDULE_SCHEDULECONTROL_H_

#include "compiler/Options.h"
#include "compiler/Schedule/EntryValues.h"

namespace iree_compiler {

/// The function has branches or loops, or reads what a kernel computes, for an
/// assertion; and it has no dynamic shapes.
bool hasControl(mlir::func::FuncOp entry);

/// Makes the program of an entry function with control flow. Its calls keep
/// their order. Errors are reported at the function.
mlir::LogicalResult scheduleControl(mlir::func::FuncOp entry, PartitioningFavor favor,
                                    ProgramConstants &constants, const ProgramVariables &variables);

} // namespace iree_compiler

#endif // IREE_COMPILER_SCHEDULE_SCHEDULECONTROL_H_
