// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// C source of programs with variables, sizes, branches and failures.
// RUN: rm -rf %t && mkdir -p %t
// RUN: %iree-compile --output-format=vm-c --compile-from=schedule --iree-llvm-static-library-output-path=%t/f.o %s -o %t/f.c
// RUN: FileCheck %s --check-prefix=HEADER --input-file=%t/f.h
// RUN: FileCheck %s --input-file=%t/f.c
// RUN: cc -std=c99 -Wall -Wextra -Werror -pedantic -O2 -c %t/f.c -o %t/c.o
// RUN: c++ -x c++ -std=c++17 -Wall -Wextra -Werror -pedantic -O2 -c %t/f.c -o %t/cxx.o
// Copies and fills are loops, whatever the optimiser thinks of them.
// RUN: llvm-nm --undefined-only %t/c.o | count 0
// RUN: llvm-nm --undefined-only %t/cxx.o | count 0
// RUN: clang -std=c99 -Wall -Wextra -Werror -pedantic -O3 -c %t/f.c -o %t/clang.o
// RUN: llvm-nm --undefined-only %t/clang.o | count 0

// The constant and the variables' first values; the second variable is zeros.
// CHECK:      static const uint8_t constants[8] F_ALIGNED = {
// CHECK-NEXT:     1,0,2,0,3,0,255,255,
// CHECK:      static const uint8_t initial_state[4] F_ALIGNED = {
// CHECK-NEXT:     5,0,0,0,
program.constant @table = dense<[1, 2, 3, -1]> : tensor<4xi16>
program.variable @count : tensor<i32> = dense<5> : tensor<i32>
program.variable @line : tensor<8xi8>

// HEADER: #define F_STATE_BYTES 32
// HEADER: void f_reset(void *state);
// HEADER: 'copies'
// HEADER: #define F_COPIES_R_OFFSET 16
// HEADER: int f_copies(const int16_t a[4], int16_t r[4], void *state, void *arena);
// CHECK-LABEL: int f_copies(
// CHECK:         base4 = memory + 16u;
// CHECK:         copy_bytes(memory, (const uint8_t *)a, 4u);
// CHECK-NEXT:    copy_bytes(memory + 4u, constants + 2u, 4u);
// CHECK-NEXT:    fill_bytes((uint8_t *)state + 16u, 8u, UINT64_C(0x{{0*}}1ff), 2);
// CHECK-NEXT:    copy_bytes(base4, memory, 8u);
// CHECK-NEXT:    return 0;
program.func @copies (tensor<4xi16>) -> tensor<4xi16> arguments ["a"] results ["r"] at [16] arena 32 {
  program.copy <argument 0 at 0 bytes 4> to <arena 0 at 0 bytes 4>
  program.copy <constant 0 at 2 bytes 4> to <arena 0 at 4 bytes 4>
  program.fill 511 of 2 to <state 1 at 0 bytes 8>
  program.copy <arena 0 at 0 bytes 8> to <result 0 at 0 bytes 8>
  program.return
}

// A loop over elements whose index is data; it fails if that is out of range.
// HEADER: int f_sum(const int32_t indices[3], const int32_t table[4], int32_t r[1], void *state, void *arena);
// CHECK-LABEL: int f_sum(
// CHECK:       block_[[BODY:[0-9]+]]:
// CHECK:         const uint32_t at = r{{[0-9]+}} * 4u;
// CHECK-NEXT:    if (!lies_within(at, 4u, 4, 12u))
// CHECK-NEXT:      return 11;
// CHECK-NEXT:    r{{[0-9]+}} = load_32((const uint8_t *)indices + at);
// CHECK:         if (!lies_within(at, 4u, 4, 16u))
// CHECK:         goto block_[[BODY]];
// CHECK:         store_32(base5 + at, r{{[0-9]+}});
program.func @sum (tensor<3xi32>, tensor<4xi32>) -> tensor<i32> arguments ["indices", "table"] results ["r"] at [0] arena 16 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %count = arith.constant 3 : index
  %none = arith.constant 0 : i32
  cf.br ^body(%zero, %none : index, i32)
^body(%i: index, %sum: i32):
  %at = program.load <argument 0 at 0 bytes 12>[%i] : i32
  %index = arith.index_cast %at : i32 to index
  %value = program.load <argument 1 at 0 bytes 16>[%index] : i32
  %next = arith.addi %sum, %value : i32
  program.next %i to %count step %one, ^body(%next : i32), ^end(%next : i32)
^end(%total: i32):
  program.store %total to <result 0 at 0 bytes 4> : i32
  program.return
}

// Texts stay inside their comments.
// HEADER: int f_fails(const uint8_t c[1], void *state, void *arena);
// CHECK-LABEL: int f_fails(
// CHECK:         if (r{{[0-9]+}} == 0)
// CHECK-NEXT:      return 3; /* c must hold */
// CHECK:         return 9; /* ends: ./ .. .n{{.*}} */
program.func @fails (tensor<i1>) -> () arguments ["c"] results [] at [] arena 0 {
  %c = program.load <argument 0 at 0 bytes 1> : i1
  program.assert %c, "c must hold"
  program.fail 9 "ends: */ ?? \\n"
}
module @kernels {}
