// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/processor_features.h"

#include "tools/error.h"

#include "iree/base/api.h"
#include "schemas/kernel_abi.h"

namespace iree::tools {

namespace {

#define FEATURE(name, bit) {name, bit},

const ProcessorArchitecture kArchitectures[] = {
    {"x86_64",
     {
#define IREE_FEATURE_X86 FEATURE
#include "schemas/processor_features.def"
     }},
    {"i686",
     {
#define IREE_FEATURE_X86 FEATURE
#define IREE_FEATURE_X86_32 FEATURE
#include "schemas/processor_features.def"
     }},
    {"aarch64",
     {
#define IREE_FEATURE_AARCH64 FEATURE
#include "schemas/processor_features.def"
     }},
    {"armv7a",
     {
#define IREE_FEATURE_ARM FEATURE
#include "schemas/processor_features.def"
     }},
    {"riscv32",
     {
#define IREE_FEATURE_RISCV FEATURE
#include "schemas/processor_features.def"
     }},
    {"riscv64",
     {
#define IREE_FEATURE_RISCV FEATURE
#include "schemas/processor_features.def"
     }},
};

#undef FEATURE

#if defined(IREE_ARCH_X86_64)
constexpr char kThis[] = "x86_64";
#elif defined(IREE_ARCH_X86_32)
constexpr char kThis[] = "i686";
#elif defined(IREE_ARCH_ARM_64)
constexpr char kThis[] = "aarch64";
#elif defined(IREE_ARCH_ARM_32)
constexpr char kThis[] = "armv7a";
#elif defined(IREE_ARCH_RISCV_64)
constexpr char kThis[] = "riscv64";
#else
constexpr char kThis[] = "riscv32";
#endif

/// The compiler's defaults have extensions of RISC-V that a core may lack.
bool isDefaultOfCompiler(const ProcessorArchitecture &architecture, const std::string &feature) {
  return architecture.name == std::string("riscv64")   ? feature.size() == 1 && feature != "v"
         : architecture.name == std::string("riscv32") ? feature == "m" || feature == "c"
                                                       : false;
}

/// It generates no code for scalable vectors of AArch64.
bool isOfNoUse(const std::string &feature) { return feature.compare(0, 3, "sve") == 0; }

} // namespace

const ProcessorArchitecture &findProcessorArchitecture(const std::string &name) {
  std::string names;
  for (const ProcessorArchitecture &architecture : kArchitectures) {
    if (architecture.name == name)
      return architecture;
    names += std::string(names.empty() ? "" : ", ") + architecture.name;
  }
  throw ToolError("'" + name + "' is no known architecture; available: " + names);
}

const ProcessorArchitecture &thisProcessorArchitecture() {
  return findProcessorArchitecture(kThis);
}

std::string compilerFlags(const ProcessorArchitecture &architecture, uint32_t bits) {
  std::string features;
  for (const ProcessorFeature &feature : architecture.features) {
    bool has = (bits & feature.bit) != 0;
    if (isOfNoUse(feature.name) || (!has && !isDefaultOfCompiler(architecture, feature.name)))
      continue;
    features += std::string(features.empty() ? "" : ",") + (has ? "+" : "-") + feature.name;
  }
  std::string flags =
      std::string("--iree-hal-target-backends=llvm-cpu --iree-llvm-target-triple=") +
      architecture.name + "-pc-linux-elf";
  return features.empty() ? flags : flags + " --iree-llvm-target-cpu-features=" + features;
}

} // namespace iree::tools
