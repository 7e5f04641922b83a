// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions on tensors whose sizes a call decides.
module @dynamic_shapes {
  // The sum of a vector of any length.
  func.func @reduce_sum_1d(%input: tensor<?xi32>) -> tensor<i32> {
    %zero = arith.constant dense<0> : tensor<i32>
    %sum = linalg.reduce {arith.addi} ins(%input : tensor<?xi32>) outs(%zero : tensor<i32>)
        dimensions = [0]
    return %sum : tensor<i32>
  }

  // The sums of the columns of any number of rows.
  func.func @reduce_sum_2d(%input: tensor<?x3xi32>) -> tensor<3xi32> {
    %zero = arith.constant dense<0> : tensor<3xi32>
    %sum = linalg.reduce {arith.addi} ins(%input : tensor<?x3xi32>) outs(%zero : tensor<3xi32>)
        dimensions = [0]
    return %sum : tensor<3xi32>
  }

  // A vector of the same length.
  func.func @add_one(%input: tensor<?xi32>) -> tensor<?xi32> {
    %c0 = arith.constant 0 : index
    %one = arith.constant 1 : i32
    %size = tensor.dim %input, %c0 : tensor<?xi32>
    %empty = tensor.empty(%size) : tensor<?xi32>
    %ones = linalg.fill ins(%one : i32) outs(%empty : tensor<?xi32>) -> tensor<?xi32>
    %result = arith.addi %input, %ones : tensor<?xi32>
    return %result : tensor<?xi32>
  }
}
