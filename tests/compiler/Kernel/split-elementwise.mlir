// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --pass-pipeline='builtin.module(func.func(iree-split-elementwise))' | FileCheck %s

#map = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>

// Three instructions: what loads and stores convert goes with the others. The
// first result's buffer takes the second as well.
// CHECK-LABEL: func.func @chain
// CHECK-SAME:    (%[[A:.*]]: memref<4x8xi8>, %[[B:.*]]: memref<8xi32>, %[[C:.*]]: memref<4x8xi8>)
// CHECK:         %[[T:.*]] = memref.alloc() : memref<4x8xi32>
// CHECK:         linalg.generic {{.*}} ins(%[[A]], %[[B]] : memref<4x8xi8>, memref<8xi32>) outs(%[[T]] : memref<4x8xi32>)
// CHECK:           %[[X:.*]] = arith.extsi
// CHECK:           %[[S:.*]] = arith.addi %[[X]]
// CHECK:           linalg.yield %[[S]] : i32
// CHECK:         linalg.generic {{.*}} ins(%[[T]] : memref<4x8xi32>) outs(%[[T]] : memref<4x8xi32>)
// CHECK:           arith.muli
// CHECK:         linalg.generic {{.*}} ins(%[[T]] : memref<4x8xi32>) outs(%[[C]] : memref<4x8xi8>)
// CHECK:           arith.maxsi
// CHECK:           arith.trunci
// CHECK-NOT:     memref.alloc
// CHECK:         return
func.func @chain(%a: memref<4x8xi8>, %b: memref<8xi32>, %c: memref<4x8xi8>) {
  %low = arith.constant -5 : i32
  linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : memref<4x8xi8>, memref<8xi32>) outs(%c : memref<4x8xi8>) {
  ^bb0(%x: i8, %y: i32, %z: i8):
    %0 = arith.extsi %x : i8 to i32
    %1 = arith.addi %0, %y : i32
    %2 = arith.muli %1, %1 : i32
    %3 = arith.maxsi %2, %low : i32
    %4 = arith.trunci %3 : i32 to i8
    linalg.yield %4 : i8
  }
  return
}

// A value that is needed again keeps its buffer.
// CHECK-LABEL: func.func @needed_again
// CHECK-COUNT-2: memref.alloc() : memref<4x8xf32>
// CHECK:         return
func.func @needed_again(%a: memref<4x8xf32>, %c: memref<4x8xf32>) {
  linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]}
      ins(%a : memref<4x8xf32>) outs(%c : memref<4x8xf32>) {
  ^bb0(%x: f32, %z: f32):
    %0 = math.exp %x : f32
    %1 = arith.addf %0, %x : f32
    %2 = arith.divf %0, %1 : f32
    linalg.yield %2 : f32
  }
  return
}

// Few elements, one instruction, or something that is no instruction stay.
// CHECK-LABEL: func.func @stays
// CHECK-NOT:     memref.alloc
// CHECK:         return
func.func @stays(%a: memref<3x5xf32>, %b: memref<4x8xf32>, %table: memref<8xf32>) {
  linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]}
      ins(%a : memref<3x5xf32>) outs(%a : memref<3x5xf32>) {
  ^bb0(%x: f32, %z: f32):
    %0 = math.exp %x : f32
    %1 = arith.addf %0, %x : f32
    linalg.yield %1 : f32
  }
  linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]}
      ins(%b : memref<4x8xf32>) outs(%b : memref<4x8xf32>) {
  ^bb0(%x: f32, %z: f32):
    %0 = math.exp %x : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]}
      outs(%b : memref<4x8xf32>) {
  ^bb0(%z: f32):
    %i = linalg.index 1 : index
    %0 = memref.load %table[%i] : memref<8xf32>
    %1 = arith.addf %0, %z : f32
    linalg.yield %1 : f32
  }
  return
}
