// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --iree-verify-schedule

program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // The first value is needed twice, the second took its place.
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 16 bytes 16>]
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 24 bytes 16>]
  // expected-error @+1 {{reads #program.place<arena 0 at 16 bytes 16>, which was overwritten or never written before}}
  program.dispatch @kernels::@k reads [#program.place<arena 0 at 16 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // expected-error @+1 {{reads #program.place<arena 0 at 16 bytes 16>, which was overwritten or never written before}}
  program.dispatch @kernels::@k reads [#program.place<arena 0 at 16 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 16 bytes 16>]
  // expected-error @+1 {{writes #program.place<arena 0 at 16 bytes 16> while it reads #program.place<arena 0 at 16 bytes 16>}}
  program.dispatch @kernels::@k reads [#program.place<arena 0 at 16 bytes 16>] writes [#program.place<arena 0 at 16 bytes 16>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // expected-error @+1 {{place #program.place<arena 0 at 56 bytes 16> lies outside its space of 64 bytes}}
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 56 bytes 16>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // expected-error @+1 {{place #program.place<argument 0 at 8 bytes 16> lies outside its space of 16 bytes}}
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 8 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // expected-error @+1 {{place #program.place<argument 1 at 0 bytes 16> is in a space that does not exist}}
  program.dispatch @kernels::@k reads [#program.place<argument 1 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // expected-error @+1 {{place #program.place<result 0 at 0 bytes 17> lies outside its space of 16 bytes}}
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 17>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // expected-error @+1 {{place #program.place<result 1 at 0 bytes 16> is in a space that does not exist}}
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 1 at 0 bytes 16>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

program.constant @c = dense<[1, 2, 3, 4]> : tensor<4xi8>
program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // expected-error @+1 {{place #program.place<constant 0 at 0 bytes 5> lies outside its space of 4 bytes}}
  program.copy <constant 0 at 0 bytes 5> to <result 0 at 0 bytes 5>
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

program.constant @c = dense<[1, 2, 3, 4]> : tensor<4xi8>
program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // expected-error @+1 {{place #program.place<constant 1 at 0 bytes 4> is in a space that does not exist}}
  program.copy <constant 1 at 0 bytes 4> to <result 0 at 0 bytes 4>
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // 2^64 - 8 + 16 wraps to 8.
  // expected-error @+1 {{lies outside its space of 64 bytes}}
  program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 18446744073709551608 bytes 16>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

program.constant @c = dense<[1, 2, 3, 4]> : tensor<4xi8>
program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // expected-error @+1 {{writes #program.place<constant 0 at 0 bytes 4>, which is read-only}}
  program.fill 0 of 4 to <constant 0 at 0 bytes 4>
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // expected-error @+1 {{writes #program.place<argument 0 at 8 bytes 8>, which is read-only}}
  program.copy <argument 0 at 0 bytes 8> to <argument 0 at 8 bytes 8>
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 64 {
  // expected-error @+1 {{kernel @kernels::@gone does not exist}}
  program.dispatch @kernels::@gone reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

// expected-error @+1 {{the module of kernels is missing}}
module {
program.func @main () -> () arguments [] results [] at [] arena 64 {
  program.return
}
}

// -----

// expected-error @+1 {{entry function is left after scheduling}}
func.func @main(%a: tensor<16xi8>) -> tensor<16xi8> {
  return %a : tensor<16xi8>
}

// -----

program.variable @v : tensor<16xi8>
program.func @main () -> () arguments [] results [] at [] arena 64 {
  // A variable can be read and written in place, but not by one dispatch.
  program.dispatch @kernels::@k reads [#program.place<state 0 at 0 bytes 16>] writes [#program.place<arena 0 at 0 bytes 16>]
  program.dispatch @kernels::@k reads [#program.place<arena 0 at 0 bytes 16>] writes [#program.place<state 0 at 0 bytes 16>]
  // expected-error @+1 {{writes #program.place<state 0 at 0 bytes 16> while it reads #program.place<state 0 at 0 bytes 16>}}
  program.dispatch @kernels::@k reads [#program.place<state 0 at 0 bytes 16>] writes [#program.place<state 0 at 0 bytes 16>]
  program.return
}
module @kernels {
  func.func @k(%a: tensor<16xi8>) -> tensor<16xi8> {
    return %a : tensor<16xi8>
  }
}

// -----

program.variable @v : tensor<16xi8>
program.func @main () -> () arguments [] results [] at [] arena 64 {
  program.fill 0 of 1 to <state 0 at 8 bytes 8>
  // expected-error @+1 {{reads #program.place<state 0 at 0 bytes 16>, which was overwritten or never written before}}
  program.copy <state 0 at 0 bytes 16> to <arena 0 at 0 bytes 16>
  program.return
}
module @kernels {
}

// -----

program.variable @v : tensor<16xi8>
program.func @main () -> () arguments [] results [] at [] arena 64 {
  // expected-error @+1 {{place #program.place<state 0 at 8 bytes 16> lies outside its space of 16 bytes}}
  program.fill 0 of 1 to <state 0 at 8 bytes 16>
  program.return
}
module @kernels {
}

// -----

program.variable @v : tensor<16xi8>
program.func @main () -> () arguments [] results [] at [] arena 64 {
  // expected-error @+1 {{place #program.place<state 1 at 0 bytes 16> is in a space that does not exist}}
  program.fill 0 of 1 to <state 1 at 0 bytes 16>
  program.return
}
module @kernels {
}
