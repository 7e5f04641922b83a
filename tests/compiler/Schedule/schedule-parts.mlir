// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-schedule-program --iree-verify-schedule | FileCheck %s
// RUN: %iree-opt %s --iree-schedule-program=favor=debug --iree-verify-schedule | FileCheck %s --check-prefix=DEBUG

// What calls compute for a concatenation is computed there; the argument, and a
// value that another concatenation already holds, are copied. A slice is a place.
// At @join 128 bytes of the second concatenation, 128 of the result, 64 of %1 and
// 64 of %3 live.
// CHECK-LABEL: program.func @parts
// CHECK-SAME: arena 384 attributes {program.arena_bound = 384 : i64}
// CHECK: @half reads [#program.place<argument 0 at 0 bytes 64>] writes [#program.place<arena 0 at 64 bytes 64>]
// CHECK-NEXT: @half reads [#program.place<arena 0 at 64 bytes 64>] writes [#program.place<arena 0 at 128 bytes 64>]
// CHECK-NEXT: program.copy <argument 0 at 0 bytes 64> to <arena 0 at [[D:[0-9]+]] bytes 64>
// CHECK-NEXT: program.copy <arena 0 at 128 bytes 64> to <arena 0 at
// CHECK-NEXT: @half reads [#program.place<arena 0 at 96 bytes 64>]
// CHECK-NEXT: @join reads [#program.place<arena 0 at [[D]] bytes 128>, #program.place<arena 0 at {{[0-9]+}} bytes 64>, #program.place<arena 0 at 128 bytes 64>]
// DEBUG-LABEL: program.func @parts
// DEBUG-SAME: arena 448
func.func @parts(%a: tensor<4x16xi8>) -> tensor<8x16xi8> {
  %0 = func.call @half(%a) : (tensor<4x16xi8>) -> tensor<4x16xi8>
  %1 = func.call @half(%0) : (tensor<4x16xi8>) -> tensor<4x16xi8>
  %c = tensor.concat dim(0) %0, %1 : (tensor<4x16xi8>, tensor<4x16xi8>) -> tensor<8x16xi8>
  %d = tensor.concat dim(0) %a, %1 : (tensor<4x16xi8>, tensor<4x16xi8>) -> tensor<8x16xi8>
  %s = tensor.extract_slice %c[2, 0] [4, 16] [1, 1] : tensor<8x16xi8> to tensor<4x16xi8>
  %3 = func.call @half(%s) : (tensor<4x16xi8>) -> tensor<4x16xi8>
  %4 = func.call @join(%d, %3, %1) : (tensor<8x16xi8>, tensor<4x16xi8>, tensor<4x16xi8>) -> tensor<8x16xi8>
  return %4 : tensor<8x16xi8>
}

// A concatenation that is returned, of another one and of a constant. Parts are
// written into the result.
// CHECK-LABEL: program.func @nested
// CHECK-SAME: at [0] arena 256
// CHECK: @half reads [#program.place<argument 0 at 0 bytes 64>] writes [#program.place<result 0 at 64 bytes 64>]
// CHECK-NEXT: @half reads [#program.place<result 0 at 64 bytes 64>] writes [#program.place<result 0 at 128 bytes 64>]
// CHECK-NEXT: program.copy <constant 0 at 64 bytes 64> to <result 0 at 0 bytes 64>
// CHECK-NEXT: program.fill 7 of 1 to <result 0 at 192 bytes 64>
func.func @nested(%a: tensor<4x16xi8>) -> tensor<16x16xi8> {
  %k = util.unfoldable_constant dense<[[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16],[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16],[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16],[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16],[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16],[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16],[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16],[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]]> : tensor<8x16xi8>
  %t = arith.constant dense<7> : tensor<4x16xi8>
  %b = tensor.extract_slice %k[4, 0] [4, 16] [1, 1] : tensor<8x16xi8> to tensor<4x16xi8>
  %0 = func.call @half(%a) : (tensor<4x16xi8>) -> tensor<4x16xi8>
  %1 = func.call @half(%0) : (tensor<4x16xi8>) -> tensor<4x16xi8>
  %c = tensor.concat dim(0) %0, %1 : (tensor<4x16xi8>, tensor<4x16xi8>) -> tensor<8x16xi8>
  %d = tensor.concat dim(0) %b, %c, %t : (tensor<4x16xi8>, tensor<8x16xi8>, tensor<4x16xi8>) -> tensor<16x16xi8>
  return %d : tensor<16x16xi8>
}

func.func private @half(%a: tensor<4x16xi8>) -> tensor<4x16xi8> attributes {program.kernel} {
  return %a : tensor<4x16xi8>
}
func.func private @join(%a: tensor<8x16xi8>, %b: tensor<4x16xi8>, %c: tensor<4x16xi8>) -> tensor<8x16xi8> attributes {program.kernel} {
  return %a : tensor<8x16xi8>
}
