// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s | %iree-opt | FileCheck %s

// CHECK:      util.global private mutable @a = dense<1> : tensor<4xi32>
util.global private mutable @a : tensor<4xi32> = dense<1> : tensor<4xi32>
// CHECK-NEXT: util.global private @b = 4 : i32
util.global private @b = 4 : i32
// CHECK-NEXT: util.global public mutable @c : tensor<2x3xf32>
util.global public mutable @c : tensor<2x3xf32>
// CHECK-NEXT: util.global mutable @d = #util.uninitialized : tensor<16xf32>
util.global mutable @d = #util.uninitialized : tensor<16xf32>
// CHECK-NEXT: util.global private @e {inlining_policy = #util.inline.never} = 2.000000e+00 : f32
util.global private @e {inlining_policy = #util.inline.never} = 2.0 : f32
// CHECK-NEXT: util.global private @f {inlining_policy = #util.inline.always} : index
util.global private @f {inlining_policy = #util.inline.always} : index

// CHECK-LABEL: func.func @all
func.func @all(%x: tensor<4xi32>, %y: index) -> tensor<4xi32> {
  // CHECK-NEXT: %[[A:.*]] = util.global.load @a : tensor<4xi32>
  %0 = util.global.load @a : tensor<4xi32>
  // CHECK-NEXT: util.global.load immutable @b : i32
  %1 = util.global.load immutable @b : i32
  // CHECK-NEXT: util.global.store %[[A]], @a : tensor<4xi32>
  util.global.store %0, @a : tensor<4xi32>
  // CHECK-NEXT: util.unfoldable_constant dense<[1, 2]> : tensor<2xi32>
  %2 = util.unfoldable_constant dense<[1, 2]> : tensor<2xi32>
  // CHECK-NEXT: util.unfoldable_constant 42 : i32
  %3 = util.unfoldable_constant 42 : i32
  // CHECK-NEXT: %[[B:.*]]:2 = util.optimization_barrier %{{.*}}, %{{.*}} : tensor<4xi32>, index
  %4:2 = util.optimization_barrier %x, %y : tensor<4xi32>, index
  // CHECK-NEXT: return %[[B]]#0
  return %4#0 : tensor<4xi32>
}
