// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_EMIT_SHAREADDRESSES_H_
#define IREE_COMPILER_EMIT_SHAREADDRESSES_H_

#include "llvm/IR/PassManager.h"

namespace iree_compiler {

/// For cores with MVE: in blocks of dot products that load both operands, and are no
/// loops that lr counts, vectors at constant distances are loaded relative to one
/// address, as far as an instruction's offset reaches. Code generation is not told
/// where that address comes from: otherwise it would count up several, each in a
/// register, and spill the sums. Meant to be the last pass before code generation.
class ShareAddressesPass : public llvm::PassInfoMixin<ShareAddressesPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);
};

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_SHAREADDRESSES_H_
