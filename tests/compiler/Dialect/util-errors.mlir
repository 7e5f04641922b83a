// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{'@a' of type 'tensor<4xi32>' has an initial value of type 'tensor<5xi32>'}}
util.global private @a : tensor<4xi32> = dense<1> : tensor<5xi32>

// -----

func.func @missing() {
  // expected-error @+1 {{global '@a' does not exist}}
  %0 = util.global.load @a : tensor<4xi32>
  return
}

// -----

util.global private @a : tensor<4xi32>
func.func @type() {
  // expected-error @+1 {{has the type 'tensor<4xf32>', global '@a' has 'tensor<4xi32>'}}
  %0 = util.global.load @a : tensor<4xf32>
  return
}

// -----

util.global private @a : tensor<4xi32>
func.func @store(%x: tensor<4xi32>) {
  // expected-error @+1 {{global '@a' is not mutable}}
  util.global.store %x, @a : tensor<4xi32>
  return
}

// -----

util.global private mutable @a : tensor<4xi32>
func.func @immutable() {
  // expected-error @+1 {{global '@a' is mutable}}
  %0 = util.global.load immutable @a : tensor<4xi32>
  return
}

// -----

// expected-error @+1 {{expected '='}}
util.global private @nothing

// -----

// expected-error @+1 {{expected ': type' after '#util.uninitialized'}}
util.global private @untyped = #util.uninitialized
