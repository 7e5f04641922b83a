// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-deduplicate-kernels | FileCheck %s

// @second repeats @first; @third has another operation, @fourth another type,
// @fifth another constant.
// CHECK:     func.func private @first
// CHECK-NOT: func.func private @second
// CHECK:     func.func private @third
// CHECK:     func.func private @fourth
// CHECK:     func.func private @fifth
func.func private @first(%a: tensor<4xf32>) -> tensor<4xf32> attributes {program.kernel} {
  %0 = arith.constant dense<1.0> : tensor<4xf32>
  %1 = arith.addf %a, %0 : tensor<4xf32>
  return %1 : tensor<4xf32>
}
func.func private @second(%a: tensor<4xf32>) -> tensor<4xf32> attributes {program.kernel} {
  %0 = arith.constant dense<1.0> : tensor<4xf32>
  %1 = arith.addf %a, %0 : tensor<4xf32>
  return %1 : tensor<4xf32>
}
func.func private @third(%a: tensor<4xf32>) -> tensor<4xf32> attributes {program.kernel} {
  %0 = arith.constant dense<1.0> : tensor<4xf32>
  %1 = arith.mulf %a, %0 : tensor<4xf32>
  return %1 : tensor<4xf32>
}
func.func private @fourth(%a: tensor<5xf32>) -> tensor<5xf32> attributes {program.kernel} {
  %0 = arith.constant dense<1.0> : tensor<5xf32>
  %1 = arith.addf %a, %0 : tensor<5xf32>
  return %1 : tensor<5xf32>
}
func.func private @fifth(%a: tensor<4xf32>) -> tensor<4xf32> attributes {program.kernel} {
  %0 = arith.constant dense<2.0> : tensor<4xf32>
  %1 = arith.addf %a, %0 : tensor<4xf32>
  return %1 : tensor<4xf32>
}

// Calls of the one that is gone go to the one that is kept.
// CHECK-LABEL: func.func @main
// CHECK-NEXT:    %[[A:.*]] = call @first(%{{.*}})
// CHECK-NEXT:    %[[B:.*]] = call @first(%[[A]])
// CHECK-NEXT:    %[[C:.*]] = call @third(%[[B]])
// CHECK-NEXT:    %[[D:.*]] = call @fifth(%[[C]])
// CHECK-NEXT:    call @fourth
func.func @main(%a: tensor<4xf32>, %b: tensor<5xf32>) -> (tensor<4xf32>, tensor<5xf32>) {
  %0 = call @first(%a) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = call @second(%0) : (tensor<4xf32>) -> tensor<4xf32>
  %2 = call @third(%1) : (tensor<4xf32>) -> tensor<4xf32>
  %3 = call @fifth(%2) : (tensor<4xf32>) -> tensor<4xf32>
  %4 = call @fourth(%b) : (tensor<5xf32>) -> tensor<5xf32>
  return %3, %4 : tensor<4xf32>, tensor<5xf32>
}

// Entry points are never merged.
// CHECK-LABEL: func.func @same_a
// CHECK-LABEL: func.func @same_b
func.func @same_a(%a: tensor<4xf32>) -> tensor<4xf32> {
  return %a : tensor<4xf32>
}
func.func @same_b(%a: tensor<4xf32>) -> tensor<4xf32> {
  return %a : tensor<4xf32>
}
