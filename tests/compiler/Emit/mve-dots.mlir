// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rm -rf %t && mkdir -p %t
// RUN: %iree-compile --iree-llvm-target-triple=thumbv8.1m.main-none-eabihf --iree-llvm-target-cpu=cortex-m55 --iree-hal-dump-executable-intermediates-to=%t %s -o %t/m.vmfb
// RUN: FileCheck %s < %t/m.s

// Two columns, four filters: eight sums in even registers, of nine dot products each,
// and two loads of the image and four of filters for eight products. No vector is
// spilled.
// CHECK-LABEL:   conv_i32_1x4x4x8:
// CHECK-NOT:     vstrw.32 {{.*}}[sp
// CHECK-COUNT-72: vmla{{v|va}}.s8
// CHECK-NOT:     vmla
// CHECK:         .cantunwind
func.func @three_by_three(%x: tensor<1x6x6x16xi8>, %w: tensor<8x3x3x16xi8>) -> tensor<1x4x4x8xi32> {
  %c0 = arith.constant 0 : i32
  %e = tensor.empty() : tensor<1x4x4x8xi32>
  %i = linalg.fill ins(%c0 : i32) outs(%e : tensor<1x4x4x8xi32>) -> tensor<1x4x4x8xi32>
  %s = linalg.conv_2d_nhwc_fhwc ins(%x, %w : tensor<1x6x6x16xi8>, tensor<8x3x3x16xi8>) outs(%i : tensor<1x4x4x8xi32>) -> tensor<1x4x4x8xi32>
  return %s : tensor<1x4x4x8xi32>
}

// One column's 64 bytes stay in registers while filters go by: each takes four loads
// and four products, in a loop that lr counts.
// CHECK-LABEL:   conv_i32_1x5x5x8:
// CHECK:         vmlav.s8
// CHECK-COUNT-12: vldr{{[bw]}}
// CHECK:         le lr
// CHECK:         .cantunwind
func.func @pointwise(%x: tensor<1x5x5x64xi8>, %w: tensor<8x1x1x64xi8>) -> tensor<1x5x5x8xi32> {
  %c0 = arith.constant 0 : i32
  %e = tensor.empty() : tensor<1x5x5x8xi32>
  %i = linalg.fill ins(%c0 : i32) outs(%e : tensor<1x5x5x8xi32>) -> tensor<1x5x5x8xi32>
  %s = linalg.conv_2d_nhwc_fhwc ins(%x, %w : tensor<1x5x5x64xi8>, tensor<8x1x1x64xi8>) outs(%i : tensor<1x5x5x8xi32>) -> tensor<1x5x5x8xi32>
  return %s : tensor<1x5x5x8xi32>
}

// A first layer: three rows of nine bytes for each of two columns, predicated, then
// two dot products for each sum.
// CHECK-LABEL:   conv_i32_1x4x6x8:
// CHECK-COUNT-6: vldrb{{t|e}}.u8
// CHECK-NOT:     vldrb{{t|e}}.u8
// CHECK-COUNT-16: vmla{{v|va}}.s8
// CHECK-NOT:     vmla
// CHECK:         .cantunwind
func.func @first(%x: tensor<1x9x13x3xi8>, %w: tensor<8x3x3x3xi8>) -> tensor<1x4x6x8xi32> {
  %c0 = arith.constant 0 : i32
  %e = tensor.empty() : tensor<1x4x6x8xi32>
  %i = linalg.fill ins(%c0 : i32) outs(%e : tensor<1x4x6x8xi32>) -> tensor<1x4x6x8xi32>
  %s = linalg.conv_2d_nhwc_fhwc {strides = dense<2> : tensor<2xi64>} ins(%x, %w : tensor<1x9x13x3xi8>, tensor<8x3x3x3xi8>) outs(%i : tensor<1x4x6x8xi32>) -> tensor<1x4x6x8xi32>
  return %s : tensor<1x4x6x8xi32>
}

// Rows of the window, of 7 * 5 bytes in 9 * 5, are copied by vectors.
// CHECK-LABEL:   conv_i32_1x7x7x4:
// CHECK-NOT:     memcpy
// CHECK:         .cantunwind
func.func @padded(%x: tensor<1x7x7x5xi8>, %w: tensor<4x3x3x5xi8>) -> tensor<1x7x7x4xi32> {
  %c0 = arith.constant 0 : i32
  %five = arith.constant 5 : i8
  %p = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %five : i8
  } : tensor<1x7x7x5xi8> to tensor<1x9x9x5xi8>
  %e = tensor.empty() : tensor<1x7x7x4xi32>
  %i = linalg.fill ins(%c0 : i32) outs(%e : tensor<1x7x7x4xi32>) -> tensor<1x7x7x4xi32>
  %s = linalg.conv_2d_nhwc_fhwc ins(%p, %w : tensor<1x9x9x5xi8>, tensor<4x3x3x5xi8>) outs(%i : tensor<1x7x7x4xi32>) -> tensor<1x7x7x4xi32>
  return %s : tensor<1x7x7x4xi32>
}
