// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --iree-forward-globals | FileCheck %s

util.global private mutable @a : tensor<i32>
util.global private mutable @b : tensor<i32>

// A load behind a store sees it; the last store counts.
// CHECK-LABEL: func.func @straight
// CHECK-SAME:    (%[[X:.*]]: tensor<i32>, %[[Y:.*]]: tensor<i32>)
// CHECK-NEXT:    %[[A:.*]] = util.global.load @a
// CHECK-NEXT:    util.global.store %[[Y]], @a
// CHECK-NEXT:    return %[[A]], %[[X]], %[[X]]
func.func @straight(%x: tensor<i32>, %y: tensor<i32>) -> (tensor<i32>, tensor<i32>, tensor<i32>) {
  %0 = util.global.load @a : tensor<i32>
  util.global.store %x, @a : tensor<i32>
  %1 = util.global.load @a : tensor<i32>
  %2 = util.global.load @a : tensor<i32>
  util.global.store %y, @a : tensor<i32>
  return %0, %1, %2 : tensor<i32>, tensor<i32>, tensor<i32>
}

// Nothing is stored that was there before.
// CHECK-LABEL: func.func @unchanged
// CHECK-NEXT:    return
func.func @unchanged(%x: tensor<i32>) {
  %0 = util.global.load @a : tensor<i32>
  util.global.store %x, @a : tensor<i32>
  util.global.store %0, @a : tensor<i32>
  return
}

// CHECK-LABEL: func.func @swap
// CHECK-NEXT:    %[[A:.*]] = util.global.load @a
// CHECK-NEXT:    %[[B:.*]] = util.global.load @b
// CHECK-NEXT:    util.global.store %[[B]], @a
// CHECK-NEXT:    util.global.store %[[A]], @b
// CHECK-NEXT:    return
func.func @swap() {
  %0 = util.global.load @a : tensor<i32>
  %1 = util.global.load @b : tensor<i32>
  util.global.store %1, @a : tensor<i32>
  util.global.store %0, @b : tensor<i32>
  return
}

// A branch returns what it stores; without `else` there is the old value.
// CHECK-LABEL: func.func @branch
// CHECK-SAME:    (%[[C:.*]]: i1, %[[X:.*]]: tensor<i32>)
// CHECK:         %[[A:.*]] = util.global.load @a
// CHECK-NEXT:    %[[B:.*]] = util.global.load @b
// CHECK-NEXT:    %[[R:.*]] = scf.if %[[C]] -> (tensor<i32>) {
// CHECK-NEXT:      scf.yield %[[B]]
// CHECK-NEXT:    } else {
// CHECK-NEXT:      scf.yield %[[A]]
// CHECK-NEXT:    }
// CHECK-NEXT:    util.global.store %[[R]], @a
// CHECK-NEXT:    return %[[R]]
func.func @branch(%c: i1, %x: tensor<i32>) -> tensor<i32> {
  scf.if %c {
    util.global.store %x, @a : tensor<i32>
    %0 = util.global.load @b : tensor<i32>
    util.global.store %0, @a : tensor<i32>
  }
  %1 = util.global.load @a : tensor<i32>
  return %1 : tensor<i32>
}

// A loop carries the variables that it stores; one that it only loads is taken
// from outside.
// CHECK-LABEL: func.func @loops
// CHECK:         %[[A:.*]] = util.global.load @a
// CHECK-NEXT:    %[[B:.*]] = util.global.load @b
// CHECK:         %[[F:.*]]:2 = scf.for {{.*}} iter_args(%[[I:.*]] = %{{.*}}, %[[J:.*]] = %[[A]])
// CHECK-NEXT:      %[[S:.*]] = arith.addi %[[J]], %[[B]]
// CHECK-NEXT:      scf.yield %[[J]], %[[S]]
// CHECK:         %[[W:.*]] = scf.while (%[[K:.*]] = %[[F]]#1)
// CHECK-NEXT:      %[[E:.*]] = tensor.extract %[[K]][]
// CHECK:           scf.condition(%{{.*}}) %[[K]]
// CHECK:         ^bb0(%[[L:.*]]: tensor<i32>)
// CHECK-NEXT:      %[[T:.*]] = arith.addi %[[L]], %[[L]]
// CHECK-NEXT:      scf.yield %[[T]]
// CHECK:         util.global.store %[[W]], @a
// CHECK-NEXT:    return %[[F]]#0
func.func @loops(%x: tensor<i32>, %lower: index, %upper: index, %step: index, %limit: i32) -> tensor<i32> {
  %r = scf.for %i = %lower to %upper step %step iter_args(%y = %x) -> tensor<i32> {
    %0 = util.global.load @a : tensor<i32>
    %1 = util.global.load @b : tensor<i32>
    %2 = arith.addi %0, %1 : tensor<i32>
    util.global.store %2, @a : tensor<i32>
    scf.yield %0 : tensor<i32>
  }
  scf.while : () -> () {
    %0 = util.global.load @a : tensor<i32>
    %1 = tensor.extract %0[] : tensor<i32>
    %2 = arith.cmpi slt, %1, %limit : i32
    scf.condition(%2)
  } do {
    %0 = util.global.load @a : tensor<i32>
    %1 = arith.addi %0, %0 : tensor<i32>
    util.global.store %1, @a : tensor<i32>
    scf.yield
  }
  return %r : tensor<i32>
}
