// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions of one real number are for kernels.
// RUN: not %iree-compile --output-format=vm-c --compile-from=schedule --iree-llvm-static-library-output-path=%t.o %s -o %t.c 2>&1 | FileCheck %s
// CHECK: error: '@f' has an instruction 'math.f32', which C source cannot hold: kernels alone have it
program.func @f (tensor<f32>) -> tensor<f32> arguments ["a"] results ["r"] at [0] arena 16 {
  %a = program.load <argument 0 at 0 bytes 4> : f32
  %r = math.sqrt %a : f32
  program.store %r to <result 0 at 0 bytes 4> : f32
  program.return
}
module @kernels {}
