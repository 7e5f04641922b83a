// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "board.h"

bool board_wait_until(uint64_t nanoseconds) {
  while (board_time_now() < nanoseconds) {
  }
  return true;
}
