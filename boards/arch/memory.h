// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Symbols of sections.ld and the start-up steps every architecture shares.
#ifndef IREE_BOARDS_ARCH_MEMORY_H_
#define IREE_BOARDS_ARCH_MEMORY_H_

#include <stdint.h>

extern uint32_t __stack_start[], __stack_end[];
extern uint32_t __data_start[], __data_end[];
extern const uint32_t __data_load[];
extern uint32_t __bss_start[], __bss_end[];

int main(void);

// Copies .data, clears .bss and paints the stack below the caller's frame.
void board_prepare_memory(void);

#endif // IREE_BOARDS_ARCH_MEMORY_H_
