// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_EMIT_SINKEXTENSIONS_H_
#define IREE_COMPILER_EMIT_SINKEXTENSIONS_H_

#include "llvm/IR/PassManager.h"

namespace iree_compiler {

/// Copies extensions of integers to the multiplications of other blocks that
/// they go to. Instructions are selected block by block: with its operands
/// extended outside of the loop, a widening multiplication of 32-bit numbers
/// would become one of 64-bit numbers. A constant factor would be put there as
/// one of 64 bits, and becomes the extension of one of 32 bits.
class SinkExtensionsPass : public llvm::PassInfoMixin<SinkExtensionsPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);
};

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_SINKEXTENSIONS_H_
