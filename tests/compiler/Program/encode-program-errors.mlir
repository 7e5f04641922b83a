// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --iree-encode-program

program.func @main () -> () arguments [] results [] at [] arena 0 {
  // expected-error @+1 {{'llvm.mlir.constant' has no bytecode}}
  %0 = llvm.mlir.constant(0 : i32) : i32
  program.return
}
module @kernels {
}

// -----

// expected-error @+1 {{'@main' is too large: a program has at most 2^31 words and an arena of at most 4 GiB}}
program.func @main (tensor<4xi8>) -> tensor<4xi8> arguments ["a"] results ["r"] at [0] arena 4294967312 {
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 4>] writes [#program.place<result 0 at 0 bytes 4>] {program.scratch_offset = 4294967280 : i64}
  program.return
}
module @kernels {
  llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 1 : i64, program.writes = 1 : i64, program.scratch = 32 : i64}
}

// -----

program.func @main (tensor<4xi8>) -> tensor<4xi8> arguments ["a"] results ["r"] at [0] arena 16 {
  // expected-error @+1 {{has no place for its kernel's scratch: it has not passed iree-fit-scratch}}
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 4>] writes [#program.place<result 0 at 0 bytes 4>]
  program.return
}
module @kernels {
  llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 1 : i64, program.writes = 1 : i64, program.scratch = 32 : i64}
}
