// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-narrow-sums --canonicalize | FileCheck %s

// That the functions are equal is the subject of sum_form_test.cpp and of the
// additions in tests/tflite. This is about which operations are found.

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>

// Each input is moved left by 20 bits and rescaled, and the sum rescaled again.
// CHECK-LABEL: func.func @add
// CHECK:         ^bb0(%[[A:.*]]: i8, %[[B:.*]]: i8, %{{.*}}: i8):
// CHECK-DAG:       %[[A32:.*]] = arith.extsi %[[A]] : i8 to i32
// CHECK-DAG:       %[[B32:.*]] = arith.extsi %[[B]] : i8 to i32
// CHECK-DAG:       %[[OF_A:.*]] = arith.muli %[[A32]], %{{.*}} : i32
// CHECK-DAG:       %[[OF_B:.*]] = arith.muli %[[B32]], %{{.*}} : i32
// CHECK-DAG:       %[[MOVED:.*]] = arith.addi %[[OF_B]], %{{.*}} : i32
// CHECK:           %[[SUM:.*]] = arith.addi %[[OF_A]], %[[MOVED]] : i32
// CHECK-NEXT:      %[[Y:.*]] = arith.shrsi %[[SUM]], %{{.*}} : i32
// CHECK-NEXT:      %[[LOW:.*]] = arith.maxsi %[[Y]], %{{.*}} : i32
// CHECK-NEXT:      %[[HIGH:.*]] = arith.minsi %[[LOW]], %{{.*}} : i32
// CHECK-NEXT:      %[[BYTE:.*]] = arith.trunci %[[HIGH]] : i32 to i8
// CHECK-NEXT:      linalg.yield %[[BYTE]]
func.func @add(%a: tensor<3x2xi8>, %b: tensor<3x2xi8>) -> tensor<3x2xi8> {
  %low = arith.constant -128 : i32
  %high = arith.constant 127 : i32
  %c20 = arith.constant 20 : i32
  %c33 = arith.constant 33 : i64
  %c49 = arith.constant 49 : i64
  %half33 = arith.constant 4294967296 : i64
  %half49 = arith.constant 281474976710656 : i64
  %zero_a = arith.constant 7 : i32
  %zero_b = arith.constant -9 : i32
  %m_a = arith.constant 1518500251 : i64
  %m_b = arith.constant 1618500253 : i64
  %m_y = arith.constant 1818500257 : i64
  %e = tensor.empty() : tensor<3x2xi8>
  %0 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<3x2xi8>, tensor<3x2xi8>) outs(%e : tensor<3x2xi8>) {
  ^bb0(%x: i8, %y: i8, %o: i8):
    %x32 = arith.extsi %x : i8 to i32
    %x0 = arith.subi %x32, %zero_a : i32
    %x1 = arith.shli %x0, %c20 : i32
    %x2 = arith.extsi %x1 : i32 to i64
    %x3 = arith.muli %x2, %m_a : i64
    %x4 = arith.addi %x3, %half33 : i64
    %x5 = arith.shrsi %x4, %c33 : i64
    %x6 = arith.trunci %x5 : i64 to i32
    %y32 = arith.extsi %y : i8 to i32
    %y0 = arith.subi %y32, %zero_b : i32
    %y1 = arith.shli %y0, %c20 : i32
    %y2 = arith.extsi %y1 : i32 to i64
    %y3 = arith.muli %y2, %m_b : i64
    %y4 = arith.addi %y3, %half33 : i64
    %y5 = arith.shrsi %y4, %c33 : i64
    %y6 = arith.trunci %y5 : i64 to i32
    %s = arith.addi %x6, %y6 : i32
    %s1 = arith.extsi %s : i32 to i64
    %s2 = arith.muli %s1, %m_y : i64
    %s3 = arith.addi %s2, %half49 : i64
    %s4 = arith.shrsi %s3, %c49 : i64
    %s5 = arith.trunci %s4 : i64 to i32
    %s6 = arith.maxsi %s5, %low : i32
    %s7 = arith.minsi %s6, %high : i32
    %s8 = arith.trunci %s7 : i32 to i8
    linalg.yield %s8 : i8
  } -> tensor<3x2xi8>
  return %0 : tensor<3x2xi8>
}

// Multipliers of channels that differ have no one function.
// CHECK-LABEL: func.func @per_channel
// CHECK-COUNT-3: arith.muli %{{.*}} : i64
func.func @per_channel(%a: tensor<3x2xi8>, %b: tensor<3x2xi8>) -> tensor<3x2xi8> {
  %m_a = arith.constant dense<[1518500251, 1518500252]> : tensor<2xi64>
  %low = arith.constant -128 : i32
  %high = arith.constant 127 : i32
  %c13 = arith.constant 13 : i64
  %c50 = arith.constant 50 : i64
  %m_b = arith.constant 1618500253 : i64
  %m_y = arith.constant 1818500257 : i64
  %e = tensor.empty() : tensor<3x2xi8>
  %0 = linalg.generic {indexing_maps = [#id, #id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b, %m_a : tensor<3x2xi8>, tensor<3x2xi8>, tensor<2xi64>) outs(%e : tensor<3x2xi8>) {
  ^bb0(%x: i8, %y: i8, %m: i64, %o: i8):
    %x2 = arith.extsi %x : i8 to i64
    %x3 = arith.muli %x2, %m : i64
    %x5 = arith.shrsi %x3, %c13 : i64
    %x6 = arith.trunci %x5 : i64 to i32
    %y2 = arith.extsi %y : i8 to i64
    %y3 = arith.muli %y2, %m_b : i64
    %y5 = arith.shrsi %y3, %c13 : i64
    %y6 = arith.trunci %y5 : i64 to i32
    %s = arith.addi %x6, %y6 : i32
    %s1 = arith.extsi %s : i32 to i64
    %s2 = arith.muli %s1, %m_y : i64
    %s4 = arith.shrsi %s2, %c50 : i64
    %s5 = arith.trunci %s4 : i64 to i32
    %s6 = arith.maxsi %s5, %low : i32
    %s7 = arith.minsi %s6, %high : i32
    %s8 = arith.trunci %s7 : i32 to i8
    linalg.yield %s8 : i8
  } -> tensor<3x2xi8>
  return %0 : tensor<3x2xi8>
}

// Pairs of 16-bit values are too many.
// CHECK-LABEL: func.func @wide
// CHECK:         arith.muli %{{.*}} : i64
// CHECK:         arith.muli %{{.*}} : i64
func.func @wide(%a: tensor<3x2xi16>, %b: tensor<3x2xi16>) -> tensor<3x2xi16> {
  %c32 = arith.constant 32 : i64
  %m = arith.constant 1518500251 : i64
  %e = tensor.empty() : tensor<3x2xi16>
  %0 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<3x2xi16>, tensor<3x2xi16>) outs(%e : tensor<3x2xi16>) {
  ^bb0(%x: i16, %y: i16, %o: i16):
    %x2 = arith.extsi %x : i16 to i64
    %x3 = arith.muli %x2, %m : i64
    %y2 = arith.extsi %y : i16 to i64
    %y3 = arith.muli %y2, %m : i64
    %s1 = arith.addi %x3, %y3 : i64
    %s4 = arith.shrsi %s1, %c32 : i64
    %s8 = arith.trunci %s4 : i64 to i16
    linalg.yield %s8 : i16
  } -> tensor<3x2xi16>
  return %0 : tensor<3x2xi16>
}
