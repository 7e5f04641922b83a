// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Machine code of dot products whose rows are widened (compiler/Kernel/PairProducts.h).
// RUN: rm -rf %t && mkdir -p %t
// RUN: %iree-compile --iree-llvm-target-triple=thumbv7em-none-eabihf --iree-hal-dump-executable-intermediates-to=%t/m4 %s -o %t/m4.vmfb
// RUN: llvm-objdump -d --no-show-raw-insn %t/m4/*.so | FileCheck %s
// RUN: %iree-compile --iree-llvm-target-triple=thumbv8m.main-none-eabi --iree-llvm-target-cpu=cortex-m33 --iree-hal-dump-executable-intermediates-to=%t/m33 %s -o %t/m33.vmfb
// RUN: llvm-objdump -d --no-show-raw-insn --mattr=+dsp %t/m33/*.so | FileCheck %s

// Without, the rows of a tile are widened for each pair of columns.
// RUN: %iree-compile --iree-llvm-target-triple=thumbv7em-none-eabihf --iree-llvm-kernel-shapes=widened=0x0 --iree-hal-dump-executable-intermediates-to=%t/none %s -o %t/none.vmfb
// RUN: llvm-objdump -d --no-show-raw-insn %t/none/*.so | FileCheck %s --check-prefix=NONE
// NONE:     smlad
// NONE-NOT: ldrd r{{[0-9]+}}, r{{[0-9]+}}, [r{{[0-9]+}}], #8

// Tiles of 4x2: a word of each row and column is 28 instructions for 32 products, the
// halves one after the other.
// CHECK-LABEL: <conv_i32_1x6x8x16>:
// CHECK:       sxtb16 [[W0:r[0-9]+|lr]], [[W0]]{{$}}
// CHECK-NEXT:  sxtb16 [[W1:r[0-9]+|lr]], [[W1]]{{$}}
// CHECK-NEXT:  ldrd [[X0:r[0-9]+|lr]], [[X1:r[0-9]+|lr]], {{\[}}[[X:r[0-9]+|lr]]], #8
// CHECK-NEXT:  smlad [[S0:r[0-9]+|lr]], [[X0]], [[W0]], [[S0]]
// CHECK-NEXT:  smlad [[S1:r[0-9]+|lr]], [[X0]], [[W1]], [[S1]]
// CHECK-NEXT:  smlad [[S2:r[0-9]+|lr]], [[X1]], [[W0]], [[S2]]
// CHECK-NEXT:  smlad [[S3:r[0-9]+|lr]], [[X1]], [[W1]], [[S3]]
// CHECK-NEXT:  ldrd [[X0]], [[X1]], {{\[}}[[X]]], #8
// CHECK-NEXT:  smlad [[S4:r[0-9]+|lr]], [[X0]], [[W0]], [[S4]]
// CHECK-NEXT:  smlad [[S5:r[0-9]+|lr]], [[X0]], [[W1]], [[S5]]
// CHECK-NEXT:  smlad [[S6:r[0-9]+|lr]], [[X1]], [[W0]], [[S6]]
// CHECK-NEXT:  smlad [[S7:r[0-9]+|lr]], [[X1]], [[W1]], [[S7]]
// CHECK-NEXT:  ldr{{(.w)?}} [[W1]], {{\[}}[[W:r[0-9]+|lr]], #0x40]
// CHECK-NEXT:  ldr [[W0]], {{\[}}[[W]]], #4
// CHECK-NEXT:  sxtb16 [[W0]], [[W0]], ror #8
// CHECK-NEXT:  sxtb16 [[W1]], [[W1]], ror #8
// CHECK-NEXT:  ldrd [[X0]], [[X1]], {{\[}}[[X]]], #8
// CHECK-NEXT:  smlad [[S0]], [[X0]], [[W0]], [[S0]]

// Eight words are an iteration: 224 instructions, of which the first four come before
// what is counted here, and three more to load its end, compare and branch.
// RUN: llvm-objdump -d --no-show-raw-insn %t/m4/*.so | sed -n '/ldrd.*], #8/,/bne/p' | count 223
func.func @pointwise(%x: tensor<1x6x8x64xi8>, %filters: tensor<16x1x1x64xi8>) -> tensor<1x6x8x16xi32> {
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : tensor<1x6x8x16xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<1x6x8x16xi32>) -> tensor<1x6x8x16xi32>
  %0 = linalg.conv_2d_nhwc_fhwc ins(%x, %filters : tensor<1x6x8x64xi8>, tensor<16x1x1x64xi8>)
      outs(%init : tensor<1x6x8x16xi32>) -> tensor<1x6x8x16xi32>
  return %0 : tensor<1x6x8x16xi32>
}
