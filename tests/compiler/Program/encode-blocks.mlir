// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-encode-program --iree-verify-program | FileCheck %s

// In code with registers a dispatch without sizes is that of straight-line code,
// with its wave; a check too. The condition is a register.
//
//   dispatch  1 | (1 read + 1 write = 2) << 8 = 513, kernel 0, range 4, argument 0: 3 0 16,
//             arena: -2^31 0 16
//   dispatch  likewise, of the same wave: 513 | 1 << 24 = 16777729, arena: -2^31 16 16
//   check     4 | equal 0 << 8 | rank 1 << 16 = 65540 and text << 24; two places
// CHECK:       program.bytecode = array<i32:
// CHECK-SAME:    513, 0, 4, 3, 0, 16, -2147483648, 0, 16,
// CHECK-SAME:    16777729, 0, 4, 3, 0, 16, -2147483648, 16, 16,
// CHECK-SAME:    0, 0, 16, 0, 16, 16, 4,
// CHECK:       program.func @main {{.*}}program.blocks = array<i32: {{[0-9]+}}{{.*}}program.register_types = array<i32: 0
program.func @main (tensor<4xf32>, tensor<i1>) -> () arguments ["a", "c"] results [] at [] arena 32 {
  %c = program.load <argument 1 at 0 bytes 1> : i1
  cf.cond_br %c, ^work, ^end
^work:
  program.dispatch @kernels::@plain reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 0 bytes 16>]
  program.dispatch @kernels::@plain reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 16 bytes 16>] {program.independent}
  program.check equal <arena 0 at 0 bytes 16> and <arena 0 at 16 bytes 16> : tensor<4xf32>
  cf.br ^end
^end:
  program.return
}
module @kernels {
  llvm.func @plain(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
}
