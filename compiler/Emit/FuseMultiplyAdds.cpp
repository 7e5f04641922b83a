// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/FuseMultiplyAdds.h"

#include "llvm/CodeGen/MachineModuleInfo.h"
#include "llvm/CodeGen/TargetLowering.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/Analysis.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

namespace {

/// Rewrites one function.
class Fuser {
public:
  Fuser(Function &function, MachineFunction &machineFunction)
      : function(function), machineFunction(machineFunction),
        lowering(*machineFunction.getSubtarget().getTargetLowering()) {}

  void run() {
    for (Instruction &instruction : make_early_inc_range(instructions(function))) {
      unsigned opcode = instruction.getOpcode();
      if ((opcode == Instruction::FAdd || opcode == Instruction::FSub) &&
          isFaster(instruction.getType()))
        fuse(cast<BinaryOperator>(instruction));
    }
  }

private:
  /// What the machine does with the parts that it has registers for.
  bool isFaster(Type *type) {
    EVT part = lowering.getValueType(function.getParent()->getDataLayout(), type);
    for (;;) {
      auto [action, next] = lowering.getTypeConversion(function.getContext(), part);
      if (action == TargetLowering::TypeLegal)
        break;
      part = next;
    }
    return part.isFloatingPoint() && lowering.isFMAFasterThanFMulAndFAdd(machineFunction, part);
  }

  /// The operand as a product that nothing else needs, or null. One of another
  /// block may have been moved out of a loop and stays there.
  static BinaryOperator *productOf(const BinaryOperator &sum, unsigned operand) {
    auto *product = dyn_cast<BinaryOperator>(sum.getOperand(operand));
    bool fits = product && product->getOpcode() == Instruction::FMul && product->hasOneUse() &&
                product->getParent() == sum.getParent();
    return fits ? product : nullptr;
  }

  static void fuse(BinaryOperator &sum) {
    bool isDifference = sum.getOpcode() == Instruction::FSub;
    IRBuilder<> builder(&sum);
    for (unsigned operand : {0u, 1u}) {
      BinaryOperator *product = productOf(sum, operand);
      if (!product)
        continue;
      Value *lhs = product->getOperand(0), *other = sum.getOperand(1 - operand);
      if (isDifference && operand == 0)
        other = builder.CreateFNeg(other);
      if (isDifference && operand == 1)
        lhs = builder.CreateFNeg(lhs);
      Value *fused = builder.CreateIntrinsic(Intrinsic::fma, {sum.getType()},
                                             {lhs, product->getOperand(1), other});
      sum.replaceAllUsesWith(fused);
      sum.eraseFromParent();
      product->eraseFromParent();
      return;
    }
  }

  Function &function;
  MachineFunction &machineFunction;
  const TargetLowering &lowering;
};

} // namespace

PreservedAnalyses iree_compiler::FuseMultiplyAddsPass::run(Module &module,
                                                           ModuleAnalysisManager &) {
  MachineModuleInfo info(machine);
  for (Function &function : module)
    if (!function.isDeclaration())
      Fuser(function, info.getOrCreateMachineFunction(function)).run();
  PreservedAnalyses preserved;
  preserved.preserveSet<CFGAnalyses>();
  return preserved;
}
