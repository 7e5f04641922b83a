// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-compile %s --iree-print-statistics -o %t.vmfb 2>&1 | FileCheck %s
// RUN: %iree-compile %s --iree-print-statistics --iree-opt-remove-constant-channels=false -o %t.vmfb 2>&1 | FileCheck %s --check-prefix=OFF

// 3 * 2 * 2 and 3 * 2 * 1 multiply-adds with 4 and 2 weights of one byte. The
// second column is not read: 3 * 2 * 1 and 3 * 1 * 1 with 2 and 1 remain.
// CHECK: @not_read: 9 multiply-adds, 3 bytes of weights; in the source 18 and 6
// OFF:   @not_read: 18 multiply-adds, 6 bytes of weights; in the source 18 and 6
func.func @not_read(%a: tensor<3x2xi8>) -> tensor<3x1xi32> {
  %w1 = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  %w2 = arith.constant dense<[[5], [0]]> : tensor<2x1xi8>
  %zero = arith.constant 0 : i32
  %e2 = tensor.empty() : tensor<3x2xi32>
  %e1 = tensor.empty() : tensor<3x1xi32>
  %i2 = linalg.fill ins(%zero : i32) outs(%e2 : tensor<3x2xi32>) -> tensor<3x2xi32>
  %i1 = linalg.fill ins(%zero : i32) outs(%e1 : tensor<3x1xi32>) -> tensor<3x1xi32>
  %0 = linalg.matmul ins(%a, %w1 : tensor<3x2xi8>, tensor<2x2xi8>) outs(%i2 : tensor<3x2xi32>) -> tensor<3x2xi32>
  %1 = linalg.matmul ins(%0, %w2 : tensor<3x2xi32>, tensor<2x1xi8>) outs(%i1 : tensor<3x1xi32>) -> tensor<3x1xi32>
  return %1 : tensor<3x1xi32>
}

// Sums of no products are no multiply-adds.
// CHECK: @sum: 0 multiply-adds, 0 bytes of weights; in the source 0 and 0
func.func @sum(%a: tensor<3x2xi32>) -> tensor<3xi32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<3xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<3xi32>) -> tensor<3xi32>
  %0 = linalg.reduce {arith.addi} ins(%a : tensor<3x2xi32>) outs(%i : tensor<3xi32>) dimensions = [1]
  return %0 : tensor<3xi32>
}
