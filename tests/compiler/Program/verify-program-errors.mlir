// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --iree-verify-program

// What the words mean: dispatch of kernel 0 over 4, argument 0 is base 3, result 0
// base 4; copy; fill (3 | 4 << 8 = 1027) with 5; return.
module attributes {program.bytecode = array<i32: 513, 0, 4, 3, 0, 16, -2147483644, 0, 16, 2, -2147483644, 0, 8, 3, 8, 8, 1027, -2147483644, 0, 16, 5, 0, 0>} {
  program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 16 attributes {program.first_word = 0 : i64, program.word_count = 23 : i64} {
    program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    program.copy <argument 0 at 8 bytes 8> to <result 0 at 0 bytes 8>
    program.fill 5 of 4 to <result 0 at 0 bytes 16>
    program.return
  }
  module @kernels {
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  }
}

// -----

// expected-error @+1 {{the module has no bytecode}}
module {
  program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 16 attributes {program.first_word = 0 : i64, program.word_count = 23 : i64} {
    program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    program.copy <argument 0 at 8 bytes 8> to <result 0 at 0 bytes 8>
    program.fill 5 of 4 to <result 0 at 0 bytes 16>
    program.return
  }
  module @kernels {
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  }
}

// -----

module attributes {program.bytecode = array<i32: 513, 0, 4, 3, 0, 16, -2147483644, 0, 16, 2, -2147483644, 0, 8, 3, 8, 8, 1027, -2147483644, 0, 16, 5, 0, 0>} {
  // expected-error @+1 {{has no valid range of words}}
  program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 16 {
    program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    program.copy <argument 0 at 8 bytes 8> to <result 0 at 0 bytes 8>
    program.fill 5 of 4 to <result 0 at 0 bytes 16>
    program.return
  }
  module @kernels {
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  }
}

// -----

// 23 words there are, 24 are claimed.
module attributes {program.bytecode = array<i32: 513, 0, 4, 3, 0, 16, -2147483644, 0, 16, 2, -2147483644, 0, 8, 3, 8, 8, 1027, -2147483644, 0, 16, 5, 0, 0>} {
  // expected-error @+1 {{has no valid range of words}}
  program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 16 attributes {program.first_word = 0 : i64, program.word_count = 24 : i64} {
    program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    program.copy <argument 0 at 8 bytes 8> to <result 0 at 0 bytes 8>
    program.fill 5 of 4 to <result 0 at 0 bytes 16>
    program.return
  }
  module @kernels {
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  }
}

// -----

module attributes {program.bytecode = array<i32: 513, 0, 4, 3, 0, 16, -2147483644, 0, 16, 2, -2147483644, 0, 8, 3, 8, 8, 1027, -2147483644, 0, 16, 5, 0, 0>} {
  // expected-error @+1 {{has no valid range of words}}
  program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 16 attributes {program.first_word = -1 : i64, program.word_count = 23 : i64} {
    program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    program.copy <argument 0 at 8 bytes 8> to <result 0 at 0 bytes 8>
    program.fill 5 of 4 to <result 0 at 0 bytes 16>
    program.return
  }
  module @kernels {
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  }
}

// -----

module attributes {program.bytecode = array<i32: 513, 0, 4, 3, 0, 16, -2147483644, 0, 16, 2, -2147483644, 0, 8, 3, 8, 8, 1027, -2147483644, 0, 16, 5, 0, 0, 0>} {
  // expected-error @+1 {{has words after its last operation}}
  program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 16 attributes {program.first_word = 0 : i64, program.word_count = 24 : i64} {
    program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    program.copy <argument 0 at 8 bytes 8> to <result 0 at 0 bytes 8>
    program.fill 5 of 4 to <result 0 at 0 bytes 16>
    program.return
  }
  module @kernels {
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  }
}

// -----

// The range ends before the return.
module attributes {program.bytecode = array<i32: 513, 0, 4, 3, 0, 16, -2147483644, 0, 16, 2, -2147483644, 0, 8, 3, 8, 8, 1027, -2147483644, 0, 16, 5, 0, 0>} {
  program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 16 attributes {program.first_word = 0 : i64, program.word_count = 22 : i64} {
    program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    program.copy <argument 0 at 8 bytes 8> to <result 0 at 0 bytes 8>
    program.fill 5 of 4 to <result 0 at 0 bytes 16>
    // expected-error @+1 {{the encoded words say something else}}
    program.return
  }
  module @kernels {
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  }
}

// -----

// Another opcode.
module attributes {program.bytecode = array<i32: 514, 0, 4, 3, 0, 16, -2147483644, 0, 16, 2, -2147483644, 0, 8, 3, 8, 8, 1027, -2147483644, 0, 16, 5, 0, 0>} {
  program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 16 attributes {program.first_word = 0 : i64, program.word_count = 23 : i64} {
    // expected-error @+1 {{the encoded words say something else}}
    program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    program.copy <argument 0 at 8 bytes 8> to <result 0 at 0 bytes 8>
    program.fill 5 of 4 to <result 0 at 0 bytes 16>
    program.return
  }
  module @kernels {
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  }
}

// -----

