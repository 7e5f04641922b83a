// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --iree-prepare-tosa

// All of them are listed at once.
func.func @custom(%a: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{'tosa.custom' is not supported; supported dialects: func, linalg, tensor, arith, math, scf, and TOSA's main operators}}
  %0 = tosa.custom %a {domain_name = "vendor", operator_name = "sort", implementation_attrs = ""} : (tensor<4xf32>) -> tensor<4xf32>
  // expected-note @+1 {{nor is 'tosa.custom'}}
  %1 = tosa.custom %0 {domain_name = "vendor", operator_name = "rank", implementation_attrs = ""} : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
