// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
func.func @scale(%x: tensor<4xi32>) -> tensor<4xi32> {
  %factors = arith.constant dense<[1, 10, 100, 1000]> : tensor<4xi32>
  %y = arith.muli %x, %factors : tensor<4xi32>
  return %y : tensor<4xi32>
}
