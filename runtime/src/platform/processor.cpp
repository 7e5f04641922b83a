// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Features of the running processor, as bits of schemas/kernel_abi.h.
#include "iree/hal/executable.h"

#if defined(IREE_ARCH_X86_64)

#include <cpuid.h>

namespace {

uint32_t bitIf(uint32_t flags, unsigned bit, uint32_t feature) {
  return (flags >> bit & 1) != 0 ? feature : 0;
}

// What the operating system saves of the wide registers (XCR0).
uint32_t enabledState() {
  uint32_t low = 0, high = 0;
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
  uint32_t state = (ecx1 >> 27 & 1) != 0 ? enabledState() : 0; // OSXSAVE
  uint32_t features =
      bitIf(ecx1, 20, IREE_CPU_X86_64_SSE4_2) | bitIf(ebx7, 8, IREE_CPU_X86_64_BMI2);
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

// A core without an identification that user code may read: what the runtime
// itself was compiled for is what its kernels may use.
uint32_t iree_hal_processor_features(void) {
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
  return features;
}

#endif
