// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a program may ask of the machine it runs on. Every board, and the
// workstation (boards/host), implements exactly this; main() is the
// application's, and its return value is the exit status.
#ifndef IREE_BOARDS_ARCH_BOARD_H_
#define IREE_BOARDS_ARCH_BOARD_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Writes `size_bytes` bytes of text to the console; blocks until done.
void board_write(const char *text, size_t size_bytes);

// Ends the program. Only the low 8 bits of `status` reach the caller of the
// emulator, on x86 as at most 126; 0 is success.
__attribute__((noreturn)) void board_exit(int status);

// Nanoseconds since start, monotonic. Emulated boards run with one instruction
// per nanosecond; the resolution is one SysTick (40 ns) on Cortex-M, and 16 ns
// on Cortex-A.
uint64_t board_time_now(void);

// Returns when board_time_now() has reached `nanoseconds`; true: it never fails.
bool board_wait_until(uint64_t nanoseconds);

// Deepest stack use since start in bytes, from a pattern painted before main().
// 0 where the stack is not ours to paint (host).
size_t board_stack_used(void);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // IREE_BOARDS_ARCH_BOARD_H_
