// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-verify-input | FileCheck %s

// What the stage promises passes unchanged: the limits of rank and type.
// CHECK-LABEL: func.func @rank6
func.func @rank6(%a: tensor<1x2x1x2x1x2xf64>, %b: tensor<i1>) -> (tensor<1x2x1x2x1x2xf64>, tensor<i1>) {
  // CHECK: math.absf
  %0 = math.absf %a : tensor<1x2x1x2x1x2xf64>
  return %0, %b : tensor<1x2x1x2x1x2xf64>, tensor<i1>
}

// Scalars inside may have any type.
// CHECK-LABEL: func.func @inner_index
func.func @inner_index(%a: tensor<4xi16>) -> tensor<4xi16> {
  // CHECK: arith.constant 2 : index
  %c2 = arith.constant 2 : index
  %0 = tensor.extract %a[%c2] : tensor<4xi16>
  %1 = tensor.insert %0 into %a[%c2] : tensor<4xi16>
  return %1 : tensor<4xi16>
}
