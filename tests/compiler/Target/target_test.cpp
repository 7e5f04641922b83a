// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Architecture.h"
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

TEST(TargetDefault, X86) {
  Target target = resolved(triple("x86_64-pc-linux-elf"));
  EXPECT_EQ(target.triple, "x86_64-none-elf");
  EXPECT_EQ(target.cpu, "x86-64");
  EXPECT_EQ(target.abi, "");
  EXPECT_TRUE(target.hardFloat);
  EXPECT_EQ(target.pointerBits, 64u);
  EXPECT_EQ(target.vectorBits, 128u);
  EXPECT_TRUE(target.vectorFloat);
  EXPECT_EQ(target.requiredFeatures, 0u);
  EXPECT_EQ(target.shapes.style, ContractionStyle::OuterProduct);
}

TEST(TargetDefault, CortexM4) {
  Target target = resolved(triple("thumbv7em-none-eabihf"));
  EXPECT_EQ(target.triple, "thumbv7em-none-eabihf");
  EXPECT_EQ(target.cpu, "cortex-m4");
  EXPECT_EQ(target.abi, "aapcs");
  EXPECT_TRUE(target.hardFloat);
  EXPECT_EQ(target.pointerBits, 32u);
  EXPECT_EQ(target.vectorBits, 0u);
  EXPECT_FALSE(target.vectorFloat);
  EXPECT_EQ(target.requiredFeatures, IREE_CPU_ARM_DSP | IREE_CPU_ARM_FP32 | IREE_CPU_ARM_THUMB2 |
                                         IREE_CPU_ARM_DIVIDE | IREE_CPU_ARM_FMA);
  EXPECT_EQ(target.shapes.style, ContractionStyle::DualMultiply);
}

TEST(TargetDefault, CortexM55) {
  Target target = resolved(triple("thumbv8.1m.main-pc-linux-elf"));
  EXPECT_EQ(target.triple, "thumbv8.1m.main-none-eabihf");
  EXPECT_EQ(target.cpu, "cortex-m55");
  EXPECT_TRUE(target.hardFloat);
  EXPECT_EQ(target.vectorBits, 128u);
  EXPECT_TRUE(target.vectorFloat);
  EXPECT_EQ(target.requiredFeatures, IREE_CPU_ARM_DSP | IREE_CPU_ARM_FP32 | IREE_CPU_ARM_FP64 |
                                         IREE_CPU_ARM_MVE | IREE_CPU_ARM_MVE_FP |
                                         IREE_CPU_ARM_THUMB2 | IREE_CPU_ARM_DIVIDE |
                                         IREE_CPU_ARM_FMA | IREE_CPU_ARM_LOB);
  EXPECT_EQ(target.shapes.style, ContractionStyle::DotReduction);
}

TEST(TargetDefault, Riscv32) {
  Target target = resolved(triple("riscv32-pc-linux-elf"));
  EXPECT_EQ(target.triple, "riscv32-none-elf");
  EXPECT_EQ(target.cpu, "generic-rv32");
  EXPECT_EQ(target.features, "+m,+c");
  EXPECT_EQ(target.abi, "ilp32");
  EXPECT_FALSE(target.hardFloat);
  EXPECT_EQ(target.pointerBits, 32u);
  EXPECT_EQ(target.shapes.style, ContractionStyle::Scalar);
}

TEST(TargetDefault, Riscv64) {
  Target target = resolved(triple("riscv64-none-elf"));
  EXPECT_EQ(target.triple, "riscv64-none-elf");
  EXPECT_EQ(target.cpu, "generic-rv64");
  EXPECT_EQ(target.abi, "lp64d");
  EXPECT_TRUE(target.hardFloat);
  EXPECT_EQ(target.pointerBits, 64u);
}

/// Default targets of the other architectures. Features as the processors'
/// manuals have them.
struct DefaultCase {
  const char *given, *triple, *cpu, *features, *abi;
  bool hardFloat;
  unsigned pointerBits, vectorBits;
  bool vectorFloat;
  uint32_t requiredFeatures;
};

void PrintTo(const DefaultCase &c, std::ostream *stream) { *stream << c.given; }

class TargetDefaults : public ::testing::TestWithParam<DefaultCase> {};

