// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-lower-loops | FileCheck %s

// The condition stands before the loop and at its end.
// CHECK-LABEL: func.func @loop
// CHECK-SAME:    (%[[N:.*]]: index, %[[X:.*]]: f32)
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK:         %[[ENTERS:.*]] = arith.cmpi slt, %[[C0]], %[[N]] : index
// CHECK:         cf.cond_br %[[ENTERS]], ^[[BODY:.*]](%[[C0]], %[[X]] : index, f32), ^[[AFTER:.*]](%[[X]] : f32)
// CHECK:       ^[[BODY]](%[[I:.*]]: index, %[[S:.*]]: f32):
// CHECK:         %[[T:.*]] = arith.addf %[[S]], %[[X]] : f32
// CHECK:         program.next %[[I]] to %[[N]] step %[[C1]], ^[[BODY]](%[[T]] : f32), ^[[AFTER]](%[[T]] : f32)
// CHECK:       ^[[AFTER]](%[[R:.*]]: f32):
// CHECK:         return %[[R]]
func.func @loop(%n: index, %x: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%s = %x) -> (f32) {
    %t = arith.addf %s, %x : f32
    scf.yield %t : f32
  }
  return %r : f32
}

// CHECK-LABEL: func.func @nested
// CHECK-COUNT-2: program.next
// CHECK-NOT:     scf.
func.func @nested(%n: index, %b: memref<?xindex>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    scf.for %j = %i to %n step %c1 {
      memref.store %j, %b[%i] : memref<?xindex>
    }
  }
  return
}

// CHECK-LABEL: func.func @switch
// CHECK:         %[[FLAG:.*]] = arith.index_cast
// CHECK:         %[[C2:.*]] = arith.constant 2 : i32
// CHECK:         %[[IS2:.*]] = arith.cmpi eq, %[[FLAG]], %[[C2]] : i32
// CHECK:         cf.cond_br %[[IS2]]
// CHECK:         %[[C5:.*]] = arith.constant 5 : i32
// CHECK:         arith.cmpi eq, %[[FLAG]], %[[C5]] : i32
// CHECK-NOT:     cf.switch
func.func @switch(%n: index, %x: f32, %y: f32) -> f32 {
  %r = scf.index_switch %n -> f32
  case 2 {
    scf.yield %x : f32
  }
  case 5 {
    scf.yield %y : f32
  }
  default {
    %z = arith.addf %x, %y : f32
    scf.yield %z : f32
  }
  return %r : f32
}

// CHECK-LABEL: func.func @assert
// CHECK:         cf.cond_br %{{.*}}, ^[[REST:.*]], ^[[FAILS:.*]]
// CHECK:       ^[[REST]]:
// CHECK:         return
// CHECK:       ^[[FAILS]]:
// CHECK:         program.fail 9 "must hold"
func.func @assert(%c: i1) {
  cf.assert %c, "must hold"
  return
}
