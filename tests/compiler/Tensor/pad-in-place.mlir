// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-pad-in-place | FileCheck %s
// RUN: %iree-opt %s --iree-pad-in-place --iree-dispatch | FileCheck %s --check-prefix=CALLS

#id = affine_map<(i, j) -> (i, j)>

// What is computed is computed in the middle of the padded tensor.
// CHECK-LABEL: func.func @padded
// CHECK:         %[[FILLED:.*]] = linalg.fill ins(%{{c-5_i8.*}} : i8) outs({{.*}} : tensor<5x8xi8>)
// CHECK:         %[[MIDDLE:.*]] = tensor.extract_slice %[[FILLED]][1, 2] [3, 4] [1, 1]
// CHECK:         %[[X:.*]] = linalg.generic {{.*}} outs(%[[MIDDLE]] : tensor<3x4xi8>)
// CHECK:         %[[WHOLE:.*]] = tensor.insert_slice %[[X]] into %[[FILLED]][1, 2] [3, 4] [1, 1]
// CHECK-NOT:     tensor.pad
// CHECK:         return %[[WHOLE]]

// One kernel computes it.
// CALLS-LABEL: func.func @padded
// CALLS:         %[[CALL:.*]] = call
// CALLS-NEXT:    return %[[CALL]]
func.func @padded(%a: tensor<3x4xi8>) -> tensor<5x8xi8> {
  %padding = arith.constant -5 : i8
  %e = tensor.empty() : tensor<3x4xi8>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<3x4xi8>) outs(%e : tensor<3x4xi8>) {
  ^bb0(%x: i8, %o: i8):
    %1 = arith.addi %x, %x : i8
    linalg.yield %1 : i8
  } -> tensor<3x4xi8>
  %p = tensor.pad %0 low[1, 2] high[1, 2] {
  ^bb0(%i: index, %j: index):
    tensor.yield %padding : i8
  } : tensor<3x4xi8> to tensor<5x8xi8>
  return %p : tensor<5x8xi8>
}

// Two pads and another reader share one tensor, padded by the largest amounts:
// [1, 0] and [0, 2] before, nothing and [1, 0] after.
// CHECK-LABEL: func.func @shared
// CHECK:         tensor.empty() : tensor<5x6xi8>
// CHECK:         %[[WHOLE:.*]] = tensor.insert_slice %{{.*}} into %{{.*}}[1, 2] [3, 4] [1, 1]
// CHECK-DAG:     %[[MIDDLE:.*]] = tensor.extract_slice %[[WHOLE]][1, 2] [3, 4] [1, 1]
// CHECK-DAG:     %[[TOP:.*]] = tensor.extract_slice %[[WHOLE]][0, 2] [4, 4] [1, 1]
// CHECK-DAG:     %[[REST:.*]] = tensor.extract_slice %[[WHOLE]][1, 0] [4, 6] [1, 1]
// CHECK:         linalg.generic {{.*}} ins(%[[TOP]] : tensor<4x4xi8>)
// CHECK:         linalg.generic {{.*}} ins(%[[REST]] : tensor<4x6xi8>)
// CHECK:         linalg.generic {{.*}} ins(%[[MIDDLE]] : tensor<3x4xi8>)

// Each reader's kernel takes the whole tensor as its argument.
// CALLS-LABEL: func.func @shared
// CALLS:         %[[WHOLE:.*]] = call {{.*}} -> tensor<5x6xi8>
// CALLS:         call {{.*}}(%[[WHOLE]]) : (tensor<5x6xi8>) -> tensor<4x4xi8>
// CALLS:         call {{.*}}(%[[WHOLE]]) : (tensor<5x6xi8>) -> tensor<4x6xi8>
// CALLS:         call {{.*}}(%[[WHOLE]]) : (tensor<5x6xi8>) -> tensor<3x4xi8>
func.func @shared(%a: tensor<3x4xi8>) -> (tensor<4x4xi8>, tensor<4x6xi8>, tensor<3x4xi8>) {
  %padding = arith.constant 0 : i8
  %e = tensor.empty() : tensor<3x4xi8>
  %e1 = tensor.empty() : tensor<4x4xi8>
  %e2 = tensor.empty() : tensor<4x6xi8>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<3x4xi8>) outs(%e : tensor<3x4xi8>) {
  ^bb0(%x: i8, %o: i8):
    %5 = arith.addi %x, %x : i8
    linalg.yield %5 : i8
  } -> tensor<3x4xi8>
  %p1 = tensor.pad %0 low[1, 0] high[0, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %padding : i8
  } : tensor<3x4xi8> to tensor<4x4xi8>
  %p2 = tensor.pad %0 low[0, 2] high[1, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %padding : i8
  } : tensor<3x4xi8> to tensor<4x6xi8>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p1 : tensor<4x4xi8>) outs(%e1 : tensor<4x4xi8>) {
  ^bb0(%x: i8, %o: i8):
    %5 = arith.muli %x, %x : i8
    linalg.yield %5 : i8
  } -> tensor<4x4xi8>
  %2 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p2 : tensor<4x6xi8>) outs(%e2 : tensor<4x6xi8>) {
  ^bb0(%x: i8, %o: i8):
    %5 = arith.muli %x, %x : i8
    linalg.yield %5 : i8
  } -> tensor<4x6xi8>
  %3 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<3x4xi8>) outs(%e : tensor<3x4xi8>) {
  ^bb0(%x: i8, %o: i8):
    %5 = arith.muli %x, %x : i8
    linalg.yield %5 : i8
  } -> tensor<3x4xi8>
  return %1, %2, %3 : tensor<4x4xi8>, tensor<4x6xi8>, tensor<3x4xi8>
}

// A result of the function must lie in memory by itself; an argument already
// lies elsewhere.
// CHECK-LABEL: func.func @alone
// CHECK-COUNT-2: tensor.pad
func.func @alone(%a: tensor<3x4xi8>) -> (tensor<4x4xi8>, tensor<4x4xi8>, tensor<3x4xi8>) {
  %padding = arith.constant 0 : i8
  %e = tensor.empty() : tensor<3x4xi8>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<3x4xi8>) outs(%e : tensor<3x4xi8>) {
  ^bb0(%x: i8, %o: i8):
    %1 = arith.addi %x, %x : i8
    linalg.yield %1 : i8
  } -> tensor<3x4xi8>
  %p1 = tensor.pad %0 low[1, 0] high[0, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %padding : i8
  } : tensor<3x4xi8> to tensor<4x4xi8>
  %p2 = tensor.pad %a low[1, 0] high[0, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %padding : i8
  } : tensor<3x4xi8> to tensor<4x4xi8>
  return %p1, %p2, %0 : tensor<4x4xi8>, tensor<4x4xi8>, tensor<3x4xi8>
}
