// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: rm -rf %t && mkdir -p %t

// Two files are written, which call machine code.
// RUN: not %iree-compile --output-format=vm-c %s -o %t/a.c 2>&1 | FileCheck %s --check-prefix=LIBRARY
// LIBRARY: error: --output-format=vm-c needs --iree-llvm-static-library-output-path=<file.o> for the kernels that it calls
// RUN: not %iree-compile --output-format=vm-c --iree-llvm-static-library-output-path=%t/a.o %s 2>&1 | FileCheck %s --check-prefix=OUTPUT -DPATH=-
// RUN: not %iree-compile --output-format=vm-c --iree-llvm-static-library-output-path=%t/a.o %s -o %t/a.vmfb 2>&1 | FileCheck %s --check-prefix=OUTPUT -DPATH=%t/a.vmfb
// OUTPUT: error: --output-format=vm-c writes a source file and a header beside it: it needs -o <file>.c, not '[[PATH]]'
// RUN: not %iree-compile --output-format=vm-c --iree-hal-target-backends=vmvx %s -o %t/a.c 2>&1 | FileCheck %s --check-prefix=BACKEND
// RUN: not %iree-compile --output-format=vm-c --iree-hal-target-backends=llvm-cpu,vmvx --iree-llvm-static-library-output-path=%t/a.o %s -o %t/a.c 2>&1 | FileCheck %s --check-prefix=BACKEND
// BACKEND: error: --output-format=vm-c calls machine code: it needs --iree-hal-target-backends=llvm-cpu alone

// Nothing is left of a compilation that fails: of the program, or in writing.
// RUN: not %iree-compile --output-format=vm-c --compile-from=schedule --iree-llvm-static-library-output-path=%t/a.o %s -o %t/a.c 2>&1 | FileCheck %s
// RUN: not %iree-compile --output-format=vm-c --iree-llvm-static-library-output-path=%t/none/a.o %models/simple_mul.mlir -o %t/a.c 2>&1 | FileCheck %s --check-prefix=FOLDER
// RUN: not %iree-compile --output-format=vm-c --iree-llvm-static-library-output-path=%t/a.o %models/simple_mul.mlir -o %t/none/a.c 2>&1 | FileCheck %s --check-prefix=FOLDER
// FOLDER: error: cannot write {{.*}}none/a
// RUN: ls %t | count 0

// CHECK: error: '@f' has checks, which iree-check-module performs; C source cannot hold them
program.func @f (tensor<i8>) -> () arguments ["a"] results [] at [] arena 0 {
  program.check all_true <argument 0 at 0 bytes 1> and <argument 0 at 0 bytes 1> : tensor<i8>
  program.return
}
module @kernels {}
