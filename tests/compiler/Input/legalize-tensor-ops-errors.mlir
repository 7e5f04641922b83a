// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics \
// RUN:   --iree-legalize-tensor-ops --iree-verify-input

// A reshape to a shape that is only known at run time is left for the
// verifier, which reports the dynamic type.
func.func @dynamic_reshape(%a: tensor<6xf32>, %shape: tensor<2xi64>) -> tensor<f32> {
  // expected-error @+1 {{'tensor.reshape' has the dynamic shape 'tensor<?x?xf32>'; supported: static shapes of rank 0 to 6}}
  %0 = tensor.reshape %a(%shape) : (tensor<6xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  %c0 = arith.constant 0 : index
  %1 = tensor.extract %0[%c0, %c0] : tensor<?x?xf32>
  %2 = tensor.from_elements %1 : tensor<f32>
  return %2 : tensor<f32>
}
