// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The smallest useful module: one scalar operation on a rank-0 tensor.
func.func @abs(%input : tensor<f32>) -> (tensor<f32>) {
  %result = math.absf %input : tensor<f32>
  return %result : tensor<f32>
}
