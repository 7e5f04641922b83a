// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_EMIT_EXPANDCOPIES_H_
#define IREE_COMPILER_EMIT_EXPANDCOPIES_H_

#include "llvm/IR/PassManager.h"

namespace iree_compiler {

/// For cores with MVE: copies of a known length become vectors in place of a call
/// of memcpy, which copies bytes where both sides are aligned in different ways.
/// Rows of windows and tiles are short, and need not be aligned.
class ExpandCopiesPass : public llvm::PassInfoMixin<ExpandCopiesPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);
};

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_EXPANDCOPIES_H_
