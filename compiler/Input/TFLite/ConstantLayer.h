// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Matrix products within recurrent operators: values of one or more steps by
// constant weights.
#ifndef IREE_COMPILER_INPUT_TFLITE_CONSTANTLAYER_H_
#define IREE_COMPILER_INPUT_TFLITE_CONSTANTLAYER_H_

#include "compiler/Input/TFLite/OpImporter.h"

namespace iree_compiler::tflite {

class ConstantLayer {
public:
  /// Operand `weights` is channels x depth and `bias`, if there is one, channels
  /// long; both have to be known now. The input's zero point becomes part of the
  /// bias.
  static mlir::FailureOr<ConstantLayer> read(OpImporter &op, unsigned weights,
                                             std::optional<unsigned> bias, int64_t channels,
                                             int64_t depth, int64_t inputZeroPoint);

  /// Sums of rows x depth: rows x channels, of f32 or i32.
  mlir::Value apply(mlir::ImplicitLocOpBuilder &b, mlir::Value rows) const;

private:
  mlir::Value weights; ///< depth x channels
  mlir::Value bias;
};

} // namespace iree_compiler::tflite

#endif // IREE_COMPILER_INPUT_TFLITE_CONSTANTLAYER_H_
