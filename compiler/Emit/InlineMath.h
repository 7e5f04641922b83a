// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_EMIT_INLINEMATH_H_
#define IREE_COMPILER_EMIT_INLINEMATH_H_

#include "llvm/IR/PassManager.h"

namespace iree_compiler {

/// Puts builtins that functions call in loops into these loops, if they are
/// arithmetic only: no memory, calls or loops of their own. LLVM computes such a
/// loop in vectors, with the same results: run this after multiply-adds were fused,
/// which builtins depend on not to happen. `alwaysVectors`: it does so even where it thinks
/// that scalars are faster.
class InlineMathPass : public llvm::PassInfoMixin<InlineMathPass> {
public:
  InlineMathPass(unsigned pointerBits, bool alwaysVectors)
      : pointerBits(pointerBits), alwaysVectors(alwaysVectors) {}
  llvm::PreservedAnalyses run(llvm::Module &module, llvm::ModuleAnalysisManager &analyses);

private:
  unsigned pointerBits;
  bool alwaysVectors;
};

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_INLINEMATH_H_
