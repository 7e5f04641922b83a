// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --iree-pack-weights | FileCheck %s

// Element k of filter f is 10 f + k. One panel of five columns: bytes 0 to 3 of all
// filters, then bytes 4 and 5. Images count as unsigned: from the bias f + 1 of the
// filter, whose elements add up to 60 f + 15, 128 times that is taken.
module attributes {program.target = {abi = "", cpu = "cascadelake", features = "", float_abi = "hard", triple = "x86_64-none-elf"}} {
// CHECK-LABEL: func.func private @dots
// CHECK-SAME:    tensor<5x6xi8>
// CHECK-SAME:    program.panel = array<i64: 1, 5, 4, 6, 128>
func.func private @dots(%x: tensor<2x6xi8>, %w: tensor<5x6xi8>, %bias: tensor<5xi32>) -> tensor<2x5xi32> attributes {program.kernel} {
  %empty = tensor.empty() : tensor<2x5xi32>
  %init = linalg.generic {indexing_maps = [affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]}
      ins(%bias : tensor<5xi32>) outs(%empty : tensor<2x5xi32>) {
  ^bb0(%b: i32, %o: i32):
    linalg.yield %b : i32
  } -> tensor<2x5xi32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %w : tensor<2x6xi8>, tensor<5x6xi8>) outs(%init : tensor<2x5xi32>) -> tensor<2x5xi32>
  return %0 : tensor<2x5xi32>
}
// CHECK-LABEL: func.func @main
// CHECK-NOT:     dense<[1, 2, 3, 4, 5]>
// CHECK-DAG:     %[[W:.*]] = arith.constant dense<{{\[}}[0, 1, 2, 3, 10, 11], [12, 13, 20, 21, 22, 23], [30, 31, 32, 33, 40, 41], [42, 43, 4, 5, 14, 15], [24, 25, 34, 35, 44, 45]]>
// CHECK-DAG:     %[[B:.*]] = arith.constant dense<[-1919, -9598, -17277, -24956, -32635]>
// CHECK:         call @dots(%{{.*}}, %[[W]], %[[B]])
func.func @main(%x: tensor<2x6xi8>) -> tensor<2x5xi32> {
  %w = arith.constant dense<[[0, 1, 2, 3, 4, 5], [10, 11, 12, 13, 14, 15], [20, 21, 22, 23, 24, 25], [30, 31, 32, 33, 34, 35], [40, 41, 42, 43, 44, 45]]> : tensor<5x6xi8>
  %bias = arith.constant dense<[1, 2, 3, 4, 5]> : tensor<5xi32>
  %0 = func.call @dots(%x, %w, %bias) : (tensor<2x6xi8>, tensor<5x6xi8>, tensor<5xi32>) -> tensor<2x5xi32>
  return %0 : tensor<2x5xi32>
}
}

// -----

// Sums that begin at one value get a bias: 7 - 128 * 4 * 3 = -1529.
module attributes {program.target = {abi = "", cpu = "cascadelake", features = "", float_abi = "hard", triple = "x86_64-none-elf"}} {
// CHECK-LABEL: func.func private @fill(
// CHECK-SAME:    %{{.*}}: tensor<2x4xi8>, %{{.*}}: tensor<4x4xi8>, %[[BIAS:.*]]: tensor<4xi32>)
// CHECK-NOT:     linalg.fill
// CHECK:         linalg.generic {{.*}} ins(%[[BIAS]]
func.func private @fill(%x: tensor<2x4xi8>, %w: tensor<4x4xi8>) -> tensor<2x4xi32> attributes {program.kernel} {
  %seven = arith.constant 7 : i32
  %empty = tensor.empty() : tensor<2x4xi32>
  %init = linalg.fill ins(%seven : i32) outs(%empty : tensor<2x4xi32>) -> tensor<2x4xi32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %w : tensor<2x4xi8>, tensor<4x4xi8>) outs(%init : tensor<2x4xi32>) -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}
