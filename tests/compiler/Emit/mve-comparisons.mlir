// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rm -rf %t && mkdir -p %t
// A vector of equal elements that `gt` or `ge` of MVE would have on the left is
// hidden from code generation, which would turn the condition around as if there
// were no NaN. On the right it stays a scalar.
// RUN: %iree-compile --iree-llvm-target-triple=thumbv8.1m.main-none-eabihf --iree-llvm-target-cpu=cortex-m55 --iree-hal-dump-executable-intermediates-to=%t %s -o %t/m.vmfb
// RUN: FileCheck %s --check-prefix=IR < %t/m.optimized.ll
// RUN: FileCheck %s < %t/m.s
// Other cores need none of it.
// RUN: %iree-compile --iree-llvm-target-triple=x86_64-none-elf --iree-hal-dump-executable-intermediates-to=%t/x86 %s -o %t/m.vmfb
// RUN: FileCheck %s --check-prefix=OTHER < %t/x86/m.optimized.ll
// OTHER-NOT: fence

// x < 1.5 is 1.5 > x.
// IR:     %[[HIDDEN:.*]] = {{.*}}call <4 x float> @llvm.arithmetic.fence.v4f32(<4 x float> splat (float 1.5{{.*}}))
// IR:     fcmp olt <4 x float> %{{.*}}, %[[HIDDEN]]
// CHECK:      vcmp.f32 gt, q{{[0-9]}}, q
// CHECK-NOT:  vcmp.f32 lt, q{{[0-9]}}, {{r|zr}}
func.func @less(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  %v = arith.constant dense<1.5> : tensor<4xf32>
  %c = arith.cmpf olt, %x, %v : tensor<4xf32>
  %r = arith.select %c, %x, %y : tensor<4xi1>, tensor<4xf32>
  return %r : tensor<4xf32>
}

// IR-NOT: fence
// IR:     fcmp ogt <4 x float> %{{.*}}, zeroinitializer
// CHECK:      vcmp.f32 gt, q{{[0-9]}}, zr
func.func @positive(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  %v = arith.constant dense<0.0> : tensor<4xf32>
  %c = arith.cmpf ogt, %x, %v : tensor<4xf32>
  %r = arith.select %c, %x, %y : tensor<4xi1>, tensor<4xf32>
  return %r : tensor<4xf32>
}
