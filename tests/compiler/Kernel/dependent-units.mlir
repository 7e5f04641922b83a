// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-compile --iree-llvm-target-triple=x86_64-pc-linux-elf --compile-to=kernel %s | FileCheck %s

// A fill of the accumulator is part of each unit: 8 rows by 3 make three.
// CHECK-LABEL: llvm.func @matmul_f32_8x12(
// CHECK-SAME:    program.range = 3 : i64
func.func @filled(%a: tensor<8x16xf32>, %b: tensor<16x12xf32>) -> tensor<8x12xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<8x12xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<8x12xf32>) -> tensor<8x12xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<8x16xf32>, tensor<16x12xf32>) outs(%init : tensor<8x12xf32>) -> tensor<8x12xf32>
  return %0 : tensor<8x12xf32>
}

// An accumulator that begins with an argument is copied as a whole, before the
// loop: a second unit would undo the first.
// CHECK-LABEL: llvm.func @matmul_f32_8x12_0(
// CHECK-SAME:    program.range = 1 : i64
func.func @accumulated(%a: tensor<8x16xf32>, %b: tensor<16x12xf32>, %c: tensor<8x12xf32>) -> tensor<8x12xf32> {
  %0 = linalg.matmul ins(%a, %b : tensor<8x16xf32>, tensor<16x12xf32>) outs(%c : tensor<8x12xf32>) -> tensor<8x12xf32>
  return %0 : tensor<8x12xf32>
}
