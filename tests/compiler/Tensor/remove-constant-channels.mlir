// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --iree-remove-constant-channels --canonicalize | FileCheck %s

#bias = affine_map<(n, h, w, c) -> (c)>
#id = affine_map<(n, h, w, c) -> (n, h, w, c)>

// 1x1, two filters with weights (1, 1) and (1, -1) and biases 0 and -1000. Sums
// of the second lie in [-1000 - 255, -1000 + 255], so that the maximum with 4 is
// 4. In the second convolution, with weights (3, 5) and bias 7, it counts
// 5 * 4: the bias becomes 27.
// CHECK-LABEL: func.func @pointwise
// CHECK-DAG:     %[[W1:.*]] = arith.constant dense<1> : tensor<1x1x1x2xi8>
// CHECK-DAG:     %[[W2:.*]] = arith.constant dense<3> : tensor<1x1x1x1xi8>
// CHECK-DAG:     %[[B2:.*]] = arith.constant dense<27> : tensor<1xi32>
// CHECK:         linalg.conv_2d_nhwc_fhwc {{.*}} ins(%{{.*}}, %[[W1]] {{.*}}) -> tensor<1x2x2x1xi32>
// CHECK:         linalg.generic {{.*}} outs({{.*}} : tensor<1x2x2x1xi8>)
// CHECK:         %[[INIT:.*]] = linalg.generic {{.*}} ins(%[[B2]] : tensor<1xi32>)
// CHECK:         linalg.conv_2d_nhwc_fhwc {{.*}} ins(%{{.*}}, %[[W2]] {{.*}}) outs(%[[INIT]]
func.func @pointwise(%a: tensor<1x2x2x2xi8>) -> tensor<1x2x2x1xi32> {
  %w1 = arith.constant dense<[[[[1, 1]]], [[[1, -1]]]]> : tensor<2x1x1x2xi8>
  %b1 = arith.constant dense<[0, -1000]> : tensor<2xi32>
  %w2 = arith.constant dense<[[[[3, 5]]]]> : tensor<1x1x1x2xi8>
  %b2 = arith.constant dense<7> : tensor<1xi32>
  %c4 = arith.constant 4 : i32
  %c127 = arith.constant 127 : i32
  %e1 = tensor.empty() : tensor<1x2x2x2xi32>
  %e2 = tensor.empty() : tensor<1x2x2x2xi8>
  %e3 = tensor.empty() : tensor<1x2x2x1xi32>
  %i1 = linalg.generic {indexing_maps = [#bias, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%b1 : tensor<2xi32>) outs(%e1 : tensor<1x2x2x2xi32>) {
  ^bb0(%x: i32, %o: i32):
    linalg.yield %x : i32
  } -> tensor<1x2x2x2xi32>
  %0 = linalg.conv_2d_nhwc_fhwc {strides = dense<1> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%a, %w1 : tensor<1x2x2x2xi8>, tensor<2x1x1x2xi8>) outs(%i1 : tensor<1x2x2x2xi32>) -> tensor<1x2x2x2xi32>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%0 : tensor<1x2x2x2xi32>) outs(%e2 : tensor<1x2x2x2xi8>) {
  ^bb0(%x: i32, %o: i8):
    %2 = arith.maxsi %x, %c4 : i32
    %3 = arith.minsi %2, %c127 : i32
    %4 = arith.trunci %3 : i32 to i8
    linalg.yield %4 : i8
  } -> tensor<1x2x2x2xi8>
  %i2 = linalg.generic {indexing_maps = [#bias, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%b2 : tensor<1xi32>) outs(%e3 : tensor<1x2x2x1xi32>) {
  ^bb0(%x: i32, %o: i32):
    linalg.yield %x : i32
  } -> tensor<1x2x2x1xi32>
  %5 = linalg.conv_2d_nhwc_fhwc {strides = dense<1> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%1, %w2 : tensor<1x2x2x2xi8>, tensor<1x1x1x2xi8>) outs(%i2 : tensor<1x2x2x1xi32>) -> tensor<1x2x2x1xi32>
  return %5 : tensor<1x2x2x1xi32>
}

// -----

#bias = affine_map<(n, h, w, c) -> (c)>
#id = affine_map<(n, h, w, c) -> (n, h, w, c)>

// A channel of 4 padded with 4 is constant: it goes through pad and depthwise
// convolution. 9 * 2 * 4 * 6 = 432 for the sum.
// CHECK-LABEL: func.func @padded_with_the_constant
// CHECK-DAG:     arith.constant dense<432> : tensor<1xi32>
// CHECK:         tensor.pad
// CHECK:         tensor<1x2x2x1xi8> to tensor<1x4x4x1xi8>
// CHECK:         linalg.depthwise_conv_2d_nhwc_hwc {{.*}} tensor<3x3x1xi8>
// CHECK:         linalg.matmul {{.*}} tensor<4x1xi32>, tensor<1x1xi8>
func.func @padded_with_the_constant(%a: tensor<1x2x2x1xi8>) -> tensor<4x1xi32> {
  %one = arith.constant dense<1> : tensor<1x1x1x2xi8>
  %lows = arith.constant dense<[-128, 4]> : tensor<2xi32>
  %highs = arith.constant dense<[127, 4]> : tensor<2xi32>
  %w = arith.constant dense<2> : tensor<3x3x2xi8>
  %m = arith.constant dense<[[5], [6]]> : tensor<2x1xi8>
  %padding = arith.constant 4 : i8
  %zero = arith.constant 0 : i32
  %e8 = tensor.empty() : tensor<1x2x2x2xi8>
  %e32 = tensor.empty() : tensor<1x2x2x2xi32>
  %e1 = tensor.empty() : tensor<4x1xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e32 : tensor<1x2x2x2xi32>) -> tensor<1x2x2x2xi32>
  %0 = linalg.conv_2d_nhwc_hwcf {strides = dense<1> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%a, %one : tensor<1x2x2x1xi8>, tensor<1x1x1x2xi8>) outs(%i : tensor<1x2x2x2xi32>) -> tensor<1x2x2x2xi32>
  %1 = linalg.generic {indexing_maps = [#id, #bias, #bias, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%0, %lows, %highs : tensor<1x2x2x2xi32>, tensor<2xi32>, tensor<2xi32>) outs(%e8 : tensor<1x2x2x2xi8>) {
  ^bb0(%x: i32, %low: i32, %high: i32, %o: i8):
    %2 = arith.maxsi %x, %low : i32
    %3 = arith.minsi %2, %high : i32
    %4 = arith.trunci %3 : i32 to i8
    linalg.yield %4 : i8
  } -> tensor<1x2x2x2xi8>
  %p = tensor.pad %1 low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%n: index, %h: index, %v: index, %c: index):
    tensor.yield %padding : i8
  } : tensor<1x2x2x2xi8> to tensor<1x4x4x2xi8>
  %5 = linalg.depthwise_conv_2d_nhwc_hwc {strides = dense<1> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%p, %w : tensor<1x4x4x2xi8>, tensor<3x3x2xi8>) outs(%i : tensor<1x2x2x2xi32>) -> tensor<1x2x2x2xi32>
  %flat = tensor.collapse_shape %5 [[0, 1, 2], [3]] : tensor<1x2x2x2xi32> into tensor<4x2xi32>
  %i1 = linalg.fill ins(%zero : i32) outs(%e1 : tensor<4x1xi32>) -> tensor<4x1xi32>
  %6 = linalg.matmul ins(%flat, %m : tensor<4x2xi32>, tensor<2x1xi8>) outs(%i1 : tensor<4x1xi32>) -> tensor<4x1xi32>
  return %6 : tensor<4x1xi32>
}

