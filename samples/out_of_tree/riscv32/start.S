// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reset of an RV32 hart in machine mode.
  .section .start, "ax"
  .globl reset
reset:
  la sp, stack_end
  la t0, trap
  csrw mtvec, t0
  la t0, data_load
  la t1, data_begin
  la t2, data_end
1:bgeu t1, t2, 2f
  lw t3, 0(t0)
  sw t3, 0(t1)
  addi t0, t0, 4
  addi t1, t1, 4
  j 1b
2:la t1, bss_begin
  la t2, bss_end
3:bgeu t1, t2, 4f
  sw zero, 0(t1)
  addi t1, t1, 4
  j 3b
4:call main
  j machine_exit

  .balign 4
trap:
  la sp, stack_end
  la a0, message
  call machine_print
  li a0, 125
  j machine_exit

  .section .rodata
message:
  .asciz "trap\n"
