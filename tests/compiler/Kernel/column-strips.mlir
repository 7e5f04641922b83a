// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --iree-tile-kernels --canonicalize | FileCheck %s

// Two blocks of 4 channels, each with strips of 3 rows by 8 columns, and 3 bytes for
// the rows by which they move on. Two rows are there before the first row of the
// result is computed.
module attributes {program.target = {abi = "aapcs", cpu = "cortex-m55", features = "", float_abi = "hard", triple = "thumbv8.1m.main-none-eabihf"}} {
  // CHECK-LABEL: func.func @same(
  // CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<1x4x6x8xi8>, %[[W:[a-z0-9]+]]: tensor<3x3x8xi8>
  // CHECK-DAG:     %[[STRIPS:.*]] = arith.constant dense<[0, 24, 48, 72]> : vector<4xi32>
  // CHECK-DAG:     %[[VECTORS:.*]] = arith.constant dense<[0, 16, 32, 55]> : vector<4xi32>
  // CHECK:         %[[WINDOW:.*]] = memref.alloc() : memref<99xi8>
  // CHECK:         %[[WEIGHTS:.*]] = memref.alloc() : memref<64xi8>
  // CHECK-NOT:     tensor.pad
  // CHECK:         scf.for
  // CHECK-COUNT-9:   "llvm.arm.mve.vstr.scatter.offset"(%{{[^,]*}}, %[[VECTORS]], {{.*}}
  // CHECK-COUNT-4:   vector.load %[[WEIGHTS]]{{.*}} vector<16xi8>
  // CHECK:           scf.for {{.*}} = %c0 to %c6
  // CHECK:             vector.load {{.*}} vector<4xi8>
  // CHECK:             "llvm.arm.mve.vstr.scatter.offset"(%{{[^,]*}}, %[[STRIPS]], {{.*}}
  // CHECK:           scf.for %[[ROW:.*]] = %c0 to %c4
  // CHECK:             arith.cmpi ult, %{{.*}}, %c4
  // CHECK:             scf.for %[[COLUMN:.*]] = %c0 to %c6
  // CHECK:               %[[AT:.*]] = arith.addi %[[ROW]], %{{.*}} : index
  // CHECK:               vector.load %[[WINDOW]][%[[AT]]] : memref<99xi8>, vector<16xi8>
  // CHECK:               "llvm.arm.mve.vmldava"
  // CHECK-COUNT-3:       "llvm.arm.mve.vmldava"
  // CHECK-NOT:           "llvm.arm.mve.vmldava"
  // CHECK:               vector.from_elements {{.*}} : vector<4xi32>
  func.func @same(%x: tensor<1x4x6x8xi8>, %w: tensor<3x3x8xi8>) -> tensor<1x4x6x8xi32> attributes {program.kernel} {
    %c0 = arith.constant 0 : i32
    %five = arith.constant 5 : i8
    %p = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
    ^bb0(%a: index, %b: index, %c: index, %d: index):
      tensor.yield %five : i8
    } : tensor<1x4x6x8xi8> to tensor<1x6x8x8xi8>
    %e = tensor.empty() : tensor<1x4x6x8xi32>
    %i = linalg.fill ins(%c0 : i32) outs(%e : tensor<1x4x6x8xi32>) -> tensor<1x4x6x8xi32>
    %s = linalg.depthwise_conv_2d_nhwc_hwc ins(%p, %w : tensor<1x6x8x8xi8>, tensor<3x3x8xi8>) outs(%i : tensor<1x4x6x8xi32>) -> tensor<1x4x6x8xi32>
    return %s : tensor<1x4x6x8xi32>
  }

  // Every second row: rows outside, blocks inside. The window stays where it is, and is
  // filled with three rows at a time.
  // CHECK-LABEL: func.func @strided(
  // CHECK:         %[[WINDOW:.*]] = memref.alloc() : memref<108xi8>
  // CHECK:         scf.for
  // CHECK:           scf.for
  // CHECK:             scf.if
  // CHECK:               scf.for {{.*}} = %c0 to %c8
  // CHECK-COUNT-3:         "llvm.arm.mve.vstr.scatter.offset"
  // CHECK:             } else {
  // CHECK:               scf.for {{.*}} = %c0 to %c3
  // CHECK:             scf.for {{.*}} = %c0 to %c4
  // CHECK-COUNT-4:       "llvm.arm.mve.vmldava"
  func.func @strided(%x: tensor<1x6x8x8xi8>, %w: tensor<3x3x8xi8>) -> tensor<1x3x4x8xi32> attributes {program.kernel} {
    %c0 = arith.constant 0 : i32
    %five = arith.constant 5 : i8
    %p = tensor.pad %x low[0, 0, 0, 0] high[0, 1, 1, 0] {
    ^bb0(%a: index, %b: index, %c: index, %d: index):
      tensor.yield %five : i8
    } : tensor<1x6x8x8xi8> to tensor<1x7x9x8xi8>
    %e = tensor.empty() : tensor<1x3x4x8xi32>
    %i = linalg.fill ins(%c0 : i32) outs(%e : tensor<1x3x4x8xi32>) -> tensor<1x3x4x8xi32>
    %s = linalg.depthwise_conv_2d_nhwc_hwc {strides = dense<2> : tensor<2xi64>} ins(%p, %w : tensor<1x7x9x8xi8>, tensor<3x3x8xi8>) outs(%i : tensor<1x3x4x8xi32>) -> tensor<1x3x4x8xi32>
    return %s : tensor<1x3x4x8xi32>
  }

  // 25 taps do not fit a vector.
  // CHECK-LABEL: func.func @others(
  // CHECK-NOT:     vmldava
  func.func @others(%x: tensor<1x4x6x8xi8>, %w: tensor<5x5x8xi8>) -> tensor<1x4x6x8xi32> attributes {program.kernel} {
    %c0 = arith.constant 0 : i32
    %five = arith.constant 5 : i8
    %p = tensor.pad %x low[0, 2, 2, 0] high[0, 2, 2, 0] {
    ^bb0(%a: index, %b: index, %c: index, %d: index):
      tensor.yield %five : i8
    } : tensor<1x4x6x8xi8> to tensor<1x8x10x8xi8>
    %e = tensor.empty() : tensor<1x4x6x8xi32>
    %i = linalg.fill ins(%c0 : i32) outs(%e : tensor<1x4x6x8xi32>) -> tensor<1x4x6x8xi32>
    %s = linalg.depthwise_conv_2d_nhwc_hwc ins(%p, %w : tensor<1x8x10x8xi8>, tensor<5x5x8xi8>) outs(%i : tensor<1x4x6x8xi32>) -> tensor<1x4x6x8xi32>
    return %s : tensor<1x4x6x8xi32>
  }
}
