// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: not %iree-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(iree-tile-kernels,iree-vectorize-kernels))' 2>&1 | FileCheck %s

// Panels of pairs, which AVX512-VNNI does not take.
module attributes {program.target = {abi = "", cpu = "cascadelake", features = "", float_abi = "hard", triple = "x86_64-none-elf"}} {
// CHECK: error: weights in panels are read in another order; compile from the source for this target
func.func @other(%x: tensor<2x4xi8>, %w: tensor<4x4xi8>, %init: tensor<2x4xi32>) -> tensor<2x4xi32>
    attributes {program.kernel, program.panel = array<i64: 1, 4, 2, 4, 0, 1>} {
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %w : tensor<2x4xi8>, tensor<4x4xi8>) outs(%init : tensor<2x4xi32>) -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}
}

// -----

// CHECK: error: attribute 'program.panel' is not of the form of compiler/Kernel/Panels.h
func.func @form(%x: tensor<2x4xi8>, %w: tensor<4x4xi8>, %init: tensor<2x4xi32>) -> tensor<2x4xi32>
    attributes {program.kernel, program.panel = array<i64: 7, 4, 2, 4, 0, 1>} {
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %w : tensor<2x4xi8>, tensor<4x4xi8>) outs(%init : tensor<2x4xi32>) -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

module attributes {program.backend = "vmvx"} {
// CHECK: error: bytecode kernels cannot read weights in panels; compile from the source with all backends
func.func @bytecode(%x: tensor<2x4xi8>, %w: tensor<4x4xi8>, %init: tensor<2x4xi32>) -> tensor<2x4xi32>
    attributes {program.kernel, program.panel = array<i64: 1, 4, 2, 4, 0, 1>} {
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %w : tensor<2x4xi8>, tensor<4x4xi8>) outs(%init : tensor<2x4xi32>) -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}
}