// Padded with 0, its border differs from its middle: everything stays.
// CHECK-LABEL: func.func @padded_with_another_value
// CHECK:         tensor<1x2x2x2xi8> to tensor<1x4x4x2xi8>
// CHECK:         linalg.depthwise_conv_2d_nhwc_hwc {{.*}} tensor<3x3x2xi8>
// CHECK:         linalg.matmul {{.*}} tensor<4x2xi32>, tensor<2x1xi8>
func.func @padded_with_another_value(%a: tensor<1x2x2x1xi8>) -> tensor<4x1xi32> {
  %one = arith.constant dense<1> : tensor<1x1x1x2xi8>
  %lows = arith.constant dense<[-128, 4]> : tensor<2xi32>
  %highs = arith.constant dense<[127, 4]> : tensor<2xi32>
  %w = arith.constant dense<2> : tensor<3x3x2xi8>
  %m = arith.constant dense<[[5], [6]]> : tensor<2x1xi8>
  %padding = arith.constant 0 : i8
  %zero = arith.constant 0 : i32
  %e8 = tensor.empty() : tensor<1x2x2x2xi8>
  %e32 = tensor.empty() : tensor<1x2x2x2xi32>
  %e1 = tensor.empty() : tensor<4x1xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e32 : tensor<1x2x2x2xi32>) -> tensor<1x2x2x2xi32>
  %0 = linalg.conv_2d_nhwc_hwcf {strides = dense<1> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%a, %one : tensor<1x2x2x1xi8>, tensor<1x1x1x2xi8>) outs(%i : tensor<1x2x2x2xi32>) -> tensor<1x2x2x2xi32>
  %1 = linalg.generic {indexing_maps = [#id, #bias, #bias, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%0, %lows, %highs : tensor<1x2x2x2xi32>, tensor<2xi32>, tensor<2xi32>) outs(%e8 : tensor<1x2x2x2xi8>) {
  ^bb0(%x: i32, %low: i32, %high: i32, %o: i8):
    %2 = arith.maxsi %x, %low : i32
    %3 = arith.minsi %2, %high : i32
    %4 = arith.trunci %3 : i32 to i8
    linalg.yield %4 : i8
  } -> tensor<1x2x2x2xi8>
  %p = tensor.pad %1 low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%n: index, %h: index, %v: index, %c: index):
    tensor.yield %padding : i8
  } : tensor<1x2x2x2xi8> to tensor<1x4x4x2xi8>
  %5 = linalg.depthwise_conv_2d_nhwc_hwc {strides = dense<1> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%p, %w : tensor<1x4x4x2xi8>, tensor<3x3x2xi8>) outs(%i : tensor<1x2x2x2xi32>) -> tensor<1x2x2x2xi32>
  %flat = tensor.collapse_shape %5 [[0, 1, 2], [3]] : tensor<1x2x2x2xi32> into tensor<4x2xi32>
  %i1 = linalg.fill ins(%zero : i32) outs(%e1 : tensor<4x1xi32>) -> tensor<4x1xi32>
  %6 = linalg.matmul ins(%flat, %m : tensor<4x2xi32>, tensor<2x1xi8>) outs(%i1 : tensor<4x1xi32>) -> tensor<4x1xi32>
  return %6 : tensor<4x1xi32>
}

