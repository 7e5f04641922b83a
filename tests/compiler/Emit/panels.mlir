// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rm -rf %t && mkdir -p %t
// RUN: %iree-compile --iree-llvm-target-triple=x86_64-pc-linux-elf --iree-llvm-target-cpu=cascadelake --iree-hal-dump-executable-intermediates-to=%t/vnni %s -o %t/m.vmfb
// RUN: FileCheck %s --check-prefix=VNNI < %t/vnni/m.s
// RUN: %iree-compile --iree-llvm-target-triple=x86_64-pc-linux-elf --iree-llvm-target-cpu=alderlake --iree-hal-dump-executable-intermediates-to=%t/avxvnni %s -o %t/m.vmfb
// RUN: FileCheck %s --check-prefix=AVXVNNI < %t/avxvnni/m.s
// RUN: %iree-compile --iree-llvm-target-triple=x86_64-pc-linux-elf --iree-llvm-target-cpu=haswell --iree-hal-dump-executable-intermediates-to=%t/avx2 %s -o %t/m.vmfb
// RUN: FileCheck %s --check-prefix=AVX2 < %t/avx2/m.s
// RUN: %iree-compile --iree-llvm-target-triple=aarch64-none-elf --iree-llvm-target-cpu=cortex-a76 --iree-hal-dump-executable-intermediates-to=%t/dots %s -o %t/m.vmfb
// RUN: FileCheck %s --check-prefix=DOTS < %t/dots/m.s
// RUN: %iree-compile --iree-llvm-target-triple=aarch64-none-elf --iree-llvm-target-cpu=cortex-a53 --iree-hal-dump-executable-intermediates-to=%t/pairs %s -o %t/m.vmfb
// RUN: FileCheck %s --check-prefix=PAIRS < %t/pairs/m.s

// Sixteen columns are one vector of 512 bits, two of 256 and four of 128. The image is the
// sum of the argument with itself: it lies in the arena, which is aligned. In the hot loop
// everything is in registers.

// Twelve rows, eight bytes in an iteration: 24 instructions in a loop of 3.
// VNNI-LABEL: {{^}}matmul_i32_12x16:
// VNNI:           .p2align 4
// VNNI-NEXT:    .LBB{{[0-9_]+}}:
// VNNI-NOT:       (%rsp)
// VNNI-COUNT-24:  vpdpbusd {{.*}}%zmm
// VNNI-NOT:       vpdpbusd
// VNNI:           jb

// Four rows of two vectors, two steps in an iteration.
// AVXVNNI-LABEL: {{^}}matmul_i32_12x16:
// AVXVNNI-COUNT-16: {{(\{vex\}[[:space:]]+)?}}vpdpbusd {{.*}}%ymm
// AVXVNNI-NOT:      vpdpbusd

// AVX2-LABEL: {{^}}matmul_i32_12x16:
// AVX2:         vpmovsxbw
// AVX2:         vpmaddwd {{.*}}%ymm
// AVX2-NEXT:    vpaddd {{.*}}%ymm

// DOTS-LABEL: {{^}}matmul_i32_12x16:
// DOTS-NOT:     ldrb
// DOTS:         sdot v{{[0-9]+}}.4s, v{{[0-9]+}}.16b, v{{[0-9]+}}.4b[0]
// DOTS-NOT:     ldrb

// PAIRS-LABEL: {{^}}matmul_i32_12x16:
// PAIRS-NOT:    ldrb
// PAIRS:        smull v[[PRODUCTS:[0-9]+]].8h
// PAIRS:        smlal v{{[0-9]+}}.8h, v{{[0-9]+}}.8b
// PAIRS:        sadalp v{{[0-9]+}}.4s, v{{[0-9]+}}.8h
// PAIRS-NOT:    ldrb
func.func @layer(%x: tensor<12x24xi8>) -> tensor<12x16xi32> {
  %w = arith.constant dense<"0x20C23EDC4C3172583E276D088858F84772C0278E67A99DE0F95FC0E20C9B13C0843CB8E9C8AF6B5F45E4A9444D93A41F1FF2A1A281796082B647B8767CAB60ABCBD177B30B612E21B5AF717831B3787865E3CD86DDEBAB70A6C491D5CE521B1781192E36D791D0DB52CFFC33D1B0FCF935AE8FC27A71867440DC59E8850D4AECDEE1155883F48C36AF207575B39F42BF6E5272F7D904DB6507C147F79C1740484DDF5DCC8AEF737B98B6D8041DDD6CA6D8C76D340C98D030D2CFAE4D9521A73931D0FCAA398D957D1A096DE889BD3E19D954C1F527ECA68F7B6B24894EFFD657B6A27C3C1174A222664AEA9CACF0E0A79059ECCCA5F56D1F5BAC7A06F576FD313BD2FBC7CBF9E867A69DE1537E0976AE2170005FD7AF97FEC604490D5F01DD914A4C47DC32172A8943CFDE10352CC856FDC4467C3138CC7573D827AE155B83FA0D47C1D42CC7F7CA5201262D4DDCDAC725D93D7155E9DA6D58AD5F5E31F47ADE75D605A5087BABB357DD705BFBC93295392C3BEBAC1E487015052B70ECCE200E"> : tensor<16x24xi8>
  %c0 = arith.constant 0 : i32
  %image = arith.addi %x, %x : tensor<12x24xi8>
  %flat = util.optimization_barrier %image : tensor<12x24xi8>
  %empty = tensor.empty() : tensor<12x16xi32>
  %init = linalg.fill ins(%c0 : i32) outs(%empty : tensor<12x16xi32>) -> tensor<12x16xi32>
  %0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%flat, %w : tensor<12x24xi8>, tensor<16x24xi8>) outs(%init : tensor<12x16xi32>) -> tensor<12x16xi32>
  return %0 : tensor<12x16xi32>
}
