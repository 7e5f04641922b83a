// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-generalize-elementwise | FileCheck %s

// CHECK-LABEL: func.func @becomes_generic
// CHECK-NOT:     linalg.{{add|transpose|broadcast|reduce}}
// CHECK-COUNT-4: linalg.generic
// CHECK-NOT:     linalg.{{add|transpose|broadcast|reduce}}
// CHECK:         return
func.func @becomes_generic(%a: tensor<2x4xf32>, %b: tensor<2x4xf32>, %row: tensor<4xf32>,
                           %t: tensor<4x2xf32>, %sum: tensor<2xf32>)
    -> (tensor<2x4xf32>, tensor<4x2xf32>, tensor<2x4xf32>, tensor<2xf32>) {
  %0 = linalg.add ins(%a, %b : tensor<2x4xf32>, tensor<2x4xf32>) outs(%a : tensor<2x4xf32>) -> tensor<2x4xf32>
  %1 = linalg.transpose ins(%a : tensor<2x4xf32>) outs(%t : tensor<4x2xf32>) permutation = [1, 0]
  %2 = linalg.broadcast ins(%row : tensor<4xf32>) outs(%a : tensor<2x4xf32>) dimensions = [0]
  %3 = linalg.reduce { arith.addf } ins(%a : tensor<2x4xf32>) outs(%sum : tensor<2xf32>) dimensions = [1]
  return %0, %1, %2, %3 : tensor<2x4xf32>, tensor<4x2xf32>, tensor<2x4xf32>, tensor<2xf32>
}

// Contractions, convolutions, poolings and fills keep their names.
// CHECK-LABEL: func.func @keeps_its_name
// CHECK-NOT:     linalg.generic
// CHECK:         linalg.fill
// CHECK:         linalg.matmul
// CHECK:         linalg.conv_2d_nhwc_hwcf
// CHECK:         linalg.pooling_nhwc_max
func.func @keeps_its_name(%a: tensor<2x4xf32>, %b: tensor<4x2xf32>, %x: tensor<1x3x3x2xf32>,
                          %w: tensor<2x2x2x2xf32>, %window: tensor<2x2xf32>)
    -> (tensor<2x2xf32>, tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x2xf32>
  %e4 = tensor.empty() : tensor<1x2x2x2xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<2x4xf32>, tensor<4x2xf32>) outs(%fill : tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = linalg.conv_2d_nhwc_hwcf ins(%x, %w : tensor<1x3x3x2xf32>, tensor<2x2x2x2xf32>) outs(%e4 : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %2 = linalg.pooling_nhwc_max ins(%x, %window : tensor<1x3x3x2xf32>, tensor<2x2xf32>) outs(%e4 : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  return %0, %1, %2 : tensor<2x2xf32>, tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}
