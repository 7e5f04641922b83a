// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-legalize-loops | FileCheck %s

// CHECK-LABEL: func.func @forall
// CHECK:         scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[O:.*]] = %{{.*}}) -> (tensor<4x6xf32>)
// CHECK:           %[[S:.*]] = tensor.extract_slice %{{.*}}[%[[I]], 0] [1, 6] [1, 1]
// CHECK:           %[[R:.*]] = tensor.insert_slice %[[S]] into %[[O]][%[[I]], 0] [1, 6] [1, 1]
// CHECK:           scf.yield %[[R]]
func.func @forall(%a: tensor<4x6xf32>, %b: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %0 = scf.forall (%i) in (4) shared_outs(%o = %b) -> (tensor<4x6xf32>) {
    %s = tensor.extract_slice %a[%i, 0] [1, 6] [1, 1] : tensor<4x6xf32> to tensor<1x6xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%i, 0] [1, 6] [1, 1] : tensor<1x6xf32> into tensor<4x6xf32>
    }
  }
  return %0 : tensor<4x6xf32>
}

// CHECK-LABEL: func.func @parallel
// CHECK:         scf.for %{{.*}} iter_args(%[[X:.*]] = %{{.*}}) -> (f32)
// CHECK:           scf.for %{{.*}} iter_args(%[[Y:.*]] = %[[X]]) -> (f32)
// CHECK:             arith.addf %[[Y]], %{{.*}} : f32
func.func @parallel(%a: tensor<4x6xf32>, %n: index, %start: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = scf.parallel (%i, %j) = (%c0, %c0) to (%n, %n) step (%c1, %c1) init (%start) -> f32 {
    %x = tensor.extract %a[%i, %j] : tensor<4x6xf32>
    scf.reduce(%x : f32) {
    ^bb0(%p: f32, %q: f32):
      %s = arith.addf %p, %q : f32
      scf.reduce.return %s : f32
    }
  }
  return %0 : f32
}

// CHECK-LABEL: func.func @index_switch
// CHECK:         %[[C2:.*]] = arith.constant 2 : index
// CHECK:         %[[IS2:.*]] = arith.cmpi eq, %{{.*}}, %[[C2]] : index
// CHECK:         scf.if %[[IS2]] -> (i32)
// CHECK:         } else {
// CHECK:           scf.if %{{.*}} -> (i32)
func.func @index_switch(%i: index, %a: i32, %b: i32, %c: i32) -> i32 {
  %0 = scf.index_switch %i -> i32
  case 2 {
    scf.yield %a : i32
  }
  case 5 {
    scf.yield %b : i32
  }
  default {
    scf.yield %c : i32
  }
  return %0 : i32
}

// CHECK-LABEL: func.func @execute_region
// CHECK-NOT:     scf.execute_region
// CHECK:         %[[N:.*]] = arith.negf
// CHECK:         return %[[N]]
func.func @execute_region(%a: f32) -> f32 {
  %0 = scf.execute_region -> f32 {
    %n = arith.negf %a : f32
    scf.yield %n : f32
  }
  return %0 : f32
}
