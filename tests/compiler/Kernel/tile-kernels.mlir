// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --iree-tile-kernels | FileCheck %s

// MVE dots: register tiles of 1 x 4 over all of K. The range are 8 rows, from
// begin to end.
module attributes {program.target = {abi = "aapcs", cpu = "cortex-m55", features = "", float_abi = "hard", triple = "thumbv8.1m.main-none-eabihf"}} {
  // CHECK-LABEL: func.func @matmul_s8
  // CHECK-SAME:    %[[BEGIN:[a-z0-9]+]]: index, %[[END:[a-z0-9]+]]: index)
  // CHECK-SAME:    program.range = 8 : i64, program.vectorize
  // CHECK-DAG:     %[[FIRST:.*]] = arith.muli %[[BEGIN]]
  // CHECK-DAG:     %[[LAST:.*]] = arith.muli %[[END]]
  // CHECK:         scf.for %{{.*}} = %[[FIRST]] to %[[LAST]]
  // CHECK:           linalg.generic {{.*}} outs(%{{.*}} : tensor<1x4xi32>)
  // CHECK:           linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<1x64xi8>, tensor<4x64xi8>) outs(%{{.*}} : tensor<1x4xi32>)
  func.func @matmul_s8(%a: tensor<8x64xi8>, %w: tensor<4x64xi8>) -> tensor<8x4xi32> attributes {program.kernel} {
    %zero = arith.constant 0 : i32
    %e = tensor.empty() : tensor<8x4xi32>
    %init = linalg.fill ins(%zero : i32) outs(%e : tensor<8x4xi32>) -> tensor<8x4xi32>
    %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
        ins(%a, %w : tensor<8x64xi8>, tensor<4x64xi8>) outs(%init : tensor<8x4xi32>) -> tensor<8x4xi32>
    return %0 : tensor<8x4xi32>
  }
}

// -----

// Three columns of output are two and one: the loop over them is split, each part
// has tiles of a static shape. Rows are the range.
module attributes {program.target = {abi = "aapcs", cpu = "cortex-m4", features = "", float_abi = "hard", triple = "thumbv7em-none-eabihf"}} {
  // CHECK-LABEL: func.func @uneven_s8
  // CHECK-SAME:    program.range = 5 : i64, program.vectorize
  // CHECK:         linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<1x1x2x8xi8>, tensor<2x1x1x8xi8>)
  // CHECK:         linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<1x1x1x8xi8>, tensor<2x1x1x8xi8>)
  func.func @uneven_s8(%x: tensor<1x5x3x8xi8>, %w: tensor<4x1x1x8xi8>) -> tensor<1x5x3x4xi32> attributes {program.kernel} {
    %zero = arith.constant 0 : i32
    %e = tensor.empty() : tensor<1x5x3x4xi32>
    %init = linalg.fill ins(%zero : i32) outs(%e : tensor<1x5x3x4xi32>) -> tensor<1x5x3x4xi32>
    %0 = linalg.conv_2d_nhwc_fhwc {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>}
        ins(%x, %w : tensor<1x5x3x8xi8>, tensor<4x1x1x8xi8>) outs(%init : tensor<1x5x3x4xi32>) -> tensor<1x5x3x4xi32>
    return %0 : tensor<1x5x3x4xi32>
  }
}

// -----

