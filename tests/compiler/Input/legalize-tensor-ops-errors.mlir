// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics \
// RUN:   --iree-legalize-tensor-ops --iree-resolve-sizes

// A reshape to a shape that is data is left for the pass that looks for sizes.
func.func @dynamic_reshape(%a: tensor<6xf32>, %shape: tensor<2xi64>) -> tensor<f32> {
  // expected-error @+1 {{'tensor.reshape' has a result of the dynamic shape 'tensor<?x?xf32>'; supported: static shapes for this operation}}
  %0 = tensor.reshape %a(%shape) : (tensor<6xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  %c0 = arith.constant 0 : index
  %1 = tensor.extract %0[%c0, %c0] : tensor<?x?xf32>
  %2 = tensor.from_elements %1 : tensor<f32>
  return %2 : tensor<f32>
}
