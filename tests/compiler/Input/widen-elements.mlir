// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-widen-elements | FileCheck %s

// Values are narrowed after they are read, so that arithmetic wraps.
// CHECK-LABEL: func.func @nibbles
// CHECK-SAME:    (%[[A:.*]]: tensor<4xi8>) -> tensor<4xi8>
// CHECK:         %[[EMPTY:.*]] = tensor.empty() : tensor<4xi8>
// CHECK:         linalg.generic {{.*}} ins(%[[A]] : tensor<4xi8>) outs(%[[EMPTY]] : tensor<4xi8>)
// CHECK:           ^bb0(%[[IN:.*]]: i8, %{{.*}}: i8):
// CHECK:           %[[NARROW:.*]] = arith.trunci %[[IN]] : i8 to i4
// CHECK:           %[[SUM:.*]] = arith.addi %[[NARROW]], %[[NARROW]] : i4
// CHECK:           %[[WIDE:.*]] = arith.extsi %[[SUM]] : i4 to i8
// CHECK:           linalg.yield %[[WIDE]] : i8
func.func @nibbles(%a: tensor<4xi4>) -> tensor<4xi4> {
  %e = tensor.empty() : tensor<4xi4>
  %0 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%a : tensor<4xi4>) outs(%e : tensor<4xi4>) {
  ^bb0(%in: i4, %out: i4):
    %s = arith.addi %in, %in : i4
    linalg.yield %s : i4
  } -> tensor<4xi4>
  return %0 : tensor<4xi4>
}

// CHECK-LABEL: func.func @constants
// CHECK-DAG:     arith.constant dense<[-8, 7]> : tensor<2xi8>
// CHECK-DAG:     arith.constant dense<[1, 2]> : tensor<2xi64>
// CHECK-DAG:     arith.constant dense<-1> : tensor<2xi32>
func.func @constants() -> (tensor<2xi4>, tensor<2xindex>, tensor<2xi24>) {
  %0 = arith.constant dense<[-8, 7]> : tensor<2xi4>
  %1 = arith.constant dense<[1, 2]> : tensor<2xindex>
  %2 = arith.constant dense<-1> : tensor<2xi24>
  return %0, %1, %2 : tensor<2xi4>, tensor<2xindex>, tensor<2xi24>
}

// CHECK-LABEL: func.func @elements
// CHECK:         %[[WIDE:.*]] = tensor.extract %{{.*}}[%{{.*}}] : tensor<3xi64>
// CHECK:         %[[NARROW:.*]] = arith.index_cast %[[WIDE]] : i64 to index
// CHECK:         %[[AGAIN:.*]] = arith.index_cast %[[NARROW]] : index to i64
// CHECK:         tensor.insert %[[AGAIN]] into %{{.*}} : tensor<3xi64>
func.func @elements(%a: tensor<3xindex>) -> tensor<3xindex> {
  %c = arith.constant 1 : index
  %0 = tensor.extract %a[%c] : tensor<3xindex>
  %1 = tensor.insert %0 into %a[%c] : tensor<3xindex>
  return %1 : tensor<3xindex>
}

// Callers see the stored types.
// CHECK-LABEL: func.func @signature
// CHECK-SAME:    program.function_type = (i64, tensor<2xi8>) -> tensor<2xi8>
func.func @signature(%a: tensor<index>, %b: tensor<2xi4>) -> tensor<2xi4> attributes {program.function_type = (index, tensor<2xi4>) -> tensor<2xi4>} {
  return %b : tensor<2xi4>
}

// Named operations become generic: their bodies are made for other types.
// CHECK-LABEL: func.func @named
// CHECK-NOT:     linalg.matmul
// CHECK:         linalg.generic
// CHECK:           arith.trunci %{{.*}} : i8 to i4
// CHECK:           arith.extsi %{{.*}} : i4 to i32
func.func @named(%a: tensor<2x3xi4>, %b: tensor<3x2xi4>, %c: tensor<2x2xi32>) -> tensor<2x2xi32> {
  %0 = linalg.matmul ins(%a, %b : tensor<2x3xi4>, tensor<3x2xi4>) outs(%c : tensor<2x2xi32>) -> tensor<2x2xi32>
  return %0 : tensor<2x2xi32>
}
