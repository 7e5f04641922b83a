// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Two inputs, one output: the element-wise product of two vectors of four.
func.func @simple_mul(%lhs: tensor<4xf32>, %rhs: tensor<4xf32>) -> tensor<4xf32> {
  %result = arith.mulf %lhs, %rhs : tensor<4xf32>
  return %result : tensor<4xf32>
}
