// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-schedule-program --iree-verify-schedule | FileCheck %s

// A check comes behind the call that computes its last operand, before the next
// call may reuse the memory; without such a call at the beginning.
// CHECK-LABEL: program.func @checks
// CHECK:         program.check equal <argument 0 at 0 bytes 16> and <constant 0 at 0 bytes 16> : tensor<4xf32>
// CHECK-NEXT:    program.dispatch @kernels::@first
// CHECK-NEXT:    program.check almost_equal <arena 0 at [[A:[0-9]+]] bytes 16> and <constant 0 at 0 bytes 16> {atol = 9.99999974E-5 : f32} : tensor<4xf32>
// CHECK-NEXT:    program.dispatch @kernels::@second
// CHECK-NEXT:    program.check all_true <arena 0 at [[B:[0-9]+]] bytes 16> and <arena 0 at [[B]] bytes 16> : tensor<4xi32>
// CHECK-NEXT:    program.check all_false <arena 0 at [[B]] bytes 16> and <arena 0 at [[B]] bytes 16> : tensor<4xi32>
// CHECK-NEXT:    program.return
func.func private @first(%a: tensor<4xf32>) -> tensor<4xf32> attributes {program.kernel} {
  return %a : tensor<4xf32>
}
func.func private @second(%a: tensor<4xf32>) -> tensor<4xi32> attributes {program.kernel} {
  %0 = arith.constant dense<1> : tensor<4xi32>
  return %0 : tensor<4xi32>
}
func.func @checks(%a: tensor<4xf32>) {
  %c = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %0 = call @first(%a) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = call @second(%0) : (tensor<4xf32>) -> tensor<4xi32>
  check.expect_almost_eq(%0, %c) : tensor<4xf32>
  check.expect_all_true(%1) : tensor<4xi32>
  check.expect_all_false(%1) : tensor<4xi32>
  check.expect_eq(%a, %c) : tensor<4xf32>
  return
}