// x86-64 has vectors of 128 bits, 4 lanes of f32: tiles of 2 rows x 16 columns,
// 4 elements of K. 12 rows / 2 = a range of 6. The activation is in the same
// tile as the contraction.
module attributes {program.target = {abi = "", cpu = "x86-64", features = "", float_abi = "hard", triple = "x86_64-none-elf"}} {
  // CHECK-LABEL: func.func @matmul_f32
  // CHECK-SAME:    program.range = 6 : i64, program.vectorize
  // CHECK:         linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<2x4xf32>, tensor<4x16xf32>) outs(%{{.*}} : tensor<2x16xf32>)
  // CHECK:         linalg.generic {{.*}} ins(%{{.*}} : tensor<2x16xf32>) outs(%{{.*}} : tensor<2x16xf32>)
  // CHECK:           math.absf
  func.func @matmul_f32(%a: tensor<12x8xf32>, %b: tensor<8x16xf32>) -> tensor<12x16xf32> attributes {program.kernel} {
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<12x16xf32>
    %init = linalg.fill ins(%zero : f32) outs(%e : tensor<12x16xf32>) -> tensor<12x16xf32>
    %0 = linalg.matmul ins(%a, %b : tensor<12x8xf32>, tensor<8x16xf32>) outs(%init : tensor<12x16xf32>) -> tensor<12x16xf32>
    %1 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
                         iterator_types = ["parallel", "parallel"]}
        ins(%0 : tensor<12x16xf32>) outs(%e : tensor<12x16xf32>) {
    ^bb0(%x: f32, %o: f32):
      %2 = math.absf %x : f32
      linalg.yield %2 : f32
    } -> tensor<12x16xf32>
    return %1 : tensor<12x16xf32>
  }

  // Elementwise: the first loop with more than one iteration is the range.
  // CHECK-LABEL: func.func @elementwise
  // CHECK-SAME:    program.range = 6 : i64}
  // CHECK:         linalg.generic {{.*}} outs(%{{.*}} : tensor<1x1x4xf32>)
  func.func @elementwise(%a: tensor<1x6x4xf32>) -> tensor<1x6x4xf32> attributes {program.kernel} {
    %e = tensor.empty() : tensor<1x6x4xf32>
    %0 = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j, k)>],
                         iterator_types = ["parallel", "parallel", "parallel"]}
        ins(%a : tensor<1x6x4xf32>) outs(%e : tensor<1x6x4xf32>) {
    ^bb0(%x: f32, %o: f32):
      %1 = math.absf %x : f32
      linalg.yield %1 : f32
    } -> tensor<1x6x4xf32>
    return %0 : tensor<1x6x4xf32>
  }

  // One loop only: the largest divisor of 1000 up to 256 is 250, a range of 4.
  // CHECK-LABEL: func.func @vector
  // CHECK-SAME:    program.range = 4 : i64}
  // CHECK:         linalg.generic {{.*}} outs(%{{.*}} : tensor<250xf32>)
  func.func @vector(%a: tensor<1000xf32>) -> tensor<1000xf32> attributes {program.kernel} {
    %e = tensor.empty() : tensor<1000xf32>
    %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
        ins(%a : tensor<1000xf32>) outs(%e : tensor<1000xf32>) {
    ^bb0(%x: f32, %o: f32):
      %1 = math.absf %x : f32
      linalg.yield %1 : f32
    } -> tensor<1000xf32>
    return %0 : tensor<1000xf32>
  }

  // What is not one linalg operation is done as a whole: a range of 1.
  // CHECK-LABEL: func.func @pad
  // CHECK-SAME:    program.range = 1 : i64}
  // CHECK-NOT:     scf.for
  // CHECK:         tensor.pad
  func.func @pad(%a: tensor<2x2xi8>) -> tensor<4x4xi8> attributes {program.kernel} {
    %zero = arith.constant 0 : i8
    %0 = tensor.pad %a low[1, 1] high[1, 1] {
    ^bb0(%i: index, %j: index):
      tensor.yield %zero : i8
    } : tensor<2x2xi8> to tensor<4x4xi8>
    return %0 : tensor<4x4xi8>
  }

  // Seven rows are four and three, the second unit: its loop runs if the range goes
  // beyond the first one. Other ranges have no iteration there.
  // CHECK-LABEL: func.func @prime
  // CHECK-SAME:    %[[BEGIN:[a-z0-9]+]]: index, %[[END:[a-z0-9]+]]: index)
  // CHECK-SAME:    program.range = 2 : i64
  // CHECK-DAG:     %[[FIRST:.*]] = arith.muli %[[BEGIN]], %c4
  // CHECK-DAG:     %[[LAST:.*]] = arith.muli %[[END]], %c4
  // CHECK-DAG:     %[[WHOLE:.*]] = arith.minui %[[LAST]], %c4
  // CHECK-DAG:     %[[REST:.*]] = arith.maxui %[[FIRST]], %c4
  // CHECK-DAG:     %[[ALL:.*]] = arith.minui %[[LAST]], %c7
  // CHECK:         scf.for %{{.*}} = %[[FIRST]] to %[[WHOLE]] step %c4
  // CHECK:           outs(%{{.*}} : tensor<4x8xf32>)
  // CHECK:         scf.for %{{.*}} = %[[REST]] to %[[ALL]] step %c4
  // CHECK:           outs(%{{.*}} : tensor<3x8xf32>)
  // CHECK:         } {program.rest}
  func.func @prime(%a: tensor<7x4xf32>, %b: tensor<4x8xf32>) -> tensor<7x8xf32> attributes {program.kernel} {
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<7x8xf32>
    %init = linalg.fill ins(%zero : f32) outs(%e : tensor<7x8xf32>) -> tensor<7x8xf32>
    %0 = linalg.matmul ins(%a, %b : tensor<7x4xf32>, tensor<4x8xf32>) outs(%init : tensor<7x8xf32>) -> tensor<7x8xf32>
    return %0 : tensor<7x8xf32>
  }
}

