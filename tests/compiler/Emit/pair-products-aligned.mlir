// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Filters of 27 bytes: the second one is at no multiple of four, so that its words are
// loaded at once only where any address will do.
// RUN: rm -rf %t && mkdir -p %t
// RUN: %iree-compile --iree-llvm-target-triple=thumbv7em-none-eabihf --iree-hal-dump-executable-intermediates-to=%t/any %s -o %t/any.vmfb
// RUN: llvm-objdump -d --no-show-raw-insn %t/any/*.so | FileCheck %s
// RUN: %iree-compile --iree-llvm-target-triple=thumbv7em-none-eabihf --iree-llvm-target-cpu=cortex-m4 --iree-llvm-target-cpu-features=+strict-align --iree-hal-dump-executable-intermediates-to=%t/aligned %s -o %t/aligned.vmfb
// RUN: llvm-objdump -d --no-show-raw-insn %t/aligned/*.so | FileCheck %s --check-prefix=ALIGNED

// CHECK-LABEL: <conv_i32_1x3x4x8>:
// CHECK:       ldr{{(.w)?}} r{{[0-9]+}}, [{{r[0-9]+|lr}}, #0x1b]
// CHECK:       ldrd {{.*}}, [{{r[0-9]+|lr}}], #8

// ALIGNED-LABEL: <conv_i32_1x3x4x8>:
// ALIGNED-NOT:   ldr{{(.w)?}} {{.*}}, #0x1b]
// ALIGNED-NOT:   ldrd {{.*}}], #8
// ALIGNED:       smlad
func.func @first(%x: tensor<1x5x6x3xi8>, %filters: tensor<8x3x3x3xi8>) -> tensor<1x3x4x8xi32> {
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : tensor<1x3x4x8xi32>
  %init = linalg.fill ins(%zero : i32) outs(%empty : tensor<1x3x4x8xi32>) -> tensor<1x3x4x8xi32>
  %0 = linalg.conv_2d_nhwc_fhwc ins(%x, %filters : tensor<1x5x6x3xi8>, tensor<8x3x3x3xi8>)
      outs(%init : tensor<1x3x4x8xi32>) -> tensor<1x3x4x8xi32>
  return %0 : tensor<1x3x4x8xi32>
}
