// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --iree-place-scratch

func.func @dynamic(%a: memref<4xi8>, %begin: index, %end: index) attributes {program.kernel} {
  // expected-error @+1 {{a kernel needs a buffer of the size 'memref<?xi8>', which has no bound; supported: sizes with a bound}}
  %0 = memref.alloc(%end) : memref<?xi8>
  %x = memref.load %0[%begin] : memref<?xi8>
  memref.store %x, %a[%begin] : memref<4xi8>
  return
}
