// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --iree-split-rows="first=1 last=2 rows=2" | FileCheck %s

// Two convolutions of five rows; rows 0-1 of the second need rows 0-2 of the
// first, rows 2-3 rows 1-4, and row 4 rows 3-4. Each is computed once.
// CHECK-LABEL: func.func @chain
// CHECK-SAME:    (%[[X:.*]]: tensor<1x5x4x2xf32>)
// CHECK:         %[[X0:.*]] = tensor.extract_slice %[[X]][0, 0, 0, 0] [1, 2, 4, 2] [1, 1, 1, 1]
// CHECK:         %[[P0:.*]] = tensor.pad %[[X0]] low[0, 1, 1, 0] high[0, 0, 1, 0]
// CHECK:         %[[A0:.*]] = linalg.conv_2d_nhwc_hwcf {{.*}} ins(%[[P0]], {{.*}} -> tensor<1x1x4x2xf32>
// CHECK:         %[[X1:.*]] = tensor.extract_slice %[[X]][0, 0, 0, 0] [1, 4, 4, 2] [1, 1, 1, 1]
// CHECK:         %[[P1:.*]] = tensor.pad %[[X1]] low[0, 0, 1, 0] high[0, 0, 1, 0]
// CHECK:         %[[A1:.*]] = linalg.conv_2d_nhwc_hwcf {{.*}} ins(%[[P1]], {{.*}} -> tensor<1x2x4x2xf32>
// CHECK:         %[[C0:.*]] = tensor.concat dim(1) %[[A0]], %[[A1]] : {{.*}} -> tensor<1x3x4x2xf32>
// CHECK:         %[[Q0:.*]] = tensor.pad %[[C0]] low[0, 1, 1, 0] high[0, 0, 1, 0]
// CHECK:         %[[B0:.*]] = linalg.conv_2d_nhwc_hwcf {{.*}} ins(%[[Q0]], {{.*}} -> tensor<1x2x4x2xf32>
// CHECK:         %[[X2:.*]] = tensor.extract_slice %[[X]][0, 2, 0, 0] [1, 3, 4, 2] [1, 1, 1, 1]
// CHECK:         %[[P2:.*]] = tensor.pad %[[X2]] low[0, 0, 1, 0] high[0, 1, 1, 0]
// CHECK:         %[[A2:.*]] = linalg.conv_2d_nhwc_hwcf {{.*}} ins(%[[P2]], {{.*}} -> tensor<1x2x4x2xf32>
// CHECK:         %[[C1:.*]] = tensor.concat dim(1) %[[A1]], %[[A2]] : {{.*}} -> tensor<1x4x4x2xf32>
// CHECK:         %[[Q1:.*]] = tensor.pad %[[C1]] low[0, 0, 1, 0] high[0, 0, 1, 0]
// CHECK:         %[[B1:.*]] = linalg.conv_2d_nhwc_hwcf {{.*}} ins(%[[Q1]], {{.*}} -> tensor<1x2x4x2xf32>
// CHECK:         %[[Q2:.*]] = tensor.pad %[[A2]] low[0, 0, 1, 0] high[0, 1, 1, 0]
// CHECK:         %[[B2:.*]] = linalg.conv_2d_nhwc_hwcf {{.*}} ins(%[[Q2]], {{.*}} -> tensor<1x1x4x2xf32>
// CHECK:         %[[E:.*]] = tensor.empty() : tensor<1x5x4x2xf32>
// CHECK:         %[[I0:.*]] = tensor.insert_slice %[[B0]] into %[[E]][0, 0, 0, 0] [1, 2, 4, 2]
// CHECK:         %[[I1:.*]] = tensor.insert_slice %[[B1]] into %[[I0]][0, 2, 0, 0] [1, 2, 4, 2]
// CHECK:         %[[I2:.*]] = tensor.insert_slice %[[B2]] into %[[I1]][0, 4, 0, 0] [1, 1, 4, 2]
// CHECK:         return %[[I2]]
func.func @chain(%x: tensor<1x5x4x2xf32>) -> tensor<1x5x4x2xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x2x2xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x5x4x2xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x5x4x2xf32>) -> tensor<1x5x4x2xf32>
  %p = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x5x4x2xf32> to tensor<1x7x6x2xf32>
  %a = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%p, %w : tensor<1x7x6x2xf32>, tensor<3x3x2x2xf32>) outs(%f : tensor<1x5x4x2xf32>) -> tensor<1x5x4x2xf32>
  %q = tensor.pad %a low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x5x4x2xf32> to tensor<1x7x6x2xf32>
  %b = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
      ins(%q, %w : tensor<1x7x6x2xf32>, tensor<3x3x2x2xf32>) outs(%f : tensor<1x5x4x2xf32>) -> tensor<1x5x4x2xf32>
  return %b : tensor<1x5x4x2xf32>
}

// -----

// A maximum over all rows goes on from that of the rows before.
#id = affine_map<(n, h, w) -> (n, h, w)>
// CHECK-LABEL: func.func @accumulated
// CHECK:         %[[F:.*]] = linalg.fill
// CHECK:         %[[A0:.*]] = linalg.generic
// CHECK:         } -> tensor<1x2x2xi8>
// CHECK:         %[[M0:.*]] = linalg.pooling_nwc_max {{.*}} ins(%[[A0]], {{.*}} : tensor<1x2x2xi8>, tensor<2xi8>) outs(%[[F]] :
// CHECK:         %[[A1:.*]] = linalg.generic
// CHECK:         } -> tensor<1x2x2xi8>
// CHECK:         %[[M1:.*]] = linalg.pooling_nwc_max {{.*}} ins(%[[A1]], {{.*}} : tensor<1x2x2xi8>, tensor<2xi8>) outs(%[[M0]] :
// CHECK:         %[[A2:.*]] = linalg.generic
// CHECK:         } -> tensor<1x1x2xi8>
// CHECK:         %[[M2:.*]] = linalg.pooling_nwc_max {{.*}} ins(%[[A2]], {{.*}} : tensor<1x1x2xi8>, tensor<1xi8>) outs(%[[M1]] :
// CHECK-NOT:     linalg
// CHECK:         return %[[M2]]
func.func @accumulated(%x: tensor<1x5x2xi8>) -> tensor<1x1x2xi8> {
  %low = arith.constant -128 : i8
  %e = tensor.empty() : tensor<1x5x2xi8>
  %a = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<1x5x2xi8>) outs(%e : tensor<1x5x2xi8>) {
  ^bb0(%v: i8, %o: i8):
    %s = arith.addi %v, %v : i8
    linalg.yield %s : i8
  } -> tensor<1x5x2xi8>
  %window = tensor.empty() : tensor<5xi8>
  %e1 = tensor.empty() : tensor<1x1x2xi8>
  %f = linalg.fill ins(%low : i8) outs(%e1 : tensor<1x1x2xi8>) -> tensor<1x1x2xi8>
  %m = linalg.pooling_nwc_max {dilations = dense<1> : tensor<1xi64>, strides = dense<1> : tensor<1xi64>}
      ins(%a, %window : tensor<1x5x2xi8>, tensor<5xi8>) outs(%f : tensor<1x1x2xi8>) -> tensor<1x1x2xi8>
  return %m : tensor<1x1x2xi8>
}
