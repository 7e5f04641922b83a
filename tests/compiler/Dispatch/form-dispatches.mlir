// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --iree-form-dispatches | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>

// A bias as initial value and an activation join the contraction between them.
// The bias is a binding, its zero a constant of the kernel; reshapes are no
// work and stay outside. The name says operation, element type and shape.
// CHECK-LABEL: func.func private @matmul_f32_4x4
// CHECK-SAME:    (%{{.*}}: tensor<4xf32>, %{{.*}}: tensor<4x8xf32>, %{{.*}}: tensor<8x4xf32>) -> tensor<4x4xf32>
// CHECK-SAME:    program.kernel
// CHECK:         linalg.generic
// CHECK:         linalg.matmul
// CHECK:         linalg.generic
// CHECK:           arith.maximumf
// CHECK-LABEL: func.func @layer
// CHECK:         %[[BIAS:.*]] = arith.constant dense<[1.0
// CHECK-NEXT:    %[[R:.*]] = call @matmul_f32_4x4(%[[BIAS]], %{{.*}}, %{{.*}})
// CHECK-NEXT:    %[[FLAT:.*]] = tensor.collapse_shape %[[R]]
// CHECK-NEXT:    return %[[FLAT]]
func.func @layer(%a: tensor<4x8xf32>, %b: tensor<8x4xf32>) -> tensor<16xf32> {
  %bias = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x4xf32>
  %init = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%bias : tensor<4xf32>) outs(%e : tensor<4x4xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<4x4xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<8x4xf32>) outs(%init : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %2 = arith.maximumf %x, %zero : f32
    linalg.yield %2 : f32
  } -> tensor<4x4xf32>
  %flat = tensor.collapse_shape %1 [[0, 1]] : tensor<4x4xf32> into tensor<16xf32>
  return %flat : tensor<16xf32>
}

// -----

// Two contractions never share a kernel. The second's result is also needed by
// a third operation, so that the activation does not absorb it.
// CHECK-LABEL: func.func @contractions
// CHECK:         %[[A:.*]] = call @matmul_f32_2x2
// CHECK:         %[[B:.*]] = call @matmul_f32_2x2_0(%[[A]],
// CHECK:         %[[C:.*]] = call @elementwise_f32_2x2(%[[B]])
// CHECK:         return %[[B]], %[[C]]
func.func @contractions(%a: tensor<2x2xf32>, %init: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>) {
  %0 = linalg.matmul ins(%a, %a : tensor<2x2xf32>, tensor<2x2xf32>) outs(%init : tensor<2x2xf32>) -> tensor<2x2xf32>
  %1 = linalg.matmul ins(%0, %a : tensor<2x2xf32>, tensor<2x2xf32>) outs(%init : tensor<2x2xf32>) -> tensor<2x2xf32>
  %e = tensor.empty() : tensor<2x2xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%1 : tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) {
  ^bb0(%x: f32, %o: f32):
    %3 = math.absf %x : f32
    linalg.yield %3 : f32
  } -> tensor<2x2xf32>
  return %1, %2 : tensor<2x2xf32>, tensor<2x2xf32>
}

// -----

// An activation that reads each sum more than once would repeat it: apart.
// CHECK-LABEL: func.func @broadcast_of_sum
// CHECK:         %[[SUM:.*]] = call @reduce_f32_2
// CHECK:         call @elementwise_f32_2x4(%[[SUM]])
func.func @broadcast_of_sum(%a: tensor<2x8xf32>, %init: tensor<2xf32>) -> tensor<2x4xf32> {
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>],
                       iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<2x8xf32>) outs(%init : tensor<2xf32>) {
  ^bb0(%x: f32, %o: f32):
    %1 = arith.addf %x, %o : f32
    linalg.yield %1 : f32
  } -> tensor<2xf32>
  %e = tensor.empty() : tensor<2x4xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<2xf32>) outs(%e : tensor<2x4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %3 = arith.negf %x : f32
    linalg.yield %3 : f32
  } -> tensor<2x4xf32>
  return %2 : tensor<2x4xf32>
}

// -----

