// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --iree-form-dispatches=windows=true | FileCheck %s
// RUN: %iree-opt %s --split-input-file --iree-form-dispatches | FileCheck %s --check-prefix=WITHOUT

// A padded image is padded in each kernel that reads it.
// CHECK-LABEL: func.func private @conv_i32_1x8x8x4(%arg0: tensor<1x8x8x2xi8>
// CHECK:         tensor.pad %arg0
// CHECK-LABEL: func.func private @conv_i32_1x4x4x4(%arg0: tensor<1x8x8x2xi8>
// CHECK:         tensor.pad %arg0
// CHECK-LABEL: func.func @padded
// CHECK-COUNT-2: call @conv
// WITHOUT-LABEL: func.func @padded
// WITHOUT:         call @pad_i8_1x10x10x2
func.func @padded(%x: tensor<1x8x8x2xi8>, %w: tensor<4x3x3x2xi8>) -> (tensor<1x8x8x4xi32>, tensor<1x4x4x4xi32>) {
  %zero = arith.constant 0 : i8
  %p = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %zero : i8
  } : tensor<1x8x8x2xi8> to tensor<1x10x10x2xi8>
  %i = arith.constant dense<0> : tensor<1x8x8x4xi32>
  %0 = linalg.conv_2d_nhwc_fhwc ins(%p, %w : tensor<1x10x10x2xi8>, tensor<4x3x3x2xi8>) outs(%i : tensor<1x8x8x4xi32>) -> tensor<1x8x8x4xi32>
  %j = arith.constant dense<0> : tensor<1x4x4x4xi32>
  %1 = linalg.conv_2d_nhwc_fhwc {strides = dense<2> : tensor<2xi64>} ins(%p, %w : tensor<1x10x10x2xi8>, tensor<4x3x3x2xi8>) outs(%j : tensor<1x4x4x4xi32>) -> tensor<1x4x4x4xi32>
  return %0, %1 : tensor<1x8x8x4xi32>, tensor<1x4x4x4xi32>
}

// -----

// So is one that is assembled of rows of several tensors; the program knows
// where these rows begin.
// CHECK-LABEL: func.func private @conv_i32_1x3x8x4(%arg0: tensor<1x2x8x2xi8>, %arg1: tensor<1x2x8x2xi8>
// CHECK:         tensor.concat dim(1) %arg0, %arg1
// CHECK:         tensor.pad
// CHECK-LABEL: func.func @assembled
// CHECK-NEXT:    tensor.extract_slice %arg0
// CHECK-NEXT:    call @conv
// CHECK-NEXT:    return
func.func @assembled(%x: tensor<1x4x8x2xi8>, %y: tensor<1x2x8x2xi8>, %w: tensor<4x3x3x2xi8>, %i: tensor<1x3x8x4xi32>) -> tensor<1x3x8x4xi32> {
  %zero = arith.constant 0 : i8
  %s = tensor.extract_slice %x[0, 2, 0, 0] [1, 2, 8, 2] [1, 1, 1, 1] : tensor<1x4x8x2xi8> to tensor<1x2x8x2xi8>
  %c = tensor.concat dim(1) %s, %y : (tensor<1x2x8x2xi8>, tensor<1x2x8x2xi8>) -> tensor<1x4x8x2xi8>
  %p = tensor.pad %c low[0, 0, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %d: index, %e: index):
    tensor.yield %zero : i8
  } : tensor<1x4x8x2xi8> to tensor<1x5x10x2xi8>
  %0 = linalg.conv_2d_nhwc_fhwc ins(%p, %w : tensor<1x5x10x2xi8>, tensor<4x3x3x2xi8>) outs(%i : tensor<1x3x8x4xi32>) -> tensor<1x3x8x4xi32>
  return %0 : tensor<1x3x8x4xi32>
}

// -----

// Channels are padded in memory, and so is what others than convolutions read.
// CHECK-LABEL: func.func @channels
// CHECK:         call @pad_i8_1x8x8x3
func.func @channels(%x: tensor<1x8x8x2xi8>, %w: tensor<4x1x1x3xi8>, %i: tensor<1x8x8x4xi32>) -> tensor<1x8x8x4xi32> {
  %zero = arith.constant 0 : i8
  %p = tensor.pad %x low[0, 0, 0, 1] high[0, 0, 0, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %zero : i8
  } : tensor<1x8x8x2xi8> to tensor<1x8x8x3xi8>
  %0 = linalg.conv_2d_nhwc_fhwc ins(%p, %w : tensor<1x8x8x3xi8>, tensor<4x1x1x3xi8>) outs(%i : tensor<1x8x8x4xi32>) -> tensor<1x8x8x4xi32>
  return %0 : tensor<1x8x8x4xi32>
}
