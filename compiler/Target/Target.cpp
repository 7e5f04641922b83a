// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Target.h"

#include "compiler/Target/Abi.h"
#include "compiler/Target/Architecture.h"
#include "compiler/Target/Processors.h"

#include "mlir/IR/Builders.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/ARMTargetParser.h"
#include "llvm/TargetParser/Host.h"

using namespace iree_compiler;

namespace {

constexpr llvm::StringLiteral kTargetAttrName = "program.target";
constexpr llvm::StringLiteral kSizeKey = "size";

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

/// A feature list has `name`, with whatever sign.
bool mentions(llvm::StringRef features, llvm::StringRef name) {
  llvm::SmallVector<llvm::StringRef> names;
  features.split(names, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  return llvm::any_of(names, [&](llvm::StringRef each) { return each.ltrim("+-") == name; });
}

/// NEON of 32-bit Arm cores is in LLVM's table of FPUs, not in that of CPUs.
bool hasNeonFpu(llvm::StringRef cpu) {
  auto fpu = llvm::ARM::getDefaultFPU(cpu, llvm::ARM::ArchKind::ARMV7A);
  return llvm::ARM::getFPUNeonSupportLevel(fpu) != llvm::ARM::NeonSupportLevel::None;
}

/// What the core has besides LLVM's features of its CPU, unless the flags say
/// something about it.
std::string standingFeatures(const Architecture &architecture, llvm::Triple::ArchType arch,
                             llvm::StringRef cpu, llvm::StringRef given) {
  std::string features;
  llvm::StringRef standing = architecture.standingFeatures;
  if (!standing.empty() && !mentions(given, standing.ltrim("+")))
    features = standing;
  if (arch == llvm::Triple::arm && hasNeonFpu(cpu) && !mentions(given, "neon"))
    features = joinFeatures(features, "+neon");
  return features;
}

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

bool hasScalarFloat(const llvm::MCSubtargetInfo &info, const Target &target) {
  switch (target.arch) {
  case llvm::Triple::arm:
  case llvm::Triple::thumb:
    return info.checkFeatures("+vfp2sp");
  case llvm::Triple::riscv32:
  case llvm::Triple::riscv64:
    return info.checkFeatures("+f");
  default:
    return true;
  }
}

/// What code generation chooses by, read off the resolved features.
void describe(const Architecture &architecture, const llvm::MCSubtargetInfo &info, Target &target) {
  target.requiredFeatures = 0;
  for (const FeatureBit &entry : architecture.featureBits)
    if (info.checkFeatures(("+" + entry.feature).str()))
      target.requiredFeatures |= entry.bit;
  describeVectors(info, target);
  target.scalarFloat = hasScalarFloat(info, target);
}

/// The core's row of the table of shapes, and what the flag changes in it.
bool chooseShapes(const TargetOptions &options, const Architecture &architecture,
                  const llvm::MCSubtargetInfo &info, Target &target, std::string &error) {
  target.shapes = KernelShapes::of(architecture.name, info);
  if (target.prefersSize())
    target.shapes.makeSmall();
  target.shapeChanges = options.kernelShapes;
  if (target.shapes.change(options.kernelShapes, info, error))
    return true;
  error = "--iree-llvm-kernel-shapes: " + error;
  return false;
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
  if (options.cpu.empty())
    target.features = architecture.features;
  if (target.cpu == "host") {
    llvm::Triple host(llvm::sys::getDefaultTargetTriple());
    if (host.getArch() != target.arch) {
      error = "CPU 'host' is a " + host.getArchName().str() + ", the triple asks for " +
              architecture.name.str();
      return false;
    }
    target.cpu = llvm::sys::getHostCPUName().str();
    target.features = hostFeatures();
  }
  std::string standing =
      standingFeatures(architecture, target.arch, target.cpu, options.cpuFeatures);
  target.features = joinFeatures(standing, target.features);
  target.features = joinFeatures(target.features, options.cpuFeatures);
  return true;
}

} // namespace

bool Target::resolve(const TargetOptions &options, Target &target, std::string &error) {
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
  target.optLevel = options.optLevel;
  describe(*architecture, *info, target);
  return chooseShapes(options, *architecture, *info, target, error);
}

bool iree_compiler::checkLibraryForm(LibraryForm form, const Target &target, std::string &error) {
  if (form != LibraryForm::SystemLibrary || target.hasOperatingSystem)
    return true;
  std::string names;
  for (const Architecture &entry : architectures())
    if (entry.hasOperatingSystem)
      names += (names.empty() ? "" : ", ") + entry.name.str();
  error = "a system library needs an operating system with a dynamic linker, which " +
          llvm::StringRef(target.triple).split('-').first.str() +
          " machines do not have; available for " + names +
          "; leave out --iree-llvm-link-embedded=false or set "
          "--iree-llvm-static-library-output-path";
  return false;
}

static llvm::CodeGenOptLevel codeGenLevel(OptLevel level) {
  switch (level) {
  case OptLevel::None:
  case OptLevel::Some:
    return llvm::CodeGenOptLevel::Less;
  case OptLevel::Most:
  case OptLevel::Size:
    return llvm::CodeGenOptLevel::Default;
  case OptLevel::Speed:
    break;
  }
  return llvm::CodeGenOptLevel::Aggressive;
}

/// The small code model of AArch64 computes addresses from pages of 4 KiB, the
/// tiny one from the instruction.
static llvm::CodeModel::Model codeModel(const llvm::Triple &triple, CodePlacement placement) {
  if (triple.isAArch64() && placement == CodePlacement::ClosedImage)
    return llvm::CodeModel::Tiny;
  return triple.isRISCV() ? llvm::CodeModel::Medium : llvm::CodeModel::Small;
}

bool Target::fitsClosedImage(uint64_t bytes, std::string &error) const {
  constexpr uint64_t reach = 1 << 20; // of the instruction adr
  if (arch != llvm::Triple::aarch64 || bytes <= reach)
    return true;
  error = "code and constants take " + std::to_string(bytes) +
          " bytes, those of an embedded image " + "may take " + std::to_string(reach) +
          "; set --iree-llvm-static-library-output-path";
  return false;
}

std::unique_ptr<llvm::TargetMachine> Target::createMachine(CodePlacement placement) const {
  llvm::Triple llvmTriple(triple);
  llvm::TargetOptions options;
  options.FunctionSections = true;
  options.DataSections = true;
  options.EmitStackSizeSection = true;
  options.UniqueSectionNames = true;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict; // Emit/FuseMultiplyAdds.h
  options.FloatABIType = hardFloat ? llvm::FloatABI::Hard : llvm::FloatABI::Soft;
  options.MCOptions.ABIName = abi;
  return std::unique_ptr<llvm::TargetMachine>(
      lookUpTarget(llvmTriple)
          .createTargetMachine(llvmTriple, cpu, features, options, llvm::Reloc::PIC_,
                               codeModel(llvmTriple, placement), codeGenLevel(optLevel)));
}

void Target::attachTo(mlir::ModuleOp module) const {
  mlir::Builder builder(module.getContext());
  llvm::SmallVector<mlir::NamedAttribute> entries;
  auto add = [&](llvm::StringRef name, llvm::StringRef text) {
    entries.push_back(builder.getNamedAttr(name, builder.getStringAttr(text)));
  };
  add("abi", abi);
  add("cpu", cpu);
  add("features", features);
  add("float_abi", hardFloat ? "hard" : "soft");
  if (!shapeChanges.empty())
    add("kernel_shapes", shapeChanges);
  if (prefersSize())
    entries.push_back(builder.getNamedAttr(kSizeKey, builder.getUnitAttr()));
  add("triple", triple);
  module->setAttr(kTargetAttrName, builder.getDictionaryAttr(entries));
}

uint64_t Target::bufferAlignment() const {
  // Vectors of the M profile are loaded by elements' alignment at full speed.
  bool isFastAnywhere = vectorBits == 0 || arch == llvm::Triple::thumb;
  return isFastAnywhere ? 8 : 16;
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
    options.kernelShapes = text("kernel_shapes");
    if (dictionary.contains(kSizeKey))
      options.optLevel = OptLevel::Size;
    break;
  }
  Target target;
  std::string error;
  if (!resolve(options, target, error))
    resolve(TargetOptions(), target, error);
  return target;
}
