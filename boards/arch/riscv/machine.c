// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "board.h"
#include "text.h"

#define FAULT_STATUS 125

void board_report_trap(uintptr_t cause, uintptr_t pc, uintptr_t value);

void board_report_trap(uintptr_t cause, uintptr_t pc, uintptr_t value) {
  text_string("trap: cause ");
  text_hex(cause);
  text_string(", pc ");
  text_hex(pc);
  text_string(", value ");
  text_hex(value);
  text_string("\n");
  board_exit(FAULT_STATUS);
}

// Retired instructions; the emulator retires one per nanosecond.
uint64_t board_time_now(void) {
#if __riscv_xlen == 64
  uint64_t count;
  __asm__ volatile("csrr %0, minstret" : "=r"(count));
  return count;
#else
  uint32_t high, low, again;
  do {
    __asm__ volatile("csrr %0, minstreth\n\tcsrr %1, minstret\n\tcsrr %2, minstreth"
                     : "=&r"(high), "=&r"(low), "=&r"(again));
  } while (high != again);
  return (uint64_t)high << 32 | low;
#endif
}
