// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --iree-input
// RUN: not %iree-compile %s -o %t.vmfb 2>&1 | FileCheck %s
// RUN: not ls %t.vmfb

// Errors stand at the source operation, with its own spelling; there is no
// output file.
func.func @custom(%a: tensor<1x4xf32>) -> tensor<1x4xf32> {
  // CHECK: stage-errors.mlir:[[#@LINE+2]]:8: error: 'tosa.custom' is not supported; supported dialects
  // expected-error @+1 {{'tosa.custom' is not supported; supported dialects: func, linalg}}
  %0 = tosa.custom %a {domain_name = "vendor", operator_name = "sort", implementation_attrs = ""} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}
