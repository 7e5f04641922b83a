// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_TARGET_ABI_H_
#define IREE_COMPILER_TARGET_ABI_H_

#include "compiler/Options.h"
#include "compiler/Target/Target.h"

namespace llvm {
class MCSubtargetInfo;
} // namespace llvm

namespace iree_compiler {

/// Chooses the names of the ABI and of the float ABI from the triple and the
/// features, or checks the given ones against them. On failure fills `error`.
bool chooseAbi(const TargetOptions &options, const llvm::Triple &triple,
               const llvm::MCSubtargetInfo &features, Target &target, std::string &error);

} // namespace iree_compiler

#endif // IREE_COMPILER_TARGET_ABI_H_
