// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-carry-tensors --iree-form-dispatches --iree-simplify-dispatches \
// RUN:   --iree-verify-dispatch | FileCheck %s

#id = affine_map<(d0) -> (d0)>
!large = tensor<100xi32>
!small = tensor<10xi32>

// A loop with work is the program's. Its bounds are constants; the counter, which
// a kernel needs, is stored. The scalar that it carries is a tensor.
// CHECK-LABEL: func.func @loop
// CHECK-SAME:    (%[[X:.*]]: tensor<100xi32>, %[[S:.*]]: tensor<i32>)
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant {{.*}}0 : index
// CHECK-DAG:     %[[ONE:.*]] = arith.constant {{.*}}1 : index
// CHECK-DAG:     %[[NINE:.*]] = arith.constant {{.*}}9 : index
// CHECK:         %[[R:.*]]:2 = scf.for %[[I:.*]] = %[[ZERO]] to %[[NINE]] step %[[ONE]] iter_args(%[[Y:.*]] = %[[X]], %[[T:.*]] = %[[S]]) -> (tensor<100xi32>, tensor<i32>)
// CHECK:           %[[C:.*]] = arith.index_cast %[[I]]
// CHECK:           %[[CT:.*]] = tensor.from_elements %[[C]]
// CHECK:           %[[K:.*]] = func.call @{{.*}}(%[[Y]], %[[CT]])
// CHECK:           %[[N:.*]] = func.call @{{.*}}(%[[T]], %[[CT]])
// CHECK:           scf.yield %[[K]], %[[N]]
// CHECK:         return %[[R]]#0, %[[R]]#1
func.func @loop(%x: !large, %s: tensor<i32>) -> (!large, tensor<i32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %nine = arith.constant 9 : index
  %start = tensor.extract %s[] : tensor<i32>
  %r:2 = scf.for %i = %zero to %nine step %one iter_args(%y = %x, %t = %start) -> (!large, i32) {
    %n = arith.index_cast %i : index to i32
    %e = tensor.empty() : !large
    %k = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
        ins(%y : !large) outs(%e : !large) {
    ^bb0(%a: i32, %o: i32):
      %b = arith.addi %a, %n : i32
      linalg.yield %b : i32
    } -> !large
    %u = arith.muli %t, %n : i32
    scf.yield %k, %u : !large, i32
  }
  %end = tensor.from_elements %r#1 : tensor<i32>
  return %r#0, %end : !large, tensor<i32>
}

// One with little work is a kernel.
// CHECK-LABEL: func.func @little
// CHECK-NOT:     scf.for
// CHECK:         call @for_i32_10
// CHECK-NEXT:    return
func.func @little(%x: !small) -> !small {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %nine = arith.constant 9 : index
  %r = scf.for %i = %zero to %nine step %one iter_args(%y = %x) -> (!small) {
    %k = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%y : !small) {
    ^bb0(%a: i32):
      %b = arith.addi %a, %a : i32
      linalg.yield %b : i32
    } -> !small
    scf.yield %k : !small
  }
  return %r : !small
}

// A condition that is computed is what a kernel leaves in a tensor.
// CHECK-LABEL: func.func @branch
// CHECK-SAME:    (%[[X:.*]]: tensor<100xi32>, %[[A:.*]]: tensor<i32>, %[[B:.*]]: tensor<i32>)
// CHECK:         %[[CT:.*]] = call @{{.*}}(%[[A]], %[[B]]) : (tensor<i32>, tensor<i32>) -> tensor<i1>
// CHECK:         %[[C:.*]] = tensor.extract %[[CT]][]
// CHECK:         %[[R:.*]] = scf.if %[[C]] -> (tensor<100xi32>)
// CHECK:           %[[K:.*]] = func.call @{{.*}}(%[[X]])
// CHECK:           scf.yield %[[K]]
// CHECK:         } else {
// CHECK-NEXT:      scf.yield %[[X]]
// CHECK:         return %[[R]]
func.func @branch(%x: !large, %a: tensor<i32>, %b: tensor<i32>) -> !large {
  %0 = tensor.extract %a[] : tensor<i32>
  %1 = tensor.extract %b[] : tensor<i32>
  %c = arith.cmpi slt, %0, %1 : i32
  %r = scf.if %c -> !large {
    %e = tensor.empty() : !large
    %k = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
        ins(%x : !large) outs(%e : !large) {
    ^bb0(%i: i32, %o: i32):
      %s = arith.addi %i, %i : i32
      linalg.yield %s : i32
    } -> !large
    scf.yield %k : !large
  } else {
    scf.yield %x : !large
  }
  return %r : !large
}

// CHECK-LABEL: func.func @assertion
// CHECK-SAME:    (%[[A:.*]]: tensor<i1>)
// CHECK-NEXT:    %[[C:.*]] = tensor.extract %[[A]][]
// CHECK-NEXT:    cf.assert %[[C]], "text"
// CHECK-NEXT:    return
func.func @assertion(%a: tensor<i1>) {
  %c = tensor.extract %a[] : tensor<i1>
  cf.assert %c, "text"
  return
}
