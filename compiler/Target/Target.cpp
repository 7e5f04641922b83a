// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Target.h"

#include "mlir/IR/Builders.h"
#include "schemas/kernel_abi.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include <mutex>

using namespace iree_compiler;

namespace {

constexpr llvm::StringLiteral kTargetAttrName = "program.target";

/// What a triple's architecture part stands for when nothing else is said.
struct ArchitectureDefaults {
  llvm::StringLiteral name;     ///< architecture part of the triple
  llvm::StringLiteral cpu;      ///< LLVM CPU
  llvm::StringLiteral features; ///< added to the CPU's
};

/// The architectures that the compiler is tested for.
constexpr ArchitectureDefaults kArchitectures[] = {
    {"x86_64", "x86-64", ""},
    {"thumbv7em", "cortex-m4", ""},
    {"thumbv8.1m.main", "cortex-m55", ""},
    {"riscv32", "generic-rv32", "+m,+c"},
    {"riscv64", "generic-rv64", "+m,+a,+f,+d,+c"},
};

struct FeatureBit {
  llvm::StringLiteral feature;
  uint32_t bit;
};

/// Features that the runtime can look up before it runs a kernel.
constexpr FeatureBit kX86Features[] = {
    {"+sse4.2", IREE_CPU_X86_64_SSE4_2},
    {"+avx", IREE_CPU_X86_64_AVX},
    {"+avx2", IREE_CPU_X86_64_AVX2},
    {"+fma", IREE_CPU_X86_64_FMA},
    {"+f16c", IREE_CPU_X86_64_F16C},
    {"+bmi2", IREE_CPU_X86_64_BMI2},
    {"+avx512f", IREE_CPU_X86_64_AVX512F},
    {"+avx512bw", IREE_CPU_X86_64_AVX512BW},
    {"+avx512dq", IREE_CPU_X86_64_AVX512DQ},
    {"+avx512vl", IREE_CPU_X86_64_AVX512VL},
    {"+avx512vnni", IREE_CPU_X86_64_AVX512VNNI},
};

constexpr FeatureBit kArmFeatures[] = {
    {"+dsp", IREE_CPU_ARM_DSP}, {"+vfp2sp", IREE_CPU_ARM_FP32},   {"+fp64", IREE_CPU_ARM_FP64},
    {"+mve", IREE_CPU_ARM_MVE}, {"+mve.fp", IREE_CPU_ARM_MVE_FP},
};

constexpr FeatureBit kRiscvFeatures[] = {
    {"+m", IREE_CPU_RISCV_M}, {"+a", IREE_CPU_RISCV_A}, {"+f", IREE_CPU_RISCV_F},
    {"+d", IREE_CPU_RISCV_D}, {"+c", IREE_CPU_RISCV_C},
};

llvm::ArrayRef<FeatureBit> featureBits(llvm::Triple::ArchType arch) {
  switch (arch) {
  case llvm::Triple::x86_64:
    return kX86Features;
  case llvm::Triple::thumb:
    return kArmFeatures;
  case llvm::Triple::riscv32:
  case llvm::Triple::riscv64:
    return kRiscvFeatures;
  default:
    return {};
  }
}

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
    IREE_INITIALIZE_TARGET(ARM)
    IREE_INITIALIZE_TARGET(RISCV)
#undef IREE_INITIALIZE_TARGET
  });
}

