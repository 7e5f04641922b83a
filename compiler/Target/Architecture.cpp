// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Architecture.h"

#include "schemas/kernel_abi.h"
#include "llvm/ADT/StringExtras.h"

using namespace iree_compiler;

namespace {

#define FEATURE(name, bit) {name, bit},

constexpr FeatureBit kX86Features[] = {
#define IREE_FEATURE_X86 FEATURE
#include "schemas/processor_features.def"
};

constexpr FeatureBit kX86_32Features[] = {
#define IREE_FEATURE_X86 FEATURE
#define IREE_FEATURE_X86_32 FEATURE
#include "schemas/processor_features.def"
};

constexpr FeatureBit kArmFeatures[] = {
#define IREE_FEATURE_ARM FEATURE
#include "schemas/processor_features.def"
};

constexpr FeatureBit kAarch64Features[] = {
#define IREE_FEATURE_AARCH64 FEATURE
#include "schemas/processor_features.def"
};

constexpr FeatureBit kRiscvFeatures[] = {
#define IREE_FEATURE_RISCV FEATURE
#include "schemas/processor_features.def"
};

#undef FEATURE

constexpr llvm::StringLiteral kRiscv32Abis = "ilp32, ilp32f, ilp32d, ilp32e";
constexpr llvm::StringLiteral kRiscv64Abis = "lp64, lp64f, lp64d, lp64e";

/// Memory without an MMU faults on unaligned accesses of Cortex-A cores.
constexpr llvm::StringLiteral kAligned = "+strict-align";

/// The architectures that the compiler is tested for.
const Architecture kArchitectures[] = {
    {"x86_64", "x86-64", "", "", "64bit,sse2", "", true, kX86Features},
    {"i686", "pentium4", "", "", "sse2", "", true, kX86_32Features},
    {"aarch64", "generic", "", kAligned, "fp-armv8,neon", "aapcs", true, kAarch64Features},
    {"armv7a", "cortex-a7", "", kAligned, "aclass", "aapcs", true, kArmFeatures},
    {"thumbv6m", "cortex-m0plus", "", "", "mclass", "aapcs", false, kArmFeatures},
    {"thumbv7m", "cortex-m3", "", "", "mclass", "aapcs", false, kArmFeatures},
    {"thumbv7em", "cortex-m4", "", "", "mclass", "aapcs", false, kArmFeatures},
    {"thumbv8m.base", "cortex-m23", "", "", "mclass", "aapcs", false, kArmFeatures},
    {"thumbv8m.main", "cortex-m33", "", "", "mclass", "aapcs", false, kArmFeatures},
    {"thumbv8.1m.main", "cortex-m55", "", "", "mclass", "aapcs", false, kArmFeatures},
    {"riscv32", "generic-rv32", "+m,+c", "", "32bit", kRiscv32Abis, false, kRiscvFeatures},
    {"riscv64", "generic-rv64", "+m,+a,+f,+d,+c", "", "64bit", kRiscv64Abis, true, kRiscvFeatures},
};

} // namespace

llvm::ArrayRef<Architecture> iree_compiler::architectures() { return kArchitectures; }

const Architecture *iree_compiler::findArchitecture(llvm::StringRef name) {
  for (const Architecture &entry : kArchitectures)
    if (entry.name == name)
      return &entry;
  return nullptr;
}

std::string iree_compiler::architectureNames() {
  llvm::SmallVector<llvm::StringRef> names;
  for (const Architecture &entry : kArchitectures)
    names.push_back(entry.name);
  return llvm::join(names, ", ");
}
