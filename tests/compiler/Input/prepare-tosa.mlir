// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-prepare-tosa | FileCheck %s

// A transposed convolution becomes one that is not.
// CHECK-LABEL: func.func @transposed
// CHECK-NOT:     tosa.transpose_conv2d
// CHECK:         tosa.conv2d
// CHECK-NOT:     tosa.transpose_conv2d
func.func @transposed(%a: tensor<1x4x4x1xf32>, %w: tensor<2x3x3x1xf32>, %bias: tensor<2xf32>) -> tensor<1x6x6x2xf32> {
  %zp = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.transpose_conv2d %a, %w, %bias, %zp, %zp {acc_type = f32, out_pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
      : (tensor<1x4x4x1xf32>, tensor<2x3x3x1xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x6x6x2xf32>
  return %0 : tensor<1x6x6x2xf32>
}

// CHECK-LABEL: func.func @others
// CHECK:         tosa.abs
func.func @others(%a: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tosa.abs %a : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// Coordinates are rounded down, also below zero: (-1) / 4 is -1, not 0.
// CHECK-LABEL: func.func @resize
// CHECK-NOT:     tosa.resize
// CHECK:         linalg.generic
// CHECK:         arith.floordivsi
// CHECK:         tensor.extract
func.func @resize(%a: tensor<1x2x2x1xi8>) -> tensor<1x4x4x1xi8> {
  %scale = tosa.const_shape {values = dense<[4, 2, 4, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %offset = tosa.const_shape {values = dense<[-1, -1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %border = tosa.const_shape {values = dense<[1, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.resize %a, %scale, %offset, %border {mode = NEAREST_NEIGHBOR}
      : (tensor<1x2x2x1xi8>, !tosa.shape<4>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x4x4x1xi8>
  return %0 : tensor<1x4x4x1xi8>
}