// -----

// A core without vectors: tiles of 4 x 4 over 4 in floating point registers, and of
// 2 x 2 without them. Every second column of an image is a tile, too.
module attributes {program.target = {abi = "aapcs", cpu = "cortex-m4", features = "", float_abi = "hard", triple = "thumbv7em-none-eabihf"}} {
  // CHECK-LABEL: func.func @scalar
  // CHECK-SAME:    program.range = 2 : i64
  // CHECK:         ins(%{{.*}}, %{{.*}} : tensor<4x4xf32>, tensor<4x4xf32>) outs(%{{.*}} : tensor<4x4xf32>)
  func.func @scalar(%a: tensor<8x8xf32>, %b: tensor<8x4xf32>, %init: tensor<8x4xf32>) -> tensor<8x4xf32> attributes {program.kernel} {
    %0 = linalg.matmul ins(%a, %b : tensor<8x8xf32>, tensor<8x4xf32>) outs(%init : tensor<8x4xf32>) -> tensor<8x4xf32>
    return %0 : tensor<8x4xf32>
  }

  // CHECK-LABEL: func.func @strided
  // CHECK-SAME:    program.range = 5 : i64
  // CHECK:         ins(%{{.*}}, %{{.*}} : tensor<1x1x7x4xf32>, tensor<1x1x4x4xf32>) outs(%{{.*}} : tensor<1x1x4x4xf32>)
  func.func @strided(%x: tensor<1x9x17x8xf32>, %w: tensor<1x1x8x4xf32>) -> tensor<1x5x8x4xf32> attributes {program.kernel} {
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<1x5x8x4xf32>
    %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x5x8x4xf32>) -> tensor<1x5x8x4xf32>
    %0 = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>}
        ins(%x, %w : tensor<1x9x17x8xf32>, tensor<1x1x8x4xf32>) outs(%init : tensor<1x5x8x4xf32>) -> tensor<1x5x8x4xf32>
    return %0 : tensor<1x5x8x4xf32>
  }
}

// -----

