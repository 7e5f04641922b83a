// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Console and exit through a debugger or emulator. Source: "Semihosting for
// AArch32 and AArch64" (Arm), and the RISC-V semihosting specification.
#include "semihosting.h"

#include "board.h"

enum { SYS_OPEN = 0x01, SYS_WRITE = 0x05, SYS_EXIT_EXTENDED = 0x20 };
enum { OPEN_MODE_WRITE = 4 };
enum { STOPPED_APPLICATION_EXIT = 0x20026 };

void board_write(const char *text, size_t size_bytes) {
  static uintptr_t console; // file handle; no valid one is 0
  if (console == 0) {
    static const char name[] = ":tt";
    const uintptr_t open[3] = {(uintptr_t)name, OPEN_MODE_WRITE, sizeof(name) - 1};
    console = semihosting_call(SYS_OPEN, open);
  }
  const uintptr_t write[3] = {console, (uintptr_t)text, size_bytes};
  semihosting_call(SYS_WRITE, write);
}

void board_exit(int status) {
  const uintptr_t reason[2] = {STOPPED_APPLICATION_EXIT, (uintptr_t)(status & 0xFF)};
  for (;;)
    semihosting_call(SYS_EXIT_EXTENDED, reason);
}