TEST_P(TargetDefaults, AreThoseOfTheTable) {
  const DefaultCase &c = GetParam();
  Target target = resolved(triple(c.given));
  EXPECT_EQ(target.triple, c.triple);
  EXPECT_EQ(target.cpu, c.cpu);
  EXPECT_EQ(target.features, c.features);
  EXPECT_EQ(target.abi, c.abi);
  EXPECT_EQ(target.hardFloat, c.hardFloat);
  EXPECT_EQ(target.pointerBits, c.pointerBits);
  EXPECT_EQ(target.vectorBits, c.vectorBits);
  EXPECT_EQ(target.vectorFloat, c.vectorFloat);
  EXPECT_EQ(target.requiredFeatures, c.requiredFeatures);
  // Vectors, else pairs of i16 with the DSP extension of Arm, else scalars.
  bool hasPairs = llvm::StringRef(c.triple).starts_with("thumb") &&
                  (c.requiredFeatures & IREE_CPU_ARM_DSP) != 0;
  EXPECT_EQ(target.shapes.style, c.vectorBits != 0 ? ContractionStyle::OuterProduct
                                 : hasPairs        ? ContractionStyle::DualMultiply
                                                   : ContractionStyle::Scalar);
}

constexpr uint32_t kV7A = IREE_CPU_ARM_DSP | IREE_CPU_ARM_FP32 | IREE_CPU_ARM_FP64 |
                          IREE_CPU_ARM_THUMB2 | IREE_CPU_ARM_DIVIDE | IREE_CPU_ARM_FMA |
                          IREE_CPU_ARM_NEON | IREE_CPU_ARM_A32;
constexpr uint32_t kRv64gc =
    IREE_CPU_RISCV_M | IREE_CPU_RISCV_A | IREE_CPU_RISCV_F | IREE_CPU_RISCV_D | IREE_CPU_RISCV_C;

INSTANTIATE_TEST_SUITE_P(
    Architectures, TargetDefaults,
    ::testing::Values(
        DefaultCase{"i686-pc-linux-elf", "i686-none-elf", "pentium4", "", "", true, 32, 128, true,
                    IREE_CPU_X86_SSE2},
        DefaultCase{"i686-none-elf", "i686-none-elf", "pentium4", "", "", true, 32, 128, true,
                    IREE_CPU_X86_SSE2},
        DefaultCase{"aarch64-pc-linux-elf", "aarch64-none-elf", "generic", "+strict-align", "aapcs",
                    true, 64, 128, true, IREE_CPU_AARCH64_NEON},
        DefaultCase{"aarch64-none-elf", "aarch64-none-elf", "generic", "+strict-align", "aapcs",
                    true, 64, 128, true, IREE_CPU_AARCH64_NEON},
        DefaultCase{"armv7a-pc-linux-elf", "armv7a-none-eabihf", "cortex-a7", "+strict-align,+neon",
                    "aapcs", true, 32, 128, true, kV7A},
        DefaultCase{"armv7a-none-eabi", "armv7a-none-eabi", "cortex-a7", "+strict-align,+neon",
                    "aapcs", false, 32, 128, true, kV7A},
        DefaultCase{"thumbv6m-pc-linux-elf", "thumbv6m-none-eabi", "cortex-m0plus", "", "aapcs",
                    false, 32, 0, false, 0},
        DefaultCase{"thumbv7m-none-eabi", "thumbv7m-none-eabi", "cortex-m3", "", "aapcs", false, 32,
                    0, false, IREE_CPU_ARM_THUMB2 | IREE_CPU_ARM_DIVIDE},
        DefaultCase{"thumbv8m.base-none-eabi", "thumbv8m.base-none-eabi", "cortex-m23", "", "aapcs",
                    false, 32, 0, false, IREE_CPU_ARM_DIVIDE},
        DefaultCase{"thumbv8m.main-pc-linux-elf", "thumbv8m.main-none-eabihf", "cortex-m33", "",
                    "aapcs", true, 32, 0, false,
                    IREE_CPU_ARM_DSP | IREE_CPU_ARM_FP32 | IREE_CPU_ARM_THUMB2 |
                        IREE_CPU_ARM_DIVIDE | IREE_CPU_ARM_FMA},
        DefaultCase{"riscv64-pc-linux-elf", "riscv64-none-elf", "generic-rv64", "+m,+a,+f,+d,+c",
                    "lp64d", true, 64, 0, false, kRv64gc}));

TEST(TargetDefault, NoTripleIsThisMachine) {
  Target target = resolved(TargetOptions());
  EXPECT_FALSE(target.triple.empty());
  EXPECT_NE(target.arch, llvm::Triple::UnknownArch);
  EXPECT_EQ(resolved(triple("host")).triple, target.triple);
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
  EXPECT_EQ(target.shapes.style, ContractionStyle::DualMultiply);
  options = triple("riscv32-none-elf");
  options.cpuFeatures = "+f";
  target = resolved(options);
  EXPECT_EQ(target.features, "+m,+c,+f");
  EXPECT_EQ(target.abi, "ilp32f");
  EXPECT_TRUE(target.hardFloat);
}

