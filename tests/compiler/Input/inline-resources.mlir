// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt --iree-inline-resources %s | FileCheck %s
// RUN: %iree-compile --iree-llvm-target-triple=x86_64-pc-linux-elf %s -o %t.vmfb
// RUN: %iree-run-module --module=%t.vmfb --input="4xf32=10 20 30 40" | FileCheck %s --check-prefix=SUM

// The blob's first word is its alignment; little-endian floats follow.
// CHECK: arith.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]> : tensor<4xf32>
// SUM: 4xf32=11 22 33 44
func.func @f(%a: tensor<4xf32>) -> tensor<4xf32> {
  %c = arith.constant dense_resource<weights> : tensor<4xf32>
  %r = arith.addf %a, %c : tensor<4xf32>
  return %r : tensor<4xf32>
}
{-#
  dialect_resources: {
    builtin: {
      weights: "0x040000000000803F000000400000404000008040"
    }
  }
#-}
