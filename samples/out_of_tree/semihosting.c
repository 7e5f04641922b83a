// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Console and exit through the debugger or emulator; a board has a serial port.
#include "machine.h"

#include <stdint.h>

enum { SYS_WRITE0 = 0x04, SYS_EXIT_EXTENDED = 0x20 };
enum { STOPPED_APPLICATION_EXIT = 0x20026 };

static void call_host(uintptr_t operation, const void *argument) {
#if defined(__arm__)
  register uintptr_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
#elif defined(__riscv)
  register uintptr_t a0 __asm__("a0") = operation;
  register const void *a1 __asm__("a1") = argument;
  // These three instructions, uncompressed and within one page, are the call.
  __asm__ volatile(".balign 16\n\t.option push\n\t.option norvc\n\t"
                   "slli x0, x0, 0x1f\n\tebreak\n\tsrai x0, x0, 7\n\t.option pop"
                   : "+r"(a0)
                   : "r"(a1)
                   : "memory");
#endif
}

void machine_print(const char *text) { call_host(SYS_WRITE0, text); }

void machine_exit(int status) {
  const uintptr_t reason[2] = {STOPPED_APPLICATION_EXIT, (uintptr_t)status};
  for (;;)
    call_host(SYS_EXIT_EXTENDED, reason);
}
