// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-expand-arithmetic | FileCheck %s

// CHECK-LABEL: func.func @upper_half
// CHECK-SAME:    (%[[A:.*]]: i32, %[[B:.*]]: i32)
// CHECK:         %{{.*}}, %[[HIGH:.*]] = arith.mulsi_extended %[[A]], %[[B]] : i32
// CHECK:         return %[[HIGH]]
func.func @upper_half(%a: i32, %b: i32) -> i32 {
  %x = arith.extsi %a : i32 to i64
  %y = arith.extsi %b : i32 to i64
  %p = arith.muli %x, %y : i64
  %c32 = arith.constant 32 : i64
  %h = arith.shrui %p, %c32 : i64
  %r = arith.trunci %h : i64 to i32
  return %r : i32
}

// CHECK-LABEL: func.func @unsigned_constant
// CHECK:         %[[C:.*]] = arith.constant -2 : i32
// CHECK:         arith.mului_extended %{{.*}}, %[[C]] : i32
func.func @unsigned_constant(%a: i32) -> i32 {
  %x = arith.extui %a : i32 to i64
  %y = arith.constant 4294967294 : i64
  %p = arith.muli %x, %y : i64
  %c32 = arith.constant 32 : i64
  %h = arith.shrsi %p, %c32 : i64
  %r = arith.trunci %h : i64 to i32
  return %r : i32
}

// Not the upper half, or not of numbers of 32 bits that are extended alike.
// CHECK-LABEL: func.func @others
// CHECK-NOT:     _extended
// CHECK:         return
func.func @others(%a: i32, %b: i32, %c: i64) -> (i32, i32, i32) {
  %x = arith.extsi %a : i32 to i64
  %y = arith.extui %b : i32 to i64
  %c31 = arith.constant 31 : i64
  %c32 = arith.constant 32 : i64
  %p = arith.muli %x, %x : i64
  %h = arith.shrsi %p, %c31 : i64
  %r = arith.trunci %h : i64 to i32
  %p1 = arith.muli %x, %y : i64
  %h1 = arith.shrsi %p1, %c32 : i64
  %r1 = arith.trunci %h1 : i64 to i32
  %p2 = arith.muli %x, %c : i64
  %h2 = arith.shrsi %p2, %c32 : i64
  %r2 = arith.trunci %h2 : i64 to i32
  return %r, %r1, %r2 : i32, i32, i32
}

// CHECK-LABEL: func.func @index
// CHECK:         arith.constant 32 : index
// CHECK:         arith.addi
// CHECK:         arith.cmpi uge
// CHECK-NOT:     index.
// CHECK-NOT:     floordiv
// CHECK:         return
func.func @index(%a: index, %b: index) -> (index, i1, index) {
  %bits = index.sizeof
  %s = index.add %a, %bits
  %c = index.cmp uge(%s, %b)
  %f = index.floordivs %a, %b
  return %s, %c, %f : index, i1, index
}
