// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-compile %s --iree-llvm-target-triple=thumbv7em-none-eabihf --compile-to=tensor | FileCheck %s --check-prefixes=CHECK,FOUR
// RUN: %iree-compile %s --iree-llvm-target-triple=thumbv8.1m.main-none-eabihf --compile-to=tensor | FileCheck %s --check-prefixes=CHECK,SIXTEEN

// Five of sixteen columns are read. Kernels of the Cortex-M4 take four columns
// at a time, and eight remain; those of the M55 take sixteen, and all remain.
// CHECK-LABEL: func.func @tiles
// FOUR:          linalg.matmul {{.*}} -> tensor<3x8xi32>
// FOUR:          linalg.matmul {{.*}} tensor<3x8xi32>, tensor<8x1xi8>
// SIXTEEN:       linalg.matmul {{.*}} -> tensor<3x16xi32>
// SIXTEEN:       linalg.matmul {{.*}} tensor<3x16xi32>, tensor<16x1xi8>
func.func @tiles(%a: tensor<3x2xi8>) -> tensor<3x1xi32> {
  %w1 = arith.constant dense<7> : tensor<2x16xi8>
  %w2 = arith.constant dense<[[1], [0], [2], [0], [3], [0], [0], [4], [0], [0], [0], [5], [0], [0], [0], [0]]> : tensor<16x1xi8>
  %zero = arith.constant 0 : i32
  %e2 = tensor.empty() : tensor<3x16xi32>
  %e1 = tensor.empty() : tensor<3x1xi32>
  %i2 = linalg.fill ins(%zero : i32) outs(%e2 : tensor<3x16xi32>) -> tensor<3x16xi32>
  %i1 = linalg.fill ins(%zero : i32) outs(%e1 : tensor<3x1xi32>) -> tensor<3x1xi32>
  %0 = linalg.matmul ins(%a, %w1 : tensor<3x2xi8>, tensor<2x16xi8>) outs(%i2 : tensor<3x16xi32>) -> tensor<3x16xi32>
  %1 = linalg.matmul ins(%0, %w2 : tensor<3x16xi32>, tensor<16x1xi8>) outs(%i1 : tensor<3x1xi32>) -> tensor<3x1xi32>
  return %1 : tensor<3x1xi32>
}
