// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Marks the measured interval for build_tools/qemu/insn_count.c.
#ifndef IREE_BOARDS_ARCH_BENCH_H_
#define IREE_BOARDS_ARCH_BENCH_H_

void bench_begin(void);
void bench_end(void);

#endif // IREE_BOARDS_ARCH_BENCH_H_
