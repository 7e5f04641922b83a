// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-compile %models/digits/digits_i8.mlir --compile-to=tensor -o %t.mlir
// RUN: %iree-opt %t.mlir --iree-dispatch | FileCheck %s
// RUN: %iree-compile %t.mlir --compile-from=tensor --compile-to=dispatch | FileCheck %s

// Kernels of a whole model come before its entry function, where nothing but
// constants, reshapes and calls is left: each convolution with its rescaling
// is one call, which pads its image itself.
// CHECK:       func.func private @conv_i8_{{.*}} attributes {program.kernel, program.panel = {{.*}}}
// CHECK-LABEL: func.func @digits
// CHECK-NOT:     linalg.
// CHECK-NOT:     tensor.pad
// CHECK:         call @conv_i8_1x8x8x8
// CHECK-NOT:     linalg.
// CHECK:         return