// -----

#id = affine_map<(i, j) -> (i, j)>

// Nobody reads the second column of %a * 2, whose weights are 0; the sum that
// reads it is cut, and so is the multiplication. The function's argument and
// result stay as they are.
// CHECK-LABEL: func.func @not_read
// CHECK-SAME:    (%[[A:.*]]: tensor<3x2xi8>) -> tensor<3x1xi32>
// CHECK:         %[[X:.*]] = linalg.matmul ins(%[[A]], %{{.*}} : tensor<3x2xi8>, tensor<2x1xi8>)
// CHECK:         linalg.matmul ins(%[[X]], %{{.*}} : tensor<3x1xi32>, tensor<1x1xi8>)
func.func @not_read(%a: tensor<3x2xi8>) -> tensor<3x1xi32> {
  %w1 = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  %w2 = arith.constant dense<[[5], [0]]> : tensor<2x1xi8>
  %zero = arith.constant 0 : i32
  %e2 = tensor.empty() : tensor<3x2xi32>
  %e1 = tensor.empty() : tensor<3x1xi32>
  %i2 = linalg.fill ins(%zero : i32) outs(%e2 : tensor<3x2xi32>) -> tensor<3x2xi32>
  %i1 = linalg.fill ins(%zero : i32) outs(%e1 : tensor<3x1xi32>) -> tensor<3x1xi32>
  %0 = linalg.matmul ins(%a, %w1 : tensor<3x2xi8>, tensor<2x2xi8>) outs(%i2 : tensor<3x2xi32>) -> tensor<3x2xi32>
  %1 = linalg.matmul ins(%0, %w2 : tensor<3x2xi32>, tensor<2x1xi8>) outs(%i1 : tensor<3x1xi32>) -> tensor<3x1xi32>
  return %1 : tensor<3x1xi32>
}

