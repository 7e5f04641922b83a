// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stack that grows out of RAM stops the program instead of corrupting it.
#include "text.h"

// The index is not known in advance, so that all of the block stays.
__attribute__((noinline)) static uint32_t descend(uint32_t depth) {
  volatile uint32_t block[64];
  block[depth % 64] = depth;
  return depth == 0 ? 0 : descend(depth - 1) + block[depth % 64];
}

int main(void) {
  text_string("overflowing the stack\n");
  text_unsigned(descend(1000));
  return 0;
}
