// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The workstation as a board, so that firmware sources run there unchanged.
#define _POSIX_C_SOURCE 200809L
#include "board.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void board_write(const char *text, size_t size_bytes) {
  if (fwrite(text, 1, size_bytes, stdout) != size_bytes)
    exit(1);
}

void board_exit(int status) { exit(status & 0xFF); }

uint64_t board_time_now(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
    return 0;
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

size_t board_stack_used(void) { return 0; }
