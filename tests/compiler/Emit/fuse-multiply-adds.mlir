// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rm -rf %t && mkdir -p %t
// Where a fused multiply-add is faster, it stands in the IR before loops are
// vectorised, and in vectors and what they leave over alike.
// RUN: %iree-compile --iree-llvm-target-triple=x86_64-pc-linux-elf --iree-llvm-target-cpu=haswell --iree-hal-dump-executable-intermediates-to=%t/fma %s -o %t/m.vmfb
// RUN: FileCheck %s --check-prefix=FMA < %t/fma/m.optimized.ll
// Elsewhere, on a core without one or where it is slower, both are apart.
// RUN: %iree-compile --iree-llvm-target-triple=x86_64-pc-linux-elf --iree-hal-dump-executable-intermediates-to=%t/sse %s -o %t/m.vmfb
// RUN: FileCheck %s --check-prefix=APART < %t/sse/m.optimized.ll
// RUN: %iree-compile --iree-llvm-target-triple=thumbv7em-none-eabihf --iree-llvm-target-cpu=cortex-m4 --iree-hal-dump-executable-intermediates-to=%t/m4 %s -o %t/m.vmfb
// RUN: FileCheck %s --check-prefix=APART < %t/m4/m.optimized.ll

// FMA-NOT: fmul
// FMA-DAG: call <{{[0-9]+}} x float> @llvm.fma
// FMA-DAG: call float @llvm.fma
// FMA-NOT: fmul
// APART-NOT: @llvm.fma
// APART:     fmul
// APART-NOT: @llvm.fma
func.func @sum(%a: tensor<777xf32>, %b: tensor<777xf32>, %c: tensor<777xf32>) -> tensor<777xf32> {
  %0 = arith.mulf %a, %b : tensor<777xf32>
  %1 = arith.addf %0, %c : tensor<777xf32>
  return %1 : tensor<777xf32>
}
