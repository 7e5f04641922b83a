// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-carry-tensors --split-input-file --verify-diagnostics

func.func @assertion_in_loop(%x: tensor<?xf32>, %n: tensor<i1>) -> tensor<?xf32> {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %nine = arith.constant 9 : index
  %r = scf.for %i = %zero to %nine step %one iter_args(%y = %x) -> (tensor<?xf32>) {
    %c = tensor.extract %n[] : tensor<i1>
    // expected-error @+1 {{'cf.assert' stands inside 'scf.for' in a function with dynamic shapes; supported: in the function itself}}
    cf.assert %c, "text"
    scf.yield %y : tensor<?xf32>
  }
  return %r : tensor<?xf32>
}

// -----

func.func @check_in_branch(%x: tensor<?xf32>, %a: tensor<4xf32>, %n: tensor<i1>) -> tensor<?xf32> {
  %c = tensor.extract %n[] : tensor<i1>
  scf.if %c {
    // expected-error @+1 {{'check.expect_eq' stands inside 'scf.if' in a function with dynamic shapes; supported: in the function itself}}
    check.expect_eq(%a, %a) : tensor<4xf32>
  }
  return %x : tensor<?xf32>
}
