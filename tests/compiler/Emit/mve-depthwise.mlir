// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rm -rf %t && mkdir -p %t
// RUN: %iree-compile --iree-llvm-target-triple=thumbv8.1m.main-none-eabihf --iree-llvm-target-cpu=cortex-m55 --iree-llvm-debug-symbols=false --iree-hal-dump-executable-intermediates-to=%t %s -o %t/m.vmfb
// RUN: FileCheck %s < %t/m.s
// RUN: FileCheck %s --check-prefix=FILL < %t/m.s
// RUN: FileCheck %s --check-prefix=POOL < %t/m.s

// 36 products, and four results, in 17 instructions; a pixel of a row is four.
// CHECK-LABEL: {{^}}depthwise_conv_i8_1x6x9x8:
// CHECK:      vldrb.u8 [[X:q[0-7]]], [r{{.*}}
// CHECK-NEXT: vmlav.s8 {{.*}}, [[X]], q{{[0-7]}}
// CHECK-NEXT: vldrb.u8 [[X]],
// CHECK-NEXT: vmlav.s8
// CHECK-NEXT: vldrb.u8 [[X]],
// CHECK-NEXT: vmlav.s8
// CHECK-NEXT: vldrb.u8 [[X]],
// CHECK-NEXT: vmlav.s8
// CHECK-NEXT: vmov [[X]][2], [[X]][0],
// CHECK-NEXT: vmov [[X]][3], [[X]][1],
// CHECK-NEXT: vshl.i32
// CHECK-NEXT: vmulh.s32
// CHECK-NEXT: vadd.i32
// CHECK-NEXT: vqshrnb.s32 {{.*}}, #16
// CHECK-NEXT: vqshrnb.s16 {{.*}}, #2
// CHECK-NEXT: vstrb.32 {{.*}}], #8
// CHECK-NEXT: le lr,

// FILL-LABEL: {{^}}depthwise_conv_i8_1x6x9x8:
// FILL:       vldrb.u32 [[X:q[0-7]]], {{.*}}], #8
// FILL-NEXT:  vstrb.32 [[X]], [r{{[0-9]+}}, q{{[0-7]}}]
// FILL-NEXT:  adds r{{[0-9]}}, #3
// FILL-NEXT:  le lr,
func.func @depthwise(%x: tensor<1x6x9x8xi8>) -> tensor<1x6x9x8xi8> {
  %w = arith.constant dense<[[[1, 2, 3, 4, 5, 6, 7, 8], [9, 1, 2, 3, 4, 5, 6, 7], [2, 3, 4, 5, 6, 7, 8, 9]],
                             [[5, 2, 3, 4, 5, 6, 7, 8], [7, 1, 2, 3, 4, 5, 6, 7], [1, 3, 4, 5, 6, 7, 8, 9]],
                             [[8, 2, 3, 4, 5, 6, 7, 8], [4, 1, 2, 3, 4, 5, 6, 7], [3, 3, 4, 5, 6, 7, 8, 9]]]> : tensor<3x3x8xi8>
  %multipliers = arith.constant dense<[1000000001, 1000000002, 1000000003, 1000000004, 1000000005, 1000000006, 1000000007, 1000000008]> : tensor<8xi32>
  %offsets = arith.constant dense<[1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008]> : tensor<8xi32>
  %zero = arith.constant 0 : i32
  %c10 = arith.constant 10 : i32
  %c18 = arith.constant 18 : i32
  %c32 = arith.constant 32 : i64
  %low = arith.constant -128 : i32
  %high = arith.constant 127 : i32
  %padding = arith.constant -128 : i8
  %padded = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%a: index, %b: index, %c: index, %d: index):
    tensor.yield %padding : i8
  } : tensor<1x6x9x8xi8> to tensor<1x8x11x8xi8>
  %e = tensor.empty() : tensor<1x6x9x8xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<1x6x9x8xi32>) -> tensor<1x6x9x8xi32>
  %s = linalg.depthwise_conv_2d_nhwc_hwc ins(%padded, %w : tensor<1x8x11x8xi8>, tensor<3x3x8xi8>) outs(%i : tensor<1x6x9x8xi32>) -> tensor<1x6x9x8xi32>
  %f = tensor.empty() : tensor<1x6x9x8xi8>
  %r = linalg.generic {indexing_maps = [affine_map<(n, h, w, c) -> (n, h, w, c)>, affine_map<(n, h, w, c) -> (c)>,
                                        affine_map<(n, h, w, c) -> (c)>, affine_map<(n, h, w, c) -> (n, h, w, c)>],
                       iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%s, %multipliers, %offsets : tensor<1x6x9x8xi32>, tensor<8xi32>, tensor<8xi32>) outs(%f : tensor<1x6x9x8xi8>) {
  ^bb0(%v: i32, %m: i32, %o: i32, %u: i8):
    %0 = arith.shli %v, %c10 : i32
    %1 = arith.extsi %0 : i32 to i64
    %2 = arith.extsi %m : i32 to i64
    %3 = arith.muli %1, %2 : i64
    %4 = arith.shrsi %3, %c32 : i64
    %5 = arith.trunci %4 : i64 to i32
    %6 = arith.addi %5, %o : i32
    %7 = arith.shrsi %6, %c18 : i32
    %8 = arith.maxsi %7, %low : i32
    %9 = arith.minsi %8, %high : i32
    %10 = arith.trunci %9 : i32 to i8
    linalg.yield %10 : i8
  } -> tensor<1x6x9x8xi8>
  return %r : tensor<1x6x9x8xi8>
}

// Channels are lanes, four at a time, and pixels a loop.
// POOL-LABEL: {{^}}pooling_i32_1x1x1x16:
// POOL:       vldrb.s32
// POOL:       vadd.i32
// POOL:       vadd.i32
// POOL-NOT:   vadd.i32
// POOL:       le lr,
func.func @pooling(%x: tensor<1x7x9x16xi8>) -> tensor<1x1x1x16xi32> {
  %zero = arith.constant 0 : i32
  %window = tensor.empty() : tensor<7x9xi8>
  %e = tensor.empty() : tensor<1x1x1x16xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<1x1x1x16xi32>) -> tensor<1x1x1x16xi32>
  %s = linalg.pooling_nhwc_sum ins(%x, %window : tensor<1x7x9x16xi8>, tensor<7x9xi8>) outs(%i : tensor<1x1x1x16xi32>) -> tensor<1x1x1x16xi32>
  return %s : tensor<1x1x1x16xi32>
}
