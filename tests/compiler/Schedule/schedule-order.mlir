// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-schedule-program --iree-verify-schedule | FileCheck %s

// Which of two wide values comes first matters, although both cost 64 bytes:
// the second can be narrowed at once, the first waits for that. The order w1 n1
// w0 j has its peak at j, w0 64 + n1 16 + j 16 = 96 bytes; w0 first needs both
// wide values, 64 + 64 + 16 = 144 bytes.
// Largest first: w0 (steps 2-3) at 0, w1 (0-1) at 0, n1 (1-3) at 64, j (3-4) at
// 80.
// CHECK-LABEL: program.func @main
// CHECK-SAME:    at [80] arena 96
// CHECK-NEXT:    program.dispatch @kernels::@wide_b
// CHECK-NEXT:    program.dispatch @kernels::@narrow
// CHECK-NEXT:    program.dispatch @kernels::@wide_a
// CHECK-NEXT:    program.dispatch @kernels::@join
func.func @main(%a: tensor<16xi8>) -> tensor<16xi8> {
  %w0 = call @wide_a(%a) : (tensor<16xi8>) -> tensor<64xi8>
  %w1 = call @wide_b(%a) : (tensor<16xi8>) -> tensor<64xi8>
  %n1 = call @narrow(%w1) : (tensor<64xi8>) -> tensor<16xi8>
  %j = call @join(%w0, %n1) : (tensor<64xi8>, tensor<16xi8>) -> tensor<16xi8>
  return %j : tensor<16xi8>
}
func.func private @wide_a(%a: tensor<16xi8>) -> tensor<64xi8> attributes {program.kernel} {
  %0 = tensor.empty() : tensor<64xi8>
  return %0 : tensor<64xi8>
}
func.func private @wide_b(%a: tensor<16xi8>) -> tensor<64xi8> attributes {program.kernel} {
  %0 = tensor.empty() : tensor<64xi8>
  return %0 : tensor<64xi8>
}
func.func private @narrow(%a: tensor<64xi8>) -> tensor<16xi8> attributes {program.kernel} {
  %0 = tensor.empty() : tensor<16xi8>
  return %0 : tensor<16xi8>
}
func.func private @join(%a: tensor<64xi8>, %b: tensor<16xi8>) -> tensor<16xi8> attributes {program.kernel} {
  return %b : tensor<16xi8>
}
