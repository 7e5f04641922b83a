// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reset, exceptions and the semihosting trap of AArch64 at EL1. Registers and
// bits: Arm Architecture Reference Manual for A-profile.

  .section .start, "ax"
  .globl board_start
board_start:
  ldr x0, =__stack_end
  mov sp, x0
  ldr x0, =vectors
  msr vbar_el1, x0
  mov x0, #3 << 20 // FPEN: floating point and vectors do not trap
  msr cpacr_el1, x0
  // Identity map of 4 GiB: 4 KiB granule, one table of four 1 GiB blocks.
  mov x0, #0xFF // memory type 0: normal, write-back
  msr mair_el1, x0
  ldr x0, =(1 << 23) | (3 << 12) | (1 << 10) | (1 << 8) | 32 // EPD1, SH0, ORGN0, IRGN0, T0SZ
  msr tcr_el1, x0
  ldr x0, =translation_table
  msr ttbr0_el1, x0
  tlbi vmalle1
  ic iallu
  dsb nsh
  isb
  mrs x0, sctlr_el1
  ldr x1, =(1 << 12) | (1 << 2) | (1 << 1) | 1 // I, C, A, M
  orr x0, x0, x1
  msr sctlr_el1, x0
  isb
  bl board_prepare_memory
  bl main
  bl board_exit

// Flash is read and execute only, and what is in neither is unmapped: a stray
// store, or a stack that grew below RAM, is a data abort.
  .section .rodata.translation_table, "a"
  .balign 64
translation_table:
  .quad 0
  .quad __flash_block + 0x781 // block, type 0, read only, inner shareable, accessed
  .quad __ram_block + 0x701   // the same, read and write
  .quad 0

// Any exception is fatal. The stack may be what failed: report from a fresh one.
  .section .text.vectors, "ax"
  .balign 2048
vectors:
  .rept 16
  b trap
  .balign 128
  .endr
trap:
  ldr x0, =__stack_end
  mov sp, x0
  mrs x0, esr_el1
  mrs x1, elr_el1
  mrs x2, far_el1
  b board_report_trap

  .section .text.semihosting_call, "ax"
  .globl semihosting_call
semihosting_call:
  hlt #0xF000
  ret
