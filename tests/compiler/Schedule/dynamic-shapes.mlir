// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --split-input-file --iree-schedule-program --iree-verify-schedule | FileCheck %s

// First sizes and what is asserted of them, then places, the arena and the
// shapes of results. Two buffers of one product share a slot if they do not
// live at once: here the first and the third, beside the second.
// CHECK-LABEL: program.func @chain
// CHECK:         %[[N:.*]] = program.dim 0, 0
// CHECK:         program.assert %{{.*}}, "at least one row"
// CHECK:         %[[FIXED:.*]] = program.fixed
// CHECK:         %[[LENGTH:.*]] = program.size %c32, %[[N]]
// CHECK:         %[[SECOND:.*]] = program.behind %[[LENGTH]] at %[[FIXED]]
// CHECK:         %[[END:.*]] = program.behind %[[LENGTH]] at %[[SECOND]]
// CHECK-NOT:     program.behind
// CHECK:         program.reserve %[[END]]
// CHECK:         program.result 0 at %{{.*}} shape(%[[N]], %c8)
// CHECK:         program.dispatch @kernels::@k reads [#program.place<argument 0{{.*}}] writes [#program.place<arena 0{{.*}}] constants(%[[N]])
// CHECK:         program.dispatch @kernels::@k reads [#program.place<arena 0{{.*}}] writes [#program.place<arena 0{{.*}}] constants(%[[N]])
// CHECK:         program.dispatch @kernels::@k reads [#program.place<arena 0{{.*}}] writes [#program.place<result 0{{.*}}] constants(%[[N]])
// CHECK:         program.return
func.func private @k(%a: tensor<?x8xf32>, %n: index) -> tensor<?x8xf32>
    attributes {program.kernel, program.constants = 1 : i64,
                program.sizes = [array<i64: 0>, array<i64: 0>]} {
  return %a : tensor<?x8xf32>
}
func.func @chain(%a: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?x8xf32>
  %some = arith.cmpi sgt, %n, %c0 : index
  cf.assert %some, "at least one row"
  %0 = call @k(%a, %n) : (tensor<?x8xf32>, index) -> tensor<?x8xf32>
  %1 = call @k(%0, %n) : (tensor<?x8xf32>, index) -> tensor<?x8xf32>
  %2 = call @k(%1, %n) : (tensor<?x8xf32>, index) -> tensor<?x8xf32>
  return %2 : tensor<?x8xf32>
}

// -----

// An argument that is returned is copied; casts and reshapes are no work.
// CHECK-LABEL: program.func @returned
// CHECK:         program.result 0 at %{{.*}} shape(
// CHECK:         program.copy <argument 0 {{.*}}> to <result 0 {{.*}}> sizes(
func.func @returned(%a: tensor<?x8xf32>) -> tensor<?xf32> {
  %r = tensor.collapse_shape %a [[0, 1]] : tensor<?x8xf32> into tensor<?xf32>
  return %r : tensor<?xf32>
}
