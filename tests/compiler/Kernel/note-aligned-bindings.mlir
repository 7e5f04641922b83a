// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --iree-note-aligned-bindings | FileCheck %s

// What lies in the arena and in the constants is aligned. Memory of callers need not
// be, and has to be aligned at every call: the second one of @twice reads an
// argument.
module attributes {program.target = {abi = "aapcs", cpu = "cortex-m55", features = "", float_abi = "hard", triple = "thumbv8.1m.main-none-eabihf"}} {
  program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["x"] results ["y"] at [0] arena 32 {
    program.dispatch @kernels::@once reads [#program.place<argument 0 at 0 bytes 16>, #program.place<constant 0 at 0 bytes 16>] writes [#program.place<arena 0 at 16 bytes 16>]
    program.dispatch @kernels::@twice reads [#program.place<arena 0 at 16 bytes 16>, #program.place<constant 0 at 0 bytes 16>] writes [#program.place<arena 0 at 0 bytes 16>]
    program.dispatch @kernels::@twice reads [#program.place<argument 0 at 0 bytes 16>, #program.place<constant 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    program.return
  }
  program.constant @constant_0 = dense<3> : tensor<16xi8>
  module @kernels {
    // CHECK: func.func @once({{.*}} attributes {program.aligned = array<i64: 1, 2>, program.kernel}
    func.func @once(%x: tensor<16xi8>, %w: tensor<16xi8>) -> tensor<16xi8> attributes {program.kernel} {
      return %x : tensor<16xi8>
    }
    // CHECK: func.func @twice({{.*}} attributes {program.aligned = array<i64: 1>, program.kernel}
    func.func @twice(%x: tensor<16xi8>, %w: tensor<16xi8>) -> tensor<16xi8> attributes {program.kernel} {
      return %x : tensor<16xi8>
    }
    // Nothing is known of kernels that are not called.
    // CHECK: func.func @never({{.*}} attributes {program.kernel}
    func.func @never(%x: tensor<16xi8>) -> tensor<16xi8> attributes {program.kernel} {
      return %x : tensor<16xi8>
    }
  }
}

// -----

// Other targets are not told.
// CHECK: func.func @once({{.*}} attributes {program.kernel}
module attributes {program.target = {abi = "aapcs", cpu = "cortex-m4", features = "", float_abi = "hard", triple = "thumbv7em-none-eabihf"}} {
  program.func @main () -> tensor<16xi8> arguments [] results ["y"] at [0] arena 0 {
    program.dispatch @kernels::@once reads [#program.place<constant 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    program.return
  }
  program.constant @constant_0 = dense<3> : tensor<16xi8>
  module @kernels {
    func.func @once(%x: tensor<16xi8>) -> tensor<16xi8> attributes {program.kernel} {
      return %x : tensor<16xi8>
    }
  }
}
