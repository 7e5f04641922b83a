// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics

func.func @other_shape(%a: tensor<2xf32>) {
  // expected-error @+1 {{type of the constant must be that of the operand}}
  check.expect_eq_const(%a, dense<1.0> : tensor<3xf32>) : tensor<2xf32>
  return
}

// -----

func.func @other_type(%a: tensor<2xi32>) {
  // expected-error @+1 {{must be tensor of floats or complex numbers}}
  check.expect_almost_eq(%a, %a) : tensor<2xi32>
  return
}

// -----

func.func @float(%a: tensor<2xf32>) {
  // expected-error @+1 {{must be tensor of signless integers}}
  check.expect_all_true(%a) : tensor<2xf32>
  return
}

// -----

func.func @tolerance(%a: tensor<2xf32>) {
  // expected-error @+1 {{expected 'rtol' or atol}}
  check.expect_almost_eq(%a, %a, tolerance 1.0) : tensor<2xf32>
  return
}
