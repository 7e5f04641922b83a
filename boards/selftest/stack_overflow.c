// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stack that grows out of RAM stops the program instead of corrupting it.
#include "text.h"

__attribute__((noinline)) static uint32_t descend(uint32_t depth) {
  volatile uint32_t block[64];
  block[0] = depth;
  block[63] = depth + 1;
  return depth == 0 ? 0 : descend(depth - 1) + block[0] + block[63];
}

int main(void) {
  text_string("overflowing the stack\n");
  text_unsigned(descend(1000));
  return 0;
}
