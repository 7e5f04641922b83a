// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --iree-prepare-tosa

// All of them are listed at once.
func.func @custom(%a: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{'tosa.custom' is not supported; supported dialects: func, linalg, tensor, arith, math, scf, and TOSA's main operators}}
  %0 = tosa.custom %a {domain_name = "vendor", operator_name = "sort", implementation_attrs = ""} : (tensor<4xf32>) -> tensor<4xf32>
  // expected-note @+1 {{nor is 'tosa.custom'}}
  %1 = tosa.custom %0 {domain_name = "vendor", operator_name = "rank", implementation_attrs = ""} : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

func.func @resize(%a: tensor<1x2x2x1xi8>) -> tensor<1x4x4x1xi8> {
  %scale = tosa.const_shape {values = dense<[4, 2, 4, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %offset = tosa.const_shape {values = dense<[-1, -1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %border = tosa.const_shape {values = dense<[1, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  // expected-error @+1 {{'tosa.resize' of integers with a negative offset is not supported; supported: offsets of at least 0, or floating point}}
  %0 = tosa.resize %a, %scale, %offset, %border {mode = NEAREST_NEIGHBOR}
      : (tensor<1x2x2x1xi8>, !tosa.shape<4>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x4x4x1xi8>
  return %0 : tensor<1x4x4x1xi8>
}
