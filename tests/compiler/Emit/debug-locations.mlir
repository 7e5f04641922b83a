// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A debugger shows where a kernel's code comes from: a line of this file, the
// line that a layer's name stands for, or the layer's name if there is nothing
// else; of several places the first.
// RUN: %iree-compile --iree-llvm-target-triple=thumbv7em-none-eabihf --iree-hal-dump-executable-binaries-to=%t %s -o %t.vmfb
// RUN: gdb-multiarch -nx -batch -ex "info line matmul_f32_8x8" -ex "info line dense1:1" -ex "info line act1:1" -ex "info line model.tflite:12" %t/*.so 2>&1 | FileCheck %s

func.func @layers(%a: tensor<8x8xf32>, %b: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %z = arith.constant dense<0.0> : tensor<8x8xf32>
  %c = linalg.matmul ins(%a, %b : tensor<8x8xf32>, tensor<8x8xf32>)
                     outs(%z : tensor<8x8xf32>) -> tensor<8x8xf32> loc("dense1")
  %r = math.absf %c : tensor<8x8xf32> loc(fused["act1", "other.mlir":7:3])
  %e = math.exp %r : tensor<8x8xf32> loc("exp2"("model.tflite":12:5))
  return %e : tensor<8x8xf32>
}

// CHECK: Line 12 of "model.tflite" starts at address {{.*}} <matmul_f32_8x8>
// CHECK: Line 1 of "dense1" starts at address {{.*}} <matmul_f32_8x8
// CHECK: Line 1 of "act1" starts at address {{.*}} <matmul_f32_8x8
// CHECK: Line 12 of "model.tflite" starts at address {{.*}} <matmul_f32_8x8
func.func @plain(%a: tensor<4xf32>) -> tensor<4xf32> {
  %r = math.absf %a : tensor<4xf32>
  return %r : tensor<4xf32>
}
// RUN: gdb-multiarch -nx -batch -ex "info line elementwise_f32_4" %t/*.so 2>&1 | FileCheck %s --check-prefix=PLAIN
// PLAIN: Line [[@LINE-4]] of "{{.*}}debug-locations.mlir" starts at address {{.*}} <elementwise_f32_4>
