// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-fit-scratch --iree-encode-program --iree-verify-program | FileCheck %s

// Bases: arena 0, constants 1, state 2, arguments 3 and 4, results 5 and 6; a written
// place has bit 31 set: 0x80000000 = -2147483648 and so on. Kernels by order of
// appearance: first 0, second 1 (the helper is none). Constants: 5 bytes at 0,
// the next at 16.
//
//   dispatch  1 | (2 reads + 1 write + scratch = 4) << 8 = 1025, kernel 1, range 7
//             argument 1: 4 0 1; constant 1 at 4: 1 16+4 4; arena: -2^31 32 16
//             scratch behind the arena's 48 bytes: -2^31 48 640
//   copy      2, result 0: -2^31+5 3 5, constant 0: 1 0 5
//   fill      3 | 8 << 8 = 2051, result 1: -2^31+6 0 16, pattern low -2, high -1
//   dispatch  1 | 2 << 8 = 513, kernel 0, range 4, arena: 0 32 16, result 0
//   return    0
//   return    0, of the second program: word 38
//
// No gap has 640 bytes: the arena grows to 48 + 640 = 688, a multiple of 16.
// CHECK:       program.bytecode = array<i32:
// CHECK-SAME:    1025, 1, 7, 4, 0, 1, 1, 20, 4, -2147483648, 32, 16, -2147483648, 48, 640,
// CHECK-SAME:    2, -2147483643, 3, 5, 1, 0, 5,
// CHECK-SAME:    2051, -2147483642, 0, 16, -2, -1,
// CHECK-SAME:    513, 0, 4, 0, 32, 16, -2147483643, 0, 16,
// CHECK-SAME:    0, 0>
// CHECK:       program.func @main {{.*}} arena 688 attributes {program.first_word = 0 : i64, program.word_count = 38 : i64}
// CHECK:       program.func @empty {{.*}} arena 0 attributes {program.first_word = 38 : i64, program.word_count = 1 : i64}
program.constant @c0 = dense<[1, 2, 3, 4, 5]> : tensor<5xi8>
program.constant @c1 = dense<[1.0, 2.0]> : tensor<2xf32>
program.func @main (tensor<4xf32>, tensor<i8>) -> (tensor<16xi8>, tensor<4xf32>) arguments ["a", "b"] results ["r", "s"] at [0, 16] arena 48 {
  program.dispatch @kernels::@second reads [#program.place<argument 1 at 0 bytes 1>, #program.place<constant 1 at 4 bytes 4>] writes [#program.place<arena 0 at 32 bytes 16>]
  program.copy <constant 0 at 0 bytes 5> to <result 0 at 3 bytes 5>
  program.fill -2 of 8 to <result 1 at 0 bytes 16>
  program.dispatch @kernels::@first reads [#program.place<arena 0 at 32 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
  program.return
}
program.func @empty () -> () arguments [] results [] at [] arena 0 {
  program.return
}
module @kernels {
  llvm.func @helper(!llvm.ptr)
  llvm.func @first(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  llvm.func @second(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 7 : i64, program.writes = 1 : i64, program.scratch = 640 : i64}
}
