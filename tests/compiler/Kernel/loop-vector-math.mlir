// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-loop-vector-math | FileCheck %s

// Rows go to a buffer, one after the other, each element through the function, and
// back.
// CHECK-LABEL: func.func @tile
// CHECK-SAME:    %[[X:.*]]: vector<2x4xf32>
// CHECK:         %[[BUFFER:.*]] = memref.alloca() {alignment = 16 : i64} : memref<8xf32>
// CHECK:         %[[ROW0:.*]] = vector.extract %[[X]][0]
// CHECK:         vector.store %[[ROW0]], %[[BUFFER]][%{{.*}}]
// CHECK:         %[[ROW1:.*]] = vector.extract %[[X]][1]
// CHECK:         vector.store %[[ROW1]], %[[BUFFER]][%c4{{.*}}]
// CHECK:         %[[COUNT:.*]] = arith.constant 8 : index
// CHECK:         scf.for %[[I:.*]] = %{{.*}} to %[[COUNT]] step %{{.*}} {
// CHECK-NEXT:      %[[ELEMENT:.*]] = memref.load %[[BUFFER]][%[[I]]]
// CHECK-NEXT:      %[[EXP:.*]] = math.exp %[[ELEMENT]] : f32
// CHECK-NEXT:      memref.store %[[EXP]], %[[BUFFER]][%[[I]]]
// CHECK-NEXT:    } {loop_annotation
// CHECK:         vector.load %[[BUFFER]][%{{.*}}] : memref<8xf32>, vector<4xf32>
// CHECK:         vector.load %[[BUFFER]][%c4{{.*}}] : memref<8xf32>, vector<4xf32>
// CHECK:         return %{{.*}} : vector<2x4xf32>
func.func @tile(%x: vector<2x4xf32>) -> vector<2x4xf32> {
  %0 = math.exp %x : vector<2x4xf32>
  return %0 : vector<2x4xf32>
}

// Two operands have two buffers; a second function of the same type has the first
// one's.
// CHECK-LABEL: func.func @several
// CHECK-COUNT-2: memref.alloca() {{.*}} : memref<4xf32>
// CHECK-NOT:     memref.alloca
// CHECK:         math.powf %{{.*}}, %{{.*}} fastmath<nnan> : f32
// CHECK:         math.tanh %{{.*}} : f32
func.func @several(%x: vector<4xf32>, %y: vector<4xf32>) -> vector<4xf32> {
  %0 = math.powf %x, %y fastmath<nnan> : vector<4xf32>
  %1 = math.tanh %0 : vector<4xf32>
  return %1 : vector<4xf32>
}

// What has instructions, and single elements, stay.
// CHECK-LABEL: func.func @others
// CHECK-NOT:     scf.for
// CHECK:         math.sqrt %{{.*}} : vector<4xf32>
// CHECK:         math.absf %{{.*}} : vector<4xf32>
// CHECK:         math.exp %{{.*}} : vector<1xf32>
// CHECK:         math.exp %{{.*}} : f32
func.func @others(%x: vector<4xf32>, %y: vector<1xf32>, %z: f32) -> (vector<4xf32>, vector<1xf32>, f32) {
  %0 = math.sqrt %x : vector<4xf32>
  %1 = math.absf %0 : vector<4xf32>
  %2 = math.exp %y : vector<1xf32>
  %3 = math.exp %z : f32
  return %1, %2, %3 : vector<4xf32>, vector<1xf32>, f32
}
