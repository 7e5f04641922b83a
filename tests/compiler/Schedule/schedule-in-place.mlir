// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-schedule-program=in-place=always --iree-verify-schedule | FileCheck %s
// RUN: %iree-opt %s --iree-schedule-program=in-place=never --iree-verify-schedule | FileCheck %s --check-prefix=NEVER
// RUN: %iree-opt %s --iree-schedule-program="in-place=always arguments-in-arena" --iree-verify-schedule | FileCheck %s --check-prefix=GIVEN
// RUN: %iree-opt %s --iree-schedule-program="in-place=always favor=max-concurrency" --iree-verify-schedule | FileCheck %s --check-prefix=NEVER
// RUN: %iree-opt %s --iree-schedule-program="in-place=always favor=debug" --iree-verify-schedule | FileCheck %s --check-prefix=DEBUG

// An elementwise kernel writes over what it reads, if nobody reads that later.
// @grow says nothing of its accesses: its argument and its result are apart.
// CHECK-LABEL: program.func @chain
// CHECK-SAME: arena 128 attributes {program.arena_bound = 128 : i64}
// CHECK: dispatch @kernels::@grow reads [#program.place<argument 0 at 0 bytes 128>] writes [#program.place<arena 0 at 0 bytes 128>]
// CHECK: dispatch @kernels::@neg reads [#program.place<arena 0 at 0 bytes 128>] writes [#program.place<arena 0 at 0 bytes 128>]
// CHECK: dispatch @kernels::@neg reads [#program.place<arena 0 at 0 bytes 128>] writes [#program.place<result 0 at 0 bytes 128>]
// NEVER-LABEL: program.func @chain
// NEVER-SAME: arena 256
// NEVER: @neg reads [#program.place<arena 0 at [[FIRST:[0-9]+]] bytes 128>] writes [#program.place<arena 0 at [[SECOND:[0-9]+]] bytes 128>]
// NEVER: @neg reads [#program.place<arena 0 at [[SECOND]] bytes 128>] writes [#program.place<result 0
// DEBUG-LABEL: program.func @chain
// DEBUG-SAME: at [256] arena 384
// With its argument in the arena, @grow needs twice 128 bytes.
// GIVEN-LABEL: program.func @chain
// GIVEN-SAME: arena 256 attributes {argument_offsets = array<i64: [[PLACE:[0-9]+]]>
func.func @chain(%a: tensor<8x16xi8>) -> tensor<8x16xi8> {
  %0 = func.call @grow(%a) : (tensor<8x16xi8>) -> tensor<8x16xi8>
  %1 = func.call @neg(%0) : (tensor<8x16xi8>) -> tensor<8x16xi8>
  %2 = func.call @neg(%1) : (tensor<8x16xi8>) -> tensor<8x16xi8>
  return %2 : tensor<8x16xi8>
}

// The argument itself is overwritten where it lies in the arena, else never.
// CHECK-LABEL: program.func @over_argument
// CHECK-SAME: arena 128
// CHECK: reads [#program.place<argument 0 at 0 bytes 128>] writes [#program.place<result 0 at 0 bytes 128>]
// GIVEN-LABEL: program.func @over_argument
// GIVEN-SAME: at [0] arena 128 attributes {argument_offsets = array<i64: 0>
// GIVEN: reads [#program.place<argument 0 at 0 bytes 128>] writes [#program.place<result 0 at 0 bytes 128>]
func.func @over_argument(%a: tensor<8x16xi8>) -> tensor<8x16xi8> {
  %0 = func.call @neg(%a) : (tensor<8x16xi8>) -> tensor<8x16xi8>
  return %0 : tensor<8x16xi8>
}

// Not over a value that is read again, returned, or checked behind the call.
// CHECK-LABEL: program.func @kept
// CHECK-SAME: at [[OFFSETS:\[[0-9, ]+\]]] arena 384
// NEVER-LABEL: program.func @kept
// NEVER-SAME: arena 384
func.func @kept(%a: tensor<8x16xi8>) -> (tensor<8x16xi8>, tensor<8x16xi8>) {
  %0 = func.call @grow(%a) : (tensor<8x16xi8>) -> tensor<8x16xi8>
  %1 = func.call @neg(%0) : (tensor<8x16xi8>) -> tensor<8x16xi8>
  check.expect_eq(%0, %1) : tensor<8x16xi8>
  %2 = func.call @neg(%1) : (tensor<8x16xi8>) -> tensor<8x16xi8>
  check.expect_eq(%1, %2) : tensor<8x16xi8>
  return %0, %2 : tensor<8x16xi8>, tensor<8x16xi8>
}

// The kernel learns what is used of it: argument, result, difference of offsets.
// CHECK: func.func @neg
// CHECK-SAME: program.overlaps = [array<i64: 0, 0, 0>]
// NEVER-NOT: program.overlaps
func.func private @grow(%a: tensor<8x16xi8>) -> tensor<8x16xi8> attributes {program.kernel} {
  return %a : tensor<8x16xi8>
}
func.func private @neg(%a: tensor<8x16xi8>) -> tensor<8x16xi8> attributes {program.kernel} {
  %e = tensor.empty() : tensor<8x16xi8>
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
    iterator_types = ["parallel", "parallel"]} ins(%a : tensor<8x16xi8>) outs(%e : tensor<8x16xi8>) {
  ^bb0(%x: i8, %y: i8):
    %n = arith.muli %x, %x : i8
    linalg.yield %n : i8
  } -> tensor<8x16xi8>
  return %0 : tensor<8x16xi8>
}
