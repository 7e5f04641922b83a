// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --verify-diagnostics --iree-verify-kernel

// expected-error @+1 {{the module of kernels is missing}}
module {
}

// -----

module {
  module @kernels {
    // expected-error @+1 {{'func.func' is left in the module of kernels}}
    func.func @left() {
      return
    }
  }
}

// -----

module {
  module @kernels {
    // expected-error @+1 {{kernel 'k' lacks a valid 'program.range'}}
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.writes = 1 : i64}
  }
}

// -----

module {
  module @kernels {
    // expected-error @+1 {{kernel 'k' lacks a valid 'program.range'}}
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = -1 : i64, program.writes = 1 : i64}
  }
}

// -----

// 2^32 does not fit the range's 32 bits.
module {
  module @kernels {
    // expected-error @+1 {{kernel 'k' lacks a valid 'program.range'}}
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4294967296 : i64, program.writes = 1 : i64}
  }
}

// -----

module {
  module @kernels {
    // expected-error @+1 {{kernel 'k' lacks a valid 'program.writes'}}
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 1 : i64}
  }
}

// -----

module {
  module @kernels {
    // expected-error @+1 {{kernel 'k' does not have the kernel ABI's signature}}
    llvm.func @k(!llvm.ptr, !llvm.ptr, i64, i64) -> i32 attributes {program.kernel, program.range = 1 : i64, program.writes = 1 : i64}
  }
}

// -----

module {
  module @kernels {
    // expected-error @+1 {{kernel 'k' does not have the kernel ABI's signature}}
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) attributes {program.kernel, program.range = 1 : i64, program.writes = 1 : i64}
  }
}

// -----

module {
  module @kernels {
    // expected-error @+1 {{kernel 'k' does not have the kernel ABI's signature}}
    llvm.func @k(i32, i32, i32, i32) -> i32 attributes {program.kernel, program.range = 1 : i64, program.writes = 1 : i64}
  }
}

// -----

module {
  module @kernels {
    // expected-error @+1 {{kernels have no writable globals, found 'state'}}
    llvm.mlir.global internal @state(0 : i32) : i32
  }
}

// -----

// Constants, builtins' declarations and a kernel of the ABI are what may be.
module {
  module @kernels {
    llvm.mlir.global internal constant @table(0 : i32) : i32
    llvm.func @expf(f32) -> f32
    llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 4294967295 : i64, program.writes = 0 : i64}
  }
}

// -----

module {
  module @kernels attributes {program.backend = "vmvx"} {
    func.func @k() attributes {program.kernel, program.range = 1 : i64, program.writes = 1 : i64} {
      // expected-error @+1 {{'memref.alloc' is left in a kernel}}
      %0 = memref.alloc() : memref<4xi8>
      return
    }
  }
}

// -----

module {
  module @kernels attributes {program.backend = "vmvx"} {
    // expected-error @+1 {{'func.func' is left in the module of kernels}}
    func.func @k(%a: memref<4xi8>) attributes {program.kernel, program.range = 1 : i64, program.writes = 1 : i64} {
      return
    }
  }
}
