// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-vectorize-kernels | FileCheck %s

// Tiles of products of i8 whose accumulators are scalars.
module attributes {program.target = {abi = "aapcs", cpu = "cortex-m4", features = "", float_abi = "hard", triple = "thumbv7em-none-eabihf"}} {

// Filter columns and channels are one row of 3 * 8 bytes: sixteen first, which
// would be a loop of one iteration, then eight. Filter rows are a loop.
// CHECK-LABEL: func.func @convolution
// CHECK-DAG:     %[[X:.*]] = tensor.collapse_shape %{{.*}} : tensor<3x4x8xi8> into tensor<3x32xi8>
// CHECK-DAG:     %[[W:.*]] = tensor.collapse_shape %{{.*}} : tensor<2x3x3x8xi8> into tensor<2x3x24xi8>
// CHECK:         %[[SUMS:.*]]:4 = scf.for %[[ROW:[a-z0-9]+]] = %{{.*}} -> (i32, i32, i32, i32)
// CHECK:           vector.transfer_read %[[X]][%[[ROW]], {{.*}} vector<4xi8>
// CHECK-COUNT-24:  vector.contract {{.*}} : vector<4xi8>, vector<4xi8> into i32
// CHECK-NOT:       vector.contract
// CHECK:         } {loop_annotation = #[[ANNOTATION:.*]]}
// CHECK:         vector.from_elements %[[SUMS]]#0, %[[SUMS]]#1, %[[SUMS]]#2, %[[SUMS]]#3 : vector<2x2xi32>
// CHECK-NOT:     linalg.generic
func.func @convolution(%x: tensor<1x3x4x8xi8>, %w: tensor<2x3x3x8xi8>, %init: tensor<1x1x2x2xi32>) -> tensor<1x1x2x2xi32>
    attributes {program.kernel, program.vectorize} {
  %0 = linalg.generic {indexing_maps = [affine_map<(n, h, w, f, i, j, c) -> (n, h + i, w + j, c)>,
                                        affine_map<(n, h, w, f, i, j, c) -> (f, i, j, c)>,
                                        affine_map<(n, h, w, f, i, j, c) -> (n, h, w, f)>],
                       iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : tensor<1x3x4x8xi8>, tensor<2x3x3x8xi8>) outs(%init : tensor<1x1x2x2xi32>) {
  ^bb0(%p: i8, %q: i8, %o: i32):
    %1 = arith.extsi %p : i8 to i32
    %2 = arith.extsi %q : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %o, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<1x1x2x2xi32>
  return %0 : tensor<1x1x2x2xi32>
}

// Rows of 37 bytes: two times sixteen in a loop, then four and one.
// CHECK-LABEL: func.func @matmul
// CHECK:         scf.for {{.*}} -> (i32)
// CHECK-COUNT-4:   vector.contract {{.*}} : vector<4xi8>, vector<4xi8> into i32
// CHECK:           scf.yield
// CHECK:         vector.contract {{.*}} : vector<4xi8>, vector<4xi8> into i32
// CHECK:         vector.contract {{.*}} : vector<1xi8>, vector<1xi8> into i32
// CHECK-NOT:     vector.contract
func.func @matmul(%x: tensor<1x37xi8>, %w: tensor<1x37xi8>, %init: tensor<1x1xi32>) -> tensor<1x1xi32>
    attributes {program.kernel, program.vectorize} {
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>,
                                        affine_map<(m, n, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<1x37xi8>, tensor<1x37xi8>) outs(%init : tensor<1x1xi32>) {
  ^bb0(%p: i8, %q: i8, %o: i32):
    %1 = arith.extsi %p : i8 to i32
    %2 = arith.extsi %q : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %o, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<1x1xi32>
  return %0 : tensor<1x1xi32>
}

// Depthwise: two columns of four channels, even ones first, in assembly. The three words
// of a filter row are held while each of the four words of the image is multiplied by
// those that need it.
// CHECK-LABEL: func.func @depthwise
// CHECK-NOT:     scf.for
// CHECK:         llvm.inline_asm has_side_effects {{.*}} "ldr $5, [$9, #0]\0Asxtb16 $5, $5\0Aldr $6, [$9, #4]\0Asxtb16 $6, $6\0Aldr $7, [$9, #8]\0Asxtb16 $7, $7\0Aldr $4, [$8, #0]\0Asxtb16 $4, $4\0Asmlabb $0, $4, $5, $0\0Asmlatt $1, $4, $5, $1\0Aldr $4, [$8, #4]\0Asxtb16 $4, $4\0Asmlabb $0, $4, $6, $0\0Asmlatt $1, $4, $6, $1\0Asmlabb $2, $4, $5, $2\0Asmlatt $3, $4, $5, $3\0A
// CHECK-SAME:    ldr $5, [$9, #12]\0A{{.*}}ldr $4, [$8, #16]\0A{{.*}}ldr $5, [$9, #24]\0A{{.*}}ldr $4, [$8, #44]\0A
// CHECK:         llvm.inline_asm has_side_effects {{.*}} "ldr $5, [$9, #0]\0Asxtb16 $5, $5, ror #8\0A
// CHECK:         vector.from_elements {{.*}} : vector<2x4xi32>
// CHECK-NOT:     linalg.generic
func.func @depthwise(%x: tensor<1x3x4x4xi8>, %w: tensor<3x3x4xi8>, %init: tensor<1x1x2x4xi32>) -> tensor<1x1x2x4xi32>
    attributes {program.kernel, program.vectorize} {
  %0 = linalg.generic {indexing_maps = [affine_map<(n, h, w, c, i, j) -> (n, h + i, w + j, c)>,
                                        affine_map<(n, h, w, c, i, j) -> (i, j, c)>,
                                        affine_map<(n, h, w, c, i, j) -> (n, h, w, c)>],
                       iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %w : tensor<1x3x4x4xi8>, tensor<3x3x4xi8>) outs(%init : tensor<1x1x2x4xi32>) {
  ^bb0(%p: i8, %q: i8, %o: i32):
    %1 = arith.extsi %p : i8 to i32
    %2 = arith.extsi %q : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %o, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<1x1x2x4xi32>
  return %0 : tensor<1x1x2x4xi32>
}

// A filter of 27 elements is a loop: of each filter row, ten input words and nine of the
// filter are read, and split into pairs.
// CHECK-LABEL: func.func @long_depthwise
// CHECK:         scf.for {{.*}} -> (i32, i32, i32, i32)
// CHECK-NOT:       scf.for
// CHECK:           vector.transfer_read {{.*}} vector<4xi8>
// CHECK-COUNT-18:  vector.transfer_read {{.*}} vector<4xi8>
// CHECK-NOT:       vector.transfer_read
// CHECK:           scf.yield
// CHECK:         scf.for {{.*}} -> (i32, i32, i32, i32)
// CHECK:           llvm.call_intrinsic "llvm.arm.smlabb"
// CHECK:           llvm.call_intrinsic "llvm.arm.smlatt"
// CHECK:           scf.yield
// CHECK:         vector.from_elements {{.*}} : vector<2x4xi32>
// CHECK-NOT:     linalg.generic
func.func @long_depthwise(%x: tensor<1x3x10x4xi8>, %w: tensor<3x9x4xi8>, %init: tensor<1x1x2x4xi32>) -> tensor<1x1x2x4xi32>
    attributes {program.kernel, program.vectorize} {
  %0 = linalg.generic {indexing_maps = [affine_map<(n, h, w, c, i, j) -> (n, h + i, w + j, c)>,
                                        affine_map<(n, h, w, c, i, j) -> (i, j, c)>,
                                        affine_map<(n, h, w, c, i, j) -> (n, h, w, c)>],
                       iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %w : tensor<1x3x10x4xi8>, tensor<3x9x4xi8>) outs(%init : tensor<1x1x2x4xi32>) {
  ^bb0(%p: i8, %q: i8, %o: i32):
    %1 = arith.extsi %p : i8 to i32
    %2 = arith.extsi %q : i8 to i32
    %3 = arith.muli %1, %2 : i32
    %4 = arith.addi %o, %3 : i32
    linalg.yield %4 : i32
  } -> tensor<1x1x2x4xi32>
  return %0 : tensor<1x1x2x4xi32>
}
}