module attributes {program.target = {abi = "aapcs", cpu = "cortex-m4", features = "", float_abi = "soft", triple = "thumbv7em-none-eabi"}} {
  // CHECK-LABEL: func.func @registers
  // CHECK:         outs(%{{.*}} : tensor<4x4xf32>)
  func.func @registers(%a: tensor<8x8xf32>, %b: tensor<8x4xf32>, %init: tensor<8x4xf32>) -> tensor<8x4xf32> attributes {program.kernel} {
    %0 = linalg.matmul ins(%a, %b : tensor<8x8xf32>, tensor<8x4xf32>) outs(%init : tensor<8x4xf32>) -> tensor<8x4xf32>
    return %0 : tensor<8x4xf32>
  }
}

// -----

module attributes {program.target = {abi = "aapcs", cpu = "cortex-m3", features = "", float_abi = "soft", triple = "thumbv7m-none-eabi"}} {
  // CHECK-LABEL: func.func @calls
  // CHECK:         outs(%{{.*}} : tensor<2x2xf32>)
  func.func @calls(%a: tensor<8x8xf32>, %b: tensor<8x4xf32>, %init: tensor<8x4xf32>) -> tensor<8x4xf32> attributes {program.kernel} {
    %0 = linalg.matmul ins(%a, %b : tensor<8x8xf32>, tensor<8x4xf32>) outs(%init : tensor<8x4xf32>) -> tensor<8x4xf32>
    return %0 : tensor<8x4xf32>
  }
}

// -----

// Bytecode: the outermost loop in units of at least 64 elements. Rows of 24
// need 3, and 12 rows are 4 of those; nothing else is tiled. The contraction's
// buffer is as large as a unit.
module attributes {program.backend = "vmvx"} {
  // CHECK-LABEL: func.func @units
  // CHECK-SAME:    program.range = 4 : i64}
  // CHECK:         scf.for
  // CHECK:           tensor.empty() : tensor<3x24xf32>
  // CHECK:           linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<3x8xf32>, tensor<8x24xf32>) outs(%{{.*}} : tensor<3x24xf32>)
  // CHECK:           linalg.generic {{.*}} ins(%{{.*}} : tensor<3x24xf32>) outs(%{{.*}} : tensor<3x24xf32>)
  // CHECK-NOT:     scf.for
  // CHECK:         return
  func.func @units(%a: tensor<12x8xf32>, %b: tensor<8x24xf32>) -> tensor<12x24xf32> attributes {program.kernel} {
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<12x24xf32>
    %init = linalg.fill ins(%zero : f32) outs(%e : tensor<12x24xf32>) -> tensor<12x24xf32>
    %0 = linalg.matmul ins(%a, %b : tensor<12x8xf32>, tensor<8x24xf32>) outs(%init : tensor<12x24xf32>) -> tensor<12x24xf32>
    %1 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
                         iterator_types = ["parallel", "parallel"]}
        ins(%0 : tensor<12x24xf32>) outs(%e : tensor<12x24xf32>) {
    ^bb0(%x: f32, %o: f32):
      %2 = math.absf %x : f32
      linalg.yield %2 : f32
    } -> tensor<12x24xf32>
    return %1 : tensor<12x24xf32>
  }

  // A vector of 60 elements is one unit, one of 130 two.
  // CHECK-LABEL: func.func @short
  // CHECK-SAME:    program.range = 1 : i64
  // CHECK-LABEL: func.func @long
  // CHECK-SAME:    program.range = 2 : i64
  func.func @short(%a: tensor<60xf32>) -> tensor<60xf32> attributes {program.kernel} {
    %e = tensor.empty() : tensor<60xf32>
    %0 = linalg.exp ins(%a : tensor<60xf32>) outs(%e : tensor<60xf32>) -> tensor<60xf32>
    return %0 : tensor<60xf32>
  }
  func.func @long(%a: tensor<130xf32>) -> tensor<130xf32> attributes {program.kernel} {
    %e = tensor.empty() : tensor<130xf32>
    %0 = linalg.exp ins(%a : tensor<130xf32>) outs(%e : tensor<130xf32>) -> tensor<130xf32>
    return %0 : tensor<130xf32>
  }
}
