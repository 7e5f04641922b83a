// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --iree-verify-schedule

// The result's default place is 16-31 of the arena, and a caller's buffer may
// take its place: it cannot be read as the arena.
program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [16] arena 64 {
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 16 bytes 16>]
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
  // expected-error @+1 {{reads #program.place<arena 0 at 16 bytes 16>, which was overwritten or never written before}}
  program.dispatch @kernels::@k reads [#program.place<arena 0 at 16 bytes 16>] writes [#program.place<arena 0 at 32 bytes 16>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

// Bytes 56-71 of an arena of 64.
// expected-error @+1 {{result 0 lies outside the arena of 64 bytes}}
program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [56] arena 64 {
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

// A result without a place in the arena.
// expected-error @+1 {{has 0 result offsets for 1 results}}
program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [] arena 64 {
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

// Nothing writes the result.
// expected-error @+1 {{result 0 is never written}}
program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

// Only half of the result is written.
// expected-error @+1 {{result 0 is never written}}
program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  program.fill 0 of 1 to <result 0 at 0 bytes 8>
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

// Lengths of a copy are equal in schemas/bytecode.def.
program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // expected-error @+1 {{copies 8 bytes to 16}}
  program.copy <argument 0 at 0 bytes 8> to <result 0 at 0 bytes 16>
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

// Patterns have 1, 2, 4 or 8 bytes.
program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // expected-error @+1 {{has a pattern of 3 bytes; supported: 1, 2, 4, 8}}
  program.fill 0 of 3 to <result 0 at 0 bytes 16>
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

// A place of 12 bytes is no multiple of a pattern of 8.
program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // expected-error @+1 {{fills 12 bytes with a pattern of 8}}
  program.fill 0 of 8 to <arena 0 at 0 bytes 12>
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

// Two results of one kernel in the same bytes.
program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // expected-error @+1 {{writes #program.place<arena 0 at 8 bytes 16> and #program.place<arena 0 at 0 bytes 16>, which overlap}}
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 0 bytes 16>, #program.place<arena 0 at 8 bytes 16>]
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

// Not a program: it has no end.
// expected-error @+1 {{does not end with 'program.return'}}
program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

// It ends before its last operation.
program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // expected-error @+1 {{'program.return' op must be the last operation in the parent block}}
  program.return
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

// An empty place of a result that does not exist.
program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // expected-error @+1 {{place #program.place<result 7 at 0 bytes 0>}}
  program.fill 0 of 1 to <result 7 at 0 bytes 0>
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}
