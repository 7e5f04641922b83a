// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --iree-convert-kernels-to-llvm

// Tensors are gone before this pass.
func.func @kernel(%a: memref<4xf32>, %begin: index, %end: index)
    attributes {program.kernel, program.range = 1 : i64, program.writes = 1 : i64} {
  // expected-error @+1 {{failed to legalize operation 'tensor.empty'}}
  %0 = tensor.empty() : tensor<4xf32>
  %1 = tensor.extract %0[%begin] : tensor<4xf32>
  memref.store %1, %a[%begin] : memref<4xf32>
  return
}