TEST(TargetErrors, UnknownNames) {
  EXPECT_EQ(
      errorOf(triple("sparc-none-elf")),
      "unknown target architecture 'sparc' in triple 'sparc-none-elf'; available: x86_64, i686, "
      "aarch64, armv7a, thumbv6m, thumbv7m, thumbv7em, thumbv8m.base, thumbv8m.main, "
      "thumbv8.1m.main, riscv32, riscv64");
  TargetOptions options = triple("thumbv7em-none-eabihf");
  options.cpu = "cortex-m99";
  std::string error = errorOf(options);
  EXPECT_EQ(error.find("unknown CPU 'cortex-m99' for thumbv7em; available:"), 0u) << error;
  EXPECT_NE(error.find(" cortex-m4 "), std::string::npos) << error;
}

TEST(TargetCpu, VectorsAreAsWideAsTheFeaturesSay) {
  TargetOptions options = triple("riscv64-none-elf");
  options.cpuFeatures = "+v";
  Target target = resolved(options);
  EXPECT_EQ(target.vectorBits, 128u);
  EXPECT_TRUE(target.vectorFloat);
  EXPECT_EQ(target.requiredFeatures, kRv64gc | IREE_CPU_RISCV_ZVE32X | IREE_CPU_RISCV_V);
  options.cpuFeatures = "+v,+zvl256b";
  EXPECT_EQ(resolved(options).vectorBits, 256u);
  EXPECT_TRUE(resolved(options).requiredFeatures & IREE_CPU_RISCV_ZVL256B);
  options = triple("riscv32-none-elf");
  options.cpuFeatures = "+zve32x,+zvl128b"; // integers only
  EXPECT_EQ(resolved(options).vectorBits, 128u);
  EXPECT_FALSE(resolved(options).vectorFloat);
  EXPECT_FALSE(resolved(options).requiredFeatures & IREE_CPU_RISCV_V);
}

TEST(TargetCpu, CoresOfTheArmFamily) {
  TargetOptions options = triple("aarch64-none-elf");
  options.cpu = "cortex-a76";
  EXPECT_EQ(resolved(options).requiredFeatures,
            IREE_CPU_AARCH64_NEON | IREE_CPU_AARCH64_DOTPROD | IREE_CPU_AARCH64_FP16);
  options.cpu = "cortex-a53";
  EXPECT_EQ(resolved(options).requiredFeatures, IREE_CPU_AARCH64_NEON);
  options = triple("thumbv7em-none-eabihf");
  options.cpu = "cortex-m7";
  EXPECT_TRUE(resolved(options).requiredFeatures & IREE_CPU_ARM_FP64);
  options = triple("thumbv8.1m.main-none-eabihf");
  options.cpu = "cortex-m85";
  EXPECT_EQ(resolved(options).vectorBits, 128u);
}

TEST(TargetCpu, AlignmentIsStrictUnlessRemoved) {
  TargetOptions options = triple("aarch64-none-elf");
  options.cpu = "cortex-a53";
  EXPECT_EQ(resolved(options).features, "+strict-align");
  options.cpuFeatures = "-strict-align";
  EXPECT_EQ(resolved(options).features, "-strict-align");
  options = triple("armv7a-none-eabihf");
  options.cpuFeatures = "-strict-align,-neon";
  EXPECT_EQ(resolved(options).features, "-strict-align,-neon");
  EXPECT_EQ(resolved(options).vectorBits, 0u);
}

