// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: not %iree-compile %s -o %t.vmfb 2>&1 | FileCheck %s

// CHECK: inline-resources-errors.mlir:[[@LINE+2]]:8: error: resource 'missing' has no data; write it into the module's dialect_resources, or use a dense constant
func.func @f() -> (tensor<4xf32>, tensor<4xf32>) {
  %a = arith.constant dense_resource<missing> : tensor<4xf32>
  // CHECK: inline-resources-errors.mlir:[[@LINE+1]]:8: error: resource 'short' has 8 bytes, which is not what 'tensor<4xf32>' takes
  %b = arith.constant dense_resource<short> : tensor<4xf32>
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}
{-#
  dialect_resources: {
    builtin: {
      short: "0x040000000000803F00000040"
    }
  }
#-}
