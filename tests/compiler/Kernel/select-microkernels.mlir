// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --pass-pipeline='builtin.module(func.func(iree-select-microkernels,canonicalize))' | FileCheck %s

// Loops m, k, n: along n the target and b advance, a stays. Of 4 x 6 by 6 x 8:
// target 8, 0, 1; a 6, 1, 0; b 0, 8, 1.
// CHECK-LABEL: func.func @matmul
// CHECK:         program.contract 0 [2, 0, 1] at %c0, %c0, %c0 loops %c4, %c6, %c8
// CHECK-SAME:      strides %c8, %c6, %c0, %c0, %c1, %c8, %c1, %c0, %c1{{$}}
// CHECK-NOT:     linalg
func.func @matmul(%a: memref<4x6xf32>, %b: memref<6x8xf32>, %c: memref<4x8xf32>, %begin: index, %end: index) {
  linalg.matmul ins(%a, %b : memref<4x6xf32>, memref<6x8xf32>) outs(%c : memref<4x8xf32>)
  return
}

// The rows of b are those of the result: dot products along k, below the loop n
// that leaves a in place. i8 have zero points, 0 if none is subtracted.
// CHECK-LABEL: func.func @transposed
// CHECK:         program.contract 2 [2, 0, 1] at %c0, %c0, %c0 loops %c4, %c8, %c6
// CHECK-SAME:      strides %c8, %c6, %c0, %c1, %c0, %c6, %c0, %c1, %c1 zero_points %c3_i32, %c0_i32
#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (n, k)>
#out = affine_map<(m, n, k) -> (m, n)>
func.func @transposed(%a: memref<4x6xi8>, %b: memref<8x6xi8>, %c: memref<4x8xi32>, %begin: index, %end: index) {
  %zero_point = arith.constant 3 : i32
  linalg.generic {indexing_maps = [#left, #right, #out], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : memref<4x6xi8>, memref<8x6xi8>) outs(%c : memref<4x8xi32>) {
  ^bb0(%x: i8, %y: i8, %z: i32):
    %0 = arith.extsi %x : i8 to i32
    %1 = arith.subi %0, %zero_point : i32
    %2 = arith.extsi %y : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %z, %3 : i32
    linalg.yield %4 : i32
  }
  return
}

// Rows of 7 x 9 images, every second column: (ow, kh, kw, c, f) with c of 3 and f of 4;
// kw and c are one loop of 6 in the image and in the filter.
// CHECK-LABEL: func.func @convolution
// CHECK:         program.contract 0 [2, 0, 1] at %c0, %c0, %c0 loops %c3, %c4, %c2, %c6, %c4
func.func @convolution(%a: memref<1x7x9x3xf32>, %b: memref<2x2x3x4xf32>, %c: memref<1x3x4x4xf32>, %begin: index, %end: index) {
  linalg.conv_2d_nhwc_hwcf {strides = dense<2> : tensor<2xi64>} ins(%a, %b : memref<1x7x9x3xf32>, memref<2x2x3x4xf32>) outs(%c : memref<1x3x4x4xf32>)
  return
}

// Maximum of i8: loops oh, ow, kh, kw, c.
// CHECK-LABEL: func.func @pooling
// CHECK:         program.contract 10 [1, 0] at %c0, %c0 loops
func.func @pooling(%a: memref<1x6x6x5xi8>, %c: memref<1x3x3x5xi8>, %w: memref<2x2xi8>, %begin: index, %end: index) {
  linalg.pooling_nhwc_max {strides = dense<2> : tensor<2xi64>} ins(%a, %w : memref<1x6x6x5xi8>, memref<2x2xi8>) outs(%c : memref<1x3x3x5xi8>)
  return
}

// A fill (MOV is 24) of a value, a transposed copy, and an addition (64) of a row that
// sign-extends i8 (1 is i8, 5 is i32).
// CHECK-LABEL: func.func @elementwise
// CHECK:         program.map 24 [0, 255] types [5, 5] at %c0, %c7_i32 strides %c0, %c1 loops %c1, %c32 : index, i32
// CHECK:         program.map 24 [1, 0] types [5, 5] at %c0, %c0 strides %c4, %c1, %c1, %c8 loops %c8, %c4 : index, index
// CHECK:         program.map 64 [0, 0, 2] types [5, 5, 1] at %c0, %c0, %c0 strides %c8, %c1, %c8, %c1, %c0, %c1 loops %c4, %c8
#map = affine_map<(d0, d1) -> (d0, d1)>
#transposed = affine_map<(d0, d1) -> (d1, d0)>
#row = affine_map<(d0, d1) -> (d1)>
func.func @elementwise(%a: memref<4x8xi32>, %b: memref<8x4xi32>, %r: memref<8xi8>, %begin: index, %end: index) {
  %c7 = arith.constant 7 : i32
  linalg.fill ins(%c7 : i32) outs(%a : memref<4x8xi32>)
  linalg.generic {indexing_maps = [#transposed, #map], iterator_types = ["parallel", "parallel"]}
      ins(%a : memref<4x8xi32>) outs(%b : memref<8x4xi32>) {
  ^bb0(%x: i32, %z: i32):
    linalg.yield %x : i32
  }
  linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]}
      ins(%a, %r : memref<4x8xi32>, memref<8xi8>) outs(%a : memref<4x8xi32>) {
  ^bb0(%x: i32, %y: i8, %z: i32):
    %0 = arith.extsi %y : i8 to i32
    %1 = arith.addi %x, %0 : i32
    linalg.yield %1 : i32
  }
  return
}

// Products have no contraction: REDUCE with MUL_I32, 66.
// CHECK-LABEL: func.func @product
// CHECK:         program.reduce 66 [1, 0] types [5, 5] at %c0, %c0 strides %c1, %c8, %c1 loops %c4, %c8
func.func @product(%a: memref<4x8xi32>, %b: memref<4xi32>, %begin: index, %end: index) {
  linalg.reduce {arith.muli} ins(%a : memref<4x8xi32>) outs(%b : memref<4xi32>) dimensions = [1]
  return
}

// f64 contractions are left for loops, as is a single element.
// CHECK-LABEL: func.func @left
// CHECK:         linalg.matmul
// CHECK:         linalg.fill
// CHECK-NOT:     program.
func.func @left(%a: memref<4x6xf64>, %b: memref<6x8xf64>, %c: memref<4x8xf64>, %d: memref<1xf64>, %begin: index, %end: index) {
  %zero = arith.constant 0.0 : f64
  linalg.matmul ins(%a, %b : memref<4x6xf64>, memref<6x8xf64>) outs(%c : memref<4x8xf64>)
  linalg.fill ins(%zero : f64) outs(%d : memref<1xf64>)
  return
}
