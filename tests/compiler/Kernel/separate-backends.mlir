// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --pass-pipeline='builtin.module(iree-separate-backends{backends=llvm-cpu,vmvx})' | FileCheck %s --check-prefixes=BOTH
// RUN: %iree-opt %s --pass-pipeline='builtin.module(iree-separate-backends{backends=vmvx})' | FileCheck %s --check-prefixes=ONE
// RUN: %iree-opt %s --pass-pipeline='builtin.module(iree-separate-backends)' | FileCheck %s --check-prefixes=DEFAULT

// The first backend keeps the module that programs refer to.
// BOTH:     module @kernels attributes {program.backend = "llvm-cpu"}
// BOTH:       func.func @k
// BOTH:     module @kernels_vmvx attributes {program.backend = "vmvx"}
// BOTH:       func.func @k
// ONE:      module @kernels attributes {program.backend = "vmvx"}
// ONE-NOT:  module
// DEFAULT:  module @kernels attributes {program.backend = "llvm-cpu"}
module {
  module @kernels {
    func.func @k(%a: tensor<4xf32>) -> tensor<4xf32> attributes {program.kernel} {
      return %a : tensor<4xf32>
    }
  }
}
