// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-input | FileCheck %s
// RUN: %iree-compile %s --compile-to=input | FileCheck %s

// The whole stage: calls are inlined, TOSA and elementwise operations become
// linalg, scalars rank-0 tensors, and no private function is left.

// CHECK-LABEL: func.func @tosa
// CHECK-NOT:     tosa.
// CHECK:         linalg.generic
// CHECK:           arith.maximumf
func.func @tosa(%a: tensor<2x3xf32>, %b: tensor<1x3xf32>) -> tensor<2x3xf32> {
  %0 = tosa.maximum %a, %b : (tensor<2x3xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @inlined
// CHECK-SAME:    -> tensor<i32> attributes {program.function_type = (i32) -> i32}
// CHECK-NOT:     call
// CHECK:         arith.muli
func.func @inlined(%a: i32) -> i32 {
  %0 = func.call @square(%a) : (i32) -> i32
  return %0 : i32
}

// CHECK-LABEL: func.func @elementwise
// CHECK:         linalg.generic
// CHECK:           math.absf %{{.*}} : f32
func.func @elementwise(%a: tensor<4xf32>) -> tensor<4xf32> {
  %0 = math.absf %a : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-NOT: @square
func.func private @square(%a: i32) -> i32 {
  %0 = arith.muli %a, %a : i32
  return %0 : i32
}
