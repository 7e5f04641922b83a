// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_EMIT_HIDECOMPAREDSPLATS_H_
#define IREE_COMPILER_EMIT_HIDECOMPAREDSPLATS_H_

#include "llvm/IR/PassManager.h"

namespace iree_compiler {

/// For cores with MVE: hides from code generation that the left side of a
/// comparison of vectors has equal elements. MVE compares with a scalar or zero on
/// the right only. LLVM 22 swaps the sides for that and turns the condition around,
/// but `lt` and `le` are true of a NaN while `gt` and `ge` are not. Meant to be the
/// last pass before code generation.
class HideComparedSplatsPass : public llvm::PassInfoMixin<HideComparedSplatsPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);
};

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_HIDECOMPAREDSPLATS_H_
