// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-place-scratch | FileCheck %s

// Limits: 512 bytes for one buffer on the stack, 1024 for all of a kernel.
// 512 + 512 fill the stack; 513 bytes are too many for one buffer; the last
// byte finds the stack full. Scratch: 513 bytes at 0, 1 byte at the next
// multiple of 16, 528: 529 bytes, rounded up to 544. The binding for scratch is
// the last before the range.
// CHECK-LABEL: func.func @limits
// CHECK-SAME:    (%{{.*}}: memref<4xi8>, %[[SCRATCH:.*]]: memref<544xi8>, %{{.*}}: index, %{{.*}}: index)
// CHECK-SAME:    program.scratch = 544 : i64
// CHECK-DAG:     memref.alloca() {alignment = 16 : i64} : memref<512xi8>
// CHECK-DAG:     memref.alloca() {alignment = 16 : i64} : memref<128xf32>
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C528:.*]] = arith.constant 528 : index
// CHECK-DAG:     memref.view %[[SCRATCH]][%[[C0]]][] : memref<544xi8> to memref<513xi8>
// CHECK-DAG:     memref.view %[[SCRATCH]][%[[C528]]][] : memref<544xi8> to memref<1xi8>
// CHECK-NOT:     memref.alloc()
// CHECK:         return
func.func @limits(%a: memref<4xi8>, %begin: index, %end: index) attributes {program.kernel} {
  %c0 = arith.constant 0 : index
  %0 = memref.alloc() : memref<512xi8>
  %1 = memref.alloc() : memref<513xi8>
  %2 = memref.alloc() : memref<128xf32>
  %3 = memref.alloc() : memref<1xi8>
  %x = memref.load %a[%c0] : memref<4xi8>
  %f = memref.load %2[%c0] : memref<128xf32>
  memref.store %x, %0[%c0] : memref<512xi8>
  memref.store %x, %1[%c0] : memref<513xi8>
  memref.store %x, %3[%c0] : memref<1xi8>
  memref.store %f, %2[%c0] : memref<128xf32>
  return
}

// A buffer of a loop's body is one buffer, outside of the loop: the stack does
// not grow with iterations.
// CHECK-LABEL: func.func @in_loop
// CHECK:         memref.alloca() {{.*}} : memref<16xi8>
// CHECK:         scf.for
// CHECK-NOT:     memref.alloc
// CHECK:         return
func.func @in_loop(%a: memref<4xi8>, %begin: index, %end: index) attributes {program.kernel} {
  %c1 = arith.constant 1 : index
  scf.for %i = %begin to %end step %c1 {
    %0 = memref.alloc() : memref<16xi8>
    %x = memref.load %0[%i] : memref<16xi8>
    memref.store %x, %a[%i] : memref<4xi8>
  }
  return
}

// The buffer is the kernel's first operation.
// CHECK-LABEL: func.func @first_operation
// CHECK-SAME:    index)
// CHECK-NEXT:    memref.alloca() {{.*}} : memref<16xi8>
// CHECK:         memref.alloca() {{.*}} : memref<32xi8>
func.func @first_operation(%a: memref<4xi8>, %begin: index, %end: index) attributes {program.kernel} {
  %0 = memref.alloc() : memref<16xi8>
  %1 = memref.alloc() : memref<32xi8>
  %x = memref.load %0[%begin] : memref<16xi8>
  memref.store %x, %1[%begin] : memref<32xi8>
  return
}

// Without buffers there is no scratch.
// CHECK-LABEL: func.func @none
// CHECK-SAME:    (%{{.*}}: memref<4xi8>, %{{.*}}: index, %{{.*}}: index) attributes {program.kernel}
func.func @none(%a: memref<4xi8>, %begin: index, %end: index) attributes {program.kernel} {
  return
}

// All units write the scratch: a kernel that has one is a single unit.
// CHECK-LABEL: func.func @units
// CHECK-SAME:    program.range = 1 : i64
// CHECK-DAG:     %[[BEGIN:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[END:.*]] = arith.constant 7 : index
// CHECK:         scf.for %{{.*}} = %[[BEGIN]] to %[[END]]
func.func @units(%a: memref<7xi8>, %begin: index, %end: index) attributes {program.kernel, program.range = 7 : i64} {
  %c1 = arith.constant 1 : index
  scf.for %i = %begin to %end step %c1 {
    %0 = memref.alloc() : memref<600xi8>
    %x = memref.load %0[%i] : memref<600xi8>
    memref.store %x, %a[%i] : memref<7xi8>
  }
  return
}
