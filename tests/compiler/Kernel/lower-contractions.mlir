// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --iree-lower-contractions | FileCheck %s

#lhs = affine_map<(m, n, k) -> (m, k)>
#rhs = affine_map<(m, n, k) -> (n, k)>
#acc = affine_map<(m, n, k) -> (m, n)>

// On MVE, 2 x 2 accumulators are four dots over 16 elements: sign-extended,
// multiplied, reduced, the form that is selected to vmlava.s8.
module attributes {program.target = {abi = "aapcs", cpu = "cortex-m55", features = "", float_abi = "hard", triple = "thumbv8.1m.main-none-eabihf"}} {
  // CHECK-LABEL: func.func @dots
  // CHECK-SAME:    %[[A:.*]]: vector<2x16xi8>, %[[B:.*]]: vector<2x16xi8>, %[[C:.*]]: vector<2x2xi32>
  // CHECK:         %[[A0:.*]] = vector.extract %[[A]][0]
  // CHECK:         %[[A1:.*]] = vector.extract %[[A]][1]
  // CHECK:         %[[B0:.*]] = vector.extract %[[B]][0]
  // CHECK:         %[[X:.*]] = arith.extsi %[[A0]] : vector<16xi8> to vector<16xi32>
  // CHECK:         %[[Y:.*]] = arith.extsi %[[B0]] : vector<16xi8> to vector<16xi32>
  // CHECK:         %[[XY:.*]] = arith.muli %[[X]], %[[Y]]
  // CHECK:         %[[DOT:.*]] = vector.reduction <add>, %[[XY]]
  // CHECK:         %[[OLD:.*]] = vector.extract %[[C]][0, 0]
  // CHECK:         %[[SUM:.*]] = arith.addi %[[OLD]], %[[DOT]]
  // CHECK:         vector.insert %[[SUM]], %[[C]] [0, 0]
  // CHECK-COUNT-3: vector.reduction
  // CHECK-NOT:     vector.{{contract|reduction}}
  func.func @dots(%a: vector<2x16xi8>, %b: vector<2x16xi8>, %c: vector<2x2xi32>) -> vector<2x2xi32> {
    %0 = vector.contract {indexing_maps = [#lhs, #rhs, #acc], iterator_types = ["parallel", "parallel", "reduction"],
                          kind = #vector.kind<add>} %a, %b, %c : vector<2x16xi8>, vector<2x16xi8> into vector<2x2xi32>
    return %0 : vector<2x2xi32>
  }

  // One row only.
  // CHECK-LABEL: func.func @row
  // CHECK-COUNT-2: vector.reduction
  // CHECK-NOT:     vector.contract
  func.func @row(%a: vector<16xi8>, %b: vector<2x16xi8>, %c: vector<2xi32>) -> vector<2xi32> {
    %0 = vector.contract {indexing_maps = [affine_map<(n, k) -> (k)>, affine_map<(n, k) -> (n, k)>, affine_map<(n, k) -> (n)>],
                          iterator_types = ["parallel", "reduction"], kind = #vector.kind<add>}
        %a, %b, %c : vector<16xi8>, vector<2x16xi8> into vector<2xi32>
    return %0 : vector<2xi32>
  }

  // Left for outer products: other types, K not innermost, other combinations.
  // CHECK-LABEL: func.func @others
  // CHECK-COUNT-3: vector.contract
  func.func @others(%a: vector<2x16xf32>, %b: vector<2x16xf32>, %c: vector<2x2xf32>,
                    %p: vector<2x16xi8>, %q: vector<16x2xi8>, %r: vector<2x2xi32>)
      -> (vector<2x2xf32>, vector<2x2xi32>, vector<2x2xi32>) {
    %0 = vector.contract {indexing_maps = [#lhs, #rhs, #acc], iterator_types = ["parallel", "parallel", "reduction"],
                          kind = #vector.kind<add>} %a, %b, %c : vector<2x16xf32>, vector<2x16xf32> into vector<2x2xf32>
    %1 = vector.contract {indexing_maps = [#lhs, affine_map<(m, n, k) -> (k, n)>, #acc],
                          iterator_types = ["parallel", "parallel", "reduction"],
                          kind = #vector.kind<add>} %p, %q, %r : vector<2x16xi8>, vector<16x2xi8> into vector<2x2xi32>
    %2 = vector.contract {indexing_maps = [#lhs, #rhs, #acc], iterator_types = ["parallel", "parallel", "reduction"],
                          kind = #vector.kind<maxsi>} %p, %p, %r : vector<2x16xi8>, vector<2x16xi8> into vector<2x2xi32>
    return %0, %1, %2 : vector<2x2xf32>, vector<2x2xi32>, vector<2x2xi32>
  }
}

// -----

// A target without a widening dot product keeps the contraction.
module attributes {program.target = {abi = "", cpu = "x86-64", features = "", float_abi = "hard", triple = "x86_64-none-elf"}} {
  // CHECK-LABEL: func.func @elsewhere
  // CHECK:         vector.contract
  func.func @elsewhere(%a: vector<2x16xi8>, %b: vector<2x16xi8>, %c: vector<2x2xi32>) -> vector<2x2xi32> {
    %0 = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>],
                          iterator_types = ["parallel", "parallel", "reduction"],
                          kind = #vector.kind<add>} %a, %b, %c : vector<2x16xi8>, vector<2x16xi8> into vector<2x2xi32>
    return %0 : vector<2x2xi32>
  }
}