TEST(TargetShapes, EveryCoreHasARow) {
  struct {
    const char *triple, *cpu, *features, *core;
  } cases[] = {
      {"thumbv6m-none-eabi", "", "", "cortex-m0plus"},
      {"thumbv8m.base-none-eabi", "", "", "cortex-m0plus"},
      {"thumbv7m-none-eabi", "", "", "cortex-m3"},
      {"thumbv7em-none-eabihf", "", "", "cortex-m4"},
      {"thumbv7em-none-eabihf", "cortex-m7", "", "cortex-m4"},
      {"thumbv7em-none-eabi", "cortex-m3", "", "cortex-m3"},
      {"thumbv8m.main-none-eabihf", "", "", "cortex-m4"},
      {"thumbv8.1m.main-none-eabihf", "", "", "cortex-m55"},
      {"thumbv8.1m.main-none-eabihf", "cortex-m85", "", "cortex-m55"},
      {"thumbv8.1m.main-none-eabihf", "", "-mve", "cortex-m4"},
      {"aarch64-none-elf", "", "", "aarch64"},
      {"aarch64-none-elf", "cortex-a76", "", "aarch64-dotprod"},
      {"armv7a-none-eabihf", "", "", "armv7a-neon"},
      {"armv7a-none-eabihf", "", "-neon", "armv7a"},
      {"riscv32-none-elf", "", "", "riscv32"},
      {"riscv32-none-elf", "", "+e", "riscv32e"},
      {"riscv32-none-elf", "", "+zve32x,+zvl128b", "riscv-v128"},
      {"riscv64-none-elf", "", "", "riscv64"},
      {"riscv64-none-elf", "", "+v", "riscv-v128"},
      {"riscv64-none-elf", "", "+v,+zvl256b", "riscv-v256"},
      {"riscv64-none-elf", "", "+v,+zvl1024b", "riscv-v512"},
      {"x86_64-none-elf", "", "", "x86_64"},
      {"x86_64-none-elf", "haswell", "", "x86_64-avx2"},
      {"x86_64-none-elf", "sandybridge", "", "x86_64-avx"},
      {"x86_64-none-elf", "alderlake", "", "x86_64-avxvnni"},
      {"x86_64-none-elf", "skylake-avx512", "", "x86_64-avx512bw"},
      {"x86_64-none-elf", "skylake-avx512", "-avx512bw", "x86_64-avx512"},
      {"x86_64-none-elf", "icelake-server", "", "x86_64-avx512vnni"},
      {"i686-none-elf", "", "", "i686"},
      {"i686-none-elf", "haswell", "", "i686-avx"},
      {"i686-none-elf", "skylake-avx512", "", "i686-avx512"},
  };
  for (const auto &c : cases) {
    TargetOptions options = triple(c.triple);
    options.cpu = c.cpu;
    options.cpuFeatures = c.features;
    EXPECT_EQ(resolved(options).shapes.core, c.core) << c.triple << c.cpu << c.features;
  }
}

TEST(TargetShapes, TheFlagChangesSingleNumbers) {
  TargetOptions options = triple("thumbv7em-none-eabihf");
  KernelShapes before = resolved(options).shapes;
  options.kernelShapes = "dot=3x2,f32=1x3x5,style=scalar";
  KernelShapes after = resolved(options).shapes;
  EXPECT_EQ(after.dot.rows, 3);
  EXPECT_EQ(after.dot.columns, 2);
  EXPECT_EQ(after.floats.rows, 1);
  EXPECT_EQ(after.floats.columns, 3);
  EXPECT_EQ(after.floats.depth, 5);
  EXPECT_EQ(after.style, ContractionStyle::Scalar);
  EXPECT_EQ(after.dotStep, before.dotStep);
  EXPECT_EQ(after.channels, before.channels);
  // The text of a row changes any other one to this row.
  TargetOptions other = triple("thumbv7m-none-eabi");
  other.kernelShapes = after.text();
  EXPECT_EQ(resolved(other).shapes.text(), after.text());
}

// Small code has one row in its tiles; the numbers that the flag changes come
// after. Passes see it by the module's attribute.
TEST(TargetSize, SmallTiles) {
  TargetOptions options = triple("thumbv7em-none-eabihf");
  EXPECT_FALSE(resolved(options).prefersSize());
  options.optLevel = OptLevel::Size;
  options.kernelShapes = "f32=1x3x5";
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
  resolved(options).attachTo(*module);
  Target target = Target::of(*module);
  EXPECT_TRUE(target.prefersSize());
  EXPECT_EQ(target.shapes.dot.rows, 1);
  EXPECT_EQ(target.shapes.bytes.rows, 1);
  EXPECT_EQ(target.shapes.laneColumns, 1);
  EXPECT_EQ(target.shapes.dotStep, 4); // bytes of a word
  EXPECT_EQ(target.shapes.floats.columns, 3);
  for (OptLevel level : {OptLevel::None, OptLevel::Some, OptLevel::Most}) {
    options.optLevel = level;
    EXPECT_FALSE(resolved(options).prefersSize());
  }
}

