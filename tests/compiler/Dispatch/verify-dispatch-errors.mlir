// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --iree-verify-dispatch

func.func @left(%a: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{'math.absf' is left outside of kernels}}
  %0 = math.absf %a : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// expected-error @+1 {{kernel 'scalar' has an operand of type 'f32'; kernels take and return tensors, and take sizes}}
func.func private @scalar(%a: tensor<4xf32>, %i: f32) -> tensor<4xf32> attributes {program.kernel} {
  return %a : tensor<4xf32>
}

// -----

// 64 arguments and a result are one more than a dispatch may bind.
// expected-error @+1 {{kernel 'wide' needs 65 buffers; supported: 64}}
func.func private @wide(
    %a0: tensor<f32>, %a1: tensor<f32>, %a2: tensor<f32>, %a3: tensor<f32>, %a4: tensor<f32>, %a5: tensor<f32>,
    %a6: tensor<f32>, %a7: tensor<f32>, %a8: tensor<f32>, %a9: tensor<f32>, %a10: tensor<f32>, %a11: tensor<f32>,
    %a12: tensor<f32>, %a13: tensor<f32>, %a14: tensor<f32>, %a15: tensor<f32>, %a16: tensor<f32>, %a17: tensor<f32>,
    %a18: tensor<f32>, %a19: tensor<f32>, %a20: tensor<f32>, %a21: tensor<f32>, %a22: tensor<f32>, %a23: tensor<f32>,
    %a24: tensor<f32>, %a25: tensor<f32>, %a26: tensor<f32>, %a27: tensor<f32>, %a28: tensor<f32>, %a29: tensor<f32>,
    %a30: tensor<f32>, %a31: tensor<f32>, %a32: tensor<f32>, %a33: tensor<f32>, %a34: tensor<f32>, %a35: tensor<f32>,
    %a36: tensor<f32>, %a37: tensor<f32>, %a38: tensor<f32>, %a39: tensor<f32>, %a40: tensor<f32>, %a41: tensor<f32>,
    %a42: tensor<f32>, %a43: tensor<f32>, %a44: tensor<f32>, %a45: tensor<f32>, %a46: tensor<f32>, %a47: tensor<f32>,
    %a48: tensor<f32>, %a49: tensor<f32>, %a50: tensor<f32>, %a51: tensor<f32>, %a52: tensor<f32>, %a53: tensor<f32>,
    %a54: tensor<f32>, %a55: tensor<f32>, %a56: tensor<f32>, %a57: tensor<f32>, %a58: tensor<f32>, %a59: tensor<f32>,
    %a60: tensor<f32>, %a61: tensor<f32>, %a62: tensor<f32>, %a63: tensor<f32>)
    -> tensor<f32> attributes {program.kernel} {
  return %a0 : tensor<f32>
}

// -----

// 63 arguments and a result are as many as it may.
func.func private @wide(
    %a0: tensor<f32>, %a1: tensor<f32>, %a2: tensor<f32>, %a3: tensor<f32>, %a4: tensor<f32>, %a5: tensor<f32>,
    %a6: tensor<f32>, %a7: tensor<f32>, %a8: tensor<f32>, %a9: tensor<f32>, %a10: tensor<f32>, %a11: tensor<f32>,
    %a12: tensor<f32>, %a13: tensor<f32>, %a14: tensor<f32>, %a15: tensor<f32>, %a16: tensor<f32>, %a17: tensor<f32>,
    %a18: tensor<f32>, %a19: tensor<f32>, %a20: tensor<f32>, %a21: tensor<f32>, %a22: tensor<f32>, %a23: tensor<f32>,
    %a24: tensor<f32>, %a25: tensor<f32>, %a26: tensor<f32>, %a27: tensor<f32>, %a28: tensor<f32>, %a29: tensor<f32>,
    %a30: tensor<f32>, %a31: tensor<f32>, %a32: tensor<f32>, %a33: tensor<f32>, %a34: tensor<f32>, %a35: tensor<f32>,
    %a36: tensor<f32>, %a37: tensor<f32>, %a38: tensor<f32>, %a39: tensor<f32>, %a40: tensor<f32>, %a41: tensor<f32>,
    %a42: tensor<f32>, %a43: tensor<f32>, %a44: tensor<f32>, %a45: tensor<f32>, %a46: tensor<f32>, %a47: tensor<f32>,
    %a48: tensor<f32>, %a49: tensor<f32>, %a50: tensor<f32>, %a51: tensor<f32>, %a52: tensor<f32>, %a53: tensor<f32>,
    %a54: tensor<f32>, %a55: tensor<f32>, %a56: tensor<f32>, %a57: tensor<f32>, %a58: tensor<f32>, %a59: tensor<f32>,
    %a60: tensor<f32>, %a61: tensor<f32>, %a62: tensor<f32>)
    -> tensor<f32> attributes {program.kernel} {
  return %a0 : tensor<f32>
}

// Calls, constants and reshapes may stay.
func.func @allowed(%a: tensor<2x2xf32>) -> (tensor<4xf32>, tensor<2xi8>, tensor<2x2xf32>) {
  %0 = tensor.collapse_shape %a [[0, 1]] : tensor<2x2xf32> into tensor<4xf32>
  %1 = arith.constant dense<1> : tensor<2xi8>
  %2 = tensor.expand_shape %0 [[0, 1]] output_shape [2, 2] : tensor<4xf32> into tensor<2x2xf32>
  return %0, %1, %2 : tensor<4xf32>, tensor<2xi8>, tensor<2x2xf32>
}
