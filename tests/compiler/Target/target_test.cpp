// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Target.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "schemas/kernel_abi.h"
#include "llvm/Target/TargetMachine.h"
#include <gtest/gtest.h>
#include <ostream>

using namespace iree_compiler;

namespace {

TargetOptions triple(const char *text) {
  TargetOptions options;
  options.triple = text;
  return options;
}

Target resolved(const TargetOptions &options) {
  Target target;
  std::string error;
  EXPECT_TRUE(Target::resolve(options, target, error)) << error;
  EXPECT_EQ(error, "");
  return target;
}

std::string errorOf(const TargetOptions &options) {
  Target target;
  std::string error;
  EXPECT_FALSE(Target::resolve(options, target, error)) << options.triple;
  return error;
}

TEST(TargetDefaults, X86) {
  Target target = resolved(triple("x86_64-pc-linux-elf"));
  EXPECT_EQ(target.triple, "x86_64-none-elf");
  EXPECT_EQ(target.cpu, "x86-64");
  EXPECT_EQ(target.abi, "");
  EXPECT_TRUE(target.hardFloat);
  EXPECT_EQ(target.pointerBits, 64u);
  EXPECT_EQ(target.vectorBits, 128u);
  EXPECT_TRUE(target.vectorFloat);
  EXPECT_EQ(target.requiredFeatures, 0u);
  EXPECT_EQ(target.contraction, ContractionStyle::OuterProduct);
}

TEST(TargetDefaults, CortexM4) {
  Target target = resolved(triple("thumbv7em-none-eabihf"));
  EXPECT_EQ(target.triple, "thumbv7em-none-eabihf");
  EXPECT_EQ(target.cpu, "cortex-m4");
  EXPECT_EQ(target.abi, "aapcs");
  EXPECT_TRUE(target.hardFloat);
  EXPECT_EQ(target.pointerBits, 32u);
  EXPECT_EQ(target.vectorBits, 0u);
  EXPECT_FALSE(target.vectorFloat);
  EXPECT_EQ(target.requiredFeatures, IREE_CPU_ARM_DSP | IREE_CPU_ARM_FP32);
  EXPECT_EQ(target.contraction, ContractionStyle::OuterProduct);
}

TEST(TargetDefaults, CortexM55) {
  Target target = resolved(triple("thumbv8.1m.main-pc-linux-elf"));
  EXPECT_EQ(target.triple, "thumbv8.1m.main-none-eabihf");
  EXPECT_EQ(target.cpu, "cortex-m55");
  EXPECT_TRUE(target.hardFloat);
  EXPECT_EQ(target.vectorBits, 128u);
  EXPECT_TRUE(target.vectorFloat);
  EXPECT_EQ(target.requiredFeatures, IREE_CPU_ARM_DSP | IREE_CPU_ARM_FP32 | IREE_CPU_ARM_FP64 |
                                         IREE_CPU_ARM_MVE | IREE_CPU_ARM_MVE_FP);
  EXPECT_EQ(target.contraction, ContractionStyle::DotReduction);
}

TEST(TargetDefaults, Riscv32) {
  Target target = resolved(triple("riscv32-pc-linux-elf"));
  EXPECT_EQ(target.triple, "riscv32-none-elf");
  EXPECT_EQ(target.cpu, "generic-rv32");
  EXPECT_EQ(target.features, "+m,+c");
  EXPECT_EQ(target.abi, "ilp32");
  EXPECT_FALSE(target.hardFloat);
  EXPECT_EQ(target.pointerBits, 32u);
}

TEST(TargetDefaults, Riscv64) {
  Target target = resolved(triple("riscv64-none-elf"));
  EXPECT_EQ(target.triple, "riscv64-none-elf");
  EXPECT_EQ(target.cpu, "generic-rv64");
  EXPECT_EQ(target.abi, "lp64d");
  EXPECT_TRUE(target.hardFloat);
  EXPECT_EQ(target.pointerBits, 64u);
}

TEST(TargetDefaults, NoTripleIsThisMachine) {
  Target target = resolved(TargetOptions());
  EXPECT_FALSE(target.triple.empty());
  EXPECT_NE(target.arch, llvm::Triple::UnknownArch);
}

TEST(TargetCpu, ImpliesItsFeatures) {
  TargetOptions options = triple("x86_64-pc-linux-elf");
  options.cpu = "haswell";
  Target target = resolved(options);
  EXPECT_EQ(target.vectorBits, 256u);
  EXPECT_TRUE(target.requiredFeatures & IREE_CPU_X86_64_AVX2);
  EXPECT_TRUE(target.requiredFeatures & IREE_CPU_X86_64_FMA);
  EXPECT_FALSE(target.requiredFeatures & IREE_CPU_X86_64_AVX512F);
  options.cpu = "skylake-avx512";
  EXPECT_EQ(resolved(options).vectorBits, 512u);
}

TEST(TargetCpu, FeaturesAreAddedToTheCpus) {
  TargetOptions options = triple("x86_64-pc-linux-elf");
  options.cpuFeatures = "+avx";
  Target target = resolved(options);
  EXPECT_EQ(target.vectorBits, 256u);
  // AVX implies SSE4.2.
  EXPECT_EQ(target.requiredFeatures, IREE_CPU_X86_64_SSE4_2 | IREE_CPU_X86_64_AVX);
  options = triple("thumbv8.1m.main-none-eabihf");
  options.cpuFeatures = "-mve";
  target = resolved(options);
  EXPECT_EQ(target.vectorBits, 0u);
  EXPECT_EQ(target.contraction, ContractionStyle::OuterProduct);
  options = triple("riscv32-none-elf");
  options.cpuFeatures = "+f";
  target = resolved(options);
  EXPECT_EQ(target.features, "+m,+c,+f");
  EXPECT_EQ(target.abi, "ilp32f");
  EXPECT_TRUE(target.hardFloat);
}

TEST(TargetErrors, UnknownNames) {
  EXPECT_EQ(errorOf(triple("sparc-none-elf")),
            "unknown target architecture 'sparc' in triple 'sparc-none-elf'; available: x86_64, "
            "thumbv7em, thumbv8.1m.main, riscv32, riscv64");
  TargetOptions options = triple("thumbv7em-none-eabihf");
  options.cpu = "cortex-m99";
  std::string error = errorOf(options);
  EXPECT_EQ(error.find("unknown CPU 'cortex-m99' for thumbv7em; available:"), 0u) << error;
  EXPECT_NE(error.find(" cortex-m4 "), std::string::npos) << error;
}

TEST(TargetErrors, HostCpuOfAnotherArchitecture) {
  bool armHost = llvm::Triple(resolved(TargetOptions()).triple).isThumb();
  TargetOptions options = triple(armHost ? "riscv64-none-elf" : "thumbv7em-none-eabihf");
  options.cpu = "host";
  EXPECT_EQ(errorOf(options).find("CPU 'host' is a "), 0u);
}

struct FloatAbiCase {
  const char *triple, *cpu, *features, *abi, *floatAbi;
  const char *expectedAbi; ///< of the target, or null: an error
  bool hardFloat;
  const char *error; ///< part of its text
};

void PrintTo(const FloatAbiCase &c, std::ostream *stream) {
  *stream << c.triple << " cpu '" << c.cpu << "' features '" << c.features << "' abi '" << c.abi
          << "' float '" << c.floatAbi << "'";
}

class TargetFloatAbi : public ::testing::TestWithParam<FloatAbiCase> {};

TEST_P(TargetFloatAbi, ResolvesOrExplains) {
  const FloatAbiCase &c = GetParam();
  TargetOptions options{c.triple, c.cpu, c.features, c.abi, c.floatAbi};
  if (!c.expectedAbi) {
    std::string error = errorOf(options);
    EXPECT_NE(error.find(c.error), std::string::npos) << error;
    return;
  }
  Target target = resolved(options);
  EXPECT_EQ(target.abi, c.expectedAbi);
  EXPECT_EQ(target.hardFloat, c.hardFloat);
}

constexpr const char *kM4 = "thumbv7em-none-eabihf", *kSoftM4 = "thumbv7em-none-eabi",
                     *kElfM4 = "thumbv7em-pc-linux-elf", *kRv32 = "riscv32-none-elf",
                     *kRv64 = "riscv64-none-elf", *kX86 = "x86_64-pc-linux-elf";

INSTANTIATE_TEST_SUITE_P(
    Combinations, TargetFloatAbi,
    ::testing::Values(
        // Arm: the triple's environment, unless a flag says otherwise.
        FloatAbiCase{kM4, "", "", "", "", "aapcs", true, ""},
        FloatAbiCase{kM4, "", "", "", "soft", "aapcs", false, ""},
        FloatAbiCase{kSoftM4, "", "", "", "", "aapcs", false, ""},
        FloatAbiCase{kSoftM4, "", "", "", "hard", "aapcs", true, ""},
        FloatAbiCase{kElfM4, "", "", "", "", "aapcs", true, ""},
        FloatAbiCase{kElfM4, "cortex-m3", "", "", "", "aapcs", false, ""},
        FloatAbiCase{kElfM4, "cortex-m3", "", "", "hard", nullptr, false,
                     "float ABI 'hard' on 'cortex-m3', which has no FPU; use soft"},
        FloatAbiCase{kM4, "cortex-m3", "", "", "", nullptr, false, "which has no FPU"},
        FloatAbiCase{kM4, "", "", "apcs", "", nullptr, false,
                     "ABI 'apcs' does not fit the target; available: aapcs"},
        // RISC-V: the widest that the features allow.
        FloatAbiCase{kRv32, "", "", "", "soft", "ilp32", false, ""},
        FloatAbiCase{kRv32, "", "", "", "hard", nullptr, false, "add +f or +d"},
        FloatAbiCase{kRv32, "", "+f", "", "hard", "ilp32f", true, ""},
        FloatAbiCase{kRv32, "", "+f", "", "soft", "ilp32", false, ""},
        FloatAbiCase{kRv32, "", "+f", "ilp32", "", "ilp32", false, ""},
        FloatAbiCase{kRv32, "", "+f", "ilp32d", "", nullptr, false,
                     "ABI 'ilp32d' does not fit the target; available: ilp32, ilp32f"},
        FloatAbiCase{kRv32, "", "+d", "", "", "ilp32d", true, ""},
        FloatAbiCase{kRv32, "", "", "lp64", "", nullptr, false, "available: ilp32"},
        FloatAbiCase{kRv64, "", "", "", "", "lp64d", true, ""},
        FloatAbiCase{kRv64, "", "", "lp64", "", "lp64", false, ""},
        FloatAbiCase{kRv64, "", "", "lp64f", "", "lp64f", true, ""},
        FloatAbiCase{kRv64, "", "", "lp64d", "soft", nullptr, false,
                     "float ABI 'soft' contradicts ABI 'lp64d'"},
        // x86-64 has one.
        FloatAbiCase{kX86, "", "", "", "hard", "", true, ""},
        FloatAbiCase{kX86, "", "", "", "soft", nullptr, false,
                     "float ABI 'soft' is not available for x86_64; use hard"},
        FloatAbiCase{kX86, "", "", "sysv", "", nullptr, false,
                     "ABI 'sysv' does not fit the target, which has one ABI only"}));

TEST(TargetOf, RoundTripsThroughTheModule) {
  TargetOptions options = triple("riscv32-none-elf");
  options.cpuFeatures = "+f";
  options.abi = "ilp32";
  Target target = resolved(options);
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
  target.attachTo(*module);
  Target read = Target::of(*module);
  EXPECT_EQ(read.triple, target.triple);
  EXPECT_EQ(read.cpu, target.cpu);
  EXPECT_EQ(read.features, target.features);
  EXPECT_EQ(read.abi, "ilp32");
  EXPECT_FALSE(read.hardFloat);
}

TEST(TargetMachine, ExistsForEveryArchitecture) {
  for (const char *text : {"x86_64-pc-linux-elf", "thumbv7em-none-eabihf",
                           "thumbv8.1m.main-none-eabihf", "riscv32-none-elf", "riscv64-none-elf"})
    EXPECT_NE(resolved(triple(text)).createMachine(), nullptr) << text;
}

} // namespace
