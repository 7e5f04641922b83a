// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which values the integer tensors of a function can take, for each channel:
// the index of a tensor's last dimension.
#ifndef IREE_COMPILER_TENSOR_CHANNELRANGES_H_
#define IREE_COMPILER_TENSOR_CHANNELRANGES_H_

#include "compiler/Tensor/ScalarBody.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace iree_compiler {

using Channels = llvm::SmallVector<Interval, 0>;

/// The range of each channel of a constant.
Channels constantRanges(mlir::DenseElementsAttr values);

/// Ranges of all tensors of a function, from those of its arguments' types.
class ChannelRanges {
public:
  explicit ChannelRanges(mlir::func::FuncOp function);

  /// One range for each channel, valid also where nothing is known. Empty for
  /// what is no tensor of integers.
  const Channels &of(mlir::Value value) const;

  /// Ranges of the operands of an elementwise operation for one channel of its
  /// results.
  llvm::SmallVector<Interval> operandRanges(mlir::linalg::GenericOp op, int64_t channel) const;

private:
  Channels compute(mlir::Value value) const;
  Channels computeElementwise(mlir::linalg::GenericOp op, unsigned result) const;
  std::optional<Channels> computeReduction(mlir::linalg::GenericOp op) const;

  llvm::DenseMap<mlir::Value, Channels> ranges;
  Channels none;
};

} // namespace iree_compiler

#endif // IREE_COMPILER_TENSOR_CHANNELRANGES_H_
