// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "board.h"
#include "text.h"

#define FAULT_STATUS 125

void board_report_trap(uintptr_t syndrome, uintptr_t pc, uintptr_t address);

void board_report_trap(uintptr_t syndrome, uintptr_t pc, uintptr_t address) {
  text_string("trap: syndrome ");
  text_hex(syndrome);
  text_string(", pc ");
  text_hex(pc);
  text_string(", address ");
  text_hex(address);
  text_string("\n");
  board_exit(FAULT_STATUS);
}

// The generic timer, which needs no setting up.
uint64_t board_time_now(void) {
  uint64_t count, frequency;
  __asm__ volatile("isb\n\tmrs %0, cntvct_el0\n\tmrs %1, cntfrq_el0"
                   : "=r"(count), "=r"(frequency));
  const uint64_t second = 1000000000u;
  return count / frequency * second + count % frequency * second / frequency;
}
