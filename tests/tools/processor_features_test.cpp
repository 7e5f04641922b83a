// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/processor_features.h"

#include "schemas/kernel_abi.h"
#include "test_values.h"

namespace iree::tools {
namespace {

std::string flags(const char *architecture, uint32_t bits) {
  std::string text = compilerFlags(findProcessorArchitecture(architecture), bits);
  const std::string prefix = "--iree-hal-target-backends=llvm-cpu --iree-llvm-target-triple=";
  EXPECT_EQ(text.substr(0, prefix.size()), prefix);
  return text.substr(prefix.size());
}

TEST(ProcessorFeatures, Flags) {
  EXPECT_EQ(flags("x86_64", 0), "x86_64-pc-linux-elf");
  EXPECT_EQ(flags("x86_64", IREE_CPU_X86_64_AVX2 | IREE_CPU_X86_64_FMA | IREE_CPU_X86_SSE2),
            "x86_64-pc-linux-elf --iree-llvm-target-cpu-features=+avx2,+fma");
  EXPECT_EQ(flags("i686", IREE_CPU_X86_SSE2),
            "i686-pc-linux-elf --iree-llvm-target-cpu-features=+sse2");
  EXPECT_EQ(flags("armv7a", IREE_CPU_ARM_NEON),
            "armv7a-pc-linux-elf --iree-llvm-target-cpu-features=+neon");
}

TEST(ProcessorFeatures, ScalableVectorsAreNotUsed) {
  EXPECT_EQ(flags("aarch64", IREE_CPU_AARCH64_DOTPROD | IREE_CPU_AARCH64_SVE2),
            "aarch64-pc-linux-elf --iree-llvm-target-cpu-features=+dotprod");
}

// What the compiler takes for granted and the core lacks is taken away.
TEST(ProcessorFeatures, DefaultsOfRiscv) {
  EXPECT_EQ(flags("riscv64", IREE_CPU_RISCV_M | IREE_CPU_RISCV_A | IREE_CPU_RISCV_C),
            "riscv64-pc-linux-elf --iree-llvm-target-cpu-features=+m,+a,-f,-d,+c");
  EXPECT_EQ(flags("riscv32", IREE_CPU_RISCV_M | IREE_CPU_RISCV_V),
            "riscv32-pc-linux-elf --iree-llvm-target-cpu-features=+m,-c,+v");
}

TEST(ProcessorFeatures, UnknownArchitecture) {
  EXPECT_EQ(errorOf([] { findProcessorArchitecture("z80"); }),
            "'z80' is no known architecture; available: x86_64, i686, aarch64, armv7a, riscv32, "
            "riscv64");
}

} // namespace
} // namespace iree::tools