// A large splat constant inside a kernel is a fill, not data in the library; a
// chain of inserts is one kernel.
// CHECK-LABEL: func.func private @insert_slice_i8_2x4
// CHECK-SAME:    (%{{.*}}: tensor<2x1xi8>, %{{.*}}: tensor<2x1xi8>)
// CHECK:         linalg.fill
// CHECK:         tensor.insert_slice
// CHECK:         tensor.insert_slice
// CHECK-LABEL: func.func @inserts
// CHECK-NEXT:    call @insert_slice_i8_2x4
// CHECK-NEXT:    return
func.func @inserts(%a: tensor<2x1xi8>, %b: tensor<2x1xi8>) -> tensor<2x4xi8> {
  %splat = arith.constant dense<5> : tensor<2x4xi8>
  %0 = tensor.insert_slice %a into %splat[0, 0] [2, 1] [1, 1] : tensor<2x1xi8> into tensor<2x4xi8>
  %1 = tensor.insert_slice %b into %0[0, 3] [2, 1] [1, 1] : tensor<2x1xi8> into tensor<2x4xi8>
  return %1 : tensor<2x4xi8>
}

// -----

// Values that a region captures become bindings as well. What nothing uses
// goes away.
// CHECK-LABEL: func.func private @for_f32_4
// CHECK-SAME:    (%{{.*}}: tensor<4xf32>, %{{.*}}: tensor<4xf32>) -> tensor<4xf32>
// CHECK:         scf.for
// CHECK-LABEL: func.func @loop
// CHECK-NOT:     math.exp
// CHECK:         call @for_f32_4
// CHECK-NEXT:    return
func.func @loop(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  %unused = math.exp %a : tensor<4xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %0 = scf.for %i = %c0 to %c4 step %c1 iter_args(%t = %a) -> tensor<4xf32> {
    %x = tensor.extract %b[%i] : tensor<4xf32>
    %1 = tensor.insert %x into %t[%i] : tensor<4xf32>
    scf.yield %1 : tensor<4xf32>
  }
  return %0 : tensor<4xf32>
}

// -----

// A fill that is the result itself needs memory, so it is a kernel; a constant
// result is left to the program.
// CHECK-LABEL: func.func @results
// CHECK-DAG:     %[[C:.*]] = arith.constant dense<3> : tensor<4xi32>
// CHECK-DAG:     %[[F:.*]] = call @fill_i32_4()
// CHECK:         return %[[F]], %[[C]]
func.func @results() -> (tensor<4xi32>, tensor<4xi32>) {
  %seven = arith.constant 7 : i32
  %e = tensor.empty() : tensor<4xi32>
  %0 = linalg.fill ins(%seven : i32) outs(%e : tensor<4xi32>) -> tensor<4xi32>
  %1 = arith.constant dense<3> : tensor<4xi32>
  return %0, %1 : tensor<4xi32>, tensor<4xi32>
}

// -----

// A scalar that a loop returns beside a tensor does not cross a kernel's border:
// the kernel that needs it repeats the loop.
// CHECK-LABEL: func.func private @for_f32_4
// CHECK-SAME:    -> tensor<4xf32>
// CHECK:         scf.for
// CHECK-LABEL: func.func private @{{.*}}_f32
// CHECK-SAME:    -> tensor<f32>
// CHECK:         scf.for
// CHECK-LABEL: func.func @scalar_beside_tensor
// CHECK:         %[[T:.*]] = call @for_f32_4
// CHECK:         %[[S:.*]] = call
// CHECK:         return %[[T]], %[[S]]
func.func @scalar_beside_tensor(%a: tensor<4xf32>) -> (tensor<4xf32>, tensor<f32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %0:2 = scf.for %i = %c0 to %c4 step %c1 iter_args(%t = %a, %s = %zero) -> (tensor<4xf32>, f32) {
    %x = tensor.extract %t[%i] : tensor<4xf32>
    %sum = arith.addf %s, %x : f32
    %next = tensor.insert %sum into %t[%i] : tensor<4xf32>
    scf.yield %next, %sum : tensor<4xf32>, f32
  }
  %1 = tensor.from_elements %0#1 : tensor<f32>
  return %0#0, %1 : tensor<4xf32>, tensor<f32>
}
