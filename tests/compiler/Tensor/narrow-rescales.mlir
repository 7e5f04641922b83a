// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-narrow-rescales --canonicalize | FileCheck %s

// That the functions are equal is the subject of rescale_form_test.cpp and of
// tests/e2e/exact_test.py. This is about which operations are found.

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>

// Sums lie within 128 * (90 + 80 + 70 + 60) = 38400 < 2^16, which leaves a left
// shift by 15. Then shifts by 39 and 38 become 39 + 15 - 32 = 22 and 21: one
// shift by 21 serves both if the first multiplier is halved. Rounding to the
// nearest adds half of 2^21. Results stay within 106, so that the clamp goes.
// CHECK-LABEL: func.func @per_channel
// CHECK-DAG:     %[[MULTIPLIERS:.*]] = arith.constant dense<[759250125, 1718500251]> : tensor<2xi32>
// CHECK:         %[[SUM:.*]] = linalg.matmul
// CHECK:         linalg.generic {{.*}} ins(%[[SUM]], %[[MULTIPLIERS]] : tensor<3x2xi32>, tensor<2xi32>)
// CHECK-NEXT:    ^bb0(%[[X:.*]]: i32, %[[M:.*]]: i32, %{{.*}}: i8):
// CHECK-NEXT:      %[[LEFT:.*]] = arith.shli %[[X]], %c15_i32
// CHECK-DAG:       %[[WIDE:.*]] = arith.extsi %[[LEFT]] : i32 to i64
// CHECK-DAG:       %[[WIDE_M:.*]] = arith.extsi %[[M]] : i32 to i64
// CHECK:           %[[PRODUCT:.*]] = arith.muli %[[WIDE]], %[[WIDE_M]] : i64
// CHECK-NEXT:      %[[HIGH:.*]] = arith.shr{{.}}i %[[PRODUCT]], %c32_i64
// CHECK-NEXT:      %[[NARROW:.*]] = arith.trunci %[[HIGH]] : i64 to i32
// CHECK-NEXT:      %[[OFFSET:.*]] = arith.addi %[[NARROW]], %c1048576_i32
// CHECK-NEXT:      %[[RIGHT:.*]] = arith.shrsi %[[OFFSET]], %c21_i32
// CHECK-NEXT:      %[[RESULT:.*]] = arith.trunci %[[RIGHT]] : i32 to i8
// CHECK-NEXT:      linalg.yield %[[RESULT]]
func.func @per_channel(%a: tensor<3x4xi8>) -> tensor<3x2xi8> {
  %w = arith.constant dense<[[90, 1], [-80, 2], [70, 3], [60, 127]]> : tensor<4x2xi8>
  %multipliers = arith.constant dense<[1518500250, 1718500251]> : tensor<2xi32>
  %shifts = arith.constant dense<[39, 38]> : tensor<2xi8>
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i64
  %low = arith.constant -128 : i32
  %high = arith.constant 127 : i32
  %e32 = tensor.empty() : tensor<3x2xi32>
  %e8 = tensor.empty() : tensor<3x2xi8>
  %i = linalg.fill ins(%zero : i32) outs(%e32 : tensor<3x2xi32>) -> tensor<3x2xi32>
  %0 = linalg.matmul ins(%a, %w : tensor<3x4xi8>, tensor<4x2xi8>) outs(%i : tensor<3x2xi32>) -> tensor<3x2xi32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %multipliers, %shifts : tensor<3x2xi32>, tensor<2xi32>, tensor<2xi8>) outs(%e8 : tensor<3x2xi8>) {
  ^bb0(%x: i32, %m: i32, %s: i8, %o: i8):
    %x64 = arith.extsi %x : i32 to i64
    %m64 = arith.extsi %m : i32 to i64
    %product = arith.muli %x64, %m64 : i64
    %s64 = arith.extui %s : i8 to i64
    %unit = arith.shli %one, %s64 : i64
    %half = arith.shrui %unit, %one : i64
    %sum = arith.addi %product, %half : i64
    %shifted = arith.shrsi %sum, %s64 : i64
    %y = arith.trunci %shifted : i64 to i32
    %y1 = arith.maxsi %y, %low : i32
    %y2 = arith.minsi %y1, %high : i32
    %y3 = arith.trunci %y2 : i32 to i8
    linalg.yield %y3 : i8
  } -> tensor<3x2xi8>
  return %1 : tensor<3x2xi8>
}

