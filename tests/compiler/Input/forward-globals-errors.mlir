// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --verify-diagnostics --iree-forward-globals

util.global private mutable @a : tensor<i32>
func.func @region(%x: tensor<i32>) {
  // expected-error @+1 {{'scf.execute_region' uses a global; supported: scf.if, scf.index_switch, scf.for and scf.while}}
  scf.execute_region {
    util.global.store %x, @a : tensor<i32>
    scf.yield
  }
  return
}
