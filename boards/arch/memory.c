// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs before .data and .bss exist: plain loops, no globals.
#include "memory.h"

#include "board.h"

// Unlikely as data and as address on any board.
#define STACK_PAINT 0xA5C3F00Du

void board_prepare_memory(void) {
  const uint32_t *source = __data_load;
  for (uint32_t *word = __data_start; word < __data_end; ++word)
    *word = *source++;
  for (uint32_t *word = __bss_start; word < __bss_end; ++word)
    *word = 0;
  // Everything below this frame is free; the margin covers its spill slots.
  volatile uint32_t *frame = (volatile uint32_t *)__builtin_frame_address(0) - 16;
  for (volatile uint32_t *word = __stack_start; word < frame; ++word)
    *word = STACK_PAINT;
}

size_t board_stack_used(void) {
  const volatile uint32_t *word = __stack_start;
  while (word < __stack_end && *word == STACK_PAINT)
    ++word;
  return (size_t)((uintptr_t)__stack_end - (uintptr_t)word);
}
