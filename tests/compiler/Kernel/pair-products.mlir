// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-tile-kernels --iree-vectorize-kernels | FileCheck %s

// Dot products whose rows are widened once for all columns.
module attributes {program.target = {abi = "aapcs", cpu = "cortex-m4", features = "", float_abi = "hard", triple = "thumbv7em-none-eabihf"}} {

// Four rows of nine words, each of which is read once and stored as two pairs: the even
// pairs of all rows, then the odd ones. Then two columns at a time, all nine words in one
// piece of assembly.
// CHECK-LABEL: func.func @matmul
// CHECK:         %[[BUFFER:.*]] = memref.alloc() : memref<72xi32>
// CHECK:         scf.for %[[ROW:.*]] = %{{.*}} to %{{.*}} step %c4
// CHECK:           scf.for %{{.*}} = %c0 to %c9 step %c3 {
// CHECK:             vector.transfer_read %arg0[%[[ROW]], %{{.*}} : tensor<8x36xi8>, vector<4xi8>
// CHECK:             %[[EVEN:.*]] = llvm.call_intrinsic "llvm.arm.sxtb16"
// CHECK:             %[[ODD:.*]] = llvm.call_intrinsic "llvm.arm.sxtb16"
// CHECK:             memref.store %[[EVEN]], %[[BUFFER]][%[[FIRST:.*]]]
// CHECK:             %[[SECOND:.*]] = arith.addi %[[FIRST]], %c4
// CHECK:             memref.store %[[ODD]], %[[BUFFER]][%[[SECOND]]]
// CHECK-COUNT-11:    vector.transfer_read %arg0
// CHECK-NOT:         vector.transfer_read %arg0
// CHECK:           scf.for %[[COLUMN:.*]] = %c0 to %c8 step %c2 iter_args
// CHECK:             %[[OFFSET:.*]] = arith.muli %[[COLUMN]], %c36
// CHECK:             llvm.inline_asm has_side_effects {{.*}} "ldr $11, [$9, #36]\0Aldr $10, [$9, #0]\0Asxtb16 $10, $10\0Asxtb16 $11, $11\0Aldrd $12, $13, [$8], #8\0Asmlad $0, $12, $10, $0\0A
// CHECK-NOT:         llvm.inline_asm
// CHECK:             vector.from_elements {{.*}} : vector<4x2xi32>
func.func @matmul(%x: tensor<8x36xi8>, %w: tensor<8x36xi8>, %init: tensor<8x8xi32>) -> tensor<8x8xi32>
    attributes {program.kernel} {
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>,
                                        affine_map<(m, n, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<8x36xi8>, tensor<8x36xi8>) outs(%init : tensor<8x8xi32>) {
  ^bb0(%p: i8, %q: i8, %o: i32):
    %1 = arith.extsi %p : i8 to i32
    %2 = arith.extsi %q : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %o, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<8x8xi32>
  return %0 : tensor<8x8xi32>
}

// Three columns of the image share what they read: five pixels of 16 channels, 20 words
// in each of three rows. Filter rows are a loop, as the next row of the buffer is two
// pixels further on; the pixel after one is 32 bytes away. What is left over, one column,
// uses the same buffer, without gaps.
// CHECK-LABEL: func.func @shared
// CHECK:         %[[BUFFER:.*]] = memref.alloc() : memref<120xi32>
// CHECK-NOT:     memref.alloc()
// CHECK:         scf.for %{{.*}} = %c0 to %c3 step %c1 {
// CHECK-NEXT:      scf.for %{{.*}} = %c0 to %c20 step %c4 {
// CHECK-COUNT-4:     vector.transfer_read {{.*}} : tensor<3x80xi8>, vector<4xi8>
// CHECK-NOT:         vector.transfer_read
// CHECK:         scf.for %{{.*}} = %c0 to %c8 step %c2 iter_args
// CHECK:           scf.for %{{.*}} = %c0 to %c3 step %c1 iter_args
// CHECK:             %[[END:.*]] = arith.addi %[[LINE:.*]], %c96_i32
// CHECK:             scf.while
// CHECK:               llvm.inline_asm has_side_effects {{.*}} "ldr $9, [$7, #144]\0Aldr $8, [$7], #4\0A{{.*}}ldrd $12, $13, [$6, #64]\0A{{.*}}ldrd $12, $13, [$6, #32]\0A{{.*}}ldrd $12, $13, [$6], #8\0A
// CHECK:               arith.cmpi ne, %{{.*}}, %[[END]] : i32
// CHECK:             arith.addi %{{.*}}, %c64_i32 : i32
// CHECK:         scf.for %{{.*}} = %c0 to %c3 step %c1 {
// CHECK-COUNT-4:     vector.transfer_read {{.*}} : tensor<3x48xi8>, vector<4xi8>
// CHECK:         scf.for %{{.*}} = %c0 to %c8 step %c2 iter_args
// CHECK-NOT:       scf.for
// CHECK:           scf.while
func.func @shared(%x: tensor<1x5x9x16xi8>, %w: tensor<8x3x3x16xi8>, %init: tensor<1x3x7x8xi32>) -> tensor<1x3x7x8xi32>
    attributes {program.kernel} {
  %0 = linalg.generic {indexing_maps = [affine_map<(n, h, w, f, i, j, c) -> (n, h + i, w + j, c)>,
                                        affine_map<(n, h, w, f, i, j, c) -> (f, i, j, c)>,
                                        affine_map<(n, h, w, f, i, j, c) -> (n, h, w, f)>],
                       iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<1x5x9x16xi8>, tensor<8x3x3x16xi8>) outs(%init : tensor<1x3x7x8xi32>) {
  ^bb0(%p: i8, %q: i8, %o: i32):
    %1 = arith.extsi %p : i8 to i32
    %2 = arith.extsi %q : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %o, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<1x3x7x8xi32>
  return %0 : tensor<1x3x7x8xi32>
}

// Filters of 27 bytes: six words, and one more from byte 23 on, of which the first is
// multiplied by 0. The bytes of the image are read one by one, 27 for each of two rows.
// CHECK-LABEL: func.func @gathered
// CHECK:         memref.alloc() : memref<28xi32>
// CHECK-COUNT-54: vector.transfer_read {{.*}}, vector<1xi8>
// CHECK-NOT:      vector.transfer_read {{.*}}, vector<1xi8>
// CHECK:         scf.for %{{.*}} = %c0 to %c8 step %c2 iter_args
// CHECK:           llvm.inline_asm has_side_effects {{.*}} "ldr $7, [$5, #27]\0Aldr $6, [$5], #4\0A
// CHECK:           llvm.inline_asm has_side_effects {{.*}} "ldr $7, [$5, #26]\0Aldr $6, [$5, #-1]\0A
func.func @gathered(%x: tensor<1x5x4x3xi8>, %w: tensor<8x3x3x3xi8>, %init: tensor<1x3x2x8xi32>) -> tensor<1x3x2x8xi32>
    attributes {program.kernel} {
  %0 = linalg.generic {indexing_maps = [affine_map<(n, h, w, f, i, j, c) -> (n, h + i, w + j, c)>,
                                        affine_map<(n, h, w, f, i, j, c) -> (f, i, j, c)>,
                                        affine_map<(n, h, w, f, i, j, c) -> (n, h, w, f)>],
                       iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<1x5x4x3xi8>, tensor<8x3x3x3xi8>) outs(%init : tensor<1x3x2x8xi32>) {
  ^bb0(%p: i8, %q: i8, %o: i32):
    %1 = arith.extsi %p : i8 to i32
    %2 = arith.extsi %q : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %o, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<1x3x2x8xi32>
  return %0 : tensor<1x3x2x8xi32>
}
}