// CHECK-LABEL: func.func @main
// CHECK-DAG:     arith.constant dense<3> : tensor<4x4xi8>
// CHECK-DAG:     %[[B:.*]] = arith.constant dense<-1529> : tensor<4xi32>
// CHECK:         call @fill(%{{.*}}, %{{.*}}, %[[B]])
func.func @main(%x: tensor<2x4xi8>) -> tensor<2x4xi32> {
  %w = arith.constant dense<3> : tensor<4x4xi8>
  %0 = func.call @fill(%x, %w) : (tensor<2x4xi8>, tensor<4x4xi8>) -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}
}

// -----

// Weights [K, N] of a kernel with two calls become [N, K] each: element k of column n
// is 10 k + n. Panels of pairs: bytes 0 and 1 of all columns, then byte 2.
module attributes {program.target = {abi = "", cpu = "x86-64", features = "", float_abi = "hard", triple = "x86_64-none-elf"}} {
// CHECK-LABEL: func.func private @columns(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xi8>, %[[W:.*]]: tensor<4x3xi8>)
// CHECK-SAME:    program.panel = array<i64: 1, 4, 2, 3, 0>
// CHECK:         linalg.generic {indexing_maps = [#[[A:.*]], #[[B:.*]], #{{.*}}], iterator_types = ["parallel", "parallel", "reduction"]} ins(%[[X]], %[[W]]
func.func private @columns(%x: tensor<2x3xi8>, %w: tensor<3x4xi8>) -> tensor<2x4xi32> attributes {program.kernel} {
  %seven = arith.constant 7 : i32
  %empty = tensor.empty() : tensor<2x4xi32>
  %init = linalg.fill ins(%seven : i32) outs(%empty : tensor<2x4xi32>) -> tensor<2x4xi32>
  %0 = linalg.matmul ins(%x, %w : tensor<2x3xi8>, tensor<3x4xi8>) outs(%init : tensor<2x4xi32>) -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}
// CHECK-LABEL: func.func @main
// CHECK-DAG:     %[[FIRST:.*]] = arith.constant dense<{{\[}}[0, 10, 1], [11, 2, 12], [3, 13, 20], [21, 22, 23]]> : tensor<4x3xi8>
// CHECK-DAG:     %[[SECOND:.*]] = arith.constant dense<1> : tensor<4x3xi8>
// CHECK-DAG:     call @columns(%{{.*}}, %[[FIRST]])
// CHECK-DAG:     call @columns(%{{.*}}, %[[SECOND]])
func.func @main(%x: tensor<2x3xi8>) -> (tensor<2x4xi32>, tensor<2x4xi32>) {
  %w = arith.constant dense<[[0, 1, 2, 3], [10, 11, 12, 13], [20, 21, 22, 23]]> : tensor<3x4xi8>
  %one = arith.constant dense<1> : tensor<3x4xi8>
  %0 = func.call @columns(%x, %w) : (tensor<2x3xi8>, tensor<3x4xi8>) -> tensor<2x4xi32>
  %1 = func.call @columns(%x, %one) : (tensor<2x3xi8>, tensor<3x4xi8>) -> tensor<2x4xi32>
  return %0, %1 : tensor<2x4xi32>, tensor<2x4xi32>
}
}

// -----

