// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %iree-opt %s --iree-encode-kernels | FileCheck %s

module {
  module @kernels attributes {program.backend = "vmvx"} {
    // range r0, r1: 0x1B | 0 << 8 | 1 << 16. store.i32 r0, base 0, r1 at byte 8:
    // 0x35 | 0 << 8 | 0 << 16 | 1 << 24, 8. return: 0.
    // CHECK-LABEL: func.func @range
    // CHECK-SAME:    program.alignments = array<i32: 4>
    // CHECK-SAME:    program.blocks = array<i32>
    // CHECK-SAME:    program.needs = 0 : i32
    // CHECK-SAME:    program.registers = array<i32: 0, 0>
    // CHECK-SAME:    program.words = array<i32: 65563, 16777269, 8, 0>
    func.func @range() attributes {program.bindings = 1 : i64, program.kernel} {
      %begin, %end = program.range
      program.store %begin to <binding 0 at 8 bytes 4> [%end] : index
      return
    }

    // const.i32 r0 = 0; load.f16 r1 (f32), base 1, r0 at 4; mul.f32 r1 = r1 * r1;
    // round.f16 r1; round.bf16 r1; store.bf16 r1, base 0, r0. f32 is bit 0 of the needs.
    // CHECK-LABEL: func.func @half
    // CHECK-SAME:    program.alignments = array<i32: 2, 2>
    // CHECK-SAME:    program.needs = 1 : i32
    // CHECK-SAME:    program.registers = array<i32: 0, 2>
    // CHECK-SAME:    program.words = array<i32: 20, 0, 65831, 4, 16843138, 65936, 65937, 312, 0, 0>
    func.func @half() attributes {program.bindings = 2 : i64, program.kernel} {
      %x = program.load <binding 1 at 4 bytes 2> : f16
      %y = arith.mulf %x, %x : f16
      %z = arith.extf %y : f16 to f32
      %w = arith.truncf %z : f32 to bf16
      program.store %w to <binding 0 at 0 bytes 2> : bf16
      return
    }

    // Branches name blocks by their ordinal in the table of offsets.
    // CHECK-LABEL: func.func @branches
    // CHECK-SAME:    program.blocks = array<i32: [[THEN:[0-9]+]], [[ELSE:[0-9]+]]>
    func.func @branches() attributes {program.bindings = 1 : i64, program.kernel} {
      %x = program.load <binding 0 at 0 bytes 1> : i1
      cf.cond_br %x, ^then, ^else
    ^then:
      return
    ^else:
      program.fail 3 "no"
    }

    // exp needs math functions (4) beside f32.
    // CHECK-LABEL: func.func @math
    // CHECK-SAME:    program.needs = 5 : i32
    func.func @math() attributes {program.bindings = 1 : i64, program.kernel} {
      %x = program.load <binding 0 at 0 bytes 4> : f32
      %y = math.exp %x : f32
      program.store %y to <binding 0 at 0 bytes 4> : f32
      return
    }

    // sqrt is always there.
    // CHECK-LABEL: func.func @exact
    // CHECK-SAME:    program.needs = 1 : i32
    func.func @exact() attributes {program.bindings = 1 : i64, program.kernel} {
      %x = program.load <binding 0 at 0 bytes 4> : f32
      %y = math.sqrt %x : f32
      program.store %y to <binding 0 at 0 bytes 4> : f32
      return
    }

    // map: 0xE0 | add.i32 (64) << 8 | r << 16 | r << 24; types i8 (1), i32 (5), i8.
    // CHECK-LABEL: func.func @map
    // CHECK-SAME:    program.alignments = array<i32: 1, 4>
    // CHECK-SAME:    program.needs = 8 : i32
    // const.i32 r0 = 1, r1 = 8, r2 = 0; map of r0 times r1; operands at r2 with strides
    // r2 and r0.
    // CHECK-SAME:    program.words = array<i32: 20, 1, 276, 8, 532, 0, 16793824, 66817, 131584, 131585, 131584, 0>
    func.func @map() attributes {program.bindings = 2 : i64, program.kernel} {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c8 = arith.constant 8 : index
      program.map 64 [0, 1, 0] types [1, 5, 1] at %c0, %c0, %c0 strides %c0, %c1, %c0, %c1, %c0, %c1 loops %c1, %c8 : index, index, index
      return
    }
  }
}
