// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/SinkExtensions.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

/// Where words are narrower than a product, a constant factor in 32 bits becomes
/// the extension of an i32 that the function's first block has. `frozen`: those
/// that there are.
static void extendConstant(BinaryOperator &product, DenseMap<ConstantInt *, Value *> &frozen) {
  Function &function = *product.getFunction();
  auto *constant = dyn_cast<ConstantInt>(product.getOperand(1));
  auto *extension = dyn_cast<SExtInst>(product.getOperand(0));
  if (function.getDataLayout().getPointerSizeInBits() >= 64 || !constant || !extension ||
      !extension->getSrcTy()->isIntegerTy(32) || !constant->getValue().isSignedIntN(32) ||
      product.getParent() == &function.getEntryBlock())
    return;
  Value *&narrow = frozen[constant];
  if (!narrow) {
    IRBuilder<> builder(function.getEntryBlock().getTerminator());
    narrow =
        builder.CreateFreeze(builder.getInt32(static_cast<uint32_t>(constant->getZExtValue())));
  }
  IRBuilder<> builder(&product);
  product.setOperand(1, builder.CreateSExt(narrow, product.getType()));
}

PreservedAnalyses iree_compiler::SinkExtensionsPass::run(Function &function,
                                                         FunctionAnalysisManager &) {
  SmallVector<BinaryOperator *> products;
  for (Instruction &instruction : instructions(function))
    if (instruction.getOpcode() == Instruction::Mul &&
        instruction.getType()->isIntOrIntVectorTy(64))
      products.push_back(cast<BinaryOperator>(&instruction));
  DenseMap<ConstantInt *, Value *> frozen;
  for (BinaryOperator *product : products) {
    extendConstant(*product, frozen);
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
  }
  PreservedAnalyses preserved;
  preserved.preserveSet<CFGAnalyses>();
  return preserved;
}
