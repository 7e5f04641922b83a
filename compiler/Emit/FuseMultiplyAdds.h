// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_EMIT_FUSEMULTIPLYADDS_H_
#define IREE_COMPILER_EMIT_FUSEMULTIPLYADDS_H_

#include "llvm/IR/PassManager.h"

namespace llvm {
class TargetMachine;
} // namespace llvm

namespace iree_compiler {

/// Joins products with the sums and differences that they go to, as llvm.fma,
/// for types whose fused multiply-add is the machine's faster way; leaves them
/// apart for others. Meant to be the only place that decides: run while code
/// for a unit of work exists once, before loops are vectorised or unrolled, and
/// followed by code generation that fuses nothing. Then a unit's rounding does
/// not depend on where it lies in a range.
class FuseMultiplyAddsPass : public llvm::PassInfoMixin<FuseMultiplyAddsPass> {
public:
  explicit FuseMultiplyAddsPass(llvm::TargetMachine &machine) : machine(&machine) {}
  llvm::PreservedAnalyses run(llvm::Module &module, llvm::ModuleAnalysisManager &analyses);

private:
  llvm::TargetMachine *machine;
};

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_FUSEMULTIPLYADDS_H_
