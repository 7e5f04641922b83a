// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/ShareAddresses.h"

#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsARM.h"

using namespace llvm;

namespace {

/// vmladava sums up in even registers. With one sum fewer, lr can count a loop, if
/// there is no other reason against it.
constexpr unsigned kSums = 8;

/// How far the offset of a vector load reaches, both ways: 7 bits, in words if the
/// address is a multiple of four.
int64_t reachOf(const LoadInst &load) { return load.getAlign() >= 4 ? 4 * 127 : 127; }

bool isDot(const Value *value) {
  auto *call = dyn_cast<IntrinsicInst>(value);
  return call && call->getIntrinsicID() == Intrinsic::arm_mve_vmldava;
}

/// Loads near each other: the address of the first one, hidden.
struct Neighbours {
  const SCEV *address;
  Value *hidden;
  int64_t reach; ///< of the one that reaches least
};

class BlockSharing {
public:
  BlockSharing(BasicBlock &block, ScalarEvolution &evolution)
      : block(block), evolution(evolution) {}

  bool run() {
    SmallVector<LoadInst *> loads;
    unsigned sums = 0;
    bool isCounted = true, loadsBoth = false;
    for (Instruction &instruction : block) {
      if (isDot(&instruction)) {
        auto *before = dyn_cast<Instruction>(instruction.getOperand(3));
        sums += !before || before->getParent() != &block || !isDot(before);
        loadsBoth |= isLoaded(instruction.getOperand(4)) && isLoaded(instruction.getOperand(5));
      }
      auto *call = dyn_cast<CallInst>(&instruction);
      isCounted &= !call || !call->isInlineAsm();
      auto *load = dyn_cast<LoadInst>(&instruction);
      if (load && load->isSimple() && load->getType()->isVectorTy() &&
          load->getType()->getPrimitiveSizeInBits() == 128 && all_of(load->users(), isDot))
        loads.push_back(load);
    }
    if (!loadsBoth || (sums < kSums && isCounted))
      return false;
    for (LoadInst *load : loads)
      share(*load);
    return !loads.empty();
  }

private:
  bool isLoaded(Value *value) {
    auto *load = dyn_cast<LoadInst>(value);
    return load && load->getParent() == &block;
  }

  void share(LoadInst &load) {
    const SCEV *address = evolution.getSCEV(load.getPointerOperand());
    IRBuilder<> builder(&load);
    for (Neighbours &group : groups) {
      std::optional<APInt> distance = evolution.computeConstantDifference(address, group.address);
      if (!distance)
        continue;
      int64_t offset = distance->getSExtValue(), reach = std::min(reachOf(load), group.reach);
      if (offset < -reach || offset > reach)
        continue;
      load.setOperand(
          LoadInst::getPointerOperandIndex(),
          builder.CreatePtrAdd(group.hidden, builder.getInt32(static_cast<uint32_t>(offset))));
      return;
    }
    Value *pointer = load.getPointerOperand();
    auto *type = FunctionType::get(pointer->getType(), {pointer->getType()}, false);
    Value *hidden =
        builder.CreateCall(InlineAsm::get(type, "", "=r,0", /*hasSideEffects=*/true), {pointer});
    load.setOperand(LoadInst::getPointerOperandIndex(), hidden);
    groups.push_back({address, hidden, reachOf(load)});
  }

  BasicBlock &block;
  ScalarEvolution &evolution;
  SmallVector<Neighbours> groups;
};

} // namespace

PreservedAnalyses iree_compiler::ShareAddressesPass::run(Function &function,
                                                         FunctionAnalysisManager &analyses) {
  auto &evolution = analyses.getResult<ScalarEvolutionAnalysis>(function);
  bool changed = false;
  for (BasicBlock &block : function)
    changed |= BlockSharing(block, evolution).run();
  if (!changed)
    return PreservedAnalyses::all();
  PreservedAnalyses preserved;
  preserved.preserveSet<CFGAnalyses>();
  return preserved;
}
