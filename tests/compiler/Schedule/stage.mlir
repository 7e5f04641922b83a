// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-compile %s --compile-to=dispatch -o %t.mlir
// RUN: %iree-opt %t.mlir --iree-schedule | FileCheck %s
// RUN: %iree-compile %t.mlir --compile-from=dispatch --compile-to=schedule | FileCheck %s
// RUN: %iree-compile %s --iree-stream-partitioning-favor=min-peak-memory --compile-to=schedule | FileCheck %s
// RUN: %iree-compile %s --iree-stream-partitioning-favor=max-concurrency --compile-to=schedule | FileCheck %s --check-prefix=WAVES
// RUN: %iree-compile %s --iree-stream-partitioning-favor=debug --compile-to=schedule | FileCheck %s --check-prefix=DEBUG
// RUN: not %iree-compile %s --iree-stream-partitioning-favor=speed --compile-to=schedule 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// Sums s and t of two wide values a and b of 64 x 4 floats, 1024 bytes; the
// kernel of t subtracts s as well, so that there are four calls. A sum is 16
// bytes.
//   min-peak-memory, a s b t: a at 0, b at 0 (a is dead), s at 1024, t - s at
//   1040; 1056 bytes.
//   max-concurrency, {a b} {s} {t}: a at 0, b at 1024, s at 2048, t - s at 0;
//   2064 bytes.
//   debug, a b s t: 0, 1024, 2048, 2064; 2080 bytes.
// CHECK:   program.func @main {{.*}} at [1040] arena 1056 attributes
// WAVES:   program.func @main {{.*}} at [0] arena 2064 attributes
// DEBUG:   program.func @main {{.*}} at [2064] arena 2080 attributes
// UNKNOWN: 'speed'
func.func @main(%x: tensor<64x4xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %negative = arith.negf %x : tensor<64x4xf32>
  %a = math.exp %x : tensor<64x4xf32>
  %b = math.exp %negative : tensor<64x4xf32>
  %s = linalg.reduce { arith.addf } ins(%a : tensor<64x4xf32>) outs(%init : tensor<4xf32>) dimensions = [0]
  %t = linalg.reduce { arith.addf } ins(%b : tensor<64x4xf32>) outs(%init : tensor<4xf32>) dimensions = [0]
  %d = arith.subf %t, %s : tensor<4xf32>
  return %d : tensor<4xf32>
}
