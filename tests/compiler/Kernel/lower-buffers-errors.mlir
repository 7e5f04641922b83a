// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(func.func(iree-lower-buffers))'

func.func @two_buffers(%a: memref<4xi32>, %b: memref<4xi32>, %begin: index, %end: index) attributes {program.kernel} {
  %c = arith.cmpi slt, %begin, %end : index
  %r = arith.select %c, %a, %b : memref<4xi32>
  // expected-error @+1 {{'memref.load' accesses a buffer that is no part of one of the kernel's bindings}}
  %v = memref.load %r[%begin] : memref<4xi32>
  memref.store %v, %a[%begin] : memref<4xi32>
  return
}
