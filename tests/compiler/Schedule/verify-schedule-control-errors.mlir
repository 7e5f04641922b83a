// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --iree-verify-schedule

// What only one branch writes cannot be read behind it.
program.func @main (tensor<i1>) -> tensor<16xi8> arguments ["c"] results ["r"] at [0] arena 64 {
  %c = program.load <argument 0 at 0 bytes 1> : i1
  cf.cond_br %c, ^then, ^end
^then:
  program.fill 0 of 1 to <arena 0 at 16 bytes 16>
  cf.br ^end
^end:
  // expected-error @+1 {{reads #program.place<arena 0 at 16 bytes 16>, which was overwritten or never written before}}
  program.copy <arena 0 at 16 bytes 16> to <result 0 at 0 bytes 16>
  program.return
}
module @kernels {
}

// -----

// A loop overwrites what its next iteration needs.
program.func @main (tensor<i1>) -> tensor<16xi8> arguments ["c"] results ["r"] at [0] arena 64 {
  program.fill 0 of 1 to <arena 0 at 16 bytes 16>
  cf.br ^loop
^loop:
  // expected-error @+1 {{reads #program.place<arena 0 at 16 bytes 16>, which was overwritten or never written before}}
  program.copy <arena 0 at 16 bytes 16> to <result 0 at 0 bytes 16>
  program.fill 0 of 1 to <arena 0 at 24 bytes 16>
  %c = program.load <argument 0 at 0 bytes 1> : i1
  cf.cond_br %c, ^loop, ^end
^end:
  program.return
}
module @kernels {
}

// -----

// A result that one way to the end does not write.
// expected-error @+1 {{result 0 is never written}}
program.func @main (tensor<i1>) -> tensor<16xi8> arguments ["c"] results ["r"] at [0] arena 64 {
  %c = program.load <argument 0 at 0 bytes 1> : i1
  cf.cond_br %c, ^then, ^end
^then:
  program.fill 0 of 1 to <result 0 at 0 bytes 16>
  cf.br ^end
^end:
  program.return
}
module @kernels {
}

// -----

program.func @main (tensor<i1>) -> () arguments ["c"] results [] at [] arena 64 {
  // expected-error @+1 {{place #program.place<argument 1 at 0 bytes 1> is in a space that does not exist}}
  %c = program.load <argument 1 at 0 bytes 1> : i1
  cf.cond_br %c, ^end, ^end
^end:
  program.return
}
module @kernels {
}
