// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A known number of instructions and of stack bytes for the counting plugin:
// two intervals of one call, which subtracts and branches 1000 times.
#include "bench.h"
#include "text.h"

// 2000 instructions and a few around them; the caller's frame is 1024 bytes.
__attribute__((noinline)) static void count_down(volatile unsigned char *block) {
  block[0] = 1;
  uintptr_t n = 1000;
#if defined(__arm__)
  __asm__ volatile("1: subs %0, %0, #1\n\tbne 1b" : "+l"(n)::"cc");
#elif defined(__aarch64__)
  __asm__ volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(n)::"cc");
#elif defined(__x86_64__) || defined(__i386__)
  __asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(n)::"cc");
#elif defined(__riscv)
  __asm__ volatile("1: addi %0, %0, -1\n\tbnez %0, 1b" : "+r"(n));
#else
#error "no loop for this architecture"
#endif
}

int main(void) {
  volatile unsigned char block[1024];
  for (int i = 0; i < 2; ++i) {
    bench_begin();
    count_down(block);
    bench_end();
    text_string("interval\n");
  }
  return 0;
}
