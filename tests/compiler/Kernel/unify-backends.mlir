// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-unify-backends | FileCheck %s

// Machine code has 6 units of work, bytecode 4: unit i of six are the units
// from i * 4 / 6 to (i + 1) * 4 / 6. Scratch of either is scratch of both.
// CHECK:       module @kernels attributes
// CHECK:         llvm.func @k({{.*}}) -> i32 attributes {program.kernel, program.range = 6 : i64, program.scratch = 64 : i64
// CHECK:         llvm.func @same({{.*}}) -> i32 attributes {program.kernel, program.range = 2 : i64, program.writes
// What is a single unit in one module is one in all: it stands for all six.
// CHECK:         llvm.func @joined(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %[[FIRST:.*]]: i32, %[[LAST:.*]]: i32)
// CHECK-SAME:      program.range = 1 : i64
// CHECK:           llvm.mlir.constant(6 : i32)
// CHECK:           %[[A:.*]] = llvm.mul %[[FIRST]], %{{.*}} : i32
// CHECK:           %[[B:.*]] = llvm.mul %[[LAST]], %{{.*}} : i32
// CHECK:           llvm.add %[[A]], %[[B]] : i32
// CHECK:       module @kernels_vmvx
// CHECK:         func.func @k() attributes {program.kernel, program.range = 6 : i64, program.scratch = 64 : i64
// CHECK:           %[[BEGIN:.*]], %[[END:.*]] = program.range
// CHECK-DAG:       %[[WIDE:.*]] = arith.index_castui %[[BEGIN]] : index to i64
// CHECK-DAG:       %[[C4:.*]] = arith.constant 4 : i64
// CHECK-DAG:       %[[C6:.*]] = arith.constant 6 : i64
// CHECK:           %[[PRODUCT:.*]] = arith.muli %[[WIDE]], %[[C4]]
// CHECK:           %[[QUOTIENT:.*]] = arith.divui %[[PRODUCT]], %[[C6]]
// CHECK:           %[[FROM:.*]] = arith.index_castui %[[QUOTIENT]] : i64 to index
// CHECK:           %[[TO:.*]] = arith.index_castui %{{.*}} : i64 to index
// CHECK:           arith.addi %[[FROM]], %[[TO]]
// CHECK:         func.func @joined() attributes {program.kernel, program.range = 1 : i64
// CHECK:         func.func @same() attributes {program.kernel, program.range = 2 : i64, program.writes
// CHECK-NOT:       arith.divui
module @kernels attributes {program.backend = "llvm-cpu"} {
  llvm.func @k(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 6 : i64, program.writes = 1 : i64}
  llvm.func @same(!llvm.ptr, !llvm.ptr, i32, i32) -> i32 attributes {program.kernel, program.range = 2 : i64, program.writes = 1 : i64}
  llvm.func @joined(%a: !llvm.ptr, %b: !llvm.ptr, %begin: i32, %end: i32) -> i32 attributes {program.kernel, program.range = 6 : i64, program.writes = 1 : i64} {
    %sum = llvm.add %begin, %end : i32
    llvm.return %sum : i32
  }
}
module @kernels_vmvx attributes {program.backend = "vmvx"} {
  func.func @k() attributes {program.kernel, program.range = 4 : i64, program.scratch = 64 : i64, program.writes = 1 : i64} {
    %begin, %end = program.range
    %sum = arith.addi %begin, %end : index
    program.store %sum to <binding 0 at 0 bytes 4> : index
    return
  }
  func.func @joined() attributes {program.kernel, program.range = 1 : i64, program.scratch = 64 : i64, program.writes = 1 : i64} {
    return
  }
  func.func @same() attributes {program.kernel, program.range = 2 : i64, program.writes = 1 : i64} {
    %begin, %end = program.range
    return
  }
}
