// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Processors.h"

#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/RISCVISAInfo.h"
#include <mutex>

using namespace iree_compiler;

static void initializeLLVMTargets() {
  static std::once_flag once;
  std::call_once(once, [] {
#define IREE_INITIALIZE_TARGET(name)                                                               \
  LLVMInitialize##name##TargetInfo();                                                              \
  LLVMInitialize##name##Target();                                                                  \
  LLVMInitialize##name##TargetMC();                                                                \
  LLVMInitialize##name##AsmParser();                                                               \
  LLVMInitialize##name##AsmPrinter();
    IREE_INITIALIZE_TARGET(X86)
    IREE_INITIALIZE_TARGET(AArch64)
    IREE_INITIALIZE_TARGET(ARM)
    IREE_INITIALIZE_TARGET(RISCV)
#undef IREE_INITIALIZE_TARGET
  });
}

const llvm::Target &iree_compiler::lookUpTarget(const llvm::Triple &triple) {
  initializeLLVMTargets();
  std::string error;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    llvm::report_fatal_error(llvm::Twine(error));
  return *target;
}

Processors::Processors(const Architecture &architecture, llvm::Triple triple)
    : architecture(architecture), triple(std::move(triple)), target(lookUpTarget(this->triple)) {}

bool Processors::checkFeatureNames(llvm::StringRef features, std::string &error) const {
  auto info = describe("", "");
  llvm::SmallVector<llvm::StringRef> names;
  features.split(names, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (llvm::StringRef name : names) {
    bool known = llvm::any_of(info->getAllProcessorFeatures(),
                              [&](const auto &entry) { return name.drop_front() == entry.Key; });
    if (known && (name.front() == '+' || name.front() == '-'))
      continue;
    error = "unknown CPU feature '" + name.str() + "'; available, each with + or -:";
    for (const llvm::SubtargetFeatureKV &entry : info->getAllProcessorFeatures())
      error += std::string(" ") + entry.Key;
    return false;
  }
  return true;
}

std::unique_ptr<llvm::MCSubtargetInfo>
Processors::resolve(const std::string &cpu, const std::string &features, std::string &error) const {
  if (!describe("", "")->isCPUStringValid(cpu)) {
    error =
        "unknown CPU '" + cpu + "' for " + architecture.name.str() + "; available:" + usableCpus();
    return nullptr;
  }
  auto info = describe(cpu, features);
  std::string missing = missingFeature(*info);
  if (missing.empty()) {
    error = contradiction(*info);
    return error.empty() ? std::move(info) : nullptr;
  }
  if (missingFeature(*describe(cpu, "")).empty())
    error = "feature '-" + missing + "' leaves nothing to run " + architecture.name.str() +
            " code; remove it from --iree-llvm-target-cpu-features";
  else
    error = "CPU '" + cpu + "' cannot run " + architecture.name.str() + " code, it lacks '" +
            missing + "'; available:" + usableCpus();
  return nullptr;
}

std::unique_ptr<llvm::MCSubtargetInfo> Processors::describe(llvm::StringRef cpu,
                                                            llvm::StringRef features) const {
  return std::unique_ptr<llvm::MCSubtargetInfo>(
      target.createMCSubtargetInfo(triple, cpu, features));
}

/// The first feature that the architecture cannot do without and `info` lacks.
std::string Processors::missingFeature(const llvm::MCSubtargetInfo &info) const {
  llvm::SmallVector<llvm::StringRef> names;
  architecture.requiredFeatures.split(names, ',');
  for (llvm::StringRef name : names)
    if (!info.checkFeatures(("+" + name).str()))
      return name.str();
  return "";
}

std::string Processors::usableCpus() const {
  std::string list;
  for (const llvm::SubtargetSubTypeKV &entry : describe("", "")->getAllProcessorDescriptions())
    if (missingFeature(*describe(entry.Key, "")).empty())
      list += std::string(" ") + entry.Key;
  return list;
}

/// RISC-V extensions that exclude each other, in LLVM's words. The back end
/// would stop the program.
std::string Processors::contradiction(const llvm::MCSubtargetInfo &info) const {
  if (!triple.isRISCV())
    return "";
  std::vector<std::string> enabled;
  for (const llvm::SubtargetFeatureKV &entry : info.getEnabledProcessorFeatures())
    if (llvm::RISCVISAInfo::isSupportedExtensionFeature(entry.Key))
      enabled.push_back(std::string("+") + entry.Key);
  auto isa = llvm::RISCVISAInfo::parseFeatures(triple.isRISCV64() ? 64 : 32, enabled);
  if (!isa)
    return "CPU features contradict each other: " + llvm::toString(isa.takeError());
  if (info.checkFeatures("+zvl2048b"))
    return "vectors of more than 1024 bits are not supported; remove zvl2048b and larger";
  return "";
}
