// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions and macros of one spelling: the prefix has no small letters.
// RUN: rm -rf %t && mkdir -p %t
// RUN: %iree-compile --output-format=vm-c --compile-from=schedule --iree-llvm-static-library-output-path=%t/M.o %s -o %t/M.c
// RUN: FileCheck %s --input-file=%t/M.h
// RUN: cc -std=c99 -Wall -Wextra -Werror -pedantic -c %t/M.c -o %t/M.c.o
// CHECK: #define M_F_R_OFFSET_2 0
// CHECK: int M_F(const int8_t vM_A[1], int8_t R[1], void *arena);
program.func @F (tensor<i8>) -> tensor<i8> arguments ["M_A"] results ["R"] at [0] arena 16 {
  program.copy <argument 0 at 0 bytes 1> to <result 0 at 0 bytes 1>
  program.return
}
// CHECK: int M_F_R_OFFSET(void *arena);
program.func @F_R_OFFSET () -> () arguments [] results [] at [] arena 0 {
  program.return
}
// CHECK: int M_STACK_BYTES_2(void *arena);
program.func @STACK_BYTES () -> () arguments [] results [] at [] arena 0 {
  program.return
}
module @kernels {}
