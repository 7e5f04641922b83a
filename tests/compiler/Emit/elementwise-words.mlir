// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rm -rf %t && mkdir -p %t/m4 %t/m55
// RUN: %iree-compile --iree-llvm-target-triple=thumbv7em-none-eabihf --iree-llvm-target-cpu=cortex-m4 --iree-hal-dump-executable-intermediates-to=%t/m4 %s -o %t/m4/m.vmfb
// RUN: FileCheck %s --check-prefix=M4 < %t/m4/m.s
// RUN: %iree-compile --iree-llvm-target-triple=thumbv8.1m.main-none-eabihf --iree-llvm-target-cpu=cortex-m55 --iree-hal-dump-executable-intermediates-to=%t/m55 %s -o %t/m55/m.vmfb
// RUN: FileCheck %s --check-prefix=M55 < %t/m55/m.s

#id = affine_map<(i, j) -> (i, j)>

// A product of bytes, rescaled: the upper half of a product of words, also where
// the factor is a constant that several iterations share.
// M4-LABEL:  elementwise_i8_8x16:
// M4-NOT:    umull
// M4:        smmul
// M4-NOT:    umull
// M4:        ssat
// M4-NOT:    umull
// M4:        .fnend
// M55-LABEL: elementwise_i8_8x16:
// M55:       vldrb.s32
// M55:       vldrb.s32
// M55:       vmul.i32
// M55:       vmulh.s32
// M55:       vstrb.32
// M55:       le lr
func.func @product(%a: tensor<8x16xi8>, %b: tensor<8x16xi8>) -> tensor<8x16xi8> {
  %c5 = arith.constant 5 : i32
  %c16 = arith.constant 16 : i32
  %c21 = arith.constant 21 : i32
  %c16384 = arith.constant 16384 : i32
  %c32 = arith.constant 32 : i64
  %m = arith.constant 1762883632 : i64
  %low = arith.constant -128 : i32
  %high = arith.constant 127 : i32
  %e = tensor.empty() : tensor<8x16xi8>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<8x16xi8>, tensor<8x16xi8>) outs(%e : tensor<8x16xi8>) {
  ^bb0(%x: i8, %z: i8, %o: i8):
    %0 = arith.extsi %x : i8 to i32
    %1 = arith.extsi %z : i8 to i32
    %2 = arith.addi %0, %c5 : i32
    %3 = arith.muli %2, %1 : i32
    %4 = arith.shli %3, %c16 : i32
    %5 = arith.extsi %4 : i32 to i64
    %6 = arith.muli %5, %m : i64
    %7 = arith.shrsi %6, %c32 : i64
    %8 = arith.trunci %7 : i64 to i32
    %moved = arith.addi %8, %c16384 : i32
    %9 = arith.shrsi %moved, %c21 : i32
    %10 = arith.maxsi %9, %low : i32
    %11 = arith.minsi %10, %high : i32
    %12 = arith.trunci %11 : i32 to i8
    linalg.yield %12 : i8
  } -> tensor<8x16xi8>
  return %y : tensor<8x16xi8>
}

// Sums over windows of an image take vectors of channels.
// M55-LABEL: pooling_i8_1x4x4x16:
// M55-NOT:   {{[[:space:]]ldrs?b}}
// M55:       vldrb.s32
// M55-NOT:   {{[[:space:]]ldrs?b}}
// M55:       vadd.i32
// M55:       vstrb
func.func @pool(%x: tensor<1x8x8x16xi8>) -> tensor<1x4x4x16xi8> {
  %zero = arith.constant 0 : i32
  %c2 = arith.constant 2 : i32
  %w = tensor.empty() : tensor<2x2xi8>
  %e = tensor.empty() : tensor<1x4x4x16xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<1x4x4x16xi32>) -> tensor<1x4x4x16xi32>
  %s = linalg.pooling_nhwc_sum {strides = dense<2> : tensor<2xi64>} ins(%x, %w : tensor<1x8x8x16xi8>, tensor<2x2xi8>) outs(%i : tensor<1x4x4x16xi32>) -> tensor<1x4x4x16xi32>
  %e8 = tensor.empty() : tensor<1x4x4x16xi8>
  %y = linalg.generic {indexing_maps = [affine_map<(n, h, w, c) -> (n, h, w, c)>, affine_map<(n, h, w, c) -> (n, h, w, c)>],
                       iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%s : tensor<1x4x4x16xi32>) outs(%e8 : tensor<1x4x4x16xi8>) {
  ^bb0(%sum: i32, %o: i8):
    %0 = arith.shrsi %sum, %c2 : i32
    %1 = arith.trunci %0 : i32 to i8
    linalg.yield %1 : i8
  } -> tensor<1x4x4x16xi8>
  return %y : tensor<1x4x4x16xi8>
}
