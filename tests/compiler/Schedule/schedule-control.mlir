// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-schedule-program --iree-verify-schedule | FileCheck %s

!t = tensor<4xi32>

// x = f(x): the new value cannot be computed in the slot, which f reads. The slot
// is the result; it begins as the argument.
// CHECK-LABEL: program.func @in_turn
// CHECK-SAME:    arena 32
// CHECK:         program.copy <argument 0 at 0 bytes 16> to <result 0 at 0 bytes 16>
// CHECK:         cf.br ^[[LOOP:.*]](%{{.*}} : index)
// CHECK:       ^[[LOOP]](%[[I:.*]]: index):
// CHECK-NEXT:    program.dispatch @kernels::@f reads [#program.place<result 0 at 0 bytes 16>] writes [#program.place<arena 0 at [[AT:[0-9]+]] bytes 16>]
// CHECK-NEXT:    program.copy <arena 0 at [[AT]] bytes 16> to <result 0 at 0 bytes 16>
// CHECK-NEXT:    program.next %[[I]] to %{{.*}} step %{{.*}}, ^[[LOOP]], ^[[END:.*]]
// CHECK:       ^[[END]]:
// CHECK-NEXT:    program.return
func.func @in_turn(%x: !t) -> !t {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %nine = arith.constant 9 : index
  %r = scf.for %i = %zero to %nine step %one iter_args(%y = %x) -> (!t) {
    %k = func.call @f(%y) : (!t) -> !t
    scf.yield %k : !t
  }
  return %r : !t
}

// x = f(f(x)): the second f writes into the slot. The slot begins where the
// initial value is computed.
// CHECK-LABEL: program.func @two_steps
// CHECK-SAME:    arena 32
// CHECK-NOT:     program.copy
// CHECK:         program.dispatch @kernels::@f reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
// CHECK:         program.dispatch @kernels::@f reads [#program.place<result 0 at 0 bytes 16>] writes [#program.place<arena 0 at [[AT:[0-9]+]] bytes 16>]
// CHECK-NEXT:    program.dispatch @kernels::@f reads [#program.place<arena 0 at [[AT]] bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
// CHECK-NEXT:    program.next
func.func @two_steps(%x: !t) -> !t {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %nine = arith.constant 9 : index
  %s = func.call @f(%x) : (!t) -> !t
  %r = scf.for %i = %zero to %nine step %one iter_args(%y = %s) -> (!t) {
    %k = func.call @f(%y) : (!t) -> !t
    %l = func.call @f(%k) : (!t) -> !t
    scf.yield %l : !t
  }
  return %r : !t
}

// A value from outside lives until the loop ends: nothing else takes its place.
// CHECK-LABEL: program.func @outside
// CHECK:         program.dispatch @kernels::@f reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at [[S:[0-9]+]] bytes 16>]
// CHECK:         program.dispatch @kernels::@g reads [#program.place<result 0 at 0 bytes 16>, #program.place<arena 0 at [[S]] bytes 16>] writes [#program.place<arena 0 at [[K:[0-9]+]] bytes 16>]
// CHECK-NEXT:    program.dispatch @kernels::@f reads [#program.place<arena 0 at [[K]] bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
func.func @outside(%x: !t) -> !t {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %nine = arith.constant 9 : index
  %s = func.call @f(%x) : (!t) -> !t
  %r = scf.for %i = %zero to %nine step %one iter_args(%y = %x) -> (!t) {
    %k = func.call @g(%y, %s) : (!t, !t) -> !t
    %l = func.call @f(%k) : (!t) -> !t
    scf.yield %l : !t
  }
  return %r : !t
}

// Values that change places: the second is saved before the first is written.
// CHECK-LABEL: program.func @exchange
// CHECK:         program.next
// CHECK:         program.return
func.func @exchange(%x: !t, %y: !t) -> (!t, !t) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %nine = arith.constant 9 : index
  %r:2 = scf.for %i = %zero to %nine step %one iter_args(%a = %x, %b = %y) -> (!t, !t) {
    scf.yield %b, %a : !t, !t
  }
  return %r#0, %r#1 : !t, !t
}

// Both branches compute the result in its place.
// CHECK-LABEL: program.func @branch
// CHECK-SAME:    arena 16
// CHECK-NEXT:    %[[C:.*]] = program.load <argument 1 at 0 bytes 1> : i1
// CHECK-NEXT:    cf.cond_br %[[C]], ^[[THEN:.*]], ^[[ELSE:.*]]
// CHECK:       ^[[THEN]]:
// CHECK-NEXT:    program.dispatch @kernels::@f reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
// CHECK-NEXT:    cf.br ^[[END:.*]]
// CHECK:       ^[[ELSE]]:
// CHECK-NEXT:    program.copy <argument 0 at 0 bytes 16> to <result 0 at 0 bytes 16>
// CHECK-NEXT:    cf.br ^[[END]]
// CHECK:       ^[[END]]:
// CHECK-NEXT:    program.return
func.func @branch(%x: !t, %c: tensor<i1>) -> !t {
  %0 = tensor.extract %c[] : tensor<i1>
  %r = scf.if %0 -> (!t) {
    %k = func.call @f(%x) : (!t) -> !t
    scf.yield %k : !t
  } else {
    scf.yield %x : !t
  }
  return %r : !t
}

