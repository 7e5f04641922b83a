// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-compile %models/digits/digits_i8.mlir --iree-llvm-target-triple=thumbv8.1m.main-none-eabihf --compile-to=schedule -o %t.mlir
// RUN: %iree-opt %t.mlir --iree-kernel | FileCheck %s
// RUN: %iree-compile %t.mlir --iree-llvm-target-triple=thumbv8.1m.main-none-eabihf --compile-from=schedule --compile-to=kernel | FileCheck %s

// Programs pass through; the module of kernels is LLVM throughout, with the
// target of the outer module: an index has 32 bits.
// CHECK:       program.func @digits
// CHECK:         program.dispatch @kernels::@conv_i8_1x8x8x8
// CHECK:       module @kernels
// CHECK-NOT:     {{[^.]func\.func|linalg\.|memref\.|vector\.|arith\.|scf\.}}
// CHECK:         llvm.func @conv_i8_1x8x8x8({{.*}}) -> i32 attributes {program.kernel
// CHECK:         llvm.func internal @conv_i8_1x8x8x8_body({{.*}}, %{{.*}}: i32, %{{.*}}: i32)
// CHECK:         vector<16xi8>
// CHECK-NOT:     {{[^.]func\.func|linalg\.|memref\.|scf\.}}
