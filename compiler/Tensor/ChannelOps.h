// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What operations do along channels: the index of a tensor's last dimension.
#ifndef IREE_COMPILER_TENSOR_CHANNELOPS_H_
#define IREE_COMPILER_TENSOR_CHANNELOPS_H_

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include <optional>

namespace iree_compiler {

/// Number of channels of a tensor type; 1 for rank 0.
int64_t channelCount(mlir::Type type);

/// The loop that numbers the channels of an operand, if a single loop does.
std::optional<unsigned> channelLoop(mlir::linalg::LinalgOp op, mlir::OpOperand *operand);

/// A convolution or contraction of integers with constant weights: each output
/// channel is its initial value plus a sum of products of weights and inputs.
struct WeightedSum {
  mlir::OpOperand *input = nullptr, *init = nullptr;
  mlir::OpOperand *weightsOperand = nullptr;
  mlir::DenseIntElementsAttr weights;
  unsigned outputDim = 0; ///< of the weights: numbers output channels
  unsigned inputDim = 0;  ///< of the weights: numbers input channels

  /// Each output channel reads the input channel of its number only.
  bool isDepthwise() const { return outputDim == inputDim; }

  /// Calls `visit(outputChannel, inputChannel, weight)` for every weight.
  void forEachWeight(llvm::function_ref<void(int64_t, int64_t, int64_t)> visit) const;
};
std::optional<WeightedSum> matchWeightedSum(mlir::linalg::LinalgOp op);

/// Sum or maximum over windows of the image, channel by channel.
struct Pooling {
  mlir::OpOperand *input = nullptr, *init = nullptr;
  int64_t windowElements = 0;
  bool isMaximum = false;
};
std::optional<Pooling> matchPooling(mlir::linalg::LinalgOp op);

/// The elements of `values` whose index along `dim` is one of `indices`.
mlir::DenseElementsAttr slice(mlir::DenseElementsAttr values, unsigned dim,
                              llvm::ArrayRef<int64_t> indices);

/// A tensor of integers with the same values at every position: values[c], which
/// wraps to the element type, in channel c.
mlir::Value broadcastChannels(mlir::OpBuilder &builder, mlir::Location loc,
                              llvm::ArrayRef<int64_t> values, mlir::RankedTensorType type);

} // namespace iree_compiler

#endif // IREE_COMPILER_TENSOR_CHANNELOPS_H_
