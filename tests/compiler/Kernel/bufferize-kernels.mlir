// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-bufferize-kernels --canonicalize | FileCheck %s

// Bindings: tensors read, tensors written, then the range. The result is
// computed in its binding: no buffer, no copy.
// CHECK-LABEL: func.func @add
// CHECK-SAME:    (%[[A:.*]]: memref<4xf32>, %[[B:.*]]: memref<4xf32>, %[[R:.*]]: memref<4xf32>, %{{.*}}: index, %{{.*}}: index)
// CHECK-SAME:    program.writes = 1 : i64
// CHECK-NOT:     memref.alloc
// CHECK:         linalg.generic {{.*}} ins(%[[A]], %[[B]] : memref<4xf32>, memref<4xf32>) outs(%[[R]] : memref<4xf32>)
// CHECK-NOT:     linalg.copy
// CHECK:         return
func.func @add(%a: tensor<4xf32>, %b: tensor<4xf32>, %begin: index, %end: index) -> tensor<4xf32> attributes {program.kernel} {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
                       iterator_types = ["parallel"]}
      ins(%a, %b : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %1 = arith.addf %x, %y : f32
    linalg.yield %1 : f32
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// An argument is read-only: a kernel that would update it works on its result.
// CHECK-LABEL: func.func @no_write_to_argument
// CHECK-SAME:    (%[[A:.*]]: memref<4xf32>, %[[R:.*]]: memref<4xf32>, %{{.*}}: index, %{{.*}}: index)
// CHECK-NOT:     memref.store %{{.*}}, %[[A]]
// CHECK-NOT:     outs(%[[A]]
// CHECK:         linalg.copy ins(%{{.*}}) outs(%[[R]]
func.func @no_write_to_argument(%a: tensor<4xf32>, %begin: index, %end: index) -> tensor<4xf32> attributes {program.kernel} {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %0 = tensor.insert %zero into %a[%c1] : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// Two results are two written bindings, in order.
// CHECK-LABEL: func.func @two_results
// CHECK-SAME:    (%[[A:.*]]: memref<4xf32>, %[[R0:.*]]: memref<4xf32>, %[[R1:.*]]: memref<2xi8>, %{{.*}}: index, %{{.*}}: index)
// CHECK-SAME:    program.writes = 2 : i64
// CHECK-DAG:     linalg.copy ins(%[[A]] : memref<4xf32>) outs(%[[R0]] : memref<4xf32>)
// CHECK-DAG:     linalg.fill ins(%{{.*}} : i8) outs(%[[R1]] : memref<2xi8>)
func.func @two_results(%a: tensor<4xf32>, %begin: index, %end: index) -> (tensor<4xf32>, tensor<2xi8>) attributes {program.kernel} {
  %seven = arith.constant 7 : i8
  %e = tensor.empty() : tensor<2xi8>
  %0 = linalg.fill ins(%seven : i8) outs(%e : tensor<2xi8>) -> tensor<2xi8>
  return %a, %0 : tensor<4xf32>, tensor<2xi8>
}

// Padding fills the result and copies into its middle.
// CHECK-LABEL: func.func @pad
// CHECK-SAME:    (%[[A:.*]]: memref<2x2xi8>, %[[R:.*]]: memref<4x4xi8>
// CHECK-NOT:     memref.alloc
// CHECK:         linalg.fill ins(%{{.*}} : i8) outs(%[[R]] : memref<4x4xi8>)
// CHECK:         %[[MIDDLE:.*]] = memref.subview %[[R]][1, 1] [2, 2] [1, 1]
// CHECK:         linalg.copy ins(%[[A]] {{.*}} outs(%[[MIDDLE]]
// CHECK-NOT:     linalg.copy
// CHECK:         return
func.func @pad(%a: tensor<2x2xi8>, %begin: index, %end: index) -> tensor<4x4xi8> attributes {program.kernel} {
  %zp = arith.constant -128 : i8
  %0 = tensor.pad %a low[1, 1] high[1, 1] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zp : i8
  } : tensor<2x2xi8> to tensor<4x4xi8>
  return %0 : tensor<4x4xi8>
}

// A loop whose value turns around in each iteration cannot work in place. Its
// buffers have static shapes and are no more than it has carried values and
// steps: none is allocated per iteration.
// CHECK-LABEL: func.func @carried
// CHECK:         scf.for
// CHECK:           linalg.generic
// CHECK:             math.exp
// CHECK-NOT:     memref<?
// CHECK:         return
func.func @carried(%a: tensor<4xf32>, %begin: index, %end: index) -> tensor<4xf32> attributes {program.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %e = tensor.empty() : tensor<4xf32>
  %0 = scf.for %i = %c0 to %c8 step %c1 iter_args(%t = %a) -> tensor<4xf32> {
    %1 = linalg.generic {indexing_maps = [affine_map<(i) -> (3 - i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
        ins(%t : tensor<4xf32>) outs(%e : tensor<4xf32>) {
    ^bb0(%x: f32, %o: f32):
      %2 = math.exp %x : f32
      linalg.yield %2 : f32
    } -> tensor<4xf32>
    scf.yield %1 : tensor<4xf32>
  }
  return %0 : tensor<4xf32>
}