TEST(TargetShapes, PassesSeeTheChanges) {
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
  TargetOptions options = triple("thumbv7em-none-eabihf");
  options.kernelShapes = "dot=4x1";
  resolved(options).attachTo(*module);
  EXPECT_EQ(Target::of(*module).shapes.dot.rows, 4);
  EXPECT_EQ(Target::of(*module).shapes.dot.columns, 1);
}

TEST(TargetShapes, Errors) {
  struct {
    const char *triple, *shapes, *error;
  } cases[] = {
      {"thumbv7em-none-eabihf", "dots=2x2",
       "unknown setting 'dots'; available: style, panels, scalars, vectors, dot, dot-row, step, "
       "unroll, panel, panel-sums, lanes, depthwise, i8, f32, channels"},
      {"thumbv7em-none-eabihf", "dot", "'dot=' is not of the form dot=NxN with N from 1 to 32"},
      {"thumbv7em-none-eabihf", "dot=2x",
       "'dot=2x' is not of the form dot=NxN with N from 1 to 32"},
      {"thumbv7em-none-eabihf", "dot=0x2",
       "'dot=0x2' is not of the form dot=NxN with N from 1 to 32"},
      {"thumbv7em-none-eabihf", "step=999999999999999999999",
       "'step=999999999999999999999' is not of the form step=N with N from 1 to 256"},
      {"thumbv7em-none-eabihf", "f32=2x2",
       "'f32=2x2' is not of the form f32=NxNxN with N from 1 to 64"},
      {"thumbv7em-none-eabihf", "dot=8x8", "a tile of dot products has at most 32 accumulators"},
      {"x86_64-none-elf", "panel=2",
       "panels of weights need panel=N with N from 4 and panel-sums=N with N from 1"},
      {"x86_64-none-elf", "panels=dots",
       "unknown panels 'dots'; available: none, unsigned-dots, widened-pairs, signed-dots, "
       "narrow-pairs"},
      {"x86_64-none-elf", "panels=unsigned-dots",
       "panels 'unsigned-dots' need a core with avx512vnni, or avxvnni without avx512f"},
      {"aarch64-none-elf", "panels=signed-dots", "panels 'signed-dots' need a core with dotprod"},
      {"thumbv7em-none-eabihf", "style=fast",
       "unknown style 'fast'; available: outer-product, dot-reduction, dual-multiply, scalar"},
      {"thumbv7m-none-eabi", "style=dual-multiply",
       "style 'dual-multiply' needs a core with the feature dsp"},
      {"riscv32-none-elf", "style=dot-reduction",
       "style 'dot-reduction' needs a core with the feature mve"},
  };
  for (const auto &c : cases) {
    TargetOptions options = triple(c.triple);
    options.kernelShapes = c.shapes;
    EXPECT_EQ(errorOf(options), std::string("--iree-llvm-kernel-shapes: ") + c.error);
  }
}

TEST(TargetErrors, CpuOfAnotherArchitecture) {
  struct {
    const char *triple, *cpu, *features, *error;
  } cases[] = {
      {"x86_64-none-elf", "pentium4", "",
       "CPU 'pentium4' cannot run x86_64 code, it lacks '64bit'; "
       "available:"},
      {"i686-none-elf", "i686", "", "CPU 'i686' cannot run i686 code, it lacks 'sse2'; available:"},
      {"x86_64-none-elf", "", "-sse2",
       "feature '-sse2' leaves nothing to run x86_64 code; remove it from "
       "--iree-llvm-target-cpu-features"},
      {"armv7a-none-eabihf", "cortex-m4", "",
       "CPU 'cortex-m4' cannot run armv7a code, it lacks "
       "'aclass'; available:"},
      {"thumbv7em-none-eabihf", "cortex-a7", "",
       "CPU 'cortex-a7' cannot run thumbv7em code, it "
       "lacks 'mclass'; available:"},
      {"riscv64-none-elf", "generic-rv32", "",
       "CPU 'generic-rv32' cannot run riscv64 code, it "
       "lacks '64bit'; available:"},
      {"riscv32-none-elf", "sifive-u74", "",
       "CPU 'sifive-u74' cannot run riscv32 code, it lacks "
       "'32bit'; available:"},
      {"aarch64-none-elf", "", "-neon", "feature '-neon' leaves nothing to run aarch64 code"},
      {"riscv32-none-elf", "", "+f,+zfinx", "CPU features contradict each other: "},
      {"riscv64-none-elf", "", "+v,+zvl2048b",
       "vectors of more than 1024 bits are not supported; remove zvl2048b and larger"},
      {"aarch64-none-elf", "", "+avx2",
       "unknown CPU feature '+avx2'; available, each with + or -:"},
      {"thumbv6m-none-eabi", "cortex-a53x", "",
       "unknown CPU 'cortex-a53x' for thumbv6m; available:"},
  };
  for (const auto &c : cases) {
    TargetOptions options = triple(c.triple);
    options.cpu = c.cpu;
    options.cpuFeatures = c.features;
    EXPECT_EQ(errorOf(options).find(c.error), 0u) << errorOf(options);
  }
}

