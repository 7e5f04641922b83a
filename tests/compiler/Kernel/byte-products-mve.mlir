// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-vectorize-kernels | FileCheck %s

// Tiles of products of i8 on MVE: dot products of sixteen, whose sums start at zero.
// What they are added to is added as a vector.
module attributes {program.target = {abi = "aapcs", cpu = "cortex-m55", features = "", float_abi = "hard", triple = "thumbv8.1m.main-none-eabihf"}} {

// Rows of 3 * 3 bytes of two columns, six bytes apart, are put together, each read
// with a mask of nine, and written one after the other. A column has 27 bytes, 32 in
// the buffer. The last sixteen of them begin at byte 11, where five are counted
// already. The filters are 27 bytes in a row.
// CHECK-LABEL: func.func @gathered
// CHECK-DAG:     %[[NINE:.*]] = arith.constant dense<[true, true, true, true, true, true, true, true, true, false, false, false, false, false, false, false]> : vector<16xi1>
// CHECK-DAG:     %[[REST:.*]] = arith.constant dense<[0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1]> : vector<16xi8>
// CHECK:         %[[BUFFER:.*]] = tensor.empty() : tensor<80xi8>
// CHECK-COUNT-3: vector.transfer_read {{.*}}, %[[NINE]] {in_bounds = [true]} : tensor<{{.*}}xi8>, vector<16xi8>
// CHECK:         %[[W0:.*]] = vector.transfer_write %{{.*}}, %[[BUFFER]][%c0]
// CHECK:         %[[W1:.*]] = vector.transfer_write %{{.*}}, %[[W0]][%c9]
// CHECK:         %[[W2:.*]] = vector.transfer_write %{{.*}}, %[[W1]][%c18]
// CHECK-COUNT-3: vector.transfer_read {{.*}}, %[[NINE]]
// CHECK:         vector.transfer_write %{{.*}}, %{{.*}}[%c32]
// CHECK:         vector.transfer_write %{{.*}}, %{{.*}}[%c41]
// CHECK:         %[[ALL:.*]] = vector.transfer_write %{{.*}}, %{{.*}}[%c50]
// CHECK:         %[[X0:.*]] = vector.transfer_read %[[ALL]][%c0]
// CHECK:         vector.contract {{.*}} %[[X0]], %{{.*}}, %c0_i32 : vector<16xi8>, vector<16xi8> into i32
// CHECK-COUNT-7: vector.contract
// CHECK:         %[[X1:.*]] = vector.transfer_read %[[ALL]][%c11]
// CHECK:         %[[KEPT:.*]] = arith.andi %[[X1]], %[[REST]] : vector<16xi8>
// CHECK:         vector.contract {{.*}} %[[KEPT]],
// CHECK-COUNT-7: vector.contract
// CHECK-NOT:     vector.contract
// CHECK:         %[[SUMS:.*]] = vector.from_elements {{.*}} : vector<2x4xi32>
// CHECK:         arith.addi %{{.*}}, %[[SUMS]] : vector<2x4xi32>
func.func @gathered(%x: tensor<1x3x5x3xi8>, %w: tensor<4x3x3x3xi8>, %init: tensor<1x1x2x4xi32>) -> tensor<1x1x2x4xi32>
    attributes {program.kernel, program.vectorize} {
  %0 = linalg.generic {indexing_maps = [affine_map<(n, h, w, f, i, j, c) -> (n, h + i, w * 2 + j, c)>,
                                        affine_map<(n, h, w, f, i, j, c) -> (f, i, j, c)>,
                                        affine_map<(n, h, w, f, i, j, c) -> (n, h, w, f)>],
                       iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<1x3x5x3xi8>, tensor<4x3x3x3xi8>) outs(%init : tensor<1x1x2x4xi32>) {
  ^bb0(%p: i8, %q: i8, %o: i32):
    %1 = arith.extsi %p : i8 to i32
    %2 = arith.extsi %q : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %o, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<1x1x2x4xi32>
  return %0 : tensor<1x1x2x4xi32>
}

// Sums shorter than a vector: nothing behind either row is read.
// CHECK-LABEL: func.func @short
// CHECK:         %[[MASK:.*]] = arith.constant dense<[true, true, true, true, true, false, {{.*}}]> : vector<16xi1>
// CHECK:         %[[X:.*]] = vector.transfer_read {{.*}}, %[[MASK]]
// CHECK:         %[[W:.*]] = vector.transfer_read {{.*}}, %[[MASK]]
// CHECK:         vector.contract {{.*}} %[[X]], %[[W]], %c0_i32
// CHECK-NOT:     vector.contract
func.func @short(%x: tensor<1x5xi8>, %w: tensor<1x5xi8>, %init: tensor<1x1xi32>) -> tensor<1x1xi32>
    attributes {program.kernel, program.vectorize} {
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>,
                                        affine_map<(m, n, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<1x5xi8>, tensor<1x5xi8>) outs(%init : tensor<1x1xi32>) {
  ^bb0(%p: i8, %q: i8, %o: i32):
    %1 = arith.extsi %p : i8 to i32
    %2 = arith.extsi %q : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %o, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<1x1xi32>
  return %0 : tensor<1x1xi32>
}

// More than registers can hold while filters go by, but no loop: LLVM must not know
// that every tile reads the same.
// CHECK-LABEL: func.func @hidden
// CHECK:         llvm.inline_asm has_side_effects {{.*}}"", "=r,0" %{{.*}} : (i32) -> i32
// CHECK-COUNT-5: vector.contract {{.*}} : vector<16xi8>, vector<16xi8> into i32
// CHECK-NOT:     vector.contract
func.func @hidden(%x: tensor<1x80xi8>, %w: tensor<1x80xi8>, %init: tensor<1x1xi32>) -> tensor<1x1xi32>
    attributes {program.kernel, program.vectorize} {
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>,
                                        affine_map<(m, n, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<1x80xi8>, tensor<1x80xi8>) outs(%init : tensor<1x1xi32>) {
  ^bb0(%p: i8, %q: i8, %o: i32):
    %1 = arith.extsi %p : i8 to i32
    %2 = arith.extsi %q : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %o, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<1x1xi32>
  return %0 : tensor<1x1xi32>
}
}