std::string architectureList() {
  std::string list;
  for (const ArchitectureDefaults &entry : kArchitectures)
    list += (list.empty() ? "" : ", ") + entry.name.str();
  return list;
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

/// Features are names of LLVM's table, each with + or -.
bool checkFeatureNames(llvm::StringRef features, const llvm::MCSubtargetInfo &info,
                       std::string &error) {
  llvm::SmallVector<llvm::StringRef> names;
  features.split(names, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (llvm::StringRef name : names) {
    bool known = llvm::any_of(info.getAllProcessorFeatures(),
                              [&](const auto &entry) { return name.drop_front() == entry.Key; });
    if (known && (name.front() == '+' || name.front() == '-'))
      continue;
    error = "unknown CPU feature '" + name.str() + "'; available, each with + or -:";
    for (const llvm::SubtargetFeatureKV &entry : info.getAllProcessorFeatures())
      error += std::string(" ") + entry.Key;
    return false;
  }
  return true;
}

/// Chooses ABI names from the features, or checks the given ones against them.
bool resolveAbi(const TargetOptions &options, const llvm::Triple &given,
                const llvm::MCSubtargetInfo &info, Target &target, std::string &error) {
  auto has = [&](llvm::StringRef feature) { return info.checkFeatures(feature); };
  if (given.isRISCV()) {
    std::string base = given.isRISCV64() ? "lp64" : "ilp32";
    std::string best = base + (has("+d") ? "d" : has("+f") ? "f" : "");
    std::string preferred = options.floatAbi == "soft" ? base : best;
    target.abi = options.abi.empty() ? preferred : options.abi;
    bool known = target.abi == base || (has("+f") && target.abi == base + "f") ||
                 (has("+d") && target.abi == base + "d");
    if (!known) {
      error = "ABI '" + target.abi + "' does not fit the target; available: " + base +
              (has("+f") ? ", " + base + "f" : "") + (has("+d") ? ", " + base + "d" : "");
      return false;
    }
    target.hardFloat = target.abi != base;
    if (options.floatAbi == "soft" && target.hardFloat) {
      error = "float ABI 'soft' contradicts ABI '" + target.abi + "'";
      return false;
    }
    if (options.floatAbi == "hard" && !target.hardFloat) {
      error = "float ABI 'hard' needs a core with floating point; add +f or +d to "
              "--iree-llvm-target-cpu-features, or use soft";
      return false;
    }
    return true;
  }
  if (given.isARM() || given.isThumb()) {
    bool fpu = has("+vfp2sp") || has("+fpregs");
    bool wanted = fpu;
    if (given.getEnvironment() == llvm::Triple::EABI)
      wanted = false;
    if (given.getEnvironment() == llvm::Triple::EABIHF || options.floatAbi == "hard")
      wanted = true;
    if (options.floatAbi == "soft")
      wanted = false;
    if (wanted && !fpu) {
      error = "float ABI 'hard' on '" + target.cpu + "', which has no FPU; use soft";
      return false;
    }
    target.hardFloat = wanted;
    target.abi = options.abi.empty() ? "aapcs" : options.abi;
    if (target.abi != "aapcs") {
      error = "ABI '" + target.abi + "' does not fit the target; available: aapcs";
      return false;
    }
    return true;
  }
  if (!options.abi.empty()) {
    error = "ABI '" + options.abi + "' does not fit the target, which has one ABI only";
    return false;
  }
  if (options.floatAbi == "soft") {
    error = "float ABI 'soft' is not available for x86_64; use hard";
    return false;
  }
  return true;
}

/// What code generation chooses by, read off the resolved features.
void describe(const llvm::MCSubtargetInfo &info, Target &target) {
  auto has = [&](llvm::StringRef feature) { return info.checkFeatures(feature); };
  target.requiredFeatures = 0;
  for (const FeatureBit &entry : featureBits(target.arch))
    if (has(entry.feature))
      target.requiredFeatures |= entry.bit;
  if (target.arch == llvm::Triple::x86_64) {
    target.vectorBits = has("+avx512f") ? 512 : has("+avx") ? 256 : 128;
    target.vectorFloat = true;
  } else if (target.arch == llvm::Triple::thumb && has("+mve")) {
    target.vectorBits = 128;
    target.vectorFloat = has("+mve.fp");
    target.contraction = ContractionStyle::DotReduction;
  }
}

} // namespace

bool Target::resolve(const TargetOptions &options, Target &target, std::string &error) {
  initializeLLVMTargets();
  bool hostTriple = options.triple.empty();
  llvm::Triple given(
      llvm::Triple::normalize(hostTriple ? llvm::sys::getDefaultTargetTriple() : options.triple));
  const ArchitectureDefaults *defaults = nullptr;
  for (const ArchitectureDefaults &entry : kArchitectures)
    if (given.getArchName() == entry.name)
      defaults = &entry;
  if (!defaults) {
    error = "unknown target architecture '" + given.getArchName().str() + "' in triple '" +
            options.triple + "'; available: " + architectureList();
    return false;
  }
  bool bareOrLinux = given.isOSLinux() || given.getOS() == llvm::Triple::UnknownOS;
  if (!bareOrLinux || !given.isOSBinFormatELF()) {
    error = "unsupported system in triple '" + options.triple +
            "'; available: " + given.getArchName().str() + "-pc-linux-elf, " +
            given.getArchName().str() + "-none-elf, -none-eabi and -none-eabihf";
    return false;
  }
  target.arch = given.getArch();
  target.pointerBits = given.isArch64Bit() ? 64 : 32;
  target.cpu = options.cpu.empty() ? defaults->cpu.str() : options.cpu;
  target.features = options.cpu.empty() ? defaults->features.str() : "";
  if (target.cpu == "host") {
    llvm::Triple host(llvm::sys::getDefaultTargetTriple());
    if (host.getArch() != target.arch) {
      error = "CPU 'host' is a " + host.getArchName().str() + ", the triple asks for " +
              given.getArchName().str();
      return false;
    }
    target.cpu = llvm::sys::getHostCPUName().str();
    target.features = hostFeatures();
  }
  target.features = joinFeatures(target.features, options.cpuFeatures);

  std::string lookupError;
  const llvm::Target *llvmTarget = llvm::TargetRegistry::lookupTarget(given, lookupError);
  if (!llvmTarget) {
    error = lookupError;
    return false;
  }
  std::unique_ptr<llvm::MCSubtargetInfo> bare(llvmTarget->createMCSubtargetInfo(given, "", ""));
  if (!bare->isCPUStringValid(target.cpu)) {
    error = "unknown CPU '" + target.cpu + "' for " + given.getArchName().str() + "; available:";
    for (const llvm::SubtargetSubTypeKV &entry : bare->getAllProcessorDescriptions())
      error += std::string(" ") + entry.Key;
    return false;
  }
  if (!checkFeatureNames(options.cpuFeatures, *bare, error))
    return false;
  std::unique_ptr<llvm::MCSubtargetInfo> info(
      llvmTarget->createMCSubtargetInfo(given, target.cpu, target.features));
  if (!resolveAbi(options, given, *info, target, error))
    return false;
  std::string system = "-none-elf";
  if (given.isARM() || given.isThumb())
    system = target.hardFloat ? "-none-eabihf" : "-none-eabi";
  target.triple = given.getArchName().str() + system;
  describe(*info, target);
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
  auto codeModel = llvmTriple.isRISCV() ? llvm::CodeModel::Medium : llvm::CodeModel::Small;
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
    // One x86-64 ABI: its float ABI is not a choice.
    options.floatAbi = llvm::StringRef(options.triple).starts_with("x86") ? "" : text("float_abi");
    break;
  }
  Target target;
  std::string error;
  if (!resolve(options, target, error))
    resolve(TargetOptions(), target, error);
  return target;
}
