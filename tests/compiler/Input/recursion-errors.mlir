// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --iree-input

func.func @itself(%a: i32) -> i32 {
  // expected-error @+1 {{'func.call' cannot be inlined: recursion is not supported}}
  %r = call @itself(%a) : (i32) -> i32
  return %r : i32
}

// -----

func.func @through_another(%a: tensor<f32>) -> tensor<f32> {
  %r = call @other(%a) : (tensor<f32>) -> tensor<f32>
  return %r : tensor<f32>
}
func.func private @other(%a: tensor<f32>) -> tensor<f32> {
  // expected-error @+1 {{'func.call' cannot be inlined: recursion is not supported}}
  %r = call @through_another(%a) : (tensor<f32>) -> tensor<f32>
  return %r : tensor<f32>
}
