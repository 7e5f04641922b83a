// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rm -rf %t && mkdir -p %t
// RUN: %iree-compile --iree-llvm-target-triple=thumbv7em-none-eabihf --iree-llvm-target-cpu=cortex-m4 --iree-hal-dump-executable-intermediates-to=%t %s -o %t/m.vmfb
// RUN: FileCheck %s < %t/m.s

// The factors of a block of channels stay the same for all its columns, and are
// loaded before the loop over these. Products with them remain products of 32-bit
// numbers all the same.
// CHECK-LABEL: depthwise_conv_i8_1x8x8x8:
// CHECK-NOT:   umull
// CHECK:       smmul
// CHECK-NOT:   umull
// CHECK:       .fnend
func.func @rescaled(%x: tensor<1x8x8x8xi8>, %w: tensor<3x3x8xi8>, %factors: tensor<8xi32>) -> tensor<1x8x8x8xi8> {
  %five = arith.constant 5 : i8
  %c32 = arith.constant 32 : i64
  %p = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %five : i8
  } : tensor<1x8x8x8xi8> to tensor<1x10x10x8xi8>
  %zero = arith.constant dense<0> : tensor<1x8x8x8xi32>
  %s = linalg.depthwise_conv_2d_nhwc_hwc ins(%p, %w : tensor<1x10x10x8xi8>, tensor<3x3x8xi8>) outs(%zero : tensor<1x8x8x8xi32>) -> tensor<1x8x8x8xi32>
  %e = tensor.empty() : tensor<1x8x8x8xi8>
  %y = linalg.generic {indexing_maps = [affine_map<(n, h, w, c) -> (n, h, w, c)>, affine_map<(n, h, w, c) -> (c)>, affine_map<(n, h, w, c) -> (n, h, w, c)>],
                       iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%s, %factors : tensor<1x8x8x8xi32>, tensor<8xi32>) outs(%e : tensor<1x8x8x8xi8>) {
  ^bb0(%sum: i32, %factor: i32, %old: i8):
    %0 = arith.extsi %sum : i32 to i64
    %1 = arith.extsi %factor : i32 to i64
    %2 = arith.muli %0, %1 : i64
    %3 = arith.shrui %2, %c32 : i64
    %4 = arith.trunci %3 : i64 to i8
    linalg.yield %4 : i8
  } -> tensor<1x8x8x8xi8>
  return %y : tensor<1x8x8x8xi8>
}
