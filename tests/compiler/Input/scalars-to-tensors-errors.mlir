// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics \
// RUN:   --iree-scalars-to-tensors --iree-verify-input

// A scalar without a stored form stays, and the stage's verifier names it.
// expected-error @+1 {{argument 0 of '@takes_index' has type 'index'; supported: static tensors and scalars of f32}}
func.func @takes_index(%a: index) {
  return
}

// -----

// expected-error @+1 {{result 1 of '@gives_index' has type 'index'; supported: static tensors and scalars of f32}}
func.func @gives_index(%a: f32) -> (f32, index) {
  %0 = arith.constant 1 : index
  return %a, %0 : f32, index
}
