// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-fold-zero-points | FileCheck %s

// init - zx * column sums: 100 - 5 * (1 + 3) = 80, 100 - 5 * (2 - 4) = 110.
// CHECK-LABEL: func.func @matmul
// CHECK:         arith.constant dense<[80, 110]> : tensor<2xi32>
// CHECK:         %[[INIT:.*]] = linalg.generic
// CHECK:         linalg.matmul {{.*}} outs(%[[INIT]]
// CHECK-NOT:     linalg.quantized_matmul
func.func @matmul(%a: tensor<1x2xi8>) -> tensor<1x2xi32> {
  %w = arith.constant dense<[[1, 2], [3, -4]]> : tensor<2x2xi8>
  %zx = arith.constant 5 : i32
  %zw = arith.constant 0 : i32
  %hundred = arith.constant 100 : i32
  %e = tensor.empty() : tensor<1x2xi32>
  %init = linalg.fill ins(%hundred : i32) outs(%e : tensor<1x2xi32>) -> tensor<1x2xi32>
  %0 = linalg.quantized_matmul ins(%a, %w, %zx, %zw : tensor<1x2xi8>, tensor<2x2xi8>, i32, i32) outs(%init : tensor<1x2xi32>) -> tensor<1x2xi32>
  return %0 : tensor<1x2xi32>
}