// Read by the function's caller, the same column stays.
// CHECK-LABEL: func.func @result
// CHECK:         %[[X:.*]] = linalg.matmul {{.*}} -> tensor<3x2xi32>
// CHECK:         linalg.matmul ins(%[[X]], %{{.*}} : tensor<3x2xi32>, tensor<2x1xi8>)
func.func @result(%a: tensor<3x2xi8>) -> (tensor<3x2xi32>, tensor<3x1xi32>) {
  %w1 = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  %w2 = arith.constant dense<[[5], [0]]> : tensor<2x1xi8>
  %zero = arith.constant 0 : i32
  %e2 = tensor.empty() : tensor<3x2xi32>
  %e1 = tensor.empty() : tensor<3x1xi32>
  %i2 = linalg.fill ins(%zero : i32) outs(%e2 : tensor<3x2xi32>) -> tensor<3x2xi32>
  %i1 = linalg.fill ins(%zero : i32) outs(%e1 : tensor<3x1xi32>) -> tensor<3x1xi32>
  %0 = linalg.matmul ins(%a, %w1 : tensor<3x2xi8>, tensor<2x2xi8>) outs(%i2 : tensor<3x2xi32>) -> tensor<3x2xi32>
  %1 = linalg.matmul ins(%0, %w2 : tensor<3x2xi32>, tensor<2x1xi8>) outs(%i1 : tensor<3x1xi32>) -> tensor<3x1xi32>
  return %0, %1 : tensor<3x2xi32>, tensor<3x1xi32>
}

