// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-encode-program --iree-verify-program | FileCheck %s
// RUN: %iree-opt %s --iree-encode-program \
// RUN:   | sed 's/state 1 at 0/state 1 at 4/' | not %iree-opt --iree-verify-program 2>&1 \
// RUN:   | FileCheck %s --check-prefix=OTHER

// State is base 2; variables lie at multiples of 16: 5 bytes at 0, then 16.
//   copy 2, result 0: -2^31+3 0 4, state: 2 16 4
//   fill 3 | 1 << 8 = 259, state: -2^31+2 0 5, pattern 0 0
// CHECK:      program.bytecode = array<i32: 2, -2147483645, 0, 4, 2, 16, 4, 259, -2147483646, 0, 5, 0, 0, 0>
// OTHER: error: the encoded words say something else
program.variable @a : tensor<5xi8> = dense<[1, 2, 3, 4, 5]> : tensor<5xi8>
program.variable @b : tensor<2xf32>
program.func @main () -> tensor<f32> arguments [] results ["r"] at [0] arena 16 {
  program.copy <state 1 at 0 bytes 4> to <result 0 at 0 bytes 4>
  program.fill 0 of 1 to <state 0 at 0 bytes 5>
  program.return
}
module @kernels {
}
