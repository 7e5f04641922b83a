// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rm -rf %t && mkdir -p %t
// The exponential in vectors, without a call: elementwise, in softmax and behind a
// contraction.
// RUN: %iree-compile --iree-llvm-target-triple=x86_64-pc-linux-elf --iree-llvm-target-cpu=haswell --iree-hal-dump-executable-intermediates-to=%t/avx %s -o %t/m.vmfb
// RUN: llvm-objdump -d --no-show-raw-insn %t/avx/m.so | FileCheck %s --check-prefixes=AVX
// RUN: %iree-compile --iree-llvm-target-triple=aarch64-pc-linux-elf --iree-llvm-target-cpu-features=-strict-align --iree-hal-dump-executable-intermediates-to=%t/neon %s -o %t/m.vmfb
// RUN: llvm-objdump -d --no-show-raw-insn %t/neon/m.so | FileCheck %s --check-prefixes=NEON
// RUN: %iree-compile --iree-llvm-target-triple=thumbv8.1m.main-none-eabihf --iree-hal-dump-executable-intermediates-to=%t/mve %s -o %t/m.vmfb
// RUN: llvm-objdump -d --no-show-raw-insn --mattr=+mve.fp %t/mve/m.so | FileCheck %s --check-prefixes=MVE
// RUN: %iree-compile --iree-llvm-target-triple=riscv64-pc-linux-elf --iree-llvm-target-cpu-features=+v --iree-hal-dump-executable-intermediates-to=%t/rvv %s -o %t/m.vmfb
// RUN: llvm-objdump -d --no-show-raw-insn --mattr=+v %t/rvv/m.so | FileCheck %s --check-prefixes=RVV
// Without vectors there is one function, which kernels call.
// RUN: %iree-compile --iree-llvm-target-triple=thumbv7em-none-eabihf --iree-llvm-target-cpu=cortex-m4 --iree-hal-dump-executable-intermediates-to=%t/m4 %s -o %t/m.vmfb
// RUN: FileCheck %s --check-prefix=CALL < %t/m4/m.s

// AVX-LABEL:  <elementwise
// AVX-NOT:    call
// AVX:        vcvttps2dq {{.*}}%ymm
// NEON-LABEL: <elementwise
// NEON-NOT:   bl
// NEON:       fcvtzs {{v[0-9]+}}.4s
// MVE-LABEL:  <elementwise
// MVE-NOT:    bl{{ }}
// MVE:        vcvt.s32.f32 q
// RVV-LABEL:  <elementwise
// RVV-NOT:    call
// RVV:        vfcvt.rtz.x.f.v
// CALL-LABEL: elementwise
// CALL:       bl expf
func.func @exp(%x: tensor<64x100xf32>) -> tensor<64x100xf32> {
  %0 = math.exp %x : tensor<64x100xf32>
  return %0 : tensor<64x100xf32>
}

// The same function in another kernel.
// AVX-LABEL:  <elementwise_f32_32x50
// AVX-NOT:    call
// AVX:        vcvttps2dq {{.*}}%ymm
// AVX-NOT:    call
// NEON-LABEL: <elementwise_f32_32x50
// NEON:       fcvtzs {{v[0-9]+}}.4s
// MVE-LABEL:  <elementwise_f32_32x50
// MVE:        vcvt.s32.f32 q
// RVV-LABEL:  <elementwise_f32_32x50
// RVV:        vfcvt.rtz.x.f.v
func.func @logistic(%x: tensor<32x50xf32>) -> tensor<32x50xf32> {
  %one = arith.constant dense<1.0> : tensor<32x50xf32>
  %0 = arith.negf %x : tensor<32x50xf32>
  %1 = math.exp %0 : tensor<32x50xf32>
  %2 = arith.addf %1, %one : tensor<32x50xf32>
  %3 = arith.divf %one, %2 : tensor<32x50xf32>
  return %3 : tensor<32x50xf32>
}

// AVX-LABEL:  <matmul
// AVX-NOT:    call
// AVX:        vfmadd{{.*}}%ymm
// AVX-NOT:    call
// AVX:        vcvttps2dq {{.*}}%ymm
// NEON-LABEL: <matmul
// NEON:       fcvtzs {{v[0-9]+}}.4s
// MVE-LABEL:  <matmul
// MVE:        vcvt.s32.f32 q
// RVV-LABEL:  <matmul
// RVV:        vfcvt.rtz.x.f.v
// CALL-LABEL: matmul
// CALL:       bl tanhf
// CALL-NOT:   bl tanhf
func.func @matmul(%a: tensor<24x32xf32>, %b: tensor<32x64xf32>) -> tensor<24x64xf32> {
  %zero = arith.constant dense<0.0> : tensor<24x64xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<24x32xf32>, tensor<32x64xf32>) outs(%zero : tensor<24x64xf32>) -> tensor<24x64xf32>
  %1 = math.tanh %0 : tensor<24x64xf32>
  return %1 : tensor<24x64xf32>
}
