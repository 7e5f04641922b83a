// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics \
// RUN:   --iree-scalars-to-tensors --iree-verify-input

// What is no scalar stays, and the stage's verifier names it.
// expected-error @+1 {{argument 0 of '@takes_vector' has type 'vector<4xf32>'; supported: tensors and scalars of f16}}
func.func @takes_vector(%a: vector<4xf32>) {
  return
}

// -----

// expected-error @+1 {{result 1 of '@gives_vector' has type 'vector<4xf32>'; supported: tensors and scalars of f16}}
func.func @gives_vector(%a: f32) -> (f32, vector<4xf32>) {
  %0 = arith.constant dense<1.0> : vector<4xf32>
  return %a, %0 : f32, vector<4xf32>
}
