// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-vectorize-kernels | FileCheck %s

// Tiles of products of i8 whose accumulators are vectors.
module attributes {program.target = {abi = "lp64d", cpu = "generic-rv64", features = "+v,+zvl256b", float_abi = "hard", triple = "riscv64-none-elf"}} {

// Two rows of sixteen columns: two steps of the sum in one iteration, then one.
// CHECK-LABEL: func.func @matmul
// CHECK:         scf.for {{.*}} -> (vector<16xi32>, vector<16xi32>)
// CHECK-COUNT-2:   vector.transfer_read {{.*}} vector<16xi8>
// CHECK-NOT:       vector.transfer_read
// CHECK:           scf.yield
// CHECK:         vector.transfer_read {{.*}} vector<16xi8>
// CHECK:         vector.transfer_write {{.*}} vector<2x16xi32>
// CHECK-NOT:     linalg.generic
func.func @matmul(%x: tensor<2x37xi8>, %w: tensor<37x16xi8>, %init: tensor<2x16xi32>) -> tensor<2x16xi32>
    attributes {program.kernel, program.vectorize} {
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>,
                                        affine_map<(m, n, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<2x37xi8>, tensor<37x16xi8>) outs(%init : tensor<2x16xi32>) {
  ^bb0(%p: i8, %q: i8, %o: i32):
    %1 = arith.extsi %p : i8 to i32
    %2 = arith.extsi %q : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %o, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<2x16xi32>
  return %0 : tensor<2x16xi32>
}

// Depthwise: for each element of a filter row, two vectors of the image and one of the
// filter; CSE then has the rows share those that are equal.
// CHECK-LABEL: func.func @depthwise
// CHECK:         scf.for {{.*}} -> (vector<16xi32>, vector<16xi32>)
// CHECK-COUNT-9:   vector.transfer_read {{.*}} vector<16xi8>
// CHECK-NOT:       vector.transfer_read
// CHECK:           scf.yield
// CHECK-NOT:     linalg.generic
func.func @depthwise(%x: tensor<1x3x4x16xi8>, %w: tensor<3x3x16xi8>, %init: tensor<1x1x2x16xi32>) -> tensor<1x1x2x16xi32>
    attributes {program.kernel, program.vectorize} {
  %0 = linalg.generic {indexing_maps = [affine_map<(n, h, w, c, i, j) -> (n, h + i, w + j, c)>,
                                        affine_map<(n, h, w, c, i, j) -> (i, j, c)>,
                                        affine_map<(n, h, w, c, i, j) -> (n, h, w, c)>],
                       iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %w : tensor<1x3x4x16xi8>, tensor<3x3x16xi8>) outs(%init : tensor<1x1x2x16xi32>) {
  ^bb0(%p: i8, %q: i8, %o: i32):
    %1 = arith.extsi %p : i8 to i32
    %2 = arith.extsi %q : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %o, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<1x1x2x16xi32>
  return %0 : tensor<1x1x2x16xi32>
}

// One column is no vector.
// CHECK-LABEL: func.func @column
// CHECK-NOT:     vector<1xi32>
// CHECK:         return
func.func @column(%x: tensor<2x37xi8>, %w: tensor<37x1xi8>, %init: tensor<2x1xi32>) -> tensor<2x1xi32>
    attributes {program.kernel, program.vectorize} {
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>,
                                        affine_map<(m, n, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<2x37xi8>, tensor<37x1xi8>) outs(%init : tensor<2x1xi32>) {
  ^bb0(%p: i8, %q: i8, %o: i32):
    %1 = arith.extsi %p : i8 to i32
    %2 = arith.extsi %q : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %o, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<2x1xi32>
  return %0 : tensor<2x1xi32>
}
}
