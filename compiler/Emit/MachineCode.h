// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From LLVM IR to objects of the target.
#ifndef IREE_COMPILER_EMIT_MACHINECODE_H_
#define IREE_COMPILER_EMIT_MACHINECODE_H_

#include "compiler/Target/Target.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/Support/CodeGen.h"

namespace llvm {
class Module;
} // namespace llvm

namespace iree_compiler {

/// Code generation of one library for one target.
class MachineCode {
public:
  MachineCode(const Target &target, CodePlacement placement);

  /// Makes the module one of the target. Needed before the other functions.
  void adopt(llvm::Module &module) const;
  llvm::DataLayout dataLayout() const;
  /// Multiply-adds are fused where that is faster, then LLVM's standard
  /// pipeline of the target's level. Every later step keeps the roundings.
  void optimize(llvm::Module &module) const;

  /// Generates code; changes the module.
  llvm::SmallVector<char, 0>
  generate(llvm::Module &module,
           llvm::CodeGenFileType type = llvm::CodeGenFileType::ObjectFile) const;

private:
  const Target &target;
  std::unique_ptr<llvm::TargetMachine> machine;
};

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_MACHINECODE_H_
