// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-tile-kernels --verify-diagnostics

// Rows of 10 bytes: one row is the least distance.
// expected-error@+1 {{internal: result 0 of '@over' lies 9 bytes before argument 0, which it may overwrite before it is read}}
func.func @over(%x: tensor<6x10xi8>) -> tensor<6x10xi8>
    attributes {program.kernel, program.overlaps = [array<i64: 0, 0, 9>]} {
  %e = tensor.empty() : tensor<6x10xi8>
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<6x10xi8>) outs(%e : tensor<6x10xi8>) {
  ^bb0(%a: i8, %old: i8):
    %1 = arith.addi %a, %a : i8
    linalg.yield %1 : i8
  } -> tensor<6x10xi8>
  return %0 : tensor<6x10xi8>
}
