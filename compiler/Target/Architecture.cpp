// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Architecture.h"

#include "schemas/kernel_abi.h"
#include "llvm/ADT/StringExtras.h"

using namespace iree_compiler;

namespace {

constexpr FeatureBit kX86Features[] = {
    {"sse4.2", IREE_CPU_X86_64_SSE4_2},
    {"avx", IREE_CPU_X86_64_AVX},
    {"avx2", IREE_CPU_X86_64_AVX2},
    {"fma", IREE_CPU_X86_64_FMA},
    {"f16c", IREE_CPU_X86_64_F16C},
    {"bmi2", IREE_CPU_X86_64_BMI2},
    {"avx512f", IREE_CPU_X86_64_AVX512F},
    {"avx512bw", IREE_CPU_X86_64_AVX512BW},
    {"avx512dq", IREE_CPU_X86_64_AVX512DQ},
    {"avx512vl", IREE_CPU_X86_64_AVX512VL},
    {"avx512vnni", IREE_CPU_X86_64_AVX512VNNI},
    // On x86-64 no core lacks it. Last, so that x86-64 can leave it out.
    {"sse2", IREE_CPU_X86_SSE2},
};

constexpr FeatureBit kArmFeatures[] = {
    {"dsp", IREE_CPU_ARM_DSP},       {"vfp2sp", IREE_CPU_ARM_FP32},
    {"fp64", IREE_CPU_ARM_FP64},     {"mve", IREE_CPU_ARM_MVE},
    {"mve.fp", IREE_CPU_ARM_MVE_FP}, {"thumb2", IREE_CPU_ARM_THUMB2},
    {"hwdiv", IREE_CPU_ARM_DIVIDE},  {"vfp4d16sp", IREE_CPU_ARM_FMA},
    {"neon", IREE_CPU_ARM_NEON},     {"lob", IREE_CPU_ARM_LOB},
    {"aclass", IREE_CPU_ARM_A32},
};

constexpr FeatureBit kAarch64Features[] = {
    {"neon", IREE_CPU_AARCH64_NEON},     {"dotprod", IREE_CPU_AARCH64_DOTPROD},
    {"fullfp16", IREE_CPU_AARCH64_FP16}, {"i8mm", IREE_CPU_AARCH64_I8MM},
    {"bf16", IREE_CPU_AARCH64_BF16},     {"sve", IREE_CPU_AARCH64_SVE},
    {"sve2", IREE_CPU_AARCH64_SVE2},
};

constexpr FeatureBit kRiscvFeatures[] = {
    {"m", IREE_CPU_RISCV_M},
    {"a", IREE_CPU_RISCV_A},
    {"f", IREE_CPU_RISCV_F},
    {"d", IREE_CPU_RISCV_D},
    {"c", IREE_CPU_RISCV_C},
    {"zve32x", IREE_CPU_RISCV_ZVE32X},
    {"v", IREE_CPU_RISCV_V},
    {"zvl256b", IREE_CPU_RISCV_ZVL256B},
    {"zvl512b", IREE_CPU_RISCV_ZVL512B},
    {"zvl1024b", IREE_CPU_RISCV_ZVL1024B},
    {"zba", IREE_CPU_RISCV_ZBA},
    {"zbb", IREE_CPU_RISCV_ZBB},
    {"zbs", IREE_CPU_RISCV_ZBS},
};

constexpr llvm::StringLiteral kRiscv32Abis = "ilp32, ilp32f, ilp32d, ilp32e";
constexpr llvm::StringLiteral kRiscv64Abis = "lp64, lp64f, lp64d, lp64e";

/// Memory without an MMU faults on unaligned accesses of Cortex-A cores.
constexpr llvm::StringLiteral kAligned = "+strict-align";

/// The architectures that the compiler is tested for.
const Architecture kArchitectures[] = {
    {"x86_64", "x86-64", "", "", "64bit,sse2", "", true, llvm::ArrayRef(kX86Features).drop_back()},
    {"i686", "pentium4", "", "", "sse2", "", true, kX86Features},
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
