// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-compile %s --iree-input-type=tosa --compile-to=input | FileCheck %s
// RUN: %iree-compile %s --iree-input-type=auto --compile-to=input | FileCheck %s
// RUN: not %iree-compile %s --iree-input-type=none -o %t 2>&1 | FileCheck %s --check-prefix=NONE

// CHECK: math.absf
// NONE: error: 'tosa.abs' is not supported
func.func @abs(%a: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tosa.abs %a : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
