// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model without kernels has a library all the same: the application links it.
// RUN: rm -rf %t && mkdir -p %t
// RUN: %iree-compile --iree-llvm-static-library-output-path=%t/pass.o %s -o %t/pass.vmfb
// RUN: llvm-nm --extern-only %t/pass.o | FileCheck %s
// CHECK:     T pass_library_query
// CHECK-NOT: {{.}}
func.func @pass(%a: tensor<4xf32>) -> tensor<4xf32> {
  return %a : tensor<4xf32>
}
