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

#along = affine_map<(k) -> (k)>
#scalar = affine_map<(k) -> ()>
#dot = {indexing_maps = [#along, #along, #scalar], iterator_types = ["reduction"], kind = #vector.kind<add>}

// On MVE, a dot product into a scalar is one instruction; elements of shorter
// ones are widened to fill the register.
module attributes {program.target = {abi = "aapcs", cpu = "cortex-m55", features = "", float_abi = "hard", triple = "thumbv8.1m.main-none-eabihf"}} {
  // CHECK-LABEL: func.func @reductions
  // CHECK-SAME:    %[[A:.*]]: vector<16xi8>, %[[B:.*]]: vector<16xi8>, %[[P:.*]]: vector<8xi8>, %[[Q:.*]]: vector<8xi8>, %[[C:.*]]: i32
  // CHECK:         %[[X:.*]] = llvm.call_intrinsic "llvm.arm.mve.vmldava"(%[[NO:.*]], %[[NO]], %[[NO]], %[[C]], %[[A]], %[[B]])
  // CHECK:         %[[R:.*]] = arith.extsi %[[P]] : vector<8xi8> to vector<8xi16>
  // CHECK:         %[[S:.*]] = arith.extsi %[[Q]] : vector<8xi8> to vector<8xi16>
  // CHECK:         llvm.call_intrinsic "llvm.arm.mve.vmldava"({{.*}}, %[[X]], %[[R]], %[[S]])
  func.func @reductions(%a: vector<16xi8>, %b: vector<16xi8>, %p: vector<8xi8>, %q: vector<8xi8>, %c: i32) -> i32 {
    %0 = vector.contract #dot %a, %b, %c : vector<16xi8>, vector<16xi8> into i32
    %1 = vector.contract #dot %p, %q, %0 : vector<8xi8>, vector<8xi8> into i32
    return %1 : i32
  }
}

// -----

#along = affine_map<(k) -> (k)>
#scalar = affine_map<(k) -> ()>
#dot = {indexing_maps = [#along, #along, #scalar], iterator_types = ["reduction"], kind = #vector.kind<add>}

