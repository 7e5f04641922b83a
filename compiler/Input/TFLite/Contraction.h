// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What convolutions and matrix products have in common: the accumulators'
// type, the bias they begin with, and the way from accumulators to results.
#ifndef IREE_COMPILER_INPUT_TFLITE_CONTRACTION_H_
#define IREE_COMPILER_INPUT_TFLITE_CONTRACTION_H_

#include "compiler/Input/TFLite/OpImporter.h"
#include "compiler/Input/TFLite/Window.h"

namespace iree_compiler::tflite {

/// The operands of an operator that multiplies an input with a filter and adds
/// a bias. Three kinds: float; quantised; and hybrid, a float input with a
/// quantised filter, whose scales are applied to the sums.
struct Contraction {
  OpImporter &op;
  unsigned input, filter, bias; ///< operand numbers; the bias may be left out
  int64_t channels;             ///< of the result, its last dimension
  unsigned filterAxis;          ///< of the filter: the dimension of channels

  bool isFloat() const;
  bool isHybrid() const;

  /// An error unless bias and quantization fit the shapes.
  mlir::LogicalResult check() const;

  /// f32, i32, or i64 for i16 inputs with such a bias.
  mlir::Type accumulatorType() const;

  /// Accumulators of this shape, which ends in the channels, before the sums:
  /// the bias if `biasShape` (shape's trailing dimensions) broadcasts, else 0.
  mlir::Value initial(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> biasShape) const;

  /// i32 scalars for linalg's quantised operations: zero points of both operands.
  mlir::SmallVector<mlir::Value> zeroPoints() const;
  /// True if linalg's operation has to subtract zero points.
  bool hasZeroPoints() const;

  /// What a padded input is filled with.
  mlir::Value padding() const;

  /// From accumulators, channels last, to the result with a fused activation.
  mlir::FailureOr<mlir::Value> finish(mlir::Value accumulators,
                                      schema::Activation activation) const;

private:
  mlir::FailureOr<llvm::SmallVector<double>> factors() const;
};

/// Emits one of linalg's convolutions, with zero points if there are some.
template <typename Quantised, typename Plain>
mlir::Value convolve(const Contraction &contraction, mlir::Value input, mlir::Value filter,
                     mlir::Value initial, const Window &window) {
  mlir::ImplicitLocOpBuilder &b = contraction.op.b;
  llvm::SmallVector<mlir::Value> operands = {input, filter};
  llvm::SmallVector<mlir::NamedAttribute> attributes = windowAttributes(b, window);
  mlir::Type types[] = {initial.getType()};
  if (!contraction.hasZeroPoints())
    return Plain::create(b, types, operands, mlir::ValueRange{initial}, attributes).getResult(0);
  llvm::append_range(operands, contraction.zeroPoints());
  return Quantised::create(b, types, operands, mlir::ValueRange{initial}, attributes).getResult(0);
}

/// A padded input by a filter of channels, height, width, inputs.
mlir::Value convolvePlain(const Contraction &contraction, mlir::Value input, mlir::Value filter,
                          const Window &window);

} // namespace iree_compiler::tflite

#endif // IREE_COMPILER_INPUT_TFLITE_CONTRACTION_H_