// Kernel 1 does not exist.
module attributes {program.bytecode = array<i32: 513, 1, 4, 3, 0, 16, -2147483644, 0, 16, 2, -2147483644, 0, 8, 3, 8, 8, 1027, -2147483644, 0, 16, 5, 0, 0>} {
  program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 16 attributes {program.first_word = 0 : i64, program.word_count = 23 : i64} {
    // expected-error @+1 {{the encoded words say something else}}
    program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    program.copy <argument 0 at 8 bytes 8> to <result 0 at 0 bytes 8>
    program.fill 5 of 4 to <result 0 at 0 bytes 16>
    program.return
  }
  module @kernels {
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  }
}

// -----

// Result 0 in place of argument 0.
module attributes {program.bytecode = array<i32: 513, 0, 4, 4, 0, 16, -2147483644, 0, 16, 2, -2147483644, 0, 8, 3, 8, 8, 1027, -2147483644, 0, 16, 5, 0, 0>} {
  program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 16 attributes {program.first_word = 0 : i64, program.word_count = 23 : i64} {
    // expected-error @+1 {{the encoded words say something else}}
    program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    program.copy <argument 0 at 8 bytes 8> to <result 0 at 0 bytes 8>
    program.fill 5 of 4 to <result 0 at 0 bytes 16>
    program.return
  }
  module @kernels {
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  }
}

// -----

// A written place without its bit 31.
module attributes {program.bytecode = array<i32: 513, 0, 4, 3, 0, 16, 4, 0, 16, 2, -2147483644, 0, 8, 3, 8, 8, 1027, -2147483644, 0, 16, 5, 0, 0>} {
  program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 16 attributes {program.first_word = 0 : i64, program.word_count = 23 : i64} {
    // expected-error @+1 {{the encoded words say something else}}
    program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    program.copy <argument 0 at 8 bytes 8> to <result 0 at 0 bytes 8>
    program.fill 5 of 4 to <result 0 at 0 bytes 16>
    program.return
  }
  module @kernels {
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  }
}

// -----

// Another offset.
module attributes {program.bytecode = array<i32: 513, 0, 4, 3, 4, 16, -2147483644, 0, 16, 2, -2147483644, 0, 8, 3, 8, 8, 1027, -2147483644, 0, 16, 5, 0, 0>} {
  program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 16 attributes {program.first_word = 0 : i64, program.word_count = 23 : i64} {
    // expected-error @+1 {{the encoded words say something else}}
    program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    program.copy <argument 0 at 8 bytes 8> to <result 0 at 0 bytes 8>
    program.fill 5 of 4 to <result 0 at 0 bytes 16>
    program.return
  }
  module @kernels {
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  }
}

// -----

// Another range than the kernel's 4.
module attributes {program.bytecode = array<i32: 513, 0, 5, 3, 0, 16, -2147483644, 0, 16, 2, -2147483644, 0, 8, 3, 8, 8, 1027, -2147483644, 0, 16, 5, 0, 0>} {
  program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 16 attributes {program.first_word = 0 : i64, program.word_count = 23 : i64} {
    // expected-error @+1 {{the encoded words say something else}}
    program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    program.copy <argument 0 at 8 bytes 8> to <result 0 at 0 bytes 8>
    program.fill 5 of 4 to <result 0 at 0 bytes 16>
    program.return
  }
  module @kernels {
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  }
}

// -----

// Another length of the source.
module attributes {program.bytecode = array<i32: 513, 0, 4, 3, 0, 16, -2147483644, 0, 16, 2, -2147483644, 0, 8, 3, 8, 4, 1027, -2147483644, 0, 16, 5, 0, 0>} {
  program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 16 attributes {program.first_word = 0 : i64, program.word_count = 23 : i64} {
    program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    // expected-error @+1 {{the encoded words say something else}}
    program.copy <argument 0 at 8 bytes 8> to <result 0 at 0 bytes 8>
    program.fill 5 of 4 to <result 0 at 0 bytes 16>
    program.return
  }
  module @kernels {
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  }
}

// -----

// 8 bytes of pattern in place of 4.
module attributes {program.bytecode = array<i32: 513, 0, 4, 3, 0, 16, -2147483644, 0, 16, 2, -2147483644, 0, 8, 3, 8, 8, 2051, -2147483644, 0, 16, 5, 0, 0>} {
  program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 16 attributes {program.first_word = 0 : i64, program.word_count = 23 : i64} {
    program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    program.copy <argument 0 at 8 bytes 8> to <result 0 at 0 bytes 8>
    // expected-error @+1 {{the encoded words say something else}}
    program.fill 5 of 4 to <result 0 at 0 bytes 16>
    program.return
  }
  module @kernels {
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  }
}

// -----

// The high word of the pattern.
module attributes {program.bytecode = array<i32: 513, 0, 4, 3, 0, 16, -2147483644, 0, 16, 2, -2147483644, 0, 8, 3, 8, 8, 1027, -2147483644, 0, 16, 5, 1, 0>} {
  program.func @main (tensor<16xi8>) -> tensor<16xi8> arguments ["a"] results ["r"] at [0] arena 16 attributes {program.first_word = 0 : i64, program.word_count = 23 : i64} {
    program.dispatch @kernels::@k reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
    program.copy <argument 0 at 8 bytes 8> to <result 0 at 0 bytes 8>
    // expected-error @+1 {{the encoded words say something else}}
    program.fill 5 of 4 to <result 0 at 0 bytes 16>
    program.return
  }
  module @kernels {
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64}
  }
}
