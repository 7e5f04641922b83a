// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-kernel | FileCheck %s

// A kernel whose result lies over its argument performs all its units itself;
// only what lies apart does not alias for LLVM.
module attributes {program.target = {abi = "", cpu = "x86-64", features = "", float_abi = "hard", triple = "x86_64-none-elf"}} {
  module @kernels {
    // CHECK:     llvm.func @over(
    // CHECK-NOT: program.overlaps
    // CHECK:     program.range = 1 : i64
    // CHECK:     llvm.func internal @over_body(%{{[a-z0-9]+}}: !llvm.ptr, %{{[a-z0-9]+}}: !llvm.ptr {llvm.noalias}, %{{[a-z0-9]+}}: !llvm.ptr,
    func.func @over(%x: tensor<6x10xi8>, %y: tensor<6x10xi8>) -> tensor<6x10xi8>
        attributes {program.kernel, program.overlaps = [array<i64: 0, 0, 10>, array<i64: 0, 0, 0>]} {
      %e = tensor.empty() : tensor<6x10xi8>
      %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
                           iterator_types = ["parallel", "parallel"]}
          ins(%x, %y : tensor<6x10xi8>, tensor<6x10xi8>) outs(%e : tensor<6x10xi8>) {
      ^bb0(%a: i8, %b: i8, %old: i8):
        %1 = arith.addi %a, %b : i8
        linalg.yield %1 : i8
      } -> tensor<6x10xi8>
      return %0 : tensor<6x10xi8>
    }
  }
}
