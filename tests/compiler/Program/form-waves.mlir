// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-fit-scratch --iree-form-waves | FileCheck %s

// Two readers of one argument, then one that reads what the first wrote, and
// one that is independent of that but not of the second: it writes its place.
// CHECK-LABEL: program.func @main
// CHECK:         dispatch @kernels::@plain
// CHECK-NOT:     independent
// CHECK-NEXT:    dispatch @kernels::@plain {{.*}}arena 0 at 16{{.*}} {program.independent}
// CHECK-NEXT:    dispatch @kernels::@plain {{.*}}arena 0 at 32 bytes 16>]{{$}}
// CHECK-NEXT:    dispatch @kernels::@plain {{.*}}arena 0 at 16{{.*}} {program.independent}
// CHECK-NEXT:    copy
// CHECK-NEXT:    dispatch @kernels::@plain {{.*}}arena 0 at 0 bytes 16>]{{$}}
program.func @main (tensor<4xf32>) -> (tensor<4xf32>) arguments ["a"] results ["r"] at [64] arena 80 {
  program.dispatch @kernels::@plain reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 0 bytes 16>]
  program.dispatch @kernels::@plain reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 16 bytes 16>]
  program.dispatch @kernels::@plain reads [#program.place<arena 0 at 0 bytes 16>] writes [#program.place<arena 0 at 32 bytes 16>]
  program.dispatch @kernels::@plain reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 16 bytes 16>]
  program.copy <argument 0 at 0 bytes 16> to <result 0 at 0 bytes 16>
  program.dispatch @kernels::@plain reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 0 bytes 16>]
  program.return
}

// A result may lie in the arena; both have their scratch behind it.
// CHECK-LABEL: program.func @places
// CHECK:         dispatch @kernels::@plain {{.*}}result 0 at 0 bytes 16>]{{$}}
// CHECK-NEXT:    dispatch @kernels::@plain reads [#program.place<arena 0 at 76 bytes 4>]{{.*}}bytes 16>]{{$}}
// CHECK-NEXT:    dispatch @kernels::@scratch {{.*}} {program.independent, program.scratch_offset = 80 : i64}
// CHECK-NEXT:    dispatch @kernels::@scratch {{.*}}bytes 16>] {program.scratch_offset = 80 : i64}
program.func @places (tensor<4xf32>) -> (tensor<4xf32>) arguments ["a"] results ["r"] at [64] arena 80 {
  program.dispatch @kernels::@plain reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
  program.dispatch @kernels::@plain reads [#program.place<arena 0 at 76 bytes 4>] writes [#program.place<arena 0 at 16 bytes 16>]
  program.dispatch @kernels::@scratch reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 0 bytes 16>]
  program.dispatch @kernels::@scratch reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 32 bytes 16>]
  program.return
}

// A wave does not go beyond its block.
// CHECK-LABEL: program.func @blocks
// CHECK-NEXT:    dispatch @kernels::@plain {{.*}}arena 0 at 0 bytes 16>]{{$}}
// CHECK-NEXT:    cf.br
// CHECK:         dispatch @kernels::@plain {{.*}}arena 0 at 16 bytes 16>]{{$}}
// CHECK-NEXT:    dispatch @kernels::@plain {{.*}}arena 0 at 32{{.*}} {program.independent}
// CHECK-NEXT:    program.return
program.func @blocks (tensor<4xf32>) -> () arguments ["a"] results [] at [] arena 80 {
  program.dispatch @kernels::@plain reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 0 bytes 16>]
  cf.br ^next
^next:
  program.dispatch @kernels::@plain reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 16 bytes 16>]
  program.dispatch @kernels::@plain reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 32 bytes 16>]
  program.return
}
module @kernels {
  llvm.func @plain(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  llvm.func @scratch(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 1 : i64, program.writes = 1 : i64, program.scratch = 640 : i64}
}