// An argument can have any of 2^32 values: there are no bits left for a
// fraction.
// CHECK-LABEL: func.func @any_value
// CHECK:         arith.addi %{{.*}} : i64
func.func @any_value(%a: tensor<3x2xi32>) -> tensor<3x2xi8> {
  %m = arith.constant 1518500250 : i64
  %half = arith.constant 274877906944 : i64
  %shift = arith.constant 39 : i64
  %low = arith.constant -128 : i32
  %high = arith.constant 127 : i32
  %e8 = tensor.empty() : tensor<3x2xi8>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<3x2xi32>) outs(%e8 : tensor<3x2xi8>) {
  ^bb0(%x: i32, %o: i8):
    %x64 = arith.extsi %x : i32 to i64
    %product = arith.muli %x64, %m : i64
    %sum = arith.addi %product, %half : i64
    %shifted = arith.shrsi %sum, %shift : i64
    %y = arith.trunci %shifted : i64 to i32
    %y1 = arith.maxsi %y, %low : i32
    %y2 = arith.minsi %y1, %high : i32
    %y3 = arith.trunci %y2 : i32 to i8
    linalg.yield %y3 : i8
  } -> tensor<3x2xi8>
  return %0 : tensor<3x2xi8>
}

// Products of two inputs are no rescaling.
// CHECK-LABEL: func.func @product
// CHECK:         arith.muli %{{.*}} : i64
// CHECK:         arith.shrsi %{{.*}}, %c7_i64
func.func @product(%a: tensor<3x2xi8>, %b: tensor<3x2xi8>) -> tensor<3x2xi32> {
  %c7 = arith.constant 7 : i64
  %e = tensor.empty() : tensor<3x2xi32>
  %0 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<3x2xi8>, tensor<3x2xi8>) outs(%e : tensor<3x2xi32>) {
  ^bb0(%x: i8, %y: i8, %o: i32):
    %x64 = arith.extsi %x : i8 to i64
    %y64 = arith.extsi %y : i8 to i64
    %product = arith.muli %x64, %y64 : i64
    %shifted = arith.shrsi %product, %c7 : i64
    %r = arith.trunci %shifted : i64 to i32
    linalg.yield %r : i32
  } -> tensor<3x2xi32>
  return %0 : tensor<3x2xi32>
}

// A bias for each column is part of the offset: 31000 * 1518500250 / 2^39 is 85.6
// units of 2^21 or so, -7000 * 1718500251 / 2^38 is -43.8.
// CHECK-LABEL: func.func @bias
// CHECK-DAG:     %[[OFFSETS:.*]] = arith.constant dense<[180{{.*}}, -907{{.*}}]> : tensor<2xi32>
// CHECK:         %[[ZEROS:.*]] = linalg.fill ins(%c0_i32 : i32)
// CHECK:         %[[SUM:.*]] = linalg.matmul {{.*}} outs(%[[ZEROS]] :
// CHECK:         linalg.generic {{.*}} ins(%[[SUM]], %{{.*}}, %[[OFFSETS]] :
func.func @bias(%a: tensor<3x4xi8>) -> tensor<3x2xi8> {
  %w = arith.constant dense<[[90, 1], [-80, 2], [70, 3], [60, 127]]> : tensor<4x2xi8>
  %multipliers = arith.constant dense<[1518500250, 1718500251]> : tensor<2xi32>
  %shifts = arith.constant dense<[39, 38]> : tensor<2xi8>
  %biases = arith.constant dense<[31000, -7000]> : tensor<2xi32>
  %one = arith.constant 1 : i64
  %low = arith.constant -128 : i32
  %high = arith.constant 127 : i32
  %e32 = tensor.empty() : tensor<3x2xi32>
  %e8 = tensor.empty() : tensor<3x2xi8>
  %i = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%biases : tensor<2xi32>) outs(%e32 : tensor<3x2xi32>) {
  ^bb0(%b: i32, %o: i32):
    linalg.yield %b : i32
  } -> tensor<3x2xi32>
  %0 = linalg.matmul ins(%a, %w : tensor<3x4xi8>, tensor<4x2xi8>) outs(%i : tensor<3x2xi32>) -> tensor<3x2xi32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %multipliers, %shifts : tensor<3x2xi32>, tensor<2xi32>, tensor<2xi8>) outs(%e8 : tensor<3x2xi8>) {
  ^bb0(%x: i32, %m: i32, %s: i8, %o: i8):
    %x64 = arith.extsi %x : i32 to i64
    %m64 = arith.extsi %m : i32 to i64
    %product = arith.muli %x64, %m64 : i64
    %s64 = arith.extui %s : i8 to i64
    %unit = arith.shli %one, %s64 : i64
    %half = arith.shrui %unit, %one : i64
    %sum = arith.addi %product, %half : i64
    %shifted = arith.shrsi %sum, %s64 : i64
    %y = arith.trunci %shifted : i64 to i32
    %y1 = arith.maxsi %y, %low : i32
    %y2 = arith.minsi %y1, %high : i32
    %y3 = arith.trunci %y2 : i32 to i8
    linalg.yield %y3 : i8
  } -> tensor<3x2xi8>
  return %1 : tensor<3x2xi8>
}

