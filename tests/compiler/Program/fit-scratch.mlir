// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-fit-scratch --iree-verify-schedule | FileCheck %s
// RUN: %iree-opt %s --iree-fit-scratch --iree-form-waves | FileCheck %s --check-prefix=WAVES

// @k needs 32 bytes for itself. In the first dispatch 0-31 are being written and
// 32-63 are free. In the second 0-31 are read and 32-63 written: 64-95 hold nothing
// until the last one writes the result there. In the last one 0-31 are free.
// CHECK-LABEL: program.func @gaps
// CHECK-SAME:    arena 96
// CHECK:         dispatch {{.*}}arena 0 at 0 bytes 32>] {program.scratch_offset = 32 : i64}
// CHECK-NEXT:    dispatch {{.*}}arena 0 at 32 bytes 32>] {program.scratch_offset = 64 : i64}
// CHECK-NEXT:    dispatch {{.*}}result 0 at 0 bytes 32>] {program.scratch_offset = 0 : i64}
program.func @gaps (tensor<32xi8>) -> tensor<32xi8> arguments ["a"] results ["r"] at [64] arena 96 {
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 32>] writes [#program.place<arena 0 at 0 bytes 32>]
  program.dispatch @kernels::@k reads [#program.place<arena 0 at 0 bytes 32>] writes [#program.place<arena 0 at 32 bytes 32>]
  program.dispatch @kernels::@k reads [#program.place<arena 0 at 32 bytes 32>] writes [#program.place<result 0 at 0 bytes 32>]
  program.return
}

// The argument lies in the arena until it is read: no gap for the first.
// CHECK-LABEL: program.func @given
// CHECK-SAME:    arena 96
// CHECK:         dispatch {{.*}}result 0 at 0 bytes 32>] {program.scratch_offset = 64 : i64}
program.func @given (tensor<32xi8>) -> tensor<32xi8> arguments ["a"] results ["r"] at [0] arena 64 attributes {argument_offsets = array<i64: 32>} {
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 32>] writes [#program.place<result 0 at 0 bytes 32>]
  program.return
}

// Two that may run at once have scratch apart if there is room.
// WAVES-LABEL: program.func @together
// WAVES-SAME:    arena 192
// WAVES:         {program.scratch_offset = [[FIRST:[0-9]+]] : i64}
// WAVES-NOT:     program.scratch_offset = [[FIRST]] :
// WAVES:         {program.independent, program.scratch_offset = {{[0-9]+}} : i64}
program.func @together (tensor<32xi8>) -> (tensor<32xi8>, tensor<32xi8>) arguments ["a"] results ["r", "s"] at [0, 32] arena 192 {
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 32>] writes [#program.place<result 0 at 0 bytes 32>]
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 32>] writes [#program.place<result 1 at 0 bytes 32>]
  program.return
}

// In several blocks it is one place behind the rest.
// CHECK-LABEL: program.func @blocks
// CHECK-SAME:    arena 64
// CHECK:         {program.scratch_offset = 32 : i64}
program.func @blocks (tensor<32xi8>) -> tensor<32xi8> arguments ["a"] results ["r"] at [0] arena 32 {
  cf.br ^next
^next:
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 32>] writes [#program.place<result 0 at 0 bytes 32>]
  program.return
}
module @kernels {
  llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64, program.scratch = 32 : i64}
}