// What the condition hands on stays in one place; the counter, in a tensor, is
// stored for the kernel.
// CHECK-LABEL: program.func @while
// CHECK:         program.copy <argument 0 at 0 bytes 16> to <result 0 at 0 bytes 16>
// CHECK-NEXT:    cf.br ^[[BEFORE:.*]]
// CHECK:       ^[[BEFORE]]:
// CHECK-NEXT:    program.dispatch @kernels::@test reads [#program.place<result 0 at 0 bytes 16>] writes [#program.place<arena 0 at [[T:[0-9]+]] bytes 1>]
// CHECK-NEXT:    %[[C:.*]] = program.load <arena 0 at [[T]] bytes 1> : i1
// CHECK-NEXT:    cf.cond_br %[[C]], ^[[AFTER:.*]], ^[[END:.*]]
// CHECK:       ^[[AFTER]]:
// CHECK-NEXT:    program.dispatch @kernels::@f reads [#program.place<result 0 at 0 bytes 16>] writes [#program.place<arena 0 at [[K:[0-9]+]] bytes 16>]
// CHECK-NEXT:    program.copy <arena 0 at [[K]] bytes 16> to <result 0 at 0 bytes 16>
// CHECK-NEXT:    cf.br ^[[BEFORE]]
// CHECK:       ^[[END]]:
// CHECK-NEXT:    program.return
func.func @while(%x: !t) -> !t {
  %r = scf.while (%y = %x) : (!t) -> !t {
    %t = func.call @test(%y) : (!t) -> tensor<i1>
    %c = tensor.extract %t[] : tensor<i1>
    scf.condition(%c) %y : !t
  } do {
  ^bb0(%y: !t):
    %k = func.call @f(%y) : (!t) -> !t
    scf.yield %k : !t
  }
  return %r : !t
}

// The slot of a loop is the variable that its result is stored to.
// CHECK-LABEL: program.func @variable
// CHECK-NOT:     program.copy
// CHECK:         program.dispatch @kernels::@f reads [#program.place<state 0 at 0 bytes 16>] writes [#program.place<arena 0 at [[AT:[0-9]+]] bytes 16>]
// CHECK-NEXT:    program.dispatch @kernels::@f reads [#program.place<arena 0 at [[AT]] bytes 16>] writes [#program.place<state 0 at 0 bytes 16>]
// CHECK-NEXT:    program.next
// CHECK-NOT:     program.copy
util.global private mutable @v : !t
func.func @variable() {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %nine = arith.constant 9 : index
  %v = util.global.load @v : !t
  %r = scf.for %i = %zero to %nine step %one iter_args(%y = %v) -> (!t) {
    %k = func.call @f(%y) : (!t) -> !t
    %l = func.call @f(%k) : (!t) -> !t
    scf.yield %l : !t
  }
  util.global.store %r, @v : !t
  return
}

// What is asserted comes from a kernel: the assertion stands behind it.
// CHECK-LABEL: program.func @assertion
// CHECK-NEXT:    program.dispatch @kernels::@test reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at [[AT:[0-9]+]] bytes 1>]
// CHECK-NEXT:    %[[C:.*]] = program.load <arena 0 at [[AT]] bytes 1> : i1
// CHECK-NEXT:    program.assert %[[C]], "text"
// CHECK-NEXT:    program.dispatch @kernels::@f
// CHECK-NEXT:    program.return
func.func @assertion(%x: !t) -> !t {
  %t = func.call @test(%x) : (!t) -> tensor<i1>
  %c = tensor.extract %t[] : tensor<i1>
  cf.assert %c, "text"
  %r = func.call @f(%x) : (!t) -> !t
  return %r : !t
}

// A check reads the slot's old value: the new one is computed elsewhere.
// CHECK-LABEL: program.func @check_in_loop
// CHECK:         program.dispatch @kernels::@f reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at [[AT:[0-9]+]] bytes 16>]
// CHECK-NEXT:    program.check equal <result 0 at 0 bytes 16> and <constant {{[0-9]+}} at 0 bytes 16>
// CHECK-NEXT:    program.copy <arena 0 at [[AT]] bytes 16> to <result 0 at 0 bytes 16>
// CHECK-NEXT:    program.next
func.func @check_in_loop(%x: !t) -> !t {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %nine = arith.constant 9 : index
  %c = arith.constant dense<[1, 2, 3, 4]> : !t
  %r = scf.for %i = %zero to %nine step %one iter_args(%y = %x) -> (!t) {
    %k = func.call @f(%x) : (!t) -> !t
    check.expect_eq(%y, %c) : !t
    scf.yield %k : !t
  }
  return %r : !t
}

func.func private @f(%x: !t) -> !t attributes {program.kernel} {
  return %x : !t
}
func.func private @g(%x: !t, %y: !t) -> !t attributes {program.kernel} {
  return %x : !t
}
func.func private @test(%x: !t) -> tensor<i1> attributes {program.kernel} {
  %true = arith.constant dense<true> : tensor<i1>
  return %true : tensor<i1>
}
