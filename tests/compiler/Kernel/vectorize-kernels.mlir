// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-vectorize-kernels | FileCheck %s

#lhs = affine_map<(m, n, k) -> (m, k)>
#rhs = affine_map<(m, n, k) -> (n, k)>
#acc = affine_map<(m, n, k) -> (m, n)>

// A tile becomes a contraction of vectors that reads i8; the accumulator is
// carried through the loop over K as a vector, and written once after it.
// CHECK-LABEL: func.func @tile
// CHECK-NOT:     program.vectorize
// CHECK:         %[[ACC:.*]] = scf.for {{.*}} -> (vector<2x2xi32>)
// CHECK:           vector.contract {{.*}} : vector<2x16xi8>, vector<2x16xi8> into vector<2x2xi32>
// CHECK-NEXT:      scf.yield
// CHECK:         vector.transfer_write %[[ACC]]
// CHECK-NOT:     linalg.generic
func.func @tile(%a: tensor<2x64xi8>, %w: tensor<2x64xi8>, %init: tensor<2x2xi32>) -> tensor<2x2xi32>
    attributes {program.kernel, program.vectorize} {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  %0 = scf.for %k = %c0 to %c64 step %c16 iter_args(%t = %init) -> tensor<2x2xi32> {
    %x = tensor.extract_slice %a[0, %k] [2, 16] [1, 1] : tensor<2x64xi8> to tensor<2x16xi8>
    %y = tensor.extract_slice %w[0, %k] [2, 16] [1, 1] : tensor<2x64xi8> to tensor<2x16xi8>
    %1 = linalg.generic {indexing_maps = [#lhs, #rhs, #acc], iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%x, %y : tensor<2x16xi8>, tensor<2x16xi8>) outs(%t : tensor<2x2xi32>) {
    ^bb0(%p: i8, %q: i8, %o: i32):
      %2 = arith.extsi %p : i8 to i32
      %3 = arith.extsi %q : i8 to i32
      %4 = arith.muli %2, %3 : i32
      %5 = arith.addi %o, %4 : i32
      linalg.yield %5 : i32
    } -> tensor<2x2xi32>
    scf.yield %1 : tensor<2x2xi32>
  }
  return %0 : tensor<2x2xi32>
}

// Only kernels that tiling has marked; others are left to LLVM's vectoriser.
// CHECK-LABEL: func.func @unmarked
// CHECK-NOT:     vector.
// CHECK:         linalg.generic
func.func @unmarked(%a: tensor<4xf32>) -> tensor<4xf32> attributes {program.kernel} {
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%a : tensor<4xf32>) outs(%a : tensor<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %1 = math.absf %x : f32
    linalg.yield %1 : f32
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// 1025 elements are more than a tile may have: a loop stays.
// CHECK-LABEL: func.func @too_large
// CHECK-NOT:     vector.
// CHECK:         linalg.generic
func.func @too_large(%a: tensor<1025xf32>) -> tensor<1025xf32> attributes {program.kernel, program.vectorize} {
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%a : tensor<1025xf32>) outs(%a : tensor<1025xf32>) {
  ^bb0(%x: f32, %o: f32):
    %1 = math.absf %x : f32
    linalg.yield %1 : f32
  } -> tensor<1025xf32>
  return %0 : tensor<1025xf32>
}

// i1 is stored as a byte, which a vector of i1 would not be.
// CHECK-LABEL: func.func @booleans
// CHECK-NOT:     vector.
// CHECK:         linalg.generic
func.func @booleans(%a: tensor<4xf32>, %b: tensor<4xi1>) -> tensor<4xi1> attributes {program.kernel, program.vectorize} {
  %zero = arith.constant 0.0 : f32
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%a : tensor<4xf32>) outs(%b : tensor<4xi1>) {
  ^bb0(%x: f32, %o: i1):
    %1 = arith.cmpf olt, %x, %zero : f32
    linalg.yield %1 : i1
  } -> tensor<4xi1>
  return %0 : tensor<4xi1>
}
