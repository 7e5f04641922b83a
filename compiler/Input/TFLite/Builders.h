// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// IR that several operators are made of.
#ifndef IREE_COMPILER_INPUT_TFLITE_BUILDERS_H_
#define IREE_COMPILER_INPUT_TFLITE_BUILDERS_H_

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace iree_compiler::tflite {

/// Computes one element of a result from one of each operand.
using ElementFunction =
    llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &, mlir::ValueRange)>;

/// A linalg.generic without reductions. Operands are broadcast to `type` as
/// numpy does: aligned at the last dimension, extents 1 repeat.
mlir::Value elementwise(mlir::ImplicitLocOpBuilder &b, mlir::ValueRange operands,
                        mlir::RankedTensorType type, ElementFunction body);

/// Combines all elements along `dimensions` (ascending), which the result does
/// not have: body(element, accumulator), beginning with the scalar `initial`.
mlir::Value reduce(mlir::ImplicitLocOpBuilder &b, mlir::Value operand,
                   llvm::ArrayRef<int64_t> dimensions, mlir::Value initial, ElementFunction body);

/// Every i8 x becomes table[x + 128].
mlir::Value mapBytes(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                     llvm::ArrayRef<int64_t> table);

/// Element `index`, a scalar of index type, of a constant vector.
mlir::Value lookUp(mlir::ImplicitLocOpBuilder &b, mlir::Value table, mlir::Value index);

/// True if a tensor of shape `from` broadcasts to `to`.
bool broadcastsTo(llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to);

/// An integer or float constant.
mlir::Value constantScalar(mlir::ImplicitLocOpBuilder &b, mlir::Type type, int64_t value);
mlir::Value constantFloat(mlir::ImplicitLocOpBuilder &b, mlir::Type type, double value);
/// A dense tensor of integers of `element`'s type.
mlir::Value constantTensor(mlir::ImplicitLocOpBuilder &b, llvm::ArrayRef<int64_t> shape,
                           mlir::Type element, llvm::ArrayRef<int64_t> values);

/// A tensor whose elements all are `scalar`.
mlir::Value splat(mlir::ImplicitLocOpBuilder &b, llvm::ArrayRef<int64_t> shape, mlir::Value scalar);

/// The same elements in another shape.
mlir::Value reshape(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                    llvm::ArrayRef<int64_t> shape);

/// Dimension i of the result is dimension permutation[i] of `value`; of a
/// constant another constant.
mlir::Value transpose(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                      llvm::ArrayRef<int64_t> permutation);

/// A constant with the given dimensions in reverse.
mlir::DenseElementsAttr reverse(mlir::DenseElementsAttr constant,
                                llvm::ArrayRef<int64_t> dimensions);

/// Adds elements `padding` around `value`; the value itself if there are none.
mlir::Value pad(mlir::ImplicitLocOpBuilder &b, mlir::Value value, llvm::ArrayRef<int64_t> low,
                llvm::ArrayRef<int64_t> high, mlir::Value padding);

/// Clamps a scalar between constants, signed or float.
mlir::Value clampInteger(mlir::ImplicitLocOpBuilder &b, mlir::Value value, int64_t low,
                         int64_t high);
mlir::Value clampFloat(mlir::ImplicitLocOpBuilder &b, mlir::Value value, double low, double high);

} // namespace iree_compiler::tflite

#endif // IREE_COMPILER_INPUT_TFLITE_BUILDERS_H_