// FHWC: filters are the first dimension. Bias [10, 20], zx = -128, sums
// 1 + 2 + 3 + 4 = 10 and -1 - 1 - 1 - 1 = -4:
// 10 + 128 * 10 = 1290, 20 + 128 * -4 = -492.
// CHECK-LABEL: func.func @conv_fhwc
// CHECK:         arith.constant dense<[1290, -492]> : tensor<2xi32>
// CHECK:         linalg.conv_2d_nhwc_fhwc {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
func.func @conv_fhwc(%a: tensor<1x4x4x1xi8>) -> tensor<1x2x2x2xi32> {
  %w = arith.constant dense<[[[[1], [2]], [[3], [4]]], [[[-1], [-1]], [[-1], [-1]]]]> : tensor<2x2x2x1xi8>
  %bias = arith.constant dense<[10, 20]> : tensor<2xi32>
  %zx = arith.constant -128 : i32
  %zw = arith.constant 0 : i32
  %e = tensor.empty() : tensor<1x2x2x2xi32>
  %init = linalg.generic {
      indexing_maps = [affine_map<(n, h, w, f) -> (f)>, affine_map<(n, h, w, f) -> (n, h, w, f)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%bias : tensor<2xi32>) outs(%e : tensor<1x2x2x2xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
  } -> tensor<1x2x2x2xi32>
  %0 = linalg.conv_2d_nhwc_fhwc_q {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>}
      ins(%a, %w, %zx, %zw : tensor<1x4x4x1xi8>, tensor<2x2x2x1xi8>, i32, i32)
      outs(%init : tensor<1x2x2x2xi32>) -> tensor<1x2x2x2xi32>
  return %0 : tensor<1x2x2x2xi32>
}

// HWCF: filters are the last dimension. zx = 3, sums 1 + 10 = 11 and
// 2 + 20 = 22: 0 - 33, 0 - 66.
// CHECK-LABEL: func.func @conv_hwcf
// CHECK:         arith.constant dense<[-33, -66]> : tensor<2xi32>
// CHECK:         linalg.conv_2d_nhwc_hwcf
// CHECK-NOT:     _q
func.func @conv_hwcf(%a: tensor<1x1x2x2xi8>) -> tensor<1x1x2x2xi32> {
  %w = arith.constant dense<[[[[1, 2], [10, 20]]]]> : tensor<1x1x2x2xi8>
  %zx = arith.constant 3 : i32
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<1x1x2x2xi32>
  %init = linalg.fill ins(%zero : i32) outs(%e : tensor<1x1x2x2xi32>) -> tensor<1x1x2x2xi32>
  %0 = linalg.conv_2d_nhwc_hwcf_q {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%a, %w, %zx, %zero : tensor<1x1x2x2xi8>, tensor<1x1x2x2xi8>, i32, i32)
      outs(%init : tensor<1x1x2x2xi32>) -> tensor<1x1x2x2xi32>
  return %0 : tensor<1x1x2x2xi32>
}

// Depthwise: one filter per channel. zx = 2, sums 1 + 3 = 4 and 2 - 5 = -3:
// 0 - 8, 0 + 6.
// CHECK-LABEL: func.func @depthwise
// CHECK:         arith.constant dense<[-8, 6]> : tensor<2xi32>
// CHECK:         linalg.depthwise_conv_2d_nhwc_hwc
// CHECK-NOT:     _q
func.func @depthwise(%a: tensor<1x1x4x2xi8>) -> tensor<1x1x3x2xi32> {
  %w = arith.constant dense<[[[1, 2], [3, -5]]]> : tensor<1x2x2xi8>
  %zx = arith.constant 2 : i32
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<1x1x3x2xi32>
  %init = linalg.fill ins(%zero : i32) outs(%e : tensor<1x1x3x2xi32>) -> tensor<1x1x3x2xi32>
  %0 = linalg.depthwise_conv_2d_nhwc_hwc_q {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%a, %w, %zx, %zero : tensor<1x1x4x2xi8>, tensor<1x2x2xi8>, i32, i32)
      outs(%init : tensor<1x1x3x2xi32>) -> tensor<1x1x3x2xi32>
  return %0 : tensor<1x1x3x2xi32>
}

// Sums wrap as the accumulator does: with zx = -2^31 and a sum of 1,
// 0 - (-2^31 * 1) = 2^31 = -2^31 in 32 bits.
// CHECK-LABEL: func.func @wraps
// CHECK:         arith.constant dense<-2147483648> : tensor<1xi32>
func.func @wraps(%a: tensor<1x1xi8>) -> tensor<1x1xi32> {
  %w = arith.constant dense<1> : tensor<1x1xi8>
  %zx = arith.constant -2147483648 : i32
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<1x1xi32>
  %init = linalg.fill ins(%zero : i32) outs(%e : tensor<1x1xi32>) -> tensor<1x1xi32>
  %0 = linalg.quantized_matmul ins(%a, %w, %zx, %zero : tensor<1x1xi8>, tensor<1x1xi8>, i32, i32) outs(%init : tensor<1x1xi32>) -> tensor<1x1xi32>
  return %0 : tensor<1x1xi32>
}

// Zero points of 0 need neither constant weights nor a constant init.
// CHECK-LABEL: func.func @zero_points_of_zero
// CHECK-SAME:    %{{.*}}, %{{.*}}, %[[INIT:.*]]: tensor<1x2xi32>)
// CHECK:         linalg.matmul {{.*}} outs(%[[INIT]]
func.func @zero_points_of_zero(%a: tensor<1x2xi8>, %w: tensor<2x2xi8>, %init: tensor<1x2xi32>) -> tensor<1x2xi32> {
  %zero = arith.constant 0 : i32
  %0 = linalg.quantized_matmul ins(%a, %w, %zero, %zero : tensor<1x2xi8>, tensor<2x2xi8>, i32, i32) outs(%init : tensor<1x2xi32>) -> tensor<1x2xi32>
  return %0 : tensor<1x2xi32>
}

// A weight zero point would need sums of the input: left as it is.
// CHECK-LABEL: func.func @weight_zero_point
// CHECK:         linalg.quantized_matmul
func.func @weight_zero_point(%a: tensor<1x2xi8>) -> tensor<1x2xi32> {
  %w = arith.constant dense<[[1, 2], [3, -4]]> : tensor<2x2xi8>
  %zx = arith.constant 5 : i32
  %zw = arith.constant 1 : i32
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<1x2xi32>
  %init = linalg.fill ins(%zero : i32) outs(%e : tensor<1x2xi32>) -> tensor<1x2xi32>
  %0 = linalg.quantized_matmul ins(%a, %w, %zx, %zw : tensor<1x2xi8>, tensor<2x2xi8>, i32, i32) outs(%init : tensor<1x2xi32>) -> tensor<1x2xi32>
  return %0 : tensor<1x2xi32>
}

// Weights that arrive at run time: left as it is.
// CHECK-LABEL: func.func @variable_weights
// CHECK:         linalg.quantized_matmul
func.func @variable_weights(%a: tensor<1x2xi8>, %w: tensor<2x2xi8>) -> tensor<1x2xi32> {
  %zx = arith.constant 5 : i32
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<1x2xi32>
  %init = linalg.fill ins(%zero : i32) outs(%e : tensor<1x2xi32>) -> tensor<1x2xi32>
  %0 = linalg.quantized_matmul ins(%a, %w, %zx, %zero : tensor<1x2xi8>, tensor<2x2xi8>, i32, i32) outs(%init : tensor<1x2xi32>) -> tensor<1x2xi32>
  return %0 : tensor<1x2xi32>
}

// A bias of one element stands for all channels: 7 - (-3) * (1 + 2) = 16,
// 7 - (-3) * (3 - 5) = 1.
// CHECK-LABEL: func.func @bias_of_one
// CHECK:         arith.constant dense<[16, 1]> : tensor<2xi32>
// CHECK-NOT:     _q
func.func @bias_of_one(%a: tensor<1x1x4x1xi8>) -> tensor<1x1x3x2xi32> {
  %w = arith.constant dense<[[[[1], [2]]], [[[3], [-5]]]]> : tensor<2x1x2x1xi8>
  %bias = arith.constant dense<7> : tensor<1xi32>
  %zx = arith.constant -3 : i32
  %zw = arith.constant 0 : i32
  %e = tensor.empty() : tensor<1x1x3x2xi32>
  %init = linalg.generic {
      indexing_maps = [affine_map<(n, h, w, f) -> (0)>, affine_map<(n, h, w, f) -> (n, h, w, f)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%bias : tensor<1xi32>) outs(%e : tensor<1x1x3x2xi32>) {
    ^bb0(%in: i32, %out: i32):
      linalg.yield %in : i32
  } -> tensor<1x1x3x2xi32>
  %0 = linalg.conv_2d_nhwc_fhwc_q {dilations = dense<1> : vector<2xi64>, strides = dense<1> : vector<2xi64>}
      ins(%a, %w, %zx, %zw : tensor<1x1x4x1xi8>, tensor<2x1x2x1xi8>, i32, i32)
      outs(%init : tensor<1x1x3x2xi32>) -> tensor<1x1x3x2xi32>
  return %0 : tensor<1x1x3x2xi32>
}

// The sums of the weights differ between the matrices of a batch.
// CHECK-LABEL: func.func @batch_of_two
// CHECK:         linalg.quantized_batch_matmul
func.func @batch_of_two(%a: tensor<2x1x2xi8>) -> tensor<2x1x1xi32> {
  %w = arith.constant dense<[[[1], [2]], [[3], [4]]]> : tensor<2x2x1xi8>
  %zero = arith.constant 0 : i32
  %zp = arith.constant 5 : i32
  %empty = tensor.empty() : tensor<2x1x1xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<2x1x1xi32>) -> tensor<2x1x1xi32>
  %0 = linalg.quantized_batch_matmul ins(%a, %w, %zp, %zero : tensor<2x1x2xi8>, tensor<2x2x1xi8>, i32, i32) outs(%init : tensor<2x1x1xi32>) -> tensor<2x1x1xi32>
  return %0 : tensor<2x1x1xi32>
}

// A bias that is added to the sums starts them: 1 + 10, 1 - 3.
// CHECK-LABEL: func.func @bias
// CHECK:         %[[BIAS:.*]] = arith.constant dense<[11, -2]> : tensor<2xi32>
// CHECK:         %[[INIT:.*]] = linalg.generic {{.*}} ins(%[[BIAS]] : tensor<2xi32>)
// CHECK:         %[[SUM:.*]] = linalg.matmul {{.*}} outs(%[[INIT]]
// CHECK-NEXT:    return %[[SUM]]
func.func @bias(%a: tensor<3x2xi8>) -> tensor<3x2xi32> {
  %w = arith.constant dense<[[1, 2], [3, -4]]> : tensor<2x2xi8>
  %bias = arith.constant dense<[10, -3]> : tensor<2xi32>
  %one = arith.constant 1 : i32
  %e = tensor.empty() : tensor<3x2xi32>
  %init = linalg.fill ins(%one : i32) outs(%e : tensor<3x2xi32>) -> tensor<3x2xi32>
  %0 = linalg.matmul ins(%a, %w : tensor<3x2xi8>, tensor<2x2xi8>) outs(%init : tensor<3x2xi32>) -> tensor<3x2xi32>
  %1 = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%bias, %0 : tensor<2xi32>, tensor<3x2xi32>) outs(%e : tensor<3x2xi32>) {
  ^bb0(%b: i32, %x: i32, %o: i32):
    %2 = arith.addi %b, %x : i32
    linalg.yield %2 : i32
  } -> tensor<3x2xi32>
  return %1 : tensor<3x2xi32>
}
