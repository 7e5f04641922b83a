// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-schedule-program --iree-verify-schedule | FileCheck %s

// What is not a kernel's own result is copied or filled at the end. Places that
// results take without a caller's buffer:
//   x is live 0-1, y 1-2, all copies 2-2. Largest first: x at 0, y at 16, the
//   fill at 0 (x is dead), the second y at 32, the argument at 48, the constant
//   of 4 bytes at 64, which the alignment of 16 rounds up to 80.
// 1.0 as f32 is 0x3F800000 = 1065353216.
// CHECK-LABEL: program.func @results (tensor<16xi8>) -> (tensor<16xi8>, tensor<4xf32>, tensor<2x2xi8>, tensor<16xi8>, tensor<16xi8>)
// CHECK-SAME:    arguments ["arg0"] results ["result0", "result1", "result2", "result3", "result4"]
// CHECK-SAME:    at [16, 0, 64, 32, 48] arena 80
// CHECK-NEXT:    program.dispatch @kernels::@work reads [#program.place<argument 0 at 0 bytes 16>] writes [#program.place<arena 0 at 0 bytes 16>]
// CHECK-NEXT:    program.dispatch @kernels::@work reads [#program.place<arena 0 at 0 bytes 16>] writes [#program.place<result 0 at 0 bytes 16>]
// CHECK-NEXT:    program.fill 1065353216 of 4 to <result 1 at 0 bytes 16>
// CHECK-NEXT:    program.copy <constant 0 at 0 bytes 4> to <result 2 at 0 bytes 4>
// CHECK-NEXT:    program.copy <result 0 at 0 bytes 16> to <result 3 at 0 bytes 16>
// CHECK-NEXT:    program.copy <argument 0 at 0 bytes 16> to <result 4 at 0 bytes 16>
// CHECK-NEXT:    program.return

// One constant for all programs that use it.
// CHECK:     program.constant @constant_0 = dense<{{\[\[}}1, 2], [3, 4]]> : tensor<2x2xi8>
// CHECK-NOT: program.constant
func.func @results(%a: tensor<16xi8>) -> (tensor<16xi8>, tensor<4xf32>, tensor<2x2xi8>, tensor<16xi8>, tensor<16xi8>) {
  %ones = arith.constant dense<1.0> : tensor<4xf32>
  %c = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  %x = call @work(%a) : (tensor<16xi8>) -> tensor<16xi8>
  %y = call @work(%x) : (tensor<16xi8>) -> tensor<16xi8>
  return %y, %ones, %c, %y, %a : tensor<16xi8>, tensor<4xf32>, tensor<2x2xi8>, tensor<16xi8>, tensor<16xi8>
}

// A reshape is no copy: the kernel writes the result's bytes. The signature of
// the source, with its scalar, is the program's.
// CHECK-LABEL: program.func @reshaped (i8) -> tensor<4x4xi8>
// CHECK-SAME:    arguments ["arg0"] results ["result0"] at [0] arena 16
// CHECK-NEXT:    program.dispatch @kernels::@spread reads [#program.place<argument 0 at 0 bytes 1>] writes [#program.place<result 0 at 0 bytes 16>]
// CHECK-NEXT:    program.return
func.func @reshaped(%a: tensor<i8>) -> tensor<4x4xi8> attributes {program.function_type = (i8) -> tensor<4x4xi8>} {
  %x = call @spread(%a) : (tensor<i8>) -> tensor<16xi8>
  %y = tensor.expand_shape %x [[0, 1]] output_shape [4, 4] : tensor<16xi8> into tensor<4x4xi8>
  return %y : tensor<4x4xi8>
}

// i1 is stored as a byte; 2.0 as f64 is 0x4000000000000000 = 2^62. Both
// results live at the end: 16 bytes of f64 at 0, 3 bytes at 16, rounded to 32.
// CHECK-LABEL: program.func @constants_only
// CHECK-SAME:    at [16, 0] arena 32
// CHECK-NEXT:    program.fill 1 of 1 to <result 0 at 0 bytes 3>
// CHECK-NEXT:    program.fill 4611686018427387904 of 8 to <result 1 at 0 bytes 16>
// CHECK-NEXT:    program.return
func.func @constants_only() -> (tensor<3xi1>, tensor<2xf64>) {
  %0 = arith.constant dense<true> : tensor<3xi1>
  %1 = arith.constant dense<2.0> : tensor<2xf64>
  return %0, %1 : tensor<3xi1>, tensor<2xf64>
}

// CHECK-LABEL: program.func @same_constant
// CHECK-NEXT:    program.copy <constant 0 at 0 bytes 4> to <result 0 at 0 bytes 4>
func.func @same_constant() -> tensor<2x2xi8> {
  %0 = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  return %0 : tensor<2x2xi8>
}

func.func private @work(%a: tensor<16xi8>) -> tensor<16xi8> attributes {program.kernel} {
  return %a : tensor<16xi8>
}
func.func private @spread(%a: tensor<i8>) -> tensor<16xi8> attributes {program.kernel} {
  %0 = tensor.empty() : tensor<16xi8>
  return %0 : tensor<16xi8>
}
