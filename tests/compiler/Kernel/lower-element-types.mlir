// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --pass-pipeline='builtin.module(func.func(iree-lower-element-types))' | FileCheck %s

// Every result is rounded, as if there were an instruction.
// CHECK-LABEL: func.func @half
// CHECK-SAME:    (%[[X:.*]]: f16, %[[Y:.*]]: f16)
// CHECK-DAG:     %[[A:.*]] = arith.extf %[[X]] : f16 to f32
// CHECK-DAG:     %[[B:.*]] = arith.extf %[[Y]] : f16 to f32
// CHECK:         %[[P:.*]] = arith.mulf %[[A]], %[[B]] : f32
// CHECK:         %[[R:.*]] = arith.truncf %[[P]] : f32 to f16
// CHECK:         arith.extf %[[R]] : f16 to f32
// CHECK:         %[[S:.*]] = arith.addf %{{.*}} : f32
// CHECK:         arith.truncf %[[S]] : f32 to f16
func.func @half(%a: f16, %b: f16) -> f16 {
  %0 = arith.mulf %a, %b : f16
  %1 = arith.addf %0, %b : f16
  return %1 : f16
}

// CHECK-LABEL: func.func @function
// CHECK:         %[[WIDE:.*]] = arith.extf %{{.*}} : bf16 to f32
// CHECK:         %[[EXP:.*]] = math.exp %[[WIDE]] : f32
// CHECK:         arith.truncf %[[EXP]] : f32 to bf16
func.func @function(%a: bf16) -> bf16 {
  %0 = math.exp %a : bf16
  return %0 : bf16
}

// Through f32 that is rounded to odd.
// CHECK-LABEL: func.func @double
// CHECK:         %[[NEAREST:.*]] = arith.truncf %{{.*}} : f64 to f32
// CHECK:         arith.cmpf one
// CHECK:         %[[ODD:.*]] = arith.bitcast %{{.*}} : i32 to f32
// CHECK:         arith.truncf %[[ODD]] : f32 to f16
func.func @double(%a: f64) -> f16 {
  %0 = arith.truncf %a : f64 to f16
  return %0 : f16
}

// CHECK-LABEL: func.func @single
// CHECK-NEXT:    arith.mulf %{{.*}} : f32
// CHECK-NEXT:    math.exp %{{.*}} : f32
func.func @single(%a: f32) -> f32 {
  %0 = arith.mulf %a, %a : f32
  %1 = math.exp %0 : f32
  return %1 : f32
}