// Sums that something else reads keep their bias.
// CHECK-LABEL: func.func @sums_used
// CHECK:         %[[BIASES:.*]] = arith.constant dense<[31000, -7000]> : tensor<2xi32>
// CHECK:         %[[INIT:.*]] = linalg.generic {{.*}} ins(%[[BIASES]] :
// CHECK:         linalg.matmul {{.*}} outs(%[[INIT]] :
func.func @sums_used(%a: tensor<3x4xi8>) -> (tensor<3x2xi8>, tensor<3x2xi32>) {
  %w = arith.constant dense<[[90, 1], [-80, 2], [70, 3], [60, 127]]> : tensor<4x2xi8>
  %multipliers = arith.constant dense<[1518500250, 1718500251]> : tensor<2xi32>
  %shifts = arith.constant dense<[39, 38]> : tensor<2xi8>
  %biases = arith.constant dense<[31000, -7000]> : tensor<2xi32>
  %one = arith.constant 1 : i64
  %low = arith.constant -128 : i32
  %high = arith.constant 127 : i32
  %e32 = tensor.empty() : tensor<3x2xi32>
  %e8 = tensor.empty() : tensor<3x2xi8>
  %i = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%biases : tensor<2xi32>) outs(%e32 : tensor<3x2xi32>) {
  ^bb0(%b: i32, %o: i32):
    linalg.yield %b : i32
  } -> tensor<3x2xi32>
  %0 = linalg.matmul ins(%a, %w : tensor<3x4xi8>, tensor<4x2xi8>) outs(%i : tensor<3x2xi32>) -> tensor<3x2xi32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %multipliers, %shifts : tensor<3x2xi32>, tensor<2xi32>, tensor<2xi8>) outs(%e8 : tensor<3x2xi8>) {
  ^bb0(%x: i32, %m: i32, %s: i8, %o: i8):
    %x64 = arith.extsi %x : i32 to i64
    %m64 = arith.extsi %m : i32 to i64
    %product = arith.muli %x64, %m64 : i64
    %s64 = arith.extui %s : i8 to i64
    %unit = arith.shli %one, %s64 : i64
    %half = arith.shrui %unit, %one : i64
    %sum = arith.addi %product, %half : i64
    %shifted = arith.shrsi %sum, %s64 : i64
    %y = arith.trunci %shifted : i64 to i32
    %y1 = arith.maxsi %y, %low : i32
    %y2 = arith.minsi %y1, %high : i32
    %y3 = arith.trunci %y2 : i32 to i8
    linalg.yield %y3 : i8
  } -> tensor<3x2xi8>
  return %1, %0 : tensor<3x2xi8>, tensor<3x2xi32>
}