// Twenty filters in equal shares of whole vectors: twelve columns, then eight. The two
// columns of a filter and their three channels are one row of six bytes, 6 f to 6 f + 5:
// the first four of all filters of a panel, then the other two.
module attributes {program.target = {abi = "", cpu = "cortex-a76", features = "", float_abi = "hard", triple = "aarch64-none-elf"}} {
// CHECK-LABEL: func.func private @convolution
// CHECK-SAME:    program.panel = array<i64: 1, 12, 4, 6, 0>
func.func private @convolution(%x: tensor<1x2x3x3xi8>, %w: tensor<20x1x2x3xi8>) -> tensor<1x2x2x20xi32> attributes {program.kernel} {
  %seven = arith.constant 7 : i32
  %empty = tensor.empty() : tensor<1x2x2x20xi32>
  %init = linalg.fill ins(%seven : i32) outs(%empty : tensor<1x2x2x20xi32>) -> tensor<1x2x2x20xi32>
  %0 = linalg.conv_2d_nhwc_fhwc ins(%x, %w : tensor<1x2x3x3xi8>, tensor<20x1x2x3xi8>) outs(%init : tensor<1x2x2x20xi32>) -> tensor<1x2x2x20xi32>
  return %0 : tensor<1x2x2x20xi32>
}
// CHECK-LABEL: func.func @main
// CHECK:         arith.constant dense<"0x00010203060708090C0D0E0F1213141518191A1B1E1F2021242526272A2B2C2D30313233363738393C3D3E3F4243444504050A0B101116171C1D222328292E2F34353A3B4041464748494A4B4E4F5051545556575A5B5C5D60616263666768696C6D6E6F727374754C4D525358595E5F64656A6B70717677"> : tensor<20x1x2x3xi8>
func.func @main(%x: tensor<1x2x3x3xi8>) -> tensor<1x2x2x20xi32> {
  %w = arith.constant dense<"0x000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F606162636465666768696A6B6C6D6E6F7071727374757677"> : tensor<20x1x2x3xi8>
  %0 = func.call @convolution(%x, %w) : (tensor<1x2x3x3xi8>, tensor<20x1x2x3xi8>) -> tensor<1x2x2x20xi32>
  return %0 : tensor<1x2x2x20xi32>
}
}

// -----

// Weights that are no constant, and those of a target without panels, stay.
module attributes {program.target = {abi = "", cpu = "x86-64", features = "", float_abi = "hard", triple = "x86_64-none-elf"}} {
// CHECK-LABEL: func.func private @argument
// CHECK-NOT:     program.panel
func.func private @argument(%x: tensor<2x4xi8>, %w: tensor<4x4xi8>) -> tensor<2x4xi32> attributes {program.kernel} {
  %seven = arith.constant 7 : i32
  %empty = tensor.empty() : tensor<2x4xi32>
  %init = linalg.fill ins(%seven : i32) outs(%empty : tensor<2x4xi32>) -> tensor<2x4xi32>
  %0 = linalg.matmul ins(%x, %w : tensor<2x4xi8>, tensor<4x4xi8>) outs(%init : tensor<2x4xi32>) -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}
func.func @main(%x: tensor<2x4xi8>, %w: tensor<4x4xi8>) -> (tensor<2x4xi32>, tensor<2x4xi32>) {
  %constant = arith.constant dense<3> : tensor<4x4xi8>
  %0 = func.call @argument(%x, %w) : (tensor<2x4xi8>, tensor<4x4xi8>) -> tensor<2x4xi32>
  %1 = func.call @argument(%x, %constant) : (tensor<2x4xi8>, tensor<4x4xi8>) -> tensor<2x4xi32>
  return %0, %1 : tensor<2x4xi32>, tensor<2x4xi32>
}
}

// -----

// Cortex-M4 sums along both operands, but takes no panels.
module attributes {program.target = {abi = "aapcs", cpu = "cortex-m4", features = "", float_abi = "hard", triple = "thumbv7em-none-eabihf"}} {
// CHECK-LABEL: func.func private @transposed(
// CHECK-SAME:    tensor<2x3xi8>
// CHECK-NOT:     program.panel
func.func private @transposed(%x: tensor<1x3xi8>, %w: tensor<3x2xi8>) -> tensor<1x2xi32> attributes {program.kernel} {
  %seven = arith.constant 7 : i32
  %empty = tensor.empty() : tensor<1x2xi32>
  %init = linalg.fill ins(%seven : i32) outs(%empty : tensor<1x2xi32>) -> tensor<1x2xi32>
  %0 = linalg.matmul ins(%x, %w : tensor<1x3xi8>, tensor<3x2xi8>) outs(%init : tensor<1x2xi32>) -> tensor<1x2xi32>
  return %0 : tensor<1x2xi32>
}
// CHECK-LABEL: func.func @main
// CHECK:         arith.constant dense<{{\[}}[1, 3, 5], [2, 4, 6]]> : tensor<2x3xi8>
func.func @main(%x: tensor<1x3xi8>) -> tensor<1x2xi32> {
  %w = arith.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi8>
  %0 = func.call @transposed(%x, %w) : (tensor<1x3xi8>, tensor<3x2xi8>) -> tensor<1x2xi32>
  return %0 : tensor<1x2xi32>
}
}
