// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-schedule-program --iree-verify-schedule | FileCheck %s
// RUN: %iree-opt %s --iree-schedule-program=favor=max-concurrency --iree-verify-schedule | FileCheck %s

// Variables that begin with other than zeros come first; their order is
// otherwise that of the source.
// CHECK:      program.variable @b : tensor<4xi32> = dense<[1, 2, 3, 4]> : tensor<4xi32>
// CHECK-NEXT: program.variable @minus_zero : tensor<4xf32> = dense<-0.000000e+00> : tensor<4xf32>
// CHECK-NEXT: program.variable @a : tensor<4xi32>
// CHECK-NEXT: program.variable @zero : tensor<4xi32>
// CHECK-NOT:  util.global
util.global private mutable @a : tensor<4xi32>
util.global private mutable @b = dense<[1, 2, 3, 4]> : tensor<4xi32>
util.global private mutable @zero = dense<0> : tensor<4xi32>
util.global private mutable @minus_zero = dense<-0.0> : tensor<4xf32>

// A variable is read where it lies; a new value is computed there, too, if the
// old one is no longer needed.
// CHECK-LABEL: program.func @direct
// CHECK-SAME:    arena 16 attributes
// CHECK-NEXT:    program.dispatch @kernels::@f reads [#program.place<state 2 at 0 bytes 16>] writes [#program.place<arena 0 at 0 bytes 16>]
// CHECK-NEXT:    program.dispatch @kernels::@f reads [#program.place<arena 0 at 0 bytes 16>] writes [#program.place<state 2 at 0 bytes 16>]
// CHECK-NEXT:    program.return
func.func @direct() {
  %a = util.global.load @a : tensor<4xi32>
  %0 = call @f(%a) : (tensor<4xi32>) -> tensor<4xi32>
  %1 = call @f(%0) : (tensor<4xi32>) -> tensor<4xi32>
  util.global.store %1, @a : tensor<4xi32>
  return
}

// The kernel that reads the old value does not write over it.
// CHECK-LABEL: program.func @update
// CHECK-NEXT:    program.dispatch @kernels::@f reads [#program.place<state 2 at 0 bytes 16>] writes [#program.place<arena 0 at 0 bytes 16>]
// CHECK-NEXT:    program.copy <arena 0 at 0 bytes 16> to <state 2 at 0 bytes 16>
// CHECK-NEXT:    program.return
func.func @update() {
  %a = util.global.load @a : tensor<4xi32>
  %0 = call @f(%a) : (tensor<4xi32>) -> tensor<4xi32>
  util.global.store %0, @a : tensor<4xi32>
  return
}

// Nor is it written over before it is returned.
// CHECK-LABEL: program.func @returned
// CHECK-NEXT:    program.dispatch @kernels::@f reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at [[AT:[0-9]+]] bytes 16>]
// CHECK-NEXT:    program.copy <state 2 at 0 bytes 16> to <result 0 at 0 bytes 16>
// CHECK-NEXT:    program.copy <arena 0 at [[AT]] bytes 16> to <state 2 at 0 bytes 16>
// CHECK-NEXT:    program.return
func.func @returned(%x: tensor<4xi32>) -> tensor<4xi32> {
  %a = util.global.load @a : tensor<4xi32>
  %0 = call @f(%x) : (tensor<4xi32>) -> tensor<4xi32>
  util.global.store %0, @a : tensor<4xi32>
  return %a : tensor<4xi32>
}

// CHECK-LABEL: program.func @both
// CHECK-NEXT:    program.dispatch @kernels::@f reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
// CHECK-NEXT:    program.copy <result 0 at 0 bytes 16> to <state 2 at 0 bytes 16>
// CHECK-NEXT:    program.return
func.func @both(%x: tensor<4xi32>) -> tensor<4xi32> {
  %0 = call @f(%x) : (tensor<4xi32>) -> tensor<4xi32>
  util.global.store %0, @a : tensor<4xi32>
  return %0 : tensor<4xi32>
}

// Values that are exchanged are saved before the first is written over.
// CHECK-LABEL: program.func @swap
// CHECK-SAME:    arena 32 attributes
// CHECK-NEXT:    program.copy <state 0 at 0 bytes 16> to <arena 0 at [[B:[0-9]+]] bytes 16>
// CHECK-NEXT:    program.copy <state 2 at 0 bytes 16> to <arena 0 at [[A:[0-9]+]] bytes 16>
// CHECK-NEXT:    program.copy <arena 0 at [[B]] bytes 16> to <state 2 at 0 bytes 16>
// CHECK-NEXT:    program.copy <arena 0 at [[A]] bytes 16> to <state 0 at 0 bytes 16>
// CHECK-NEXT:    program.return
func.func @swap() {
  %a = util.global.load @a : tensor<4xi32>
  %b = util.global.load @b : tensor<4xi32>
  util.global.store %b, @a : tensor<4xi32>
  util.global.store %a, @b : tensor<4xi32>
  return
}

// Constants and arguments are copied, splats filled; reshapes and barriers are
// nothing.
// CHECK-LABEL: program.func @simple
// CHECK-NEXT:    program.copy <argument 0 at 0 bytes 16> to <state 2 at 0 bytes 16>
// CHECK-NEXT:    program.copy <constant 0 at 0 bytes 16> to <state 0 at 0 bytes 16>
// CHECK-NEXT:    program.fill 7 of 4 to <state 3 at 0 bytes 16>
// CHECK-NEXT:    program.return
func.func @simple(%x: tensor<2x2xi32>) {
  %0 = tensor.collapse_shape %x [[0, 1]] : tensor<2x2xi32> into tensor<4xi32>
  %1 = util.unfoldable_constant dense<[5, 6, 7, 8]> : tensor<4xi32>
  %2 = util.optimization_barrier %1 : tensor<4xi32>
  %3 = arith.constant dense<7> : tensor<4xi32>
  util.global.store %0, @a : tensor<4xi32>
  util.global.store %2, @b : tensor<4xi32>
  util.global.store %3, @zero : tensor<4xi32>
  return
}

// One value for two variables is computed in the first.
// CHECK-LABEL: program.func @two
// CHECK-SAME:    arena 0 attributes
// CHECK-NEXT:    program.dispatch @kernels::@f reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<state 2 at 0 bytes 16>]
// CHECK-NEXT:    program.copy <state 2 at 0 bytes 16> to <state 3 at 0 bytes 16>
// CHECK-NEXT:    program.return
func.func @two(%x: tensor<4xi32>) {
  %0 = call @f(%x) : (tensor<4xi32>) -> tensor<4xi32>
  util.global.store %0, @a : tensor<4xi32>
  util.global.store %0, @zero : tensor<4xi32>
  return
}

func.func private @f(%x: tensor<4xi32>) -> tensor<4xi32> attributes {program.kernel} {
  return %x : tensor<4xi32>
}
