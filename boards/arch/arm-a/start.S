// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reset, exceptions and the semihosting trap of Armv7-A, in supervisor mode
// and A32 code. Registers and bits: Armv7-A Architecture Reference Manual, with
// the large physical address extension.

  .arm
  .section .start, "ax"
  .globl board_start
board_start:
  ldr sp, =__stack_end
  ldr r0, =vectors
  mcr p15, 0, r0, c12, c0, 0 // VBAR
  mrc p15, 0, r0, c1, c0, 2  // CPACR
  orr r0, r0, #0xF << 20     // CP10 and CP11: FPU and NEON
  mcr p15, 0, r0, c1, c0, 2
  isb
  mov r0, #1 << 30 // EN
  vmsr fpexc, r0
  // Identity map of 4 GiB: long descriptors, one table of four 1 GiB blocks.
  mov r0, #0xFF // memory type 0: normal, write-back
  mcr p15, 0, r0, c10, c2, 0 // MAIR0
  ldr r0, =(1 << 31) | (1 << 23) | (3 << 12) | (1 << 10) | (1 << 8) // EAE, EPD1, SH0, ORGN0, IRGN0
  mcr p15, 0, r0, c2, c0, 2  // TTBCR
  isb
  ldr r0, =translation_table
  mov r1, #0
  mcrr p15, 0, r0, r1, c2    // TTBR0
  mcr p15, 0, r1, c8, c7, 0  // TLBIALL
  mcr p15, 0, r1, c7, c5, 0  // ICIALLU
  dsb
  isb
  mrc p15, 0, r0, c1, c0, 0  // SCTLR
  ldr r1, =(1 << 12) | (1 << 11) | (1 << 2) | (1 << 1) | 1 // I, Z, C, A, M
  orr r0, r0, r1
  mcr p15, 0, r0, c1, c0, 0
  isb
  bl board_prepare_memory
  bl main
  bl board_exit

// Flash is read and execute only, and what is in neither is unmapped: a stray
// store, or a stack that grew below RAM, is a data abort.
  .section .rodata.translation_table, "a"
  .balign 64
translation_table:
  .long 0, 0
  .long __flash_block + 0x781, 0 // block, type 0, read only, inner shareable, accessed
  .long __ram_block + 0x701, 0   // the same, read and write
  .long 0, 0

// Any exception is fatal. The stack may be what failed: report from a fresh one.
  .section .text.vectors, "ax"
  .balign 32
vectors:
  .rept 8
  b trap
  .endr
trap:
  ldr sp, =__stack_end
  mrs r0, cpsr
  and r0, r0, #31
  mov r1, lr
  mrc p15, 0, r2, c5, c0, 0 // DFSR
  mrc p15, 0, r3, c6, c0, 0 // DFAR
  b board_report_trap

  .section .text.semihosting_call, "ax"
  .globl semihosting_call
semihosting_call:
  push {r4, lr}
  svc #0x123456
  pop {r4, pc}
