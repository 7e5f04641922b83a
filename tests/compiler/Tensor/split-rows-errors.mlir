// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: not %iree-opt %s --iree-split-rows="first=1 last=2 rows=1" 2>&1 | FileCheck %s

#id = affine_map<(n, h, w) -> (n, h, w)>
#flip = affine_map<(n, h, w) -> (n, 4 - h, w)>

// Rows in descending order, as a stripe would read them, are no rows of stripes.
// CHECK: error: layers 1 to 2 of '@reversed', which has 3, cannot be computed in stripes of 1 rows
func.func @reversed(%x: tensor<1x5x2xi8>) -> tensor<1x5x2xi8> {
  %e = tensor.empty() : tensor<1x5x2xi8>
  %a = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<1x5x2xi8>) outs(%e : tensor<1x5x2xi8>) {
  ^bb0(%v: i8, %o: i8):
    %s = arith.addi %v, %v : i8
    linalg.yield %s : i8
  } -> tensor<1x5x2xi8>
  %b = linalg.generic {indexing_maps = [#flip, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%a : tensor<1x5x2xi8>) outs(%e : tensor<1x5x2xi8>) {
  ^bb0(%v: i8, %o: i8):
    linalg.yield %v : i8
  } -> tensor<1x5x2xi8>
  return %b : tensor<1x5x2xi8>
}