// With the DSP extension, four elements are two pairs of i16; single ones are
// multiplied.
module attributes {program.target = {abi = "aapcs", cpu = "cortex-m4", features = "", float_abi = "hard", triple = "thumbv7em-none-eabihf"}} {
  // CHECK-LABEL: func.func @pairs
  // CHECK-SAME:    %[[A:.*]]: vector<4xi8>, %[[B:.*]]: vector<4xi8>, %[[P:.*]]: vector<1xi8>, %[[Q:.*]]: vector<1xi8>, %[[C:.*]]: i32
  // CHECK:         vector.bitcast %[[A]] : vector<4xi8> to vector<1xi32>
  // CHECK:         %[[WA:.*]] = vector.extract
  // CHECK:         %[[RA:.*]] = llvm.intr.fshr(%[[WA]], %[[WA]], %{{.*}})
  // CHECK:         %[[EA:.*]] = llvm.call_intrinsic "llvm.arm.sxtb16"(%[[WA]])
  // CHECK:         %[[OA:.*]] = llvm.call_intrinsic "llvm.arm.sxtb16"(%[[RA]])
  // CHECK:         %[[EB:.*]] = llvm.call_intrinsic "llvm.arm.sxtb16"
  // CHECK:         %[[OB:.*]] = llvm.call_intrinsic "llvm.arm.sxtb16"
  // CHECK:         %[[S:.*]] = llvm.call_intrinsic "llvm.arm.smlad"(%[[EA]], %[[EB]], %[[C]])
  // CHECK:         %[[T:.*]] = llvm.call_intrinsic "llvm.arm.smlad"(%[[OA]], %[[OB]], %[[S]])
  // CHECK:         %[[PQ:.*]] = arith.muli
  // CHECK:         arith.addi %[[T]], %[[PQ]]
  func.func @pairs(%a: vector<4xi8>, %b: vector<4xi8>, %p: vector<1xi8>, %q: vector<1xi8>, %c: i32) -> i32 {
    %0 = vector.contract #dot %a, %b, %c : vector<4xi8>, vector<4xi8> into i32
    %1 = vector.contract #dot %p, %q, %0 : vector<1xi8>, vector<1xi8> into i32
    return %1 : i32
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

// -----

// Rescaling on MVE ends in two instructions: shifts by 16 and 2, then by 6 and 1.
// Without both clamps, or with others, it does not.
module attributes {program.target = {abi = "aapcs", cpu = "cortex-m55", features = "", float_abi = "hard", triple = "thumbv8.1m.main-none-eabihf"}} {
  // CHECK-LABEL: func.func @narrow
  // CHECK-SAME:    %[[X:.*]]: vector<4xi32>
  // CHECK-DAG:     %[[NO:.*]] = arith.constant 0 : i32
  // CHECK-DAG:     %[[YES:.*]] = arith.constant 1 : i32
  // CHECK-DAG:     %[[FIRST:.*]] = arith.constant 16 : i32
  // CHECK-DAG:     %[[SECOND:.*]] = arith.constant 2 : i32
  // CHECK:         %[[HALVES:.*]] = llvm.call_intrinsic "llvm.arm.mve.vshrn"(%{{.*}}, %[[X]], %[[FIRST]], %[[YES]], %[[NO]], %[[NO]], %[[NO]], %[[NO]]) : {{.*}} -> vector<8xi16>
  // CHECK:         %[[BYTES:.*]] = llvm.call_intrinsic "llvm.arm.mve.vshrn"(%{{.*}}, %[[HALVES]], %[[SECOND]], %[[YES]], {{.*}} -> vector<16xi8>
  // CHECK:         %[[WORDS:.*]] = vector.bitcast %[[BYTES]] : vector<16xi8> to vector<4xi32>
  // CHECK:         arith.trunci %[[WORDS]] : vector<4xi32> to vector<4xi8>
  func.func @narrow(%x: vector<4xi32>) -> vector<4xi8> {
    %shift = arith.constant dense<18> : vector<4xi32>
    %low = arith.constant dense<-128> : vector<4xi32>
    %high = arith.constant dense<127> : vector<4xi32>
    %0 = arith.shrsi %x, %shift : vector<4xi32>
    %1 = arith.maxsi %0, %low : vector<4xi32>
    %2 = arith.minsi %1, %high : vector<4xi32>
    %3 = arith.trunci %2 : vector<4xi32> to vector<4xi8>
    return %3 : vector<4xi8>
  }

  // CHECK-LABEL: func.func @narrow_rows
  // CHECK:         %[[SECOND:.*]] = arith.constant 6 : i32
  // CHECK-COUNT-2: llvm.call_intrinsic "llvm.arm.mve.vshrn"({{.*}}, %[[SECOND]], {{.*}} -> vector<8xi16>
  // CHECK-NOT:     -> vector<8xi16>
  func.func @narrow_rows(%x: vector<2x4xi32>) -> vector<2x4xi8> {
    %shift = arith.constant dense<7> : vector<2x4xi32>
    %low = arith.constant dense<-128> : vector<2x4xi32>
    %high = arith.constant dense<127> : vector<2x4xi32>
    %0 = arith.shrsi %x, %shift : vector<2x4xi32>
    %1 = arith.minsi %0, %high : vector<2x4xi32>
    %2 = arith.maxsi %1, %low : vector<2x4xi32>
    %3 = arith.trunci %2 : vector<2x4xi32> to vector<2x4xi8>
    return %3 : vector<2x4xi8>
  }

  // CHECK-LABEL: func.func @other_clamps
  // CHECK-NOT:     vshrn
  func.func @other_clamps(%x: vector<4xi32>) -> (vector<4xi8>, vector<4xi8>, vector<4xi8>) {
    %shift = arith.constant dense<18> : vector<4xi32>
    %far = arith.constant dense<25> : vector<4xi32>
    %zero = arith.constant dense<0> : vector<4xi32>
    %low = arith.constant dense<-128> : vector<4xi32>
    %high = arith.constant dense<127> : vector<4xi32>
    %0 = arith.shrsi %x, %shift : vector<4xi32>
    %1 = arith.minsi %0, %high : vector<4xi32>
    %2 = arith.trunci %1 : vector<4xi32> to vector<4xi8>
    %3 = arith.maxsi %1, %zero : vector<4xi32>
    %4 = arith.trunci %3 : vector<4xi32> to vector<4xi8>
    %5 = arith.shrsi %x, %far : vector<4xi32>
    %6 = arith.maxsi %5, %low : vector<4xi32>
    %7 = arith.minsi %6, %high : vector<4xi32>
    %8 = arith.trunci %7 : vector<4xi32> to vector<4xi8>
    return %2, %4, %8 : vector<4xi8>, vector<4xi8>, vector<4xi8>
  }
}
