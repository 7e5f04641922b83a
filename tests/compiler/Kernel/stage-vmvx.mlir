// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-compile %models/digits/digits_i8.mlir --iree-hal-target-backends=vmvx --compile-to=kernel | FileCheck %s --check-prefixes=ALONE,KERNELS
// RUN: %iree-compile %models/digits/digits_i8.mlir --iree-hal-target-backends=llvm-cpu,vmvx --iree-llvm-target-triple=thumbv7em-none-eabi --compile-to=kernel | FileCheck %s --check-prefixes=BOTH,KERNELS
// RUN: %iree-compile %models/digits/digits_i8.mlir --iree-hal-target-backends=vmvx --iree-vmvx-enable-microkernels=false --compile-to=kernel | FileCheck %s --check-prefixes=SCALAR

// ALONE:       module @kernels attributes {program.backend = "vmvx"}
// ALONE-NOT:   module
// BOTH:        module @kernels attributes {program.backend = "llvm-cpu"}
// BOTH:          llvm.func @conv_i8_1x9x9x8({{.*}}) -> i32 attributes {{{.*}}program.range = [[RANGE:[0-9]+]] : i64, program.scratch = [[SCRATCH:[0-9]+]] : i64
// BOTH:        module @kernels_vmvx attributes {program.backend = "vmvx"}
// BOTH:          func.func @conv_i8_1x9x9x8() attributes {{{.*}}program.range = [[RANGE]] : i64, program.scratch = [[SCRATCH]] : i64
// A convolution is one microkernel between others; nothing of buffers is left.
// KERNELS:       program.contract 2
// KERNELS:       program.map
// KERNELS-NOT:   {{linalg\.|memref\.|scf\.|affine\.}}

// SCALAR-NOT:  {{program\.(contract|map|reduce)}}
// SCALAR:      program.next
// SCALAR-NOT:  {{program\.(contract|map|reduce)}}
