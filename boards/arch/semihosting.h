// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arm and RISC-V share one semihosting protocol and differ in the trap only.
#ifndef IREE_BOARDS_ARCH_SEMIHOSTING_H_
#define IREE_BOARDS_ARCH_SEMIHOSTING_H_

#include <stdint.h>

// Performs `operation` (a SYS_* number) with the block at `arguments`.
uintptr_t semihosting_call(uintptr_t operation, const void *arguments);

#endif // IREE_BOARDS_ARCH_SEMIHOSTING_H_
