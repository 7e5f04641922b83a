// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Abi.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"

using namespace iree_compiler;

namespace {

/// The named ABI, or the last of `available`, which lists those that the
/// features allow with the widest last.
bool chooseFrom(llvm::ArrayRef<std::string> available, const TargetOptions &options, Target &target,
                std::string &error) {
  target.abi = options.abi.empty() ? available.back() : options.abi;
  if (llvm::is_contained(available, target.abi))
    return true;
  error =
      "ABI '" + target.abi + "' does not fit the target; available: " + llvm::join(available, ", ");
  return false;
}

bool chooseRiscvAbi(const TargetOptions &options, const llvm::Triple &triple,
                    const llvm::MCSubtargetInfo &features, Target &target, std::string &error) {
  std::string base = triple.isRISCV64() ? "lp64" : "ilp32";
  bool embedded = features.checkFeatures("+e"); // 16 registers: one ABI, without floats
  if (embedded)
    base += "e";
  llvm::SmallVector<std::string> available = {base};
  if (features.checkFeatures("+f") && !embedded)
    available.push_back(base + "f");
  if (features.checkFeatures("+d") && !embedded)
    available.push_back(base + "d");
  bool hasFloats = available.size() > 1;
  TargetOptions wanted = options;
  if (options.abi.empty() && options.floatAbi == "soft")
    wanted.abi = base;
  if (!chooseFrom(available, wanted, target, error))
    return false;
  target.hardFloat = target.abi != base;
  if (options.floatAbi == "hard" && !hasFloats) {
    error = "float ABI 'hard' needs a core with floating point; add +f or +d to "
            "--iree-llvm-target-cpu-features, or use soft";
    return false;
  }
  if (options.floatAbi.empty() || target.hardFloat == (options.floatAbi == "hard"))
    return true;
  error = "float ABI '" + options.floatAbi + "' contradicts ABI '" + target.abi + "'";
  return false;
}

bool chooseArmAbi(const TargetOptions &options, const llvm::Triple &triple,
                  const llvm::MCSubtargetInfo &features, Target &target, std::string &error) {
  bool fpu = features.checkFeatures("+vfp2sp") || features.checkFeatures("+fpregs");
  target.hardFloat = fpu;
  if (triple.getEnvironment() == llvm::Triple::EABI)
    target.hardFloat = false;
  if (triple.getEnvironment() == llvm::Triple::EABIHF)
    target.hardFloat = true;
  if (!options.floatAbi.empty())
    target.hardFloat = options.floatAbi == "hard";
  if (target.hardFloat && !fpu) {
    error = "float ABI 'hard' on '" + target.cpu + "', which has no FPU; use soft";
    return false;
  }
  return chooseFrom({"aapcs"}, options, target, error);
}

/// Architectures whose floats are always passed in registers of their own, or
/// never.
bool chooseOnlyAbi(llvm::StringRef name, const TargetOptions &options, const llvm::Triple &triple,
                   Target &target, std::string &error) {
  target.hardFloat = true;
  if (!options.abi.empty() && name.empty()) {
    error = "ABI '" + options.abi + "' does not fit the target, which has one ABI only";
    return false;
  }
  if (!name.empty() && !chooseFrom({name.str()}, options, target, error))
    return false;
  if (options.floatAbi == "soft") {
    error = "float ABI 'soft' is not available for " + triple.getArchName().str() + "; use hard";
    return false;
  }
  return true;
}

} // namespace

bool iree_compiler::chooseAbi(const TargetOptions &options, const llvm::Triple &triple,
                              const llvm::MCSubtargetInfo &features, Target &target,
                              std::string &error) {
  if (triple.isRISCV())
    return chooseRiscvAbi(options, triple, features, target, error);
  if (triple.isARM() || triple.isThumb())
    return chooseArmAbi(options, triple, features, target, error);
  return chooseOnlyAbi(triple.isAArch64() ? "aapcs" : "", options, triple, target, error);
}
