// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Target.h"

#include "compiler/Target/Abi.h"
#include "compiler/Target/Architecture.h"

#include "mlir/IR/Builders.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/RISCVISAInfo.h"
#include <mutex>

using namespace iree_compiler;

namespace {

constexpr llvm::StringLiteral kTargetAttrName = "program.target";

void initializeLLVMTargets() {
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

std::string joinFeatures(llvm::StringRef first, llvm::StringRef second) {
  if (first.empty() || second.empty())
    return (first + second).str();
  return (first + "," + second).str();
}

std::string hostFeatures() {
  std::string list;
  for (const auto &entry : llvm::sys::getHostCPUFeatures())
    list = joinFeatures(list, ((entry.second ? "+" : "-") + entry.first()).str());
  return list;
}

/// A feature list without signs, given or of the table, has `name`.
bool mentions(llvm::StringRef features, llvm::StringRef name) {
  llvm::SmallVector<llvm::StringRef> names;
  features.split(names, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  return llvm::any_of(names, [&](llvm::StringRef each) { return each.ltrim("+-") == name; });
}

/// The features of the architecture that the flags say nothing about.
std::string standingFeatures(const Architecture &architecture, llvm::StringRef given) {
  llvm::StringRef standing = architecture.standingFeatures;
  return mentions(given, standing.ltrim("+")) ? "" : standing.str();
}

/// The first feature that the architecture cannot do without and `info` lacks.
std::string missingFeature(const Architecture &architecture, const llvm::MCSubtargetInfo &info) {
  llvm::SmallVector<llvm::StringRef> names;
  architecture.requiredFeatures.split(names, ',');
  for (llvm::StringRef name : names)
    if (!info.checkFeatures(("+" + name).str()))
      return name.str();
  return "";
}

/// LLVM's description of the processors of one triple.
class Processors {
public:
  Processors(const Architecture &architecture, llvm::Triple triple)
      : architecture(architecture), triple(std::move(triple)) {
    std::string error;
    target = llvm::TargetRegistry::lookupTarget(this->triple, error);
  }

  /// Features are names of LLVM's table, each with + or -.
  bool checkFeatureNames(llvm::StringRef features, std::string &error) const {
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

  /// The features of a CPU with those added; null, and `error`, if code for the
  /// architecture cannot run there.
  std::unique_ptr<llvm::MCSubtargetInfo>
  resolve(const std::string &cpu, const std::string &features, std::string &error) const {
    if (!describe("", "")->isCPUStringValid(cpu)) {
      error = "unknown CPU '" + cpu + "' for " + architecture.name.str() +
              "; available:" + usableCpus();
      return nullptr;
    }
    auto info = describe(cpu, features);
    std::string missing = missingFeature(architecture, *info);
    if (missing.empty()) {
      error = contradiction(*info);
      return error.empty() ? std::move(info) : nullptr;
    }
    if (missingFeature(architecture, *describe(cpu, "")).empty())
      error = "feature '-" + missing + "' leaves nothing to run " + architecture.name.str() +
              " code; remove it from --iree-llvm-target-cpu-features";
    else
      error = "CPU '" + cpu + "' cannot run " + architecture.name.str() + " code, it lacks '" +
              missing + "'; available:" + usableCpus();
    return nullptr;
  }

private:
  std::unique_ptr<llvm::MCSubtargetInfo> describe(llvm::StringRef cpu,
                                                  llvm::StringRef features) const {
    return std::unique_ptr<llvm::MCSubtargetInfo>(
        target->createMCSubtargetInfo(triple, cpu, features));
  }

  std::string usableCpus() const {
    std::string list;
    for (const llvm::SubtargetSubTypeKV &entry : describe("", "")->getAllProcessorDescriptions())
      if (missingFeature(architecture, *describe(entry.Key, "")).empty())
        list += std::string(" ") + entry.Key;
    return list;
  }

  /// RISC-V extensions that exclude each other, in LLVM's words. The back end
  /// would stop the program.
  std::string contradiction(const llvm::MCSubtargetInfo &info) const {
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

  const Architecture &architecture;
  llvm::Triple triple;
  const llvm::Target *target;
};

/// Native vectors: how wide, and whether they hold floats.
void describeVectors(const llvm::MCSubtargetInfo &info, Target &target) {
  auto has = [&](llvm::StringRef feature) { return info.checkFeatures(feature); };
  target.vectorFloat = true;
  switch (target.arch) {
  case llvm::Triple::x86:
  case llvm::Triple::x86_64:
    target.vectorBits = has("+avx512f") ? 512 : has("+avx") ? 256 : 128;
    return;
  case llvm::Triple::aarch64:
    target.vectorBits = 128;
    return;
  case llvm::Triple::arm:
    target.vectorBits = has("+neon") ? 128 : 0;
    break;
  case llvm::Triple::thumb:
    target.vectorBits = has("+mve") ? 128 : 0;
    target.vectorFloat = has("+mve.fp");
    break;
  case llvm::Triple::riscv32:
  case llvm::Triple::riscv64:
    // Registers can be longer; code is the same for all of them.
    target.vectorBits = !has("+zve32x") ? 0 : has("+zvl512b") ? 512 : has("+zvl256b") ? 256 : 128;
    target.vectorFloat = has("+zve32f");
    break;
  default:
    break;
  }
  target.vectorFloat = target.vectorFloat && target.vectorBits != 0;
}

/// What code generation chooses by, read off the resolved features.
void describe(const Architecture &architecture, const llvm::MCSubtargetInfo &info, Target &target) {
  target.requiredFeatures = 0;
  for (const FeatureBit &entry : architecture.featureBits)
    if (info.checkFeatures(("+" + entry.feature).str()))
      target.requiredFeatures |= entry.bit;
  describeVectors(info, target);
  target.contraction = target.arch == llvm::Triple::thumb && target.vectorBits != 0
                           ? ContractionStyle::DotReduction
                           : ContractionStyle::OuterProduct;
}

/// The triple as LLVM sees it, and its architecture.
bool resolveTriple(const TargetOptions &options, llvm::Triple &triple,
                   const Architecture *&architecture, std::string &error) {
  bool isHost = options.triple.empty() || options.triple == "host";
  triple = llvm::Triple(
      llvm::Triple::normalize(isHost ? llvm::sys::getDefaultTargetTriple() : options.triple));
  architecture = findArchitecture(triple.getArchName());
  if (!architecture) {
    error = "unknown target architecture '" + triple.getArchName().str() + "' in triple '" +
            options.triple + "'; available: " + architectureNames();
    return false;
  }
  bool bareOrLinux = triple.isOSLinux() || triple.getOS() == llvm::Triple::UnknownOS;
  if (!bareOrLinux || !triple.isOSBinFormatELF()) {
    error = "unsupported system in triple '" + options.triple +
            "'; available: " + architecture->name.str() + "-pc-linux-elf, " +
            architecture->name.str() + "-none-elf, -none-eabi and -none-eabihf";
    return false;
  }
  return true;
}

/// CPU and features from flags and defaults.
bool resolveCpu(const TargetOptions &options, const Architecture &architecture, Target &target,
                std::string &error) {
  target.cpu = options.cpu.empty() ? architecture.cpu.str() : options.cpu;
  target.features = standingFeatures(architecture, options.cpuFeatures);
  if (options.cpu.empty())
    target.features = joinFeatures(target.features, architecture.features);
  if (target.cpu == "host") {
    llvm::Triple host(llvm::sys::getDefaultTargetTriple());
    if (host.getArch() != target.arch) {
      error = "CPU 'host' is a " + host.getArchName().str() + ", the triple asks for " +
              architecture.name.str();
      return false;
    }
    target.cpu = llvm::sys::getHostCPUName().str();
    target.features = joinFeatures(target.features, hostFeatures());
  }
  target.features = joinFeatures(target.features, options.cpuFeatures);
  return true;
}

} // namespace

bool Target::resolve(const TargetOptions &options, Target &target, std::string &error) {
  initializeLLVMTargets();
  llvm::Triple triple;
  const Architecture *architecture = nullptr;
  if (!resolveTriple(options, triple, architecture, error))
    return false;
  target.arch = triple.getArch();
  target.pointerBits = triple.isArch64Bit() ? 64 : 32;
  if (!resolveCpu(options, *architecture, target, error))
    return false;
  Processors processors(*architecture, triple);
  if (!processors.checkFeatureNames(options.cpuFeatures, error))
    return false;
  auto info = processors.resolve(target.cpu, target.features, error);
  if (!info || !chooseAbi(options, triple, *info, target, error))
    return false;
  std::string system = "-none-elf";
  if (triple.isARM() || triple.isThumb())
    system = target.hardFloat ? "-none-eabihf" : "-none-eabi";
  target.triple = architecture->name.str() + system;
  target.hasOperatingSystem = architecture->hasOperatingSystem;
  describe(*architecture, *info, target);
  return true;
}

std::unique_ptr<llvm::TargetMachine> Target::createMachine() const {
  initializeLLVMTargets();
  llvm::Triple llvmTriple(triple);
  std::string error;
  const llvm::Target *llvmTarget = llvm::TargetRegistry::lookupTarget(llvmTriple, error);
  if (!llvmTarget)
    return nullptr;
  llvm::TargetOptions options;
  options.FunctionSections = true;
  options.DataSections = true;
  options.EmitStackSizeSection = true;
  options.UniqueSectionNames = true;
  options.AllowFPOpFusion = llvm::FPOpFusion::Fast;
  options.FloatABIType = hardFloat ? llvm::FloatABI::Hard : llvm::FloatABI::Soft;
  options.MCOptions.ABIName = abi;
  auto codeModel = llvmTriple.isRISCV()     ? llvm::CodeModel::Medium
                   : llvmTriple.isAArch64() ? llvm::CodeModel::Tiny
                                            : llvm::CodeModel::Small;
  return std::unique_ptr<llvm::TargetMachine>(
      llvmTarget->createTargetMachine(llvmTriple, cpu, features, options, llvm::Reloc::PIC_,
                                      codeModel, llvm::CodeGenOptLevel::Aggressive));
}

void Target::attachTo(mlir::ModuleOp module) const {
  mlir::Builder builder(module.getContext());
  module->setAttr(
      kTargetAttrName,
      builder.getDictionaryAttr({
          builder.getNamedAttr("abi", builder.getStringAttr(abi)),
          builder.getNamedAttr("cpu", builder.getStringAttr(cpu)),
          builder.getNamedAttr("features", builder.getStringAttr(features)),
          builder.getNamedAttr("float_abi", builder.getStringAttr(hardFloat ? "hard" : "soft")),
          builder.getNamedAttr("triple", builder.getStringAttr(triple)),
      }));
}

Target Target::of(mlir::Operation *op) {
  TargetOptions options;
  for (mlir::Operation *parent = op; parent; parent = parent->getParentOp()) {
    auto dictionary = parent->getAttrOfType<mlir::DictionaryAttr>(kTargetAttrName);
    if (!dictionary)
      continue;
    auto text = [&](llvm::StringRef key) {
      auto attribute = dictionary.getAs<mlir::StringAttr>(key);
      return attribute ? attribute.str() : std::string();
    };
    options.abi = text("abi");
    options.cpu = text("cpu");
    options.cpuFeatures = text("features");
    options.triple = text("triple");
    options.floatAbi = text("float_abi");
    break;
  }
  Target target;
  std::string error;
  if (!resolve(options, target, error))
    resolve(TargetOptions(), target, error);
  return target;
}
