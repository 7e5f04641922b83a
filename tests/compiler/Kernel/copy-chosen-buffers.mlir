// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-copy-chosen-buffers | FileCheck %s

// CHECK-LABEL: func.func @choice
// CHECK-SAME:    (%[[A:.*]]: memref<4xf32>, %[[B:.*]]: memref<4xf32, strided<[2], offset: ?>>, %[[C:.*]]: i1
// CHECK:         %[[OWN:.*]] = memref.alloc() : memref<4xf32>
// CHECK:         %[[CAST:.*]] = memref.cast %[[OWN]] : memref<4xf32> to memref<4xf32, strided<[?], offset: ?>>
// CHECK:         scf.if %[[C]]
// CHECK:           linalg.copy ins(%{{.*}}) outs(%[[OWN]] : memref<4xf32>)
// CHECK:         else
// CHECK:           linalg.copy ins(%{{.*}}) outs(%[[OWN]] : memref<4xf32>)
// CHECK:         memref.load %[[CAST]]
func.func @choice(%a: memref<4xf32>, %b: memref<4xf32, strided<[2], offset: ?>>, %c: i1, %i: index) -> f32 {
  %r = scf.if %c -> (memref<4xf32, strided<[?], offset: ?>>) {
    %0 = memref.cast %a : memref<4xf32> to memref<4xf32, strided<[?], offset: ?>>
    scf.yield %0 : memref<4xf32, strided<[?], offset: ?>>
  } else {
    %1 = memref.cast %b : memref<4xf32, strided<[2], offset: ?>> to memref<4xf32, strided<[?], offset: ?>>
    scf.yield %1 : memref<4xf32, strided<[?], offset: ?>>
  }
  %v = memref.load %r[%i] : memref<4xf32, strided<[?], offset: ?>>
  return %v : f32
}

// CHECK-LABEL: func.func @selected
// CHECK-SAME:    (%[[A:.*]]: memref<4xf32>, %[[B:.*]]: memref<4xf32>, %[[C:.*]]: i1
// CHECK:         %[[OWN:.*]] = memref.alloc() : memref<4xf32>
// CHECK:         scf.if %[[C]] {
// CHECK:           linalg.copy ins(%[[A]] : memref<4xf32>) outs(%[[OWN]] : memref<4xf32>)
// CHECK:         } else {
// CHECK:           linalg.copy ins(%[[B]] : memref<4xf32>) outs(%[[OWN]] : memref<4xf32>)
// CHECK:         memref.load %[[OWN]]
func.func @selected(%a: memref<4xf32>, %b: memref<4xf32>, %c: i1, %i: index) -> f32 {
  %r = arith.select %c, %a, %b : memref<4xf32>
  %v = memref.load %r[%i] : memref<4xf32>
  return %v : f32
}

// What is no buffer stays a choice.
// CHECK-LABEL: func.func @scalars
// CHECK-NOT:     memref.alloc
// CHECK:         scf.if {{.*}} -> (f32)
// CHECK:         arith.select {{.*}} : f32
func.func @scalars(%a: f32, %b: f32, %c: i1) -> f32 {
  %r = scf.if %c -> (f32) {
    scf.yield %a : f32
  } else {
    scf.yield %b : f32
  }
  %s = arith.select %c, %r, %b : f32
  return %s : f32
}
