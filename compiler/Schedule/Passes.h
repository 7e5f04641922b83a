// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_SCHEDULE_PASSES_H_
#define IREE_COMPILER_SCHEDULE_PASSES_H_

#include "mlir/Pass/Pass.h"
#include <memory>

#include "compiler/Options.h"

namespace iree_compiler {

/// Turns entry functions into programs over one arena; moves kernels into a module
/// of their own.
std::unique_ptr<mlir::Pass> createScheduleProgramPass(const Options &options = Options());

/// Exit invariant: places lie within their spaces; no transient is overwritten while
/// it is still needed.
std::unique_ptr<mlir::Pass> createVerifySchedulePass();

/// Registers this stage's passes by their flags.
void registerSchedulePasses();

} // namespace iree_compiler

#endif // IREE_COMPILER_SCHEDULE_PASSES_H_
