// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Start-up and semihosting console of checksum.cpp on emulated Arm and RISC-V.
#include <stdint.h>

extern "C" void run();
extern "C" char stackEnd[];

#if defined(__arm__)
static void semihost(uintptr_t operation, uintptr_t argument) {
  register uintptr_t r0 __asm__("r0") = operation;
  register uintptr_t r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}
#else
static void semihost(uintptr_t operation, uintptr_t argument) {
  register uintptr_t a0 __asm__("a0") = operation;
  register uintptr_t a1 __asm__("a1") = argument;
  __asm__ volatile(".option push\n.option norvc\n.p2align 4\n"
                   "slli x0, x0, 0x1f\nebreak\nsrai x0, x0, 7\n.option pop"
                   : "+r"(a0)
                   : "r"(a1)
                   : "memory");
}
#endif

extern "C" void print(const char *text) {
  semihost(4, reinterpret_cast<uintptr_t>(text)); // SYS_WRITE0
}

extern "C" [[noreturn]] void start() {
#if defined(__arm__) && defined(__ARM_FP)
  *reinterpret_cast<volatile uint32_t *>(0xE000ED88) |= 0xFu << 20; // CPACR
  __asm__ volatile("dsb\nisb");
#elif defined(__riscv_flen)
  __asm__ volatile("csrs mstatus, %0" : : "r"(1 << 13)); // FS: initial
#endif
  run();
  // SYS_EXIT, stopped by the application; 64-bit machines pass a block.
  const uintptr_t reason[] = {0x20026, 0};
  semihost(0x18, sizeof(void *) == 8 ? reinterpret_cast<uintptr_t>(reason) : reason[0]);
  for (;;) {
  }
}

#if defined(__arm__)
extern "C" __attribute__((section(".vectors"), used)) void *const vectors[] = {
    stackEnd, reinterpret_cast<void *>(start)};
#else
__asm__(".section .vectors, \"ax\"\n.globl _start\n_start: la sp, stackEnd\nj start\n");
#endif
