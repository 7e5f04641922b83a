// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/SinkExtensions.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

PreservedAnalyses iree_compiler::SinkExtensionsPass::run(Function &function,
                                                         FunctionAnalysisManager &) {
  SmallVector<BinaryOperator *> products;
  for (Instruction &instruction : instructions(function))
    if (instruction.getOpcode() == Instruction::Mul &&
        instruction.getType()->isIntOrIntVectorTy(64))
      products.push_back(cast<BinaryOperator>(&instruction));
  for (BinaryOperator *product : products)
    for (Use &operand : product->operands()) {
      auto *extension = dyn_cast<CastInst>(operand.get());
      if (!extension || !isa<SExtInst, ZExtInst>(extension) ||
          extension->getParent() == product->getParent())
        continue;
      Instruction *copy = extension->clone();
      copy->insertBefore(product->getIterator());
      operand.set(copy);
      if (extension->use_empty())
        extension->eraseFromParent();
    }
  PreservedAnalyses preserved;
  preserved.preserveSet<CFGAnalyses>();
  return preserved;
}
