// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The machine that kernels are compiled for.
#ifndef IREE_COMPILER_TARGET_TARGET_H_
#define IREE_COMPILER_TARGET_TARGET_H_

#include "compiler/Options.h"
#include "compiler/Target/KernelShapes.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"
#include <memory>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace iree_compiler {

/// Where code ends up.
enum class CodePlacement {
  ClosedImage, ///< with all it refers to, at any multiple of 64
  Linked,      ///< where a linker puts it, by pages
};

/// A resolved target: everything that code generation needs to know.
struct Target {
  std::string triple;   ///< normalised, `<arch>-none-<elf|eabi|eabihf>`
  std::string cpu;      ///< LLVM CPU name
  std::string features; ///< LLVM feature string, "+a,-b"
  std::string abi;      ///< RISC-V: ilp32...; Arm: aapcs; else empty
  bool hardFloat = true;
  bool hasOperatingSystem = false; ///< machines of this kind may run one
  unsigned pointerBits = 64;
  unsigned vectorBits = 0;       ///< of a native vector register; 0: none
  bool vectorFloat = false;      ///< native vectors hold f32
  bool scalarFloat = false;      ///< registers for single f32 and their arithmetic
  uint32_t requiredFeatures = 0; ///< IREE_CPU_* bits of schemas/kernel_abi.h
  KernelShapes shapes;           ///< how contractions are computed
  std::string shapeChanges;      ///< by the flag, to the core's row of the table
  OptLevel optLevel = OptLevel::Speed;
  llvm::Triple::ArchType arch = llvm::Triple::UnknownArch;

  /// Resolves options to a target. On failure fills `error` with what is wrong
  /// and what is available.
  static bool resolve(const TargetOptions &options, Target &target, std::string &error);

  /// Of buffers in the arena, in the state and in the constants, bytes: what the
  /// largest element needs, or what vectors are fast with.
  uint64_t bufferAlignment() const;

  /// Code is to be small rather than fast.
  bool prefersSize() const { return optLevel == OptLevel::Size; }

  /// A target machine for position-independent code.
  std::unique_ptr<llvm::TargetMachine> createMachine(CodePlacement placement) const;

  /// Code of a closed image addresses all of its `bytes`. Otherwise fills
  /// `error`.
  bool fitsClosedImage(uint64_t bytes, std::string &error) const;

  /// Target as module attribute `program.target`, so that passes can run alone.
  void attachTo(mlir::ModuleOp module) const;
  /// The target of the closest module that has one; this machine if none has.
  static Target of(mlir::Operation *op);
};

/// System libraries need a target that may run a system. On failure fills
/// `error`.
bool checkLibraryForm(LibraryForm form, const Target &target, std::string &error);

/// Prints the table of architectures with their defaults.
void listTargets(llvm::raw_ostream &stream);

} // namespace iree_compiler

#endif // IREE_COMPILER_TARGET_TARGET_H_
