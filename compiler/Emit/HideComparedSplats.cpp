// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/HideComparedSplats.h"

#include "llvm/Analysis/VectorUtils.h"
#include "llvm/IR/Analysis.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

namespace {

bool mayBeSplat(Value *value) {
  return isa<Constant, InsertElementInst, ShuffleVectorInst>(value) || isSplatValue(value);
}

/// Whether operand `index` comes to stand on the left of `gt` or `ge`, of which
/// code generation makes every condition but equality.
bool comesLeft(FCmpInst::Predicate predicate, unsigned index) {
  switch (predicate) {
  case FCmpInst::FCMP_OGT:
  case FCmpInst::FCMP_OGE:
  case FCmpInst::FCMP_ULT: // not ge
  case FCmpInst::FCMP_ULE: // not gt
    return index == 0;
  case FCmpInst::FCMP_OLT:
  case FCmpInst::FCMP_OLE:
  case FCmpInst::FCMP_UGT:
  case FCmpInst::FCMP_UGE:
    return index == 1;
  case FCmpInst::FCMP_OEQ:
  case FCmpInst::FCMP_UNE:
    return false;
  default: // two of them, one each way
    return true;
  }
}

void hideSplats(FCmpInst &compare) {
  IRBuilder<> builder(&compare);
  for (unsigned index : {0u, 1u}) {
    Value *operand = compare.getOperand(index);
    if (comesLeft(compare.getPredicate(), index) && mayBeSplat(operand))
      compare.setOperand(index, builder.CreateIntrinsic(Intrinsic::arithmetic_fence,
                                                        {operand->getType()}, {operand}));
  }
}

} // namespace

PreservedAnalyses iree_compiler::HideComparedSplatsPass::run(Function &function,
                                                             FunctionAnalysisManager &) {
  for (Instruction &instruction : instructions(function))
    if (auto *compare = dyn_cast<FCmpInst>(&instruction);
        compare && compare->getType()->isVectorTy())
      hideSplats(*compare);
  PreservedAnalyses preserved;
  preserved.preserveSet<CFGAnalyses>();
  return preserved;
}
