// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "board.h"
#include "text.h"

#define FAULT_STATUS 125

void board_report_trap(uint32_t mode, uint32_t link, uint32_t status, uint32_t address);

// The mode says what it was: 0x17 an abort, 0x1b an undefined instruction. The
// link register is 4 or 8 bytes past the instruction; status and address are
// those of the last data abort.
void board_report_trap(uint32_t mode, uint32_t link, uint32_t status, uint32_t address) {
  text_string("trap: mode ");
  text_hex(mode);
  text_string(", lr ");
  text_hex(link);
  text_string(", data status ");
  text_hex(status);
  text_string(", address ");
  text_hex(address);
  text_string("\n");
  board_exit(FAULT_STATUS);
}

// The generic timer, which needs no setting up.
uint64_t board_time_now(void) {
  uint64_t count;
  uint32_t frequency;
  __asm__ volatile("isb\n\tmrrc p15, 1, %Q0, %R0, c14\n\tmrc p15, 0, %1, c14, c0, 0"
                   : "=r"(count), "=r"(frequency));
  const uint32_t second = 1000000000u;
  return count / frequency * second + count % frequency * second / frequency;
}
