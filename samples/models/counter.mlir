// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A counter that the module keeps from one call to the next.
module @counter {
  util.global private mutable @value = dense<0> : tensor<i32>

  func.func @get_value() -> tensor<i32> {
    %value = util.global.load @value : tensor<i32>
    return %value : tensor<i32>
  }

  func.func @set_value(%new_value: tensor<i32>) {
    util.global.store %new_value, @value : tensor<i32>
    return
  }

  func.func @add_to_value(%x: tensor<i32>) -> tensor<i32> {
    %value = util.global.load @value : tensor<i32>
    %sum = arith.addi %value, %x : tensor<i32>
    util.global.store %sum, @value : tensor<i32>
    return %sum : tensor<i32>
  }

  func.func @reset_value() {
    %zero = arith.constant dense<0> : tensor<i32>
    util.global.store %zero, @value : tensor<i32>
    return
  }
}