/// What an error lists as available can be used.
TEST(TargetErrors, ListsUsableCpusOnly) {
  for (const char *text : {"x86_64-none-elf", "i686-none-elf", "riscv32-none-elf",
                           "thumbv7em-none-eabi", "armv7a-none-eabi", "aarch64-none-elf"}) {
    TargetOptions options = triple(text);
    options.cpu = "no-such-cpu";
    std::string error = errorOf(options);
    llvm::SmallVector<llvm::StringRef> names;
    llvm::StringRef(error).split("available: ").second.split(names, ' ');
    EXPECT_GT(names.size(), 5u) << error;
    for (llvm::StringRef name : names) {
      options.cpu = name.str();
      resolved(options);
    }
  }
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
  TargetOptions options{c.triple, c.cpu, c.features, c.abi, c.floatAbi, ""};
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
                     *kRv64 = "riscv64-none-elf", *kX86 = "x86_64-pc-linux-elf",
                     *kA64 = "aarch64-none-elf";

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
        FloatAbiCase{kRv64, "", "", "lp64", "hard", nullptr, false,
                     "float ABI 'hard' contradicts ABI 'lp64'"},
        // 16 registers: one ABI.
        FloatAbiCase{kRv32, "", "+e", "", "", "ilp32e", false, ""},
        FloatAbiCase{kRv32, "", "+e", "ilp32", "", nullptr, false,
                     "ABI 'ilp32' does not fit the target; available: ilp32e"},
        FloatAbiCase{kRv32, "", "", "ilp32e", "", nullptr, false,
                     "ABI 'ilp32e' does not fit the target; available: ilp32"},
        // AArch64: floats in registers, always.
        FloatAbiCase{kA64, "", "", "aapcs", "hard", "aapcs", true, ""},
        FloatAbiCase{kA64, "", "", "lp64", "", nullptr, false,
                     "ABI 'lp64' does not fit the target; available: aapcs"},
        FloatAbiCase{kA64, "", "", "", "soft", nullptr, false,
                     "float ABI 'soft' is not available for aarch64; use hard"},
        FloatAbiCase{"thumbv6m-none-eabihf", "", "", "", "", nullptr, false,
                     "float ABI 'hard' on 'cortex-m0plus', which has no FPU; use soft"},
        FloatAbiCase{"armv7a-none-eabihf", "", "", "", "soft", "aapcs", false, ""},
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

TEST(TargetOf, RoundTripsForEveryArchitecture) {
  mlir::MLIRContext context;
  for (const Architecture &architecture : architectures()) {
    Target target = resolved(triple((architecture.name + "-pc-linux-elf").str().c_str()));
    mlir::OwningOpRef<mlir::ModuleOp> module =
        mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
    target.attachTo(*module);
    Target read = Target::of(*module);
    EXPECT_EQ(read.triple, target.triple);
    EXPECT_EQ(read.features, target.features);
    EXPECT_EQ(read.abi, target.abi);
    EXPECT_EQ(read.hardFloat, target.hardFloat);
    EXPECT_EQ(read.requiredFeatures, target.requiredFeatures);
  }
}

TEST(TargetImage, IsLimitedOnAarch64) {
  std::string error;
  Target target = resolved(triple("aarch64-none-elf"));
  EXPECT_TRUE(target.fitsClosedImage(1048576, error));
  EXPECT_FALSE(target.fitsClosedImage(1048577, error));
  EXPECT_EQ(error, "code and constants take 1048577 bytes, those of an embedded image may take "
                   "1048576; set --iree-llvm-static-library-output-path");
  EXPECT_TRUE(resolved(triple("x86_64-none-elf")).fitsClosedImage(1048577, error));
}

TEST(TargetMachine, ExistsForEveryArchitecture) {
  for (const Architecture &architecture : architectures())
    for (CodePlacement placement : {CodePlacement::ClosedImage, CodePlacement::Linked})
      EXPECT_NE(resolved(triple((architecture.name + "-none-elf").str().c_str()))
                    .createMachine(placement),
                nullptr)
          << architecture.name.str();
}

} // namespace
