// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-tile-kernels | FileCheck %s --check-prefix=TILE
// RUN: %iree-opt %s --iree-tile-kernels --iree-vectorize-kernels | FileCheck %s --check-prefix=VECTOR
// RUN: %iree-opt %s --iree-tile-kernels --iree-vectorize-kernels --iree-bufferize-kernels --canonicalize | FileCheck %s --check-prefix=BUFFER

// Whole tiles of rows are vectors; what is left over is a loop that belongs to
// the same range, which is computed from the number of rows.
// TILE-LABEL: func.func @matmul
// TILE-SAME:    program.range = -1
// TILE-SAME:    program.range_of = array<i64: 0, 3>
// TILE:         %[[END:.*]] = affine.min
// TILE:         %[[WHOLE:.*]] = affine.apply
// TILE:         scf.for %{{.*}} = %{{.*}} to %[[WHOLE]] step %c3
// TILE:           tensor<3x
// TILE:         scf.for %{{.*}} = %[[WHOLE]] to %[[END]] step %c3
// TILE:         } {program.rest}

// VECTOR-LABEL: func.func @matmul
// VECTOR:         vector.contract
// VECTOR:         linalg.generic
// VECTOR:       } {program.rest}

// Buffers are addresses and sizes.
// BUFFER-LABEL: func.func @matmul
// BUFFER-SAME:    (%[[A:.*]]: memref<f32>, %{{.*}}: memref<24x20xf32>, %[[R:.*]]: memref<f32>, %[[N:.*]]: index, %{{.*}}: index, %{{.*}}: index)
// BUFFER:         memref.reinterpret_cast %[[A]] to offset: [0], sizes: [%[[N]], 24], strides: [24, 1]
// BUFFER:         memref.reinterpret_cast %[[R]] to offset: [0], sizes: [%[[N]], 20], strides: [20, 1]
func.func @matmul(%a: tensor<?x24xf32>, %w: tensor<24x20xf32>, %n: index) -> tensor<?x20xf32>
    attributes {program.kernel, program.constants = 1 : i64,
                program.sizes = [array<i64: 0>, array<i64>, array<i64: 0>]} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%n) : tensor<?x20xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x20xf32>) -> tensor<?x20xf32>
  %r = linalg.matmul ins(%a, %w : tensor<?x24xf32>, tensor<24x20xf32>)
      outs(%i : tensor<?x20xf32>) -> tensor<?x20xf32>
  return %r : tensor<?x20xf32>
}
