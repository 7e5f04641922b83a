// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt --pass-pipeline='builtin.module(func.func(iree-lower-complex))' --split-input-file %s | FileCheck %s

// CHECK-LABEL: func.func @arithmetic
// CHECK-NOT:     complex.add
// CHECK:         arith.addf %{{.*}} : f32
// CHECK:         arith.addf %{{.*}} : f32
// CHECK:         complex.create
func.func @arithmetic(%a: complex<f32>, %b: complex<f32>) -> complex<f32> {
  %0 = complex.add %a, %b : complex<f32>
  return %0 : complex<f32>
}

// -----

// A number that a loop carries is two, between the other arguments.
// CHECK-LABEL: func.func @loop
// CHECK-SAME:    (%[[RE:.*]]: f32, %[[IM:.*]]: f32, %[[N:.*]]: index)
// CHECK-NOT:     complex
// CHECK:         cf.br ^[[BODY:.*]](%[[N]], %[[RE]], %[[IM]] : index, f32, f32)
// CHECK:       ^[[BODY]](%{{.*}}: index, %[[X:.*]]: f32, %[[Y:.*]]: f32):
// CHECK:         %[[NEXT:.*]] = arith.negf %[[Y]]
// CHECK:         cf.cond_br %{{.*}}, ^[[BODY]](%{{.*}}, %[[X]], %[[NEXT]] : index, f32, f32), ^[[END:.*]](%[[X]], %[[NEXT]] : f32, f32)
// CHECK:       ^[[END]](%[[A:.*]]: f32, %[[B:.*]]: f32):
// CHECK:         return %[[A]], %[[B]]
func.func @loop(%re: f32, %im: f32, %n: index) -> (f32, f32) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %first = complex.create %re, %im : complex<f32>
  cf.br ^body(%first, %n : complex<f32>, index)
^body(%x: complex<f32>, %i: index):
  %next = complex.conj %x : complex<f32>
  %left = arith.subi %i, %one : index
  %more = arith.cmpi sgt, %left, %zero : index
  cf.cond_br %more, ^body(%next, %left : complex<f32>, index), ^end(%next : complex<f32>)
^end(%y: complex<f32>):
  %0 = complex.re %y : complex<f32>
  %1 = complex.im %y : complex<f32>
  return %0, %1 : f32, f32
}

// -----

// CHECK-LABEL: func.func @choice
// CHECK-SAME:    (%[[C:.*]]: i1, %[[X:.*]]: f32, %[[Y:.*]]: f32)
// CHECK-DAG:     %[[RE:.*]] = arith.constant 1.0{{.*}} : f32
// CHECK-DAG:     %[[IM:.*]] = arith.constant 2.0{{.*}} : f32
// CHECK-DAG:     %[[A:.*]] = arith.select %[[C]], %[[X]], %[[RE]] : f32
// CHECK-DAG:     %[[B:.*]] = arith.select %[[C]], %[[Y]], %[[IM]] : f32
// CHECK:         return %[[A]], %[[B]]
func.func @choice(%c: i1, %x: f32, %y: f32) -> (f32, f32) {
  %a = complex.create %x, %y : complex<f32>
  %b = complex.constant [1.0 : f32, 2.0 : f32] : complex<f32>
  %r = arith.select %c, %a, %b : complex<f32>
  %0 = complex.re %r : complex<f32>
  %1 = complex.im %r : complex<f32>
  return %0, %1 : f32, f32
}
