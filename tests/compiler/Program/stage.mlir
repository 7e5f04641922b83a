// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-compile %s --compile-to=kernel -o %t.mlir
// RUN: %iree-opt %t.mlir --iree-program | FileCheck %s
// RUN: %iree-compile %s --compile-to=program | FileCheck %s
// RUN: %iree-compile %s --output-format=vm-asm | FileCheck %s

// One dispatch with three bindings: 1 | 3 << 8 = 769, kernel 0, range 1 (all 4
// elements are one tile), arguments 3 and 4, result 5 (written: -2^31 + 5), 16
// bytes each; return.
// CHECK:     program.bytecode = array<i32: 769, 0, 1, 3, 0, 16, 4, 0, 16, -2147483643, 0, 16, 0>
// CHECK:     program.func @simple_mul {{.*}} program.word_count = 13 : i64
// CHECK:     llvm.func @elementwise_f32_4(
func.func @simple_mul(%lhs: tensor<4xf32>, %rhs: tensor<4xf32>) -> tensor<4xf32> {
  %result = arith.mulf %lhs, %rhs : tensor<4xf32>
  return %result : tensor<4xf32>
}
