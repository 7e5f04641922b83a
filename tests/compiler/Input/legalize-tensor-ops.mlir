// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-legalize-tensor-ops | FileCheck %s

// CHECK-LABEL: func.func @reshape
// CHECK:         %[[FLAT:.*]] = tensor.collapse_shape %{{.*}} {{\[\[}}0, 1]] : tensor<2x3xf32> into tensor<6xf32>
// CHECK:         tensor.expand_shape %[[FLAT]] {{\[\[}}0, 1]] output_shape [3, 2]
// CHECK-NOT:     tensor.reshape
func.func @reshape(%a: tensor<2x3xf32>) -> tensor<3x2xf32> {
  %shape = arith.constant dense<[3, 2]> : tensor<2xi64>
  %0 = tensor.reshape %a(%shape) : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// CHECK-LABEL: func.func @reshape_to_rank0
// CHECK:         %[[FLAT:.*]] = tensor.collapse_shape %{{.*}} : tensor<1x1xf32> into tensor<1xf32>
// CHECK:         tensor.collapse_shape %[[FLAT]] [] : tensor<1xf32> into tensor<f32>
func.func @reshape_to_rank0(%a: tensor<1x1xf32>) -> tensor<f32> {
  %shape = arith.constant dense<> : tensor<0xi64>
  %0 = tensor.reshape %a(%shape) : (tensor<1x1xf32>, tensor<0xi64>) -> tensor<f32>
  return %0 : tensor<f32>
}

// CHECK-LABEL: func.func @reshape_from_rank0
// CHECK:         %[[FLAT:.*]] = tensor.expand_shape %{{.*}} [] output_shape [1]
// CHECK:         tensor.expand_shape %[[FLAT]] {{\[\[}}0, 1]] output_shape [1, 1]
func.func @reshape_from_rank0(%a: tensor<f32>) -> tensor<1x1xf32> {
  %shape = arith.constant dense<1> : tensor<2xi64>
  %0 = tensor.reshape %a(%shape) : (tensor<f32>, tensor<2xi64>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// The second operand begins where the first of 3 columns ends.
// CHECK-LABEL: func.func @concat
// CHECK-SAME:    (%[[A:.*]]: tensor<2x3xi8>, %[[B:.*]]: tensor<2x5xi8>)
// CHECK:         %[[FIRST:.*]] = tensor.insert_slice %[[A]] into %{{.*}}[0, 0] [2, 3] [1, 1]
// CHECK:         tensor.insert_slice %[[B]] into %[[FIRST]][0, 3] [2, 5] [1, 1]
// CHECK-NOT:     tensor.concat
func.func @concat(%a: tensor<2x3xi8>, %b: tensor<2x5xi8>) -> tensor<2x8xi8> {
  %0 = tensor.concat dim(1) %a, %b : (tensor<2x3xi8>, tensor<2x5xi8>) -> tensor<2x8xi8>
  return %0 : tensor<2x8xi8>
}

// exp(x - max) / sum, the row's maximum first.
// CHECK-LABEL: func.func @softmax
// CHECK-NOT:     linalg.softmax
// CHECK:         arith.max
// CHECK:         arith.subf
// CHECK:         math.exp
// CHECK:         arith.addf
// CHECK:         arith.divf
func.func @softmax(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %e = tensor.empty() : tensor<2x3xf32>
  %0 = linalg.softmax dimension(1) ins(%a : tensor<2x3xf32>) outs(%e : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @splat_init
// CHECK:         %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK:         %[[FILL:.*]] = linalg.fill ins(%[[ZERO]]
// CHECK:         linalg.matmul {{.*}} outs(%[[FILL]]
func.func @splat_init(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>) -> tensor<2x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<2x4xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<2x3xf32>, tensor<3x4xf32>) outs(%zero : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// An init that differs by element is data and stays.
// CHECK-LABEL: func.func @dense_init
// CHECK:         %[[INIT:.*]] = arith.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00]]>
// CHECK-NOT:     linalg.fill
// CHECK:         linalg.matmul {{.*}} outs(%[[INIT]]
func.func @dense_init(%a: tensor<1x3xf32>, %b: tensor<3x2xf32>) -> tensor<1x2xf32> {
  %init = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<1x3xf32>, tensor<3x2xf32>) outs(%init : tensor<1x2xf32>) -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}

// CHECK-LABEL: func.func @gather
// CHECK:         linalg.generic
// CHECK:           %[[ROW:.*]] = tensor.extract %{{.*}}[%{{.*}}, %{{.*}}] : tensor<3x1xi32>
// CHECK:           %[[AT:.*]] = arith.index_cast %[[ROW]] : i32 to index
// CHECK:           tensor.extract %{{.*}}[%[[AT]], %{{.*}}] : tensor<4x6xf32>
// CHECK-NOT:     tensor.gather
func.func @gather(%a: tensor<4x6xf32>, %i: tensor<3x1xi32>) -> tensor<3x1x6xf32> {
  %0 = tensor.gather %a[%i] gather_dims([0]) : (tensor<4x6xf32>, tensor<3x1xi32>) -> tensor<3x1x6xf32>
  return %0 : tensor<3x1x6xf32>
}

// CHECK-LABEL: func.func @scatter
// CHECK-COUNT-3: scf.for
// CHECK:         tensor.insert
// CHECK-NOT:     tensor.scatter
func.func @scatter(%a: tensor<4x6xf32>, %s: tensor<2x1x6xf32>, %i: tensor<2x1xindex>) -> tensor<4x6xf32> {
  %0 = tensor.scatter %s into %a[%i] scatter_dims([0]) unique : (tensor<2x1x6xf32>, tensor<4x6xf32>, tensor<2x1xindex>) -> tensor<4x6xf32>
  return %0 : tensor<4x6xf32>
}

// CHECK-LABEL: func.func @bitcast
// CHECK:         linalg.map { arith.bitcast } ins(%{{.*}} : tensor<4xf32>) outs(%{{.*}} : tensor<4xi32>)
// CHECK-NOT:     tensor.bitcast
func.func @bitcast(%a: tensor<4xf32>) -> tensor<4xi32> {
  %0 = tensor.bitcast %a : tensor<4xf32> to tensor<4xi32>
  return %0 : tensor<4xi32>
}

// CHECK-LABEL: func.func @pack_and_unpack
// CHECK-NOT:     linalg.pack
// CHECK-NOT:     linalg.unpack
// CHECK:         linalg.transpose
func.func @pack_and_unpack(%a: tensor<4x6xf32>, %e: tensor<2x2x2x3xf32>) -> tensor<4x6xf32> {
  %0 = linalg.pack %a inner_dims_pos = [0, 1] inner_tiles = [2, 3] into %e : tensor<4x6xf32> -> tensor<2x2x2x3xf32>
  %d = tensor.empty() : tensor<4x6xf32>
  %1 = linalg.unpack %0 inner_dims_pos = [0, 1] inner_tiles = [2, 3] into %d : tensor<2x2x2x3xf32> -> tensor<4x6xf32>
  return %1 : tensor<4x6xf32>
}
