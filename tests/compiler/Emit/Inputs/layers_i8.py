# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints a pointwise convolution of 64 channels to 64, a depthwise one of 3 x 3, and a
fully connected layer, of i8 with constant weights that are not all equal."""


def weights(*shape):
    count = 1
    for extent in shape:
        count *= extent
    data = bytes((7 * i + 3) % 251 for i in range(count)).hex()
    return f'arith.constant dense<"0x{data}"> : tensor<{"x".join(map(str, shape))}xi8>'


print(f"""
func.func @main(%x: tensor<1x5x6x64xi8>, %y: tensor<1x128xi8>)
    -> (tensor<1x5x6x64xi32>, tensor<1x3x4x64xi32>, tensor<1x64xi32>) {{
  %zero = arith.constant 0 : i32
  %w0 = {weights(64, 1, 1, 64)}
  %e0 = tensor.empty() : tensor<1x5x6x64xi32>
  %f0 = linalg.fill ins(%zero : i32) outs(%e0 : tensor<1x5x6x64xi32>) -> tensor<1x5x6x64xi32>
  %0 = linalg.conv_2d_nhwc_fhwc ins(%x, %w0 : tensor<1x5x6x64xi8>, tensor<64x1x1x64xi8>)
      outs(%f0 : tensor<1x5x6x64xi32>) -> tensor<1x5x6x64xi32>
  %w1 = {weights(3, 3, 64)}
  %e1 = tensor.empty() : tensor<1x3x4x64xi32>
  %f1 = linalg.fill ins(%zero : i32) outs(%e1 : tensor<1x3x4x64xi32>) -> tensor<1x3x4x64xi32>
  %1 = linalg.depthwise_conv_2d_nhwc_hwc ins(%x, %w1 : tensor<1x5x6x64xi8>, tensor<3x3x64xi8>)
      outs(%f1 : tensor<1x3x4x64xi32>) -> tensor<1x3x4x64xi32>
  %w2 = {weights(64, 128)}
  %e2 = tensor.empty() : tensor<1x64xi32>
  %f2 = linalg.fill ins(%zero : i32) outs(%e2 : tensor<1x64xi32>) -> tensor<1x64xi32>
  %2 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>,
                                      affine_map<(m, n, k) -> (m, n)>]
      ins(%y, %w2 : tensor<1x128xi8>, tensor<64x128xi8>) outs(%f2 : tensor<1x64xi32>) -> tensor<1x64xi32>
  return %0, %1, %2 : tensor<1x5x6x64xi32>, tensor<1x3x4x64xi32>, tensor<1x64xi32>
}}""")
