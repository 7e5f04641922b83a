// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --iree-convert-kernels-to-llvm | FileCheck %s

// The entry of the kernel ABI unpacks the binding table; the body knows that
// its bindings do not alias. Attributes of the kernel are the entry's. On a
// target of 32 bits an index has 32: the range is passed on as it is.
module attributes {program.target = {abi = "aapcs", cpu = "cortex-m55", features = "", float_abi = "hard", triple = "thumbv8.1m.main-none-eabihf"}} {
  // CHECK-LABEL: llvm.func @kernel(
  // CHECK-SAME:    %[[TABLE:.*]]: !llvm.ptr, %{{.*}}: !llvm.ptr, %[[BEGIN:.*]]: i32, %[[END:.*]]: i32) -> i32
  // CHECK-SAME:    program.kernel, program.range = 4 : i64, program.scratch = 640 : i64, program.writes = 1 : i64
  // CHECK:         %[[SLOT0:.*]] = llvm.getelementptr %[[TABLE]][0]
  // CHECK:         %[[B0:.*]] = llvm.load %[[SLOT0]]
  // CHECK:         %[[SLOT1:.*]] = llvm.getelementptr %[[TABLE]][1]
  // CHECK:         %[[B1:.*]] = llvm.load %[[SLOT1]]
  // CHECK:         llvm.call @kernel_body(%[[B0]], %[[B1]], %[[BEGIN]], %[[END]])
  // CHECK:         %[[OK:.*]] = llvm.mlir.constant(0 : i32)
  // CHECK:         llvm.return %[[OK]]
  // CHECK:       llvm.func internal @kernel_body(
  // CHECK-SAME:    !llvm.ptr {llvm.noalias}, %{{.*}}: !llvm.ptr {llvm.noalias}, %{{.*}}: i32, %{{.*}}: i32)
  // CHECK-SAME:    always_inline
  // CHECK-NOT:     i64
  // CHECK:         llvm.call @expf
  // CHECK-NOT:     i64
  // CHECK:         llvm.return
  func.func @kernel(%a: memref<4xf32>, %b: memref<4xf32>, %begin: index, %end: index)
      attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64, program.scratch = 640 : i64} {
    %x = memref.load %a[%begin] : memref<4xf32>
    %y = math.exp %x : f32
    memref.store %y, %b[%end] : memref<4xf32>
    return
  }
}

// -----

// 64 bits: the range is widened without sign.
module attributes {program.target = {abi = "lp64d", cpu = "generic-rv64", features = "+m,+a,+f,+d,+c", float_abi = "hard", triple = "riscv64-none-elf"}} {
  // CHECK-LABEL: llvm.func @kernel(
  // CHECK-SAME:    %[[TABLE:.*]]: !llvm.ptr, %{{.*}}: !llvm.ptr, %[[BEGIN:.*]]: i32, %[[END:.*]]: i32) -> i32
  // CHECK:         %[[WIDE_BEGIN:.*]] = llvm.zext %[[BEGIN]] : i32 to i64
  // CHECK:         %[[WIDE_END:.*]] = llvm.zext %[[END]] : i32 to i64
  // CHECK:         llvm.call @kernel_body(%{{.*}}, %[[WIDE_BEGIN]], %[[WIDE_END]])
  // CHECK:       llvm.func internal @kernel_body(%{{.*}}: !llvm.ptr {llvm.noalias}, %{{.*}}: i64, %{{.*}}: i64)
  func.func @kernel(%a: memref<4xf32>, %begin: index, %end: index)
      attributes {program.kernel, program.range = 4 : i64, program.writes = 1 : i64} {
    %x = memref.load %a[%begin] : memref<4xf32>
    memref.store %x, %a[%end] : memref<4xf32>
    return
  }

  // A contraction of matrices becomes arithmetic on rows of 4.
  // CHECK-LABEL: llvm.func internal @product_body
  // CHECK-NOT:     vector.{{contract|shape_cast|outerproduct}}
  // CHECK-COUNT-2: llvm.f{{add|mul}} %{{.*}} : vector<4xf32>
  // CHECK:         llvm.return
  func.func @product(%a: memref<2xf32>, %b: memref<4xf32>, %c: memref<4xf32>, %begin: index, %end: index)
      attributes {program.kernel, program.range = 1 : i64, program.writes = 1 : i64} {
    %c0 = arith.constant 0 : index
    %z = arith.constant dense<0.0> : vector<2x4xf32>
    %column = vector.load %a[%c0] : memref<2xf32>, vector<2xf32>
    %row = vector.load %b[%c0] : memref<4xf32>, vector<4xf32>
    %x = vector.shape_cast %column : vector<2xf32> to vector<2x1xf32>
    %y = vector.shape_cast %row : vector<4xf32> to vector<1x4xf32>
    %0 = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
                          iterator_types = ["parallel", "parallel", "reduction"],
                          kind = #vector.kind<add>} %x, %y, %z : vector<2x1xf32>, vector<1x4xf32> into vector<2x4xf32>
    %r0 = vector.extract %0[0] : vector<4xf32> from vector<2x4xf32>
    %r1 = vector.extract %0[1] : vector<4xf32> from vector<2x4xf32>
    vector.store %r0, %c[%c0] : memref<4xf32>, vector<4xf32>
    vector.store %r1, %c[%end] : memref<4xf32>, vector<4xf32>
    return
  }
}
