// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Code of this refers to constants of its own: vectors of positions.
func.func @count(%x: tensor<64xi32>) -> tensor<64xi32> {
  %e = tensor.empty() : tensor<64xi32>
  %0 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%x : tensor<64xi32>) outs(%e : tensor<64xi32>) {
  ^bb0(%a: i32, %o: i32):
    %i = linalg.index 0 : index
    %j = arith.index_cast %i : index to i32
    %s = arith.muli %a, %j : i32
    linalg.yield %s : i32
  } -> tensor<64xi32>
  return %0 : tensor<64xi32>
}
