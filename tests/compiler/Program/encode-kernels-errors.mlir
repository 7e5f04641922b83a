// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --iree-encode-kernels

module {
  module @kernels attributes {program.backend = "vmvx"} {
    func.func @vector() attributes {program.bindings = 0 : i64, program.kernel} {
      // expected-error @+1 {{'arith.constant' has no bytecode for these types}}
      %x = arith.constant dense<1.0> : vector<4xf32>
      return
    }
  }
}

// -----

module {
  module @kernels attributes {program.backend = "vmvx"} {
    func.func @stored_bits() attributes {program.bindings = 1 : i64, program.kernel} {
      %x = arith.constant 3 : i24
      // expected-error @+1 {{'program.store' has no bytecode for these types}}
      program.store %x to <binding 0 at 0 bytes 1> : i24
      return
    }
  }
}
