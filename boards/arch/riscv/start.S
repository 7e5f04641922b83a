// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reset, trap entry and the semihosting trap of RV32 and RV64, machine mode.
// Written for the base integer set, whatever the rest is compiled for.

  .section .start, "ax"
  .globl board_start
board_start:
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  la sp, __stack_end
  la t0, board_trap
  csrw mtvec, t0
  // FS and VS to "initial": without effect where there is no such unit.
  li t0, 0x2200
  csrs mstatus, t0
  // Flash is read and execute only, for machine mode too: a stray store, or a
  // stack that grew below RAM, traps. One locked, naturally aligned PMP entry.
  la t0, __flash_start
  srli t0, t0, 2
  la t1, __flash_napot
  or t0, t0, t1
  csrw pmpaddr0, t0
  li t0, 0x9D
  csrw pmpcfg0, t0
  call board_prepare_memory
  call main
  call board_exit

  .text
  .balign 4
board_trap:
  // The stack may be what failed: report from a fresh one.
  la sp, __stack_end
  csrr a0, mcause
  csrr a1, mepc
  csrr a2, mtval
  j board_report_trap

  .balign 16
  .globl semihosting_call
semihosting_call:
  // The specified sequence: uncompressed, within one page.
  .option push
  .option norvc
  slli zero, zero, 0x1f
  ebreak
  srai zero, zero, 7
  .option pop
  ret
