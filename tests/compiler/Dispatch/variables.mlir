// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-form-dispatches --iree-verify-dispatch | FileCheck %s

util.global private mutable @a : tensor<4xi32>
#id = affine_map<(d0) -> (d0)>

// Loads, stores, opaque constants and barriers stay outside of kernels; a
// barrier keeps what stands before it apart from what stands behind it.
// CHECK-LABEL: func.func private @elementwise_i32_4
// CHECK-NOT:     util.
// CHECK-LABEL: func.func @main
// CHECK-SAME:    (%[[X:.*]]: tensor<4xi32>)
// CHECK-DAG:     %[[A:.*]] = util.global.load @a
// CHECK-DAG:     %[[C:.*]] = util.unfoldable_constant dense<1>
// CHECK:         %[[S:.*]] = call @[[F:.*]](%[[A]], %[[C]])
// CHECK-NEXT:    %[[B:.*]] = util.optimization_barrier %[[S]]
// CHECK-NEXT:    %[[T:.*]] = call @{{.*}}(%[[B]], %[[X]])
// CHECK-NEXT:    util.global.store %[[T]], @a
// CHECK-NEXT:    return
func.func @main(%x: tensor<4xi32>) {
  %a = util.global.load @a : tensor<4xi32>
  %c = util.unfoldable_constant dense<1> : tensor<4xi32>
  %0 = tensor.empty() : tensor<4xi32>
  %1 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%a, %c : tensor<4xi32>, tensor<4xi32>) outs(%0 : tensor<4xi32>) {
  ^bb0(%i: i32, %j: i32, %o: i32):
    %s = arith.addi %i, %j : i32
    linalg.yield %s : i32
  } -> tensor<4xi32>
  %2 = util.optimization_barrier %1 : tensor<4xi32>
  %3 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%2, %x : tensor<4xi32>, tensor<4xi32>) outs(%0 : tensor<4xi32>) {
  ^bb0(%i: i32, %j: i32, %o: i32):
    %s = arith.muli %i, %j : i32
    linalg.yield %s : i32
  } -> tensor<4xi32>
  util.global.store %3, @a : tensor<4xi32>
  return
}

// Inside a kernel a barrier is nothing.
// CHECK-LABEL: func.func private @if_i32_4
// CHECK-NOT:     util.
// CHECK:         scf.yield
// CHECK-LABEL: func.func @nested
func.func @nested(%x: tensor<4xi32>, %c: tensor<i1>) -> tensor<4xi32> {
  %0 = tensor.extract %c[] : tensor<i1>
  %1 = scf.if %0 -> tensor<4xi32> {
    %2 = util.optimization_barrier %x : tensor<4xi32>
    scf.yield %2 : tensor<4xi32>
  } else {
    %2 = util.unfoldable_constant dense<3> : tensor<4xi32>
    scf.yield %2 : tensor<4xi32>
  }
  return %1 : tensor<4xi32>
}