// A transposed result has its channels elsewhere: they stay.
// CHECK-LABEL: func.func @transposed
// CHECK:         linalg.matmul {{.*}} -> tensor<3x2xi32>
// CHECK:         linalg.generic {{.*}} ins({{.*}} : tensor<3x2xi32>) outs({{.*}} : tensor<2x3xi32>)
func.func @transposed(%a: tensor<3x2xi8>) -> tensor<2x1xi32> {
  %w1 = arith.constant dense<[[1, 0], [3, 0]]> : tensor<2x2xi8>
  %w2 = arith.constant dense<[[5], [0], [1]]> : tensor<3x1xi8>
  %zero = arith.constant 0 : i32
  %e2 = tensor.empty() : tensor<3x2xi32>
  %et = tensor.empty() : tensor<2x3xi32>
  %e1 = tensor.empty() : tensor<2x1xi32>
  %i2 = linalg.fill ins(%zero : i32) outs(%e2 : tensor<3x2xi32>) -> tensor<3x2xi32>
  %i1 = linalg.fill ins(%zero : i32) outs(%e1 : tensor<2x1xi32>) -> tensor<2x1xi32>
  %0 = linalg.matmul ins(%a, %w1 : tensor<3x2xi8>, tensor<2x2xi8>) outs(%i2 : tensor<3x2xi32>) -> tensor<3x2xi32>
  %t = linalg.generic {indexing_maps = [affine_map<(i, j) -> (j, i)>, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<3x2xi32>) outs(%et : tensor<2x3xi32>) {
  ^bb0(%x: i32, %o: i32):
    linalg.yield %x : i32
  } -> tensor<2x3xi32>
  %1 = linalg.matmul ins(%t, %w2 : tensor<2x3xi32>, tensor<3x1xi8>) outs(%i1 : tensor<2x1xi32>) -> tensor<2x1xi32>
  return %1 : tensor<2x1xi32>
}

// -----

#id = affine_map<(i, j) -> (i, j)>

// What cannot be cut stays whole: padding around nothing, and constants whose
// elements the compiler does not read.
// CHECK-LABEL: func.func @whole
// CHECK:         tensor.pad
// CHECK:         } : tensor<0x2xi8> to tensor<3x2xi8>
// CHECK:         arith.muli
// CHECK:         linalg.matmul {{.*}} tensor<3x2xi32>, tensor<2x1xi8>
func.func @whole(%a: tensor<0x2xi8>) -> tensor<3x1xi32> {
  %resource = arith.constant dense_resource<blob> : tensor<3x2xi32>
  %w = arith.constant dense<[[5], [0]]> : tensor<2x1xi8>
  %four = arith.constant 4 : i8
  %zero = arith.constant 0 : i32
  %e2 = tensor.empty() : tensor<3x2xi32>
  %e1 = tensor.empty() : tensor<3x1xi32>
  %p = tensor.pad %a low[3, 0] high[0, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %four : i8
  } : tensor<0x2xi8> to tensor<3x2xi8>
  %0 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p, %resource : tensor<3x2xi8>, tensor<3x2xi32>) outs(%e2 : tensor<3x2xi32>) {
  ^bb0(%x: i8, %y: i32, %o: i32):
    %x32 = arith.extsi %x : i8 to i32
    %1 = arith.muli %x32, %y : i32
    linalg.yield %1 : i32
  } -> tensor<3x2xi32>
  %i1 = linalg.fill ins(%zero : i32) outs(%e1 : tensor<3x1xi32>) -> tensor<3x1xi32>
  %2 = linalg.matmul ins(%0, %w : tensor<3x2xi32>, tensor<2x1xi8>) outs(%i1 : tensor<3x1xi32>) -> tensor<3x1xi32>
  return %2 : tensor<3x1xi32>
}

// -----

#id = affine_map<(i, j) -> (i, j)>

// One bit is 0 or -1 for signed operations: the greater of x and true is x. If
// true were 1, all of the operation's results would be 1 and its second column
// would go.
// CHECK-LABEL: func.func @one_bit
// CHECK:         linalg.matmul {{.*}} tensor<3x2xi8>, tensor<2x1xi8>
func.func @one_bit(%a: tensor<3x2xi8>) -> tensor<3x1xi32> {
  %w1 = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  %w2 = arith.constant dense<5> : tensor<2x1xi8>
  %true = arith.constant true
  %zero = arith.constant 0 : i32
  %e32 = tensor.empty() : tensor<3x2xi32>
  %e8 = tensor.empty() : tensor<3x2xi8>
  %e1 = tensor.empty() : tensor<3x1xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e32 : tensor<3x2xi32>) -> tensor<3x2xi32>
  %0 = linalg.matmul ins(%a, %w1 : tensor<3x2xi8>, tensor<2x2xi8>) outs(%i : tensor<3x2xi32>) -> tensor<3x2xi32>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<3x2xi32>) outs(%e8 : tensor<3x2xi8>) {
  ^bb0(%x: i32, %o: i8):
    %2 = arith.cmpi slt, %x, %zero : i32
    %3 = arith.maxsi %2, %true : i1
    %4 = arith.extui %3 : i1 to i8
    linalg.yield %4 : i8
  } -> tensor<3x2xi8>
  %i1 = linalg.fill ins(%zero : i32) outs(%e1 : tensor<3x1xi32>) -> tensor<3x1xi32>
  %5 = linalg.matmul ins(%1, %w2 : tensor<3x2xi8>, tensor<2x1xi8>) outs(%i1 : tensor<3x1xi32>) -> tensor<3x1xi32>
  return %5 : tensor<3x1xi32>
}
