// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --iree-resolve-sizes --iree-form-dispatches --canonicalize --iree-verify-dispatch | FileCheck %s

// Kernels take the sizes of dynamic dimensions as index arguments, equal ones
// once; which are whose stands in an attribute. Sizes and assertions stay.
// CHECK-LABEL: func.func private @elementwise_f32_DxD
// CHECK-SAME:    (%{{.*}}: tensor<?x?xf32>, %{{.*}}: tensor<?x?xf32>, %[[M:.*]]: index, %[[N:.*]]: index) -> tensor<?x?xf32>
// CHECK-SAME:    program.constants = 2 : i64
// CHECK-SAME:    program.sizes = [array<i64: 0, 1>, array<i64: 0, 1>, array<i64: 0, 1>]
// CHECK:         tensor.empty(%[[M]], %[[N]])
// CHECK-LABEL: func.func @add
// CHECK-SAME:    (%[[A:.*]]: tensor<?x?xf32>, %[[B:.*]]: tensor<?x?xf32>)
// CHECK-DAG:     %[[A0:.*]] = tensor.dim %[[A]], %c0
// CHECK-DAG:     %[[A1:.*]] = tensor.dim %[[A]], %c1
// CHECK-DAG:     %[[B0:.*]] = tensor.dim %[[B]], %c0
// CHECK:         arith.cmpi eq, %[[A0]], %[[B0]]
// CHECK-NEXT:    cf.assert
// CHECK:         call @elementwise_f32_DxD(%[[A]], %[[B]], %[[A0]], %[[A1]])
#id = affine_map<(i, j) -> (i, j)>
func.func @add(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %a, %c0 : tensor<?x?xf32>
  %n = tensor.dim %b, %c1 : tensor<?x?xf32>
  %e = tensor.empty(%m, %n) : tensor<?x?xf32>
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// -----

// A scalar that is computed from a size is repeated in the kernel, from the size on.
// CHECK-LABEL: func.func private @fill_f32_D
// CHECK-SAME:    (%[[N:.*]]: index) -> tensor<?xf32>
// CHECK:         %[[I:.*]] = arith.index_cast %[[N]] : index to i32
// CHECK:         arith.sitofp %[[I]]
// CHECK-LABEL: func.func @count
// CHECK-NOT:     arith.sitofp
// CHECK:         return
func.func @count(%a: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?xf32>
  %i = arith.index_cast %n : index to i32
  %f = arith.sitofp %i : i32 to f32
  %e = tensor.empty(%n) : tensor<?xf32>
  %r = linalg.fill ins(%f : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  return %r : tensor<?xf32>
}
