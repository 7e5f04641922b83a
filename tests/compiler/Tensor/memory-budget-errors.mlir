// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: not %iree-compile %s --iree-memory-budget=0 -o %t 2>&1 | FileCheck %s --check-prefix=ZERO
// RUN: not %iree-compile %s --iree-memory-budget=-5 -o %t 2>&1 | FileCheck %s --check-prefix=NUMBER
// RUN: not %iree-compile %s --iree-memory-budget=9 --iree-stream-partitioning-favor=debug -o %t 2>&1 | FileCheck %s --check-prefix=FAVOR
// RUN: not %iree-compile %s --iree-memory-budget=9 --compile-from=tensor -o %t 2>&1 | FileCheck %s --check-prefix=LATE
// RUN: not %iree-compile %s --iree-memory-budget=9 -o %t 2>&1 | FileCheck %s --check-prefix=SMALL
// RUN: %iree-compile %s --iree-memory-budget=64 -o %t 2>&1 | FileCheck %s --check-prefix=ROOM --allow-empty
// RUN: %iree-run-module --module=%t --function=sum --input="4xi32=1 2 3 4" --expected_output="1xi32=10"

// ZERO:   --iree-memory-budget is a number of bytes, at least 1
// NUMBER: for the --iree-memory-budget option: '-5' value invalid
// FAVOR:  --iree-memory-budget needs --iree-stream-partitioning-favor=min-peak-memory
// LATE:   --iree-memory-budget needs a source that has not passed the Tensor stage yet

// The result of four bytes takes more than 3, however it is aligned.
// SMALL:  memory-budget-errors.mlir:[[@LINE+4]]:1: error: no schedule was found for '@sum' with an arena of at most 9 bytes (--iree-memory-budget); the smallest takes 16
// SMALL:  note: while {{.*}} is computed, these are in use: 4 bytes of

// ROOM-NOT: stripes
func.func @sum(%x: tensor<4xi32>) -> tensor<1xi32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<i32>
  %f = linalg.fill ins(%zero : i32) outs(%e : tensor<i32>) -> tensor<i32>
  %s = linalg.reduce { arith.addi } ins(%x : tensor<4xi32>) outs(%f : tensor<i32>) dimensions = [0]
  %r = tensor.expand_shape %s [] output_shape [1] : tensor<i32> into tensor<1xi32>
  return %r : tensor<1xi32>
}
