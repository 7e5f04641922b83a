// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-scalars-to-tensors | FileCheck %s

// The source signature stays on record; tensors are left as they are.
// CHECK-LABEL: func.func @scalars
// CHECK-SAME:    (%[[A:.*]]: tensor<f32>, %{{.*}}: tensor<4xi8>) -> (tensor<i32>, tensor<f32>)
// CHECK-SAME:    program.function_type = (f32, tensor<4xi8>) -> (i32, f32)
// CHECK:         %[[SCALAR:.*]] = tensor.extract %[[A]][]
// CHECK:         %[[SUM:.*]] = arith.addf %[[SCALAR]], %[[SCALAR]]
// CHECK:         %[[R0:.*]] = tensor.from_elements %{{.*}} : tensor<i32>
// CHECK:         %[[R1:.*]] = tensor.from_elements %[[SUM]] : tensor<f32>
// CHECK:         return %[[R0]], %[[R1]]
func.func @scalars(%a: f32, %b: tensor<4xi8>) -> (i32, f32) {
  %seven = arith.constant 7 : i32
  %sum = arith.addf %a, %a : f32
  return %seven, %sum : i32, f32
}

// A record that is there already is kept: the pass may run twice.
// CHECK-LABEL: func.func @again
// CHECK-SAME:    program.function_type = (i1) -> ()
func.func @again(%a: tensor<i1>) attributes {program.function_type = (i1) -> ()} {
  return
}

// Private functions are called with scalars and keep them.
// CHECK-LABEL: func.func private @helper
// CHECK-SAME:    (%{{.*}}: f32) -> f32 {
func.func private @helper(%a: f32) -> f32 {
  return %a : f32
}
