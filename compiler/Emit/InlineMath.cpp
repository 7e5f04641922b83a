// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/InlineMath.h"

#include "compiler/builtins/Builtins.h"

#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace llvm;
using namespace iree_compiler;

namespace {

/// Computes its result from its arguments, in blocks that come once each.
bool isArithmetic(const Function &function) {
  SmallPtrSet<const BasicBlock *, 16> seen;
  for (const BasicBlock *block : ReversePostOrderTraversal<const Function *>(&function)) {
    seen.insert(block);
    for (const Instruction &instruction : *block) {
      bool isCall = isa<CallBase>(instruction) && !isa<IntrinsicInst>(instruction);
      if (isCall || instruction.mayReadOrWriteMemory() || isa<AllocaInst>(instruction))
        return false;
    }
    for (const BasicBlock *next : successors(block))
      if (seen.contains(next))
        return false;
  }
  return !function.empty();
}

/// Calls of functions, by the innermost loops that they are in.
using LoopCalls = SmallVector<std::pair<Loop *, CallInst *>>;

LoopCalls callsInLoops(const LoopInfo &loops) {
  LoopCalls calls;
  for (Loop *loop : loops.getLoopsInPreorder())
    if (loop->isInnermost())
      for (BasicBlock *block : loop->blocks())
        for (Instruction &instruction : *block)
          if (auto *call = dyn_cast<CallInst>(&instruction))
            if (Function *callee = call->getCalledFunction(); callee && !callee->isIntrinsic())
              calls.push_back({loop, call});
  return calls;
}

/// Sums keep their order, which LLVM would not respect if it were told to use vectors.
bool carriesNumbers(const Loop &loop) {
  return llvm::any_of(loop.getHeader()->phis(),
                      [](const PHINode &phi) { return phi.getType()->isFPOrFPVectorTy(); });
}

class Inliner {
public:
  Inliner(Module &module, unsigned pointerBits, bool alwaysVectors)
      : module(module), pointerBits(pointerBits), alwaysVectors(alwaysVectors) {}

  bool run() {
    SmallVector<Function *> functions;
    for (Function &function : module)
      if (!function.isDeclaration())
        functions.push_back(&function);
    for (Function *function : functions)
      inlineInto(*function);
    // Those that are called elsewhere, too, are builtins again.
    for (Function *builtin : linked)
      builtin->deleteBody();
    return !linked.empty();
  }

private:
  void inlineInto(Function &function) {
    DominatorTree dominators(function);
    LoopInfo loops(dominators);
    SmallVector<CallInst *> inlined;
    for (auto [loop, call] : callsInLoops(loops)) {
      if (!define(*call->getCalledFunction()))
        continue;
      inlined.push_back(call);
      if (alwaysVectors && !carriesNumbers(*loop))
        addStringMetadataToLoop(loop, "llvm.loop.vectorize.enable", 1);
    }
    for (CallInst *call : inlined) {
      InlineFunctionInfo info;
      InlineFunction(*call, info);
    }
  }

  /// Gives a declared function the body of the builtin, if that is arithmetic; others
  /// have it already or never get one.
  bool define(Function &function) {
    if (!function.isDeclaration())
      return is_contained(linked, &function);
    Function *builtin = builtins().getFunction(function.getName());
    if (!builtin || builtin->getFunctionType() != function.getFunctionType() ||
        !isArithmetic(*builtin))
      return false;
    ValueToValueMapTy values;
    for (auto [from, to] : zip_equal(builtin->args(), function.args()))
      values[&from] = &to;
    for (Instruction &instruction : instructions(*builtin))
      if (auto *intrinsic = dyn_cast<IntrinsicInst>(&instruction)) {
        Function *callee = intrinsic->getCalledFunction();
        values[callee] =
            module.getOrInsertFunction(callee->getName(), callee->getFunctionType()).getCallee();
      }
    SmallVector<ReturnInst *> returns;
    AttributeList attributes = function.getAttributes();
    CloneFunctionInto(&function, builtin, values, CloneFunctionChangeType::DifferentModule,
                      returns);
    function.setAttributes(attributes);
    linked.push_back(&function);
    return true;
  }

  Module &builtins() {
    if (!parsed) {
      EmbeddedBitcode bitcode = builtinsBitcode(pointerBits);
      StringRef bytes(reinterpret_cast<const char *>(bitcode.data), bitcode.size);
      auto result = parseBitcodeFile(MemoryBufferRef(bytes, "builtins"), module.getContext());
      parsed =
          result ? std::move(*result) : std::make_unique<Module>("builtins", module.getContext());
      if (!result)
        consumeError(result.takeError()); // reported where builtins are compiled
    }
    return *parsed;
  }

  Module &module;
  unsigned pointerBits;
  bool alwaysVectors;
  std::unique_ptr<Module> parsed;
  SmallVector<Function *> linked;
};

} // namespace

PreservedAnalyses InlineMathPass::run(Module &module, ModuleAnalysisManager &) {
  return Inliner(module, pointerBits, alwaysVectors).run() ? PreservedAnalyses::none()
                                                           : PreservedAnalyses::all();
}
