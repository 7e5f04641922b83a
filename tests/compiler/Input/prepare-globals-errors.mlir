// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --iree-prepare-globals

// expected-error @+1 {{global '@elsewhere' has the value #ml_program.extern; supported: a constant, or none}}
ml_program.global private @elsewhere(#ml_program.extern<tensor<4xi32>>) : tensor<4xi32>
func.func @f() -> tensor<4xi32> {
  %0 = ml_program.global_load @elsewhere : tensor<4xi32>
  return %0 : tensor<4xi32>
}
