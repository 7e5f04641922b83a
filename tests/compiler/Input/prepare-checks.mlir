// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-prepare-checks | FileCheck %s
// The syntax is also what is printed.
// RUN: %iree-opt %s | %iree-opt --iree-prepare-checks | FileCheck %s

// CHECK-LABEL: func.func @scalars
// CHECK-SAME:    (%[[A:.*]]: i32, %[[I:.*]]: index)
// CHECK:         %[[T:.*]] = tensor.from_elements %[[A]] : tensor<i32>
// CHECK:         check.expect_all_true(%[[T]]) : tensor<i32>
// CHECK:         %[[F:.*]] = tensor.from_elements %[[A]] : tensor<i32>
// CHECK:         check.expect_all_false(%[[F]]) : tensor<i32>
// CHECK:         %[[WIDE:.*]] = arith.index_cast %[[I]] : index to i64
// CHECK:         %[[U:.*]] = tensor.from_elements %[[WIDE]] : tensor<i64>
// CHECK:         check.expect_all_true(%[[U]]) : tensor<i64>
func.func @scalars(%a: i32, %i: index) {
  check.expect_true(%a) : i32
  check.expect_false(%a) : i32
  check.expect_true(%i) : index
  return
}

// CHECK-LABEL: func.func @constants
// CHECK-SAME:    (%[[A:.*]]: tensor<2xf32>)
// CHECK:         %[[C:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK:         check.expect_eq(%[[A]], %[[C]]) : tensor<2xf32>
// CHECK:         check.expect_almost_eq(%[[A]], %{{[a-z_0-9]+}}) : tensor<2xf32>
// CHECK:         check.expect_almost_eq(%[[A]], %{{.*}}, atol 5.000000e-01, rtol 2.500000e-01) : tensor<2xf32>
func.func @constants(%a: tensor<2xf32>) {
  check.expect_eq_const(%a, dense<[1.0, 2.0]> : tensor<2xf32>) : tensor<2xf32>
  check.expect_almost_eq_const(%a, dense<[1.0, 2.0]> : tensor<2xf32>) : tensor<2xf32>
  check.expect_almost_eq_const(%a, dense<3.0> : tensor<2xf32>, atol 0.5, rtol 0.25) : tensor<2xf32>
  return
}

// CHECK-LABEL: func.func @tolerances
// CHECK:         check.expect_almost_eq(%{{.*}}, %{{[a-z0-9]+}}) : tensor<2xf32>
// CHECK:         check.expect_almost_eq(%{{.*}}, %{{.*}}, atol 5.000000e-01) : tensor<2xf32>
// CHECK:         check.expect_almost_eq(%{{.*}}, %{{.*}}, rtol 5.000000e-01) : tensor<2xf32>
func.func @tolerances(%a: tensor<2xf32>, %b: tensor<2xf32>) {
  check.expect_almost_eq(%a, %b, atol 1.0e-04) : tensor<2xf32>
  check.expect_almost_eq(%a, %b, atol 0.5) : tensor<2xf32>
  check.expect_almost_eq(%a, %b, rtol 0.5) : tensor<2xf32>
  return
}

// What is said of devices is dropped.
// CHECK-LABEL: func.func @devices
// CHECK-NOT:     hal.
// CHECK-NOT:     <%
func.func @devices(%a: tensor<2xi32>, %b: tensor<2xf32>) {
  %zero = arith.constant 0 : index
  %device = hal.devices.get %zero : !hal.device
  check.expect_all_true<%device>(%a) : tensor<2xi32>
  check.expect_eq<%device>(%a, %a) : tensor<2xi32>
  check.expect_eq_const<%device>(%a, dense<1> : tensor<2xi32>) : tensor<2xi32>
  check.expect_almost_eq<%device>(%b, %b) : tensor<2xf32>
  return
}

// CHECK-LABEL: func.func @flow
// CHECK:         %[[C:.*]] = arith.constant dense<[1, 2, 3, 4]> : tensor<4xi32>
// CHECK:         %[[R:.*]] = tensor.reshape %[[C]](%{{.*}}) : (tensor<4xi32>, tensor<2xindex>) -> tensor<2x2xi32>
// CHECK:         check.expect_all_true(%[[R]])
// CHECK:         %[[U:.*]] = util.unfoldable_constant dense<[5, 6]> : tensor<2xi32>
// CHECK:         tensor.cast %[[U]] : tensor<2xi32> to tensor<?xi32>
func.func @flow() {
  %c = flow.tensor.constant dense<[1, 2, 3, 4]> : tensor<4xi32>
  %t = flow.tensor.tie_shape %c : tensor<4xi32>
  %r = flow.tensor.reshape %t : tensor<4xi32> -> tensor<2x2xi32>
  check.expect_all_true(%r) : tensor<2x2xi32>
  %d = flow.tensor.dynamic_constant dense<[5, 6]> : tensor<2xi32> -> tensor<?xi32>
  %s = tensor.cast %d : tensor<?xi32> to tensor<2xi32>
  check.expect_all_true(%s) : tensor<2xi32>
  return
}
