// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --iree-resolve-sizes | FileCheck %s
// RUN: %iree-opt %s --split-input-file --iree-resolve-sizes --iree-resolve-sizes | FileCheck %s

// Functions of static shapes stay as they are.
// CHECK-LABEL: func.func @static
// CHECK-NEXT:    arith.addf
// CHECK-NEXT:    return
func.func @static(%a: tensor<4xf32>) -> tensor<4xf32> {
  %r = arith.addf %a, %a : tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>

// Sizes that an operation needs to be equal are compared once; the message names
// the place in the model. What is known is not asked again.
// CHECK-LABEL: func.func @operands
// CHECK-SAME:    (%[[A:.*]]: tensor<?x?xf32>, %[[B:.*]]: tensor<?xf32>)
// CHECK-DAG:     %[[A0:.*]] = tensor.dim %[[A]], %c0
// CHECK-DAG:     %[[A1:.*]] = tensor.dim %[[A]], %c1
// CHECK-DAG:     %[[B0:.*]] = tensor.dim %[[B]], %c0
// CHECK:         %[[SAME:.*]] = arith.cmpi eq, %[[A1]], %[[B0]] : index
// CHECK-NEXT:    cf.assert %[[SAME]], "layer '{{.*}}': dimension 0 of operand 1 differs from that of another operand"
// CHECK-NOT:     cf.assert
// CHECK:         return
func.func @operands(%a: tensor<?x?xf32>, %b: tensor<?xf32>) -> tensor<?x?xf32> {
  %0 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?xf32>) outs(%a : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %b : tensor<?x?xf32>, tensor<?xf32>) outs(%a : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.mulf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  return %1 : tensor<?x?xf32>
}

// -----

// The size of what is computed is that of what it is computed from.
// CHECK-LABEL: func.func @dim_of_result
// CHECK-SAME:    (%[[A:.*]]: tensor<?x4xf32>)
// CHECK:         %[[N:.*]] = tensor.dim %[[A]], %c0
// CHECK:         %[[FLAT:.*]] = arith.muli %[[N]], %c4{{.*}} : index
// CHECK-NOT:     tensor.dim
// CHECK:         tensor.empty(%[[FLAT]])
func.func @dim_of_result(%a: tensor<?x4xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %f = tensor.collapse_shape %a [[0, 1]] : tensor<?x4xf32> into tensor<?xf32>
  %n = tensor.dim %f, %c0 : tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  return %e : tensor<?xf32>
}

// -----

// CHECK-LABEL: func.func @slice
// CHECK:         arith.cmpi sge, %{{.*}}, %c5{{.*}} : index
// CHECK-NEXT:    cf.assert %{{.*}}, "layer '{{.*}}': dimension 0 of the slice ends beyond the tensor"
func.func @slice(%a: tensor<?xf32>) -> tensor<3xf32> {
  %r = tensor.extract_slice %a[2] [3] [1] : tensor<?xf32> to tensor<3xf32>
  return %r : tensor<3xf32>
}

// -----

// CHECK-LABEL: func.func @cast
// CHECK:         arith.cmpi eq, %{{.*}}, %c4{{.*}} : index
// CHECK-NEXT:    cf.assert %{{.*}}, "layer '{{.*}}': dimension 0 is not 4"
func.func @cast(%a: tensor<?xf32>) -> tensor<4xf32> {
  %r = tensor.cast %a : tensor<?xf32> to tensor<4xf32>
  return %r : tensor<4xf32>
}
