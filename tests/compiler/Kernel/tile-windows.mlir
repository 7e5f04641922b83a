// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --iree-tile-kernels --canonicalize | FileCheck %s

// 3 padded rows of 8 * 8 elements. After the first row, two move up, the third
// comes from the image or is padding.
module attributes {program.target = {abi = "aapcs", cpu = "cortex-m4", features = "", float_abi = "hard", triple = "thumbv7em-none-eabihf"}} {
  // CHECK-LABEL: func.func @conv(
  // CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<1x8x6x8xi8>
  // CHECK:         %[[WINDOW:.*]] = memref.alloc() : memref<192xi8>
  // CHECK:         linalg.fill ins(%c5_i8 : i8) outs(%[[WINDOW]] : memref<192xi8>)
  // CHECK:         bufferization.to_buffer %[[X]] read_only
  // CHECK-NOT:     tensor.pad
  // CHECK:         scf.for %[[ROW:.*]] = %[[FIRST:.*]] to
  // CHECK:           %[[IS_FIRST:.*]] = arith.cmpi eq, %[[ROW]], %[[FIRST]]
  // CHECK:           %[[START:.*]] = arith.select %[[IS_FIRST]], %c0, %c2
  // CHECK:           scf.if %[[IS_FIRST]]
  // CHECK:           } else {
  // CHECK-COUNT-2:     memref.copy {{.*}} : memref<64xi8, {{.*}}> to memref<64xi8
  // CHECK:           scf.for {{.*}} = %[[START]] to %c3
  // CHECK:             arith.cmpi ult, %{{.*}}, %c8
  // CHECK:             memref.copy {{.*}} : memref<48xi8, {{.*}}> to memref<48xi8
  // CHECK:           } else {
  // CHECK:             linalg.fill ins(%c5_i8 : i8) outs(%{{.*}} : memref<48xi8
  // CHECK:           bufferization.to_tensor {{.*}} : memref<1x3x8x8xi8>
  // CHECK:           scf.for
  // CHECK:             scf.for
  func.func @conv(%x: tensor<1x8x6x8xi8>, %w: tensor<16x3x3x8xi8>) -> tensor<1x8x6x16xi32> attributes {program.kernel} {
    %c0 = arith.constant 0 : i32
    %five = arith.constant 5 : i8
    %p = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
    ^bb0(%a: index, %b: index, %c: index, %d: index):
      tensor.yield %five : i8
    } : tensor<1x8x6x8xi8> to tensor<1x10x8x8xi8>
    %e = tensor.empty() : tensor<1x8x6x16xi32>
    %i = linalg.fill ins(%c0 : i32) outs(%e : tensor<1x8x6x16xi32>) -> tensor<1x8x6x16xi32>
    %s = linalg.conv_2d_nhwc_fhwc ins(%p, %w : tensor<1x10x8x8xi8>, tensor<16x3x3x8xi8>) outs(%i : tensor<1x8x6x16xi32>) -> tensor<1x8x6x16xi32>
    return %s : tensor<1x8x6x16xi32>
  }
}

// -----

// A depthwise convolution of rows that a result's row does not lie on: for each
// row, blocks of 4 channels, whose window of 3 * 8 * 4 elements is filled from
// the two tensors that hold its rows.
module attributes {program.target = {abi = "aapcs", cpu = "cortex-m4", features = "", float_abi = "hard", triple = "thumbv7em-none-eabihf"}} {
  // CHECK-LABEL: func.func @depthwise(
  // CHECK:         memref.alloc() : memref<96xi8>
  // CHECK-NOT:     tensor.concat
  // CHECK:         scf.for
  // CHECK:           scf.for
  // CHECK:             scf.for {{.*}} = %c0 to %c3
  // CHECK:               scf.if
  // CHECK:                 scf.for {{.*}} = %c0 to %c8
  // CHECK:                   memref.copy {{.*}} : memref<4xi8, {{.*}}> to memref<4xi8
  // CHECK:               } else {
  // CHECK:                 memref.copy {{.*}} : memref<4xi8, {{.*}}> to memref<4xi8
  // CHECK:             bufferization.to_tensor {{.*}} : memref<1x3x8x4xi8>
  func.func @depthwise(%x: tensor<1x4x8x16xi8>, %y: tensor<1x3x8x16xi8>, %w: tensor<3x3x16xi8>) -> tensor<1x3x3x16xi32> attributes {program.kernel} {
    %c0 = arith.constant 0 : i32
    %p = tensor.concat dim(1) %x, %y : (tensor<1x4x8x16xi8>, tensor<1x3x8x16xi8>) -> tensor<1x7x8x16xi8>
    %e = tensor.empty() : tensor<1x3x3x16xi32>
    %i = linalg.fill ins(%c0 : i32) outs(%e : tensor<1x3x3x16xi32>) -> tensor<1x3x3x16xi32>
    %s = linalg.depthwise_conv_2d_nhwc_hwc {strides = dense<2> : tensor<2xi64>} ins(%p, %w : tensor<1x7x8x16xi8>, tensor<3x3x16xi8>) outs(%i : tensor<1x3x3x16xi32>) -> tensor<1x3x3x16xi32>
    return %s : tensor<1x3x3x16xi32>
  }

  // What is not tiled puts the parts together.
  // CHECK-LABEL: func.func @two_results(
  // CHECK-NOT:     tensor.concat
  // CHECK:         tensor.insert_slice
  func.func @two_results(%x: tensor<1x4x8x2xi8>, %y: tensor<1x3x8x2xi8>, %w: tensor<4x1x1x2xi8>, %i: tensor<1x7x8x4xi32>) -> (tensor<1x7x8x4xi32>, tensor<1x7x8x4xi32>) attributes {program.kernel} {
    %p = tensor.concat dim(1) %x, %y : (tensor<1x4x8x2xi8>, tensor<1x3x8x2xi8>) -> tensor<1x7x8x2xi8>
    %s = linalg.conv_2d_nhwc_fhwc ins(%p, %w : tensor<1x7x8x2xi8>, tensor<4x1x1x2xi8>) outs(%i : tensor<1x7x8x4xi32>) -> tensor<1x7x8x4xi32>
    return %s, %s : tensor<1x7x8x4xi32>, tensor<1x7x8x4xi32>
  }
}
