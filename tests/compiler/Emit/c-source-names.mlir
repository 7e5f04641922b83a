// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Names that are no identifiers of C, or are taken, become others.
// RUN: rm -rf %t && mkdir -p %t
// RUN: %iree-compile --output-format=vm-c --compile-from=schedule --iree-llvm-static-library-output-path=%t/7-up.o %s -o %t/any.c
// RUN: FileCheck %s --input-file=%t/any.h
// RUN: cc -std=c99 -Wall -Wextra -Werror -pedantic -c %t/any.c -o %t/c.o
// RUN: c++ -x c++ -std=c++17 -Wall -Wextra -Werror -pedantic -c %t/any.c -o %t/cxx.o

// CHECK: void _7_up_reset(void *state);
program.variable @state : tensor<4xi8>

// CHECK:      /* 'a/b'
// CHECK:      #define _7_UP_A_B_X_Y_3_OFFSET 0
// CHECK-NEXT: #define _7_UP_A_B_X_Y_4_OFFSET 16
// CHECK-NEXT: int _7_up_a_b(const float x_y[1], const float x_y_2[1], float x_y_3[1], float x_y_4[1],
program.func @"a/b" (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>) arguments ["x:y", "x;y"] results ["x.y", "x y"] at [0, 16] arena 32 {
  program.copy <argument 0 at 0 bytes 4> to <result 0 at 0 bytes 4>
  program.copy <argument 1 at 0 bytes 4> to <result 1 at 0 bytes 4>
  program.return
}

// CHECK:      int _7_up_a_b_2(const int8_t int_2[1], const int8_t class_2[1], const int8_t arena_2[1],
// CHECK-NEXT: const int8_t r0_2[1], const int8_t v[1], const int8_t v____[1],
program.func @a_b (tensor<i8>, tensor<i8>, tensor<i8>, tensor<i8>, tensor<i8>, tensor<i8>) -> () arguments ["int", "class", "arena", "r0", "", "\C3\A9*/"] results [] at [] arena 0 {
  program.return
}

// What the module has by itself.
// CHECK: int _7_up_reset_2(void *state, void *arena);
program.func @reset () -> () arguments [] results [] at [] arena 0 {
  program.return
}

// Macros: of this header, and of those that it includes.
// CHECK: int _7_up_ARENA_BYTES(const int8_t v_7_UP_ARENA_BYTES[1], const int8_t INT32_MAX_2[1],
program.func @ARENA_BYTES (tensor<i8>, tensor<i8>, tensor<i8>) -> () arguments ["_7_UP_ARENA:BYTES", "INT32_MAX", "copy_bytes"] results [] at [] arena 0 {
  program.return
}
// CHECK-NOT: invoke
module @kernels {}
