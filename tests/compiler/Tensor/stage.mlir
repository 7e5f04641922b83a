// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-compile %s --compile-to=input -o %t.input.mlir
// RUN: %iree-opt %t.input.mlir --iree-tensor | FileCheck %s
// RUN: %iree-compile %t.input.mlir --compile-from=input --compile-to=tensor | FileCheck %s
// RUN: %iree-compile %s --compile-to=tensor | FileCheck %s

// A quantised convolution after the stage is a plain one; the zero point is in
// the bias: 7 - (-3) * (1 + 2) = 16, 8 - (-3) * (3 - 5) = 2.
// CHECK-LABEL: func.func @conv
// CHECK-NOT:     _q
// CHECK:         arith.constant dense<[16, 2]> : tensor<2xi32>
// CHECK:         linalg.conv_2d_nhwc_{{hwcf|fhwc}} {{.*}}tensor<2x1x2x1xi8>
// CHECK-NOT:     _q
func.func @conv(%a: tensor<1x1x4x1xi8>) -> tensor<1x1x3x2xi32> {
  %w = "tosa.const"() {values = dense<[[[[1], [2]]], [[[3], [-5]]]]> : tensor<2x1x2x1xi8>} : () -> tensor<2x1x2x1xi8>
  %bias = "tosa.const"() {values = dense<[7, 8]> : tensor<2xi32>} : () -> tensor<2xi32>
  %zx = "tosa.const"() {values = dense<-3> : tensor<1xi8>} : () -> tensor<1xi8>
  %zw = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.conv2d %a, %w, %bias, %zx, %zw {acc_type = i32, dilation = array<i64: 1, 1>,
      pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
      : (tensor<1x1x4x1xi8>, tensor<2x1x2x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x1x3x2xi32>
  return %0 : tensor<1x1x3x2xi32>
}
