// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --pass-pipeline='builtin.module(func.func(iree-lower-buffers,canonicalize))' | FileCheck %s

// Element [i, 3] of 4 x 5: number 5 i + 3, 12 bytes from where row i begins.
// CHECK-LABEL: func.func @plain() attributes {program.bindings = 2 : i64, program.kernel}
// CHECK:         %[[BEGIN:.*]], %{{.*}} = program.range
// CHECK:         %[[ROW:.*]] = arith.muli %[[BEGIN]], %c5 : index
// CHECK:         %[[V:.*]] = program.load <binding 0 at 12 bytes 4>[%[[ROW]]] : f32
// CHECK:         program.store %[[V]] to <binding 1 at 0 bytes 4>[%[[BEGIN]]] : f32
// CHECK-NEXT:    return
func.func @plain(%a: memref<4x5xf32>, %b: memref<4xf32>, %begin: index, %end: index) attributes {program.kernel} {
  %c3 = arith.constant 3 : index
  %v = memref.load %a[%begin, %c3] : memref<4x5xf32>
  memref.store %v, %b[%begin] : memref<4xf32>
  return
}

// A part of a view of scratch: 16 bytes in, then rows of 8 from [1, 2] on.
// (1 * 8 + 2) * 2 + 16 = 36.
// CHECK-LABEL: func.func @views()
// CHECK:         program.load <binding 0 at 36 bytes 2>[%{{.*}}] : i16
func.func @views(%s: memref<64xi8>, %begin: index, %end: index) attributes {program.kernel} {
  %c16 = arith.constant 16 : index
  %view = memref.view %s[%c16][] : memref<64xi8> to memref<3x8xi16>
  %part = memref.reinterpret_cast %view to offset: [10], sizes: [2, 4], strides: [8, 1] : memref<3x8xi16> to memref<2x4xi16, strided<[8, 1], offset: 10>>
  %c0 = arith.constant 0 : index
  %v = memref.load %part[%c0, %begin] : memref<2x4xi16, strided<[8, 1], offset: 10>>
  memref.store %v, %part[%c0, %end] : memref<2x4xi16, strided<[8, 1], offset: 10>>
  return
}

// What loops carry and do not change is the buffer that they begin with.
// CHECK-LABEL: func.func @carried()
// CHECK:         scf.while
// CHECK:           program.load <binding 0 at 0 bytes 4> : i32
// CHECK:           program.store %{{.*}} to <binding 0 at 0 bytes 4> : i32
func.func @carried(%a: memref<4xi32>, %begin: index, %end: index) attributes {program.kernel} {
  %c0 = arith.constant 0 : index
  %limit = arith.constant 9 : i32
  %r = scf.while (%x = %a) : (memref<4xi32>) -> memref<4xi32> {
    %v = memref.load %x[%c0] : memref<4xi32>
    %more = arith.cmpi slt, %v, %limit : i32
    scf.condition(%more) %x : memref<4xi32>
  } do {
  ^bb0(%y: memref<4xi32>):
    memref.store %limit, %y[%c0] : memref<4xi32>
    scf.yield %a : memref<4xi32>
  }
  return
}

// Number i of complex numbers is element 2 i, its imaginary part 4 bytes behind.
// CHECK-LABEL: func.func @complex()
// CHECK:         %[[BEGIN:.*]], %[[END:.*]] = program.range
// CHECK:         %[[I:.*]] = arith.muli %[[BEGIN]], %c2 : index
// CHECK:         %[[RE:.*]] = program.load <binding 0 at 8 bytes 4>[%[[I]]] : f32
// CHECK:         %[[IM:.*]] = program.load <binding 0 at 12 bytes 4>[%[[I]]] : f32
// CHECK:         %[[J:.*]] = arith.muli %[[END]], %c2 : index
// CHECK:         program.store %[[RE]] to <binding 1 at 0 bytes 4>[%[[J]]] : f32
// CHECK:         program.store %[[IM]] to <binding 1 at 4 bytes 4>[%[[J]]] : f32
func.func @complex(%a: memref<2x8xcomplex<f32>>, %b: memref<8xcomplex<f32>>, %begin: index, %end: index) attributes {program.kernel} {
  %part = memref.reinterpret_cast %a to offset: [1], sizes: [4], strides: [1] : memref<2x8xcomplex<f32>> to memref<4xcomplex<f32>, strided<[1], offset: 1>>
  %v = memref.load %part[%begin] : memref<4xcomplex<f32>, strided<[1], offset: 1>>
  memref.store %v, %b[%end] : memref<8xcomplex<f32>>
  return
}
