// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --iree-prepare-globals | FileCheck %s

// Variables of other dialects become util.global, scalars become tensors.
// CHECK:     util.global private mutable @program = dense<4> : tensor<4xi32>
// CHECK:     util.global private mutable @layer = dense<-1> : tensor<2xi32>
// CHECK:     util.global private mutable @scalar = dense<5> : tensor<i32>
// CHECK:     util.global private mutable @size = dense<7> : tensor<i64>
// CHECK:     util.global private mutable @anything : tensor<3xf32>
// CHECK-NOT: ml_program
// CHECK-NOT: tosa.variable
ml_program.global private mutable @program(dense<4> : tensor<4xi32>) : tensor<4xi32>
tosa.variable @layer = dense<-1> : tensor<2xi32>
util.global private mutable @scalar = 5 : i32
util.global private mutable @size = 7 : index
util.global private mutable @anything = #util.uninitialized : tensor<3xf32>

// CHECK-LABEL: func.func @all
// CHECK-SAME:    (%[[P:.*]]: tensor<4xi32>, %[[L:.*]]: tensor<2xi32>, %[[S:.*]]: i32, %[[N:.*]]: index, %[[A:.*]]: tensor<3xf32>)
func.func @all(%p: tensor<4xi32>, %l: tensor<2xi32>, %s: i32, %n: index, %a: tensor<3xf32>)
    -> (tensor<4xi32>, tensor<2xi32>, i32, index, tensor<3xf32>) {
  // CHECK: %[[P0:.*]] = util.global.load @program : tensor<4xi32>
  %0 = ml_program.global_load @program : tensor<4xi32>
  // CHECK: %[[L0:.*]] = util.global.load @layer : tensor<2xi32>
  %1 = tosa.variable_read @layer : tensor<2xi32>
  // CHECK: %[[S0:.*]] = util.global.load @scalar : tensor<i32>
  // CHECK: %[[S1:.*]] = tensor.extract %[[S0]][]
  %2 = util.global.load @scalar : i32
  // CHECK: %[[N0:.*]] = util.global.load @size : tensor<i64>
  // CHECK: %[[N1:.*]] = tensor.extract %[[N0]][]
  // CHECK: %[[N2:.*]] = arith.index_cast %[[N1]] : i64 to index
  %3 = util.global.load @size : index
  %4 = util.global.load @anything : tensor<3xf32>
  // CHECK: util.global.store %[[P]], @program
  ml_program.global_store @program = %p : tensor<4xi32>
  // CHECK: util.global.store %[[L]], @layer
  tosa.variable_write @layer, %l : tensor<2xi32>
  // CHECK: %[[S2:.*]] = tensor.from_elements %[[S]] : tensor<i32>
  // CHECK: util.global.store %[[S2]], @scalar : tensor<i32>
  util.global.store %s, @scalar : i32
  // CHECK: %[[N3:.*]] = arith.index_cast %[[N]] : index to i64
  // CHECK: %[[N4:.*]] = tensor.from_elements %[[N3]] : tensor<i64>
  // CHECK: util.global.store %[[N4]], @size : tensor<i64>
  util.global.store %n, @size : index
  util.global.store %a, @anything : tensor<3xf32>
  // CHECK: return %[[P0]], %[[L0]], %[[S1]], %[[N2]],
  return %0, %1, %2, %3, %4 : tensor<4xi32>, tensor<2xi32>, i32, index, tensor<3xf32>
}

// -----

// What nobody stores to is a constant, and what nobody loads is nothing.
// CHECK-NOT:   util.global
// CHECK-LABEL: func.func @constants
// CHECK-DAG:     %[[T:.*]] = arith.constant dense<[1, 2]> : tensor<2xi32>
// CHECK-DAG:     %[[M:.*]] = arith.constant dense<3> : tensor<2xi32>
// CHECK-DAG:     %[[Z:.*]] = arith.constant dense<0.000000e+00> : tensor<2xf32>
// CHECK-DAG:     %[[P:.*]] = arith.constant dense<9> : tensor<2xi32>
// CHECK-DAG:     %[[U:.*]] = util.unfoldable_constant dense<4> : tensor<2xi32>
// CHECK-NOT:     util.global
// CHECK:         return %[[T]], %[[M]], %[[Z]], %[[P]], %[[U]]
util.global private @table = dense<[1, 2]> : tensor<2xi32>
util.global private mutable @mutable = dense<3> : tensor<2xi32>
util.global private mutable @zero : tensor<2xf32>
ml_program.global private @program(dense<9> : tensor<2xi32>) : tensor<2xi32>
util.global private @opaque {inlining_policy = #util.inline.never} = dense<4> : tensor<2xi32>
util.global private mutable @written : tensor<2xi32>
func.func @constants(%x: tensor<2xi32>)
    -> (tensor<2xi32>, tensor<2xi32>, tensor<2xf32>, tensor<2xi32>, tensor<2xi32>) {
  %t = util.global.load immutable @table : tensor<2xi32>
  %m = util.global.load @mutable : tensor<2xi32>
  %z = util.global.load @zero : tensor<2xf32>
  %p = ml_program.global_load_const @program : tensor<2xi32>
  %u = util.global.load @opaque : tensor<2xi32>
  util.global.store %x, @written : tensor<2xi32>
  return %t, %m, %z, %p, %u
      : tensor<2xi32>, tensor<2xi32>, tensor<2xf32>, tensor<2xi32>, tensor<2xi32>
}

// -----

// Constants and barriers of scalars are in tensors, a barrier has one value.
// CHECK-LABEL: func.func @scalars
// CHECK:         %[[C:.*]] = util.unfoldable_constant dense<42> : tensor<i32>
// CHECK:         %[[B:.*]] = util.optimization_barrier %[[C]] : tensor<i32>
// CHECK:         %[[Y:.*]] = tensor.extract %[[B]][]
// CHECK:         %[[D:.*]] = util.optimization_barrier %{{.*}} : tensor<4xf32>
// CHECK:         return %[[Y]], %[[D]]
func.func @scalars(%x: tensor<4xf32>) -> (i32, tensor<4xf32>) {
  %c = util.unfoldable_constant 42 : i32
  %r:2 = util.optimization_barrier %c, %x : i32, tensor<4xf32>
  return %r#0, %r#1 : i32, tensor<4xf32>
}
