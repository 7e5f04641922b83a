// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-schedule-program=favor=min-peak-memory --iree-verify-schedule \
// RUN:   | FileCheck %s --check-prefixes=CHECK,PEAK
// RUN: %iree-opt %s --iree-schedule-program --iree-verify-schedule \
// RUN:   | FileCheck %s --check-prefixes=CHECK,PEAK
// RUN: %iree-opt %s --iree-schedule-program=favor=max-concurrency --iree-verify-schedule \
// RUN:   | FileCheck %s --check-prefixes=CHECK,WAVES
// RUN: %iree-opt %s --iree-schedule-program=favor=debug --iree-verify-schedule \
// RUN:   | FileCheck %s --check-prefixes=CHECK,DEBUG

// The same work in two orders: two wide values w0, w1 of 64 bytes, each
// narrowed to 16 bytes (n0, n1), which are joined to 16 bytes (j).
//
// min-peak-memory: the order w0 n0 w1 n1 j, whatever the source's is. Live
// steps, both ends included (j is the result, live to the end, step 5):
//   w0 0-1, n0 1-4, w1 2-3, n1 3-4, j 4-5.
// Largest first, each at the lowest free offset: w0 at 0, w1 at 0 (w0 is dead),
// n0 at 64, n1 at 80, j at 0 (w1 is dead). 96 bytes, which is the peak at step
// 3: 64 + 16 + 16.
//
// max-concurrency: waves {w0, w1}, {n0, n1}, {j}. Live waves: w0 and w1 0-1, n0
// and n1 1-2, j 2-3. w0 at 0, w1 at 64, n0 at 128, n1 at 144, j at 0: 160 bytes.
//
// debug: the source's order, every buffer behind the one before: 176 bytes.

// Source order w0 w1 n0 n1 j; debug: w0 0, w1 64, n0 128, n1 144, j 160.
// CHECK-LABEL: program.func @grouped
// PEAK-SAME:     at [0] arena 96
// PEAK-NEXT:     program.dispatch @kernels::@wide {{.*}} writes [#program.place<arena 0 at 0 bytes 64>]
// PEAK-NEXT:     program.dispatch @kernels::@narrow reads [#program.place<arena 0 at 0 bytes 64>] writes [#program.place<arena 0 at 64 bytes 16>]
// PEAK-NEXT:     program.dispatch @kernels::@wide {{.*}} writes [#program.place<arena 0 at 0 bytes 64>]
// PEAK-NEXT:     program.dispatch @kernels::@narrow reads [#program.place<arena 0 at 0 bytes 64>] writes [#program.place<arena 0 at 80 bytes 16>]
// PEAK-NEXT:     program.dispatch @kernels::@join reads [#program.place<arena 0 at 64 bytes 16>, #program.place<arena 0 at 80 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
// WAVES-SAME:    at [0] arena 160
// DEBUG-SAME:    at [160] arena 176
// DEBUG-NEXT:    program.dispatch @kernels::@wide reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 0 bytes 64>]
// DEBUG-NEXT:    program.dispatch @kernels::@wide {{.*}} writes [#program.place<arena 0 at 64 bytes 64>]
// DEBUG-NEXT:    program.dispatch @kernels::@narrow reads [#program.place<arena 0 at 0 bytes 64>] writes [#program.place<arena 0 at 128 bytes 16>]
// DEBUG-NEXT:    program.dispatch @kernels::@narrow reads [#program.place<arena 0 at 64 bytes 64>] writes [#program.place<arena 0 at 144 bytes 16>]
// DEBUG-NEXT:    program.dispatch @kernels::@join {{.*}} writes [#program.place<result 0 at 0 bytes 16>]
// CHECK:         program.return
func.func @grouped(%a: tensor<16xi8>) -> tensor<16xi8> {
  %w0 = call @wide(%a) : (tensor<16xi8>) -> tensor<64xi8>
  %w1 = call @wide(%a) : (tensor<16xi8>) -> tensor<64xi8>
  %n0 = call @narrow(%w0) : (tensor<64xi8>) -> tensor<16xi8>
  %n1 = call @narrow(%w1) : (tensor<64xi8>) -> tensor<16xi8>
  %j = call @join(%n0, %n1) : (tensor<16xi8>, tensor<16xi8>) -> tensor<16xi8>
  return %j : tensor<16xi8>
}

// Source order w0 n0 w1 n1 j; debug: w0 0, n0 64, w1 80, n1 144, j 160.
// CHECK-LABEL: program.func @interleaved
// PEAK-SAME:     at [0] arena 96
// WAVES-SAME:    at [0] arena 160
// WAVES-NEXT:    program.dispatch @kernels::@wide {{.*}} writes [#program.place<arena 0 at 0 bytes 64>]
// WAVES-NEXT:    program.dispatch @kernels::@wide {{.*}} writes [#program.place<arena 0 at 64 bytes 64>]
// WAVES-NEXT:    program.dispatch @kernels::@narrow reads [#program.place<arena 0 at 0 bytes 64>] writes [#program.place<arena 0 at 128 bytes 16>]
// WAVES-NEXT:    program.dispatch @kernels::@narrow reads [#program.place<arena 0 at 64 bytes 64>] writes [#program.place<arena 0 at 144 bytes 16>]
// WAVES-NEXT:    program.dispatch @kernels::@join {{.*}} writes [#program.place<result 0 at 0 bytes 16>]
// DEBUG-SAME:    at [160] arena 176
// DEBUG-NEXT:    program.dispatch @kernels::@wide {{.*}} writes [#program.place<arena 0 at 0 bytes 64>]
// DEBUG-NEXT:    program.dispatch @kernels::@narrow {{.*}} writes [#program.place<arena 0 at 64 bytes 16>]
// DEBUG-NEXT:    program.dispatch @kernels::@wide {{.*}} writes [#program.place<arena 0 at 80 bytes 64>]
// DEBUG-NEXT:    program.dispatch @kernels::@narrow {{.*}} writes [#program.place<arena 0 at 144 bytes 16>]
func.func @interleaved(%a: tensor<16xi8>) -> tensor<16xi8> {
  %w0 = call @wide(%a) : (tensor<16xi8>) -> tensor<64xi8>
  %n0 = call @narrow(%w0) : (tensor<64xi8>) -> tensor<16xi8>
  %w1 = call @wide(%a) : (tensor<16xi8>) -> tensor<64xi8>
  %n1 = call @narrow(%w1) : (tensor<64xi8>) -> tensor<16xi8>
  %j = call @join(%n0, %n1) : (tensor<16xi8>, tensor<16xi8>) -> tensor<16xi8>
  return %j : tensor<16xi8>
}

// Kernels move, public, into a module of their own.
// CHECK:       module @kernels
// CHECK-NEXT:    func.func @wide(%{{.*}}: tensor<16xi8>) -> tensor<64xi8> attributes {program.kernel}
// CHECK:         func.func @narrow
// CHECK:         func.func @join
// CHECK-NOT:   func.func @grouped
func.func private @wide(%a: tensor<16xi8>) -> tensor<64xi8> attributes {program.kernel} {
  %0 = tensor.empty() : tensor<64xi8>
  return %0 : tensor<64xi8>
}
func.func private @narrow(%a: tensor<64xi8>) -> tensor<16xi8> attributes {program.kernel} {
  %0 = tensor.empty() : tensor<16xi8>
  return %0 : tensor<16xi8>
}
func.func private @join(%a: tensor<16xi8>, %b: tensor<16xi8>) -> tensor<16xi8> attributes {program.kernel} {
  return %a : tensor<16xi8>
}
