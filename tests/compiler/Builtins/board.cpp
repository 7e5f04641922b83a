// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Start-up and console of bare programs: emulated Arm and RISC-V machines with
// semihosting, and 32-bit x86 on the host.
#include <stdint.h>

extern "C" void run();
extern "C" char stackEnd[];

#if defined(__i386__)

// A Linux program without a C library: 32-bit x86 runs on the host.
static int systemCall(int number, int first, const char *second, int third) {
  int result;
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(number), "b"(first), "c"(second), "d"(third)
                   : "memory");
  return result;
}

extern "C" void print(const char *text) {
  int length = 0;
  while (text[length])
    ++length;
  systemCall(4, 1, text, length); // write
}

extern "C" [[noreturn]] void start() {
  run();
  for (;;)
    systemCall(1, 0, nullptr, 0); // exit
}

__asm__(".section .vectors, \"ax\"\n.globl _start\n_start: and $-16, %esp\ncall start\n");

#else

#if defined(__aarch64__)
static void semihost(uintptr_t operation, uintptr_t argument) {
  register uintptr_t x0 __asm__("x0") = operation;
  register uintptr_t x1 __asm__("x1") = argument;
  __asm__ volatile("hlt 0xf000" : "+r"(x0) : "r"(x1) : "memory");
}
#elif defined(__arm__)
static void semihost(uintptr_t operation, uintptr_t argument) {
  register uintptr_t r0 __asm__("r0") = operation;
  register uintptr_t r1 __asm__("r1") = argument;
#if __ARM_ARCH_PROFILE == 'A'
  __asm__ volatile("svc 0x123456" : "+r"(r0) : "r"(r1) : "memory", "lr");
#else
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
#endif
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

static void enableFloats() {
#if defined(__aarch64__)
  __asm__ volatile("msr cpacr_el1, %0\nisb" : : "r"(uintptr_t{3} << 20));
#elif defined(__arm__) && defined(__ARM_FP) && __ARM_ARCH_PROFILE == 'A'
  __asm__ volatile("mcr p15, 0, %0, c1, c0, 2\nisb" : : "r"(0xF << 20)); // CPACR
  __asm__ volatile("vmsr fpexc, %0" : : "r"(1 << 30));
#elif defined(__arm__) && defined(__ARM_FP)
  *reinterpret_cast<volatile uint32_t *>(0xE000ED88) |= 0xFu << 20; // CPACR
  __asm__ volatile("dsb\nisb");
#elif defined(__riscv_flen)
  __asm__ volatile("csrs mstatus, %0" : : "r"(0x6600)); // FS and VS: dirty
#endif
}

extern "C" [[noreturn]] void start() {
  enableFloats();
  run();
  // SYS_EXIT, stopped by the application; 64-bit machines pass a block.
  const uintptr_t reason[] = {0x20026, 0};
  semihost(0x18, sizeof(void *) == 8 ? reinterpret_cast<uintptr_t>(reason) : reason[0]);
  for (;;) {
  }
}

#if defined(__aarch64__)
__asm__(
    ".section .vectors, \"ax\"\n.globl _start\n_start: ldr x0, =stackEnd\nmov sp, x0\nb start\n");
#elif defined(__arm__) && __ARM_ARCH_PROFILE == 'A'
__asm__(".section .vectors, \"ax\"\n.globl _start\n_start: ldr sp, =stackEnd\nb start\n");
#elif defined(__arm__)
extern "C" __attribute__((section(".vectors"), used)) void *const vectors[] = {
    stackEnd, reinterpret_cast<void *>(start)};
#else
__asm__(".section .vectors, \"ax\"\n.globl _start\n_start: la sp, stackEnd\nj start\n");
#endif

#endif
