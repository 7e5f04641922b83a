// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Features of the running processor, as bits of schemas/kernel_abi.h.
#include "iree/hal/executable.h"

#if defined(IREE_ARCH_X86_64) || defined(IREE_ARCH_X86_32)

#include <cpuid.h>

namespace {

uint32_t bitIf(uint32_t flags, unsigned bit, uint32_t feature) {
  return (flags >> bit & 1) != 0 ? feature : 0;
}

// What the operating system saves of the wide registers (XCR0). Only with
// OSXSAVE: the instruction faults otherwise.
uint32_t enabledState(bool hasOsxsave) {
  uint32_t low = 0, high = 0;
  if (hasOsxsave)
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

} // namespace

uint32_t iree_hal_processor_features(void) {
  unsigned eax = 0, ebx1 = 0, ecx1 = 0, edx1 = 0;
  if (!__get_cpuid(1, &eax, &ebx1, &ecx1, &edx1))
    return 0;
  unsigned ebx7 = 0, ecx7 = 0, edx7 = 0;
  __get_cpuid_count(7, 0, &eax, &ebx7, &ecx7, &edx7);
  constexpr uint32_t avxState = 0x06, avx512State = 0xE6;
  uint32_t state = enabledState((ecx1 >> 27 & 1) != 0);
  uint32_t features = bitIf(edx1, 26, IREE_CPU_X86_SSE2) | bitIf(ecx1, 20, IREE_CPU_X86_64_SSE4_2) |
                      bitIf(ebx7, 8, IREE_CPU_X86_64_BMI2);
  if ((state & avxState) == avxState)
    features |= bitIf(ecx1, 28, IREE_CPU_X86_64_AVX) | bitIf(ebx7, 5, IREE_CPU_X86_64_AVX2) |
                bitIf(ecx1, 12, IREE_CPU_X86_64_FMA) | bitIf(ecx1, 29, IREE_CPU_X86_64_F16C);
  if ((state & avx512State) == avx512State)
    features |=
        bitIf(ebx7, 16, IREE_CPU_X86_64_AVX512F) | bitIf(ebx7, 30, IREE_CPU_X86_64_AVX512BW) |
        bitIf(ebx7, 17, IREE_CPU_X86_64_AVX512DQ) | bitIf(ebx7, 31, IREE_CPU_X86_64_AVX512VL) |
        bitIf(ecx7, 11, IREE_CPU_X86_64_AVX512VNNI);
  return features;
}

#else

// Other processors have no identification that all code may read. What the
// runtime itself was compiled for is there; Linux knows of more.
#if defined(IREE_PLATFORM_LINUX)
#include <sys/auxv.h>
#endif

namespace {

#if defined(IREE_PLATFORM_LINUX)
// A bit of AT_HWCAP or AT_HWCAP2, as the kernel's <asm/hwcap.h> numbers them.
struct KernelBit {
  unsigned long type;
  unsigned bit;
  uint32_t features;
};

#if defined(IREE_ARCH_ARM_64)
constexpr KernelBit kernelBits[] = {
    {AT_HWCAP, 1, IREE_CPU_AARCH64_NEON},     {AT_HWCAP, 10, IREE_CPU_AARCH64_FP16},
    {AT_HWCAP, 20, IREE_CPU_AARCH64_DOTPROD}, {AT_HWCAP, 22, IREE_CPU_AARCH64_SVE},
    {AT_HWCAP2, 1, IREE_CPU_AARCH64_SVE2},    {AT_HWCAP2, 13, IREE_CPU_AARCH64_I8MM},
    {AT_HWCAP2, 14, IREE_CPU_AARCH64_BF16},
};
#elif defined(IREE_ARCH_ARM_32)
// Linux runs on no core with less than these.
constexpr KernelBit kernelBits[] = {
    {AT_HWCAP, 6, IREE_CPU_ARM_FP32 | IREE_CPU_ARM_FP64}, // vfp
    {AT_HWCAP, 7, IREE_CPU_ARM_DSP},                      // edsp
    {AT_HWCAP, 12, IREE_CPU_ARM_NEON},
    {AT_HWCAP, 16, IREE_CPU_ARM_FMA},    // vfpv4
    {AT_HWCAP, 18, IREE_CPU_ARM_DIVIDE}, // idivt
};
#else
// One bit for each letter of the base extensions.
constexpr KernelBit kernelBits[] = {
    {AT_HWCAP, 'm' - 'a', IREE_CPU_RISCV_M},
    {AT_HWCAP, 'a' - 'a', IREE_CPU_RISCV_A},
    {AT_HWCAP, 'f' - 'a', IREE_CPU_RISCV_F},
    {AT_HWCAP, 'd' - 'a', IREE_CPU_RISCV_D},
    {AT_HWCAP, 'c' - 'a', IREE_CPU_RISCV_C},
    {AT_HWCAP, 'v' - 'a', IREE_CPU_RISCV_V | IREE_CPU_RISCV_ZVE32X},
};
#endif

uint32_t knownToKernel() {
  uint32_t features = 0;
  for (const KernelBit &entry : kernelBits)
    if ((getauxval(entry.type) >> entry.bit & 1) != 0)
      features |= entry.features;
  return features;
}
#else
uint32_t knownToKernel() { return 0; }
#endif

#if defined(IREE_ARCH_ARM_64)

uint32_t compiledFor() {
  uint32_t features = 0;
#if defined(__ARM_NEON)
  features |= IREE_CPU_AARCH64_NEON;
#endif
#if defined(__ARM_FEATURE_DOTPROD)
  features |= IREE_CPU_AARCH64_DOTPROD;
#endif
#if defined(__ARM_FEATURE_FP16_VECTOR_ARITHMETIC)
  features |= IREE_CPU_AARCH64_FP16;
#endif
#if defined(__ARM_FEATURE_MATMUL_INT8)
  features |= IREE_CPU_AARCH64_I8MM;
#endif
#if defined(__ARM_FEATURE_BF16_VECTOR_ARITHMETIC)
  features |= IREE_CPU_AARCH64_BF16;
#endif
#if defined(__ARM_FEATURE_SVE)
  features |= IREE_CPU_AARCH64_SVE;
#endif
#if defined(__ARM_FEATURE_SVE2)
  features |= IREE_CPU_AARCH64_SVE2;
#endif
  return features;
}

#elif defined(IREE_ARCH_ARM_32)

uint32_t compiledFor() {
  uint32_t features = 0;
#if defined(__ARM_FEATURE_DSP)
  features |= IREE_CPU_ARM_DSP;
#endif
#if defined(__ARM_FP) && (__ARM_FP & 4)
  features |= IREE_CPU_ARM_FP32;
#endif
#if defined(__ARM_FP) && (__ARM_FP & 8)
  features |= IREE_CPU_ARM_FP64;
#endif
#if defined(__ARM_FEATURE_MVE)
  features |= IREE_CPU_ARM_MVE;
#if __ARM_FEATURE_MVE & 2
  features |= IREE_CPU_ARM_MVE_FP;
#endif
#endif
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB >= 2
  features |= IREE_CPU_ARM_THUMB2;
#endif
#if defined(__ARM_FEATURE_IDIV)
  features |= IREE_CPU_ARM_DIVIDE;
#endif
#if defined(__ARM_FEATURE_FMA)
  features |= IREE_CPU_ARM_FMA;
#endif
#if defined(__ARM_NEON)
  features |= IREE_CPU_ARM_NEON;
#endif
  // GCC's name of the architecture is that of Armv8-M; vectors and half-precision
  // arithmetic of M profile came with Armv8.1-M.
#if defined(__ARM_ARCH_8_1M_MAIN__) || defined(__ARM_FEATURE_MVE) ||                               \
    (defined(__ARM_FEATURE_FP16_SCALAR_ARITHMETIC) && __ARM_ARCH_PROFILE == 'M')
  features |= IREE_CPU_ARM_LOB;
#endif
#if defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'A'
  features |= IREE_CPU_ARM_A32;
#endif
  return features;
}

#else

uint32_t compiledFor() {
  uint32_t features = 0;
#if defined(__riscv_mul)
  features |= IREE_CPU_RISCV_M;
#endif
#if defined(__riscv_atomic)
  features |= IREE_CPU_RISCV_A;
#endif
#if defined(__riscv_flen)
  features |= IREE_CPU_RISCV_F;
#if __riscv_flen >= 64
  features |= IREE_CPU_RISCV_D;
#endif
#endif
#if defined(__riscv_compressed)
  features |= IREE_CPU_RISCV_C;
#endif
#if defined(__riscv_zve32x)
  features |= IREE_CPU_RISCV_ZVE32X;
#endif
#if defined(__riscv_v)
  features |= IREE_CPU_RISCV_V;
#endif
#if defined(__riscv_zba)
  features |= IREE_CPU_RISCV_ZBA;
#endif
#if defined(__riscv_zbb)
  features |= IREE_CPU_RISCV_ZBB;
#endif
#if defined(__riscv_zbs)
  features |= IREE_CPU_RISCV_ZBS;
#endif
  return features;
}

#endif

// How long vector registers are, where there are some.
#if defined(__riscv_zve32x) || (defined(__riscv) && defined(IREE_PLATFORM_LINUX))
uint32_t vectorLengths(uint32_t features) {
  if ((features & IREE_CPU_RISCV_ZVE32X) == 0)
    return 0;
  size_t bytes = 0;
  __asm__("csrr %0, 0xC22" : "=r"(bytes)); // vlenb
  return (bytes >= 32 ? IREE_CPU_RISCV_ZVL256B : 0) | (bytes >= 64 ? IREE_CPU_RISCV_ZVL512B : 0) |
         (bytes >= 128 ? IREE_CPU_RISCV_ZVL1024B : 0);
}
#else
uint32_t vectorLengths(uint32_t) { return 0; }
#endif

} // namespace

uint32_t iree_hal_processor_features(void) {
  uint32_t features = compiledFor() | knownToKernel();
  return features | vectorLengths(features);
}

#endif
