// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-fuse-elementwise | FileCheck %s

#id = affine_map<(i) -> (i)>
#row = affine_map<(i, j) -> (i)>
#id2 = affine_map<(i, j) -> (i, j)>

// A chain is one operation.
// CHECK-LABEL: func.func @chain
// CHECK:         linalg.generic
// CHECK:           %[[ABS:.*]] = math.absf
// CHECK-NEXT:      arith.addf %[[ABS]]
// CHECK-NOT:     linalg.generic
// CHECK:         return
func.func @chain(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %1 = math.absf %x : f32
    linalg.yield %1 : f32
  } -> tensor<4xf32>
  %2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%0, %b : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %3 = arith.addf %x, %y : f32
    linalg.yield %3 : f32
  } -> tensor<4xf32>
  return %2 : tensor<4xf32>
}

// Fusing arithmetic into two users would do it twice: it stays alone.
// CHECK-LABEL: func.func @two_users
// CHECK:         %[[EXP:.*]] = linalg.generic
// CHECK:           math.exp
// CHECK:         linalg.generic {{.*}} ins(%[[EXP]]
// CHECK:         linalg.generic {{.*}} ins(%[[EXP]]
func.func @two_users(%a: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %1 = math.exp %x : f32
    linalg.yield %1 : f32
  } -> tensor<4xf32>
  %2 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%0 : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %3 = math.absf %x : f32
    linalg.yield %3 : f32
  } -> tensor<4xf32>
  %4 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%0 : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %5 = arith.negf %x : f32
    linalg.yield %5 : f32
  } -> tensor<4xf32>
  return %2, %4 : tensor<4xf32>, tensor<4xf32>
}

// A broadcast computes nothing: it goes into both users.
// CHECK-LABEL: func.func @broadcast
// CHECK-SAME:    (%[[ROW:.*]]: tensor<4xf32>)
// CHECK:         linalg.generic {{.*}} ins(%[[ROW]] : tensor<4xf32>)
// CHECK:         linalg.generic {{.*}} ins(%[[ROW]] : tensor<4xf32>)
// CHECK-NOT:     linalg.generic
// CHECK:         return
func.func @broadcast(%row: tensor<4xf32>) -> (tensor<4x2xf32>, tensor<4x2xf32>) {
  %e = tensor.empty() : tensor<4x2xf32>
  %0 = linalg.generic {indexing_maps = [#row, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%row : tensor<4xf32>) outs(%e : tensor<4x2xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<4x2xf32>
  %1 = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) {
  ^bb0(%x: f32, %o: f32):
    %2 = math.absf %x : f32
    linalg.yield %2 : f32
  } -> tensor<4x2xf32>
  %3 = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) {
  ^bb0(%x: f32, %o: f32):
    %4 = arith.negf %x : f32
    linalg.yield %4 : f32
  } -> tensor<4x2xf32>
  return %1, %3 : tensor<4x2xf32>, tensor<4x2xf32>
}

// Into a reduction, a producer would be computed inside of the accumulation;
// the Dispatch stage keeps the two apart.
// CHECK-LABEL: func.func @reduction
// CHECK-COUNT-2: linalg.generic
func.func @reduction(%a: tensor<4x2xf32>, %init: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4x2xf32>
  %0 = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) {
  ^bb0(%x: f32, %o: f32):
    %1 = math.exp %x : f32
    linalg.yield %1 : f32
  } -> tensor<4x2xf32>
  %2 = linalg.generic {indexing_maps = [#id2, #row], iterator_types = ["parallel", "reduction"]}
      ins(%0 : tensor<4x2xf32>) outs(%init : tensor<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %3 = arith.addf %x, %o : f32
    linalg.yield %3 : f32
  } -> tensor<4xf32>
  return %2 : tensor<4xf32>
}

// A kernel has one reduction. Of two that are added, one keeps its own end, so
// that what is stored between kernels is i8 and not i32.
// CHECK-LABEL: func.func @two_reductions
// CHECK:         %[[FIRST:.*]] = linalg.matmul
// CHECK:         %[[SECOND:.*]] = linalg.matmul
// CHECK:         %[[END:.*]] = linalg.generic {{.*}} ins(%[[SECOND]] : tensor<4x4xi32>) outs({{.*}} : tensor<4x4xi8>)
// CHECK:         linalg.generic {{.*}} ins(%[[FIRST]], %[[END]] : tensor<4x4xi32>, tensor<4x4xi8>)
// CHECK-NOT:     linalg.generic
// CHECK:         return
func.func @two_reductions(%a: tensor<4x4xi8>, %b: tensor<4x4xi8>) -> tensor<4x4xi8> {
  %zero = arith.constant 0 : i32
  %e32 = tensor.empty() : tensor<4x4xi32>
  %e8 = tensor.empty() : tensor<4x4xi8>
  %i = linalg.fill ins(%zero : i32) outs(%e32 : tensor<4x4xi32>) -> tensor<4x4xi32>
  %0 = linalg.matmul ins(%a, %b : tensor<4x4xi8>, tensor<4x4xi8>) outs(%i : tensor<4x4xi32>) -> tensor<4x4xi32>
  %1 = linalg.matmul ins(%b, %a : tensor<4x4xi8>, tensor<4x4xi8>) outs(%i : tensor<4x4xi32>) -> tensor<4x4xi32>
  %2 = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<4x4xi32>) outs(%e8 : tensor<4x4xi8>) {
  ^bb0(%x: i32, %o: i8):
    %6 = arith.trunci %x : i32 to i8
    linalg.yield %6 : i8
  } -> tensor<4x4xi8>
  %3 = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%1 : tensor<4x4xi32>) outs(%e8 : tensor<4x4xi8>) {
  ^bb0(%x: i32, %o: i8):
    %6 = arith.trunci %x : i32 to i8
    linalg.yield %6 : i8
  } -> tensor<4x4xi8>
  %4 = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%2 : tensor<4x4xi8>) outs(%e32 : tensor<4x4xi32>) {
  ^bb0(%x: i8, %o: i32):
    %6 = arith.extsi %x : i8 to i32
    linalg.yield %6 : i32
  } -> tensor<4x4xi32>
  %5 = linalg.generic {indexing_maps = [#id2, #id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%4, %3 : tensor<4x4xi32>, tensor<4x4xi8>) outs(%e8 : tensor<4x4xi8>) {
  ^bb0(%x: i32, %y: i8, %o: i8):
    %6 = arith.extsi %y : i8 to i32
    %7 = arith.addi %x, %6 : i32
    %8 = arith.shrsi %7, %zero : i32
    %9 = arith.trunci %8 : i32 to i8
    linalg.yield %9 : i8
  } -> tensor<4x4xi8>
  return %5 : tensor<4x4xi8>
}
