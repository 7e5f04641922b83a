// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An entry function as StripePlan sees it: layers, and the rows that they read.
// Rows are dimension 1 of a tensor whose dimension 0 is 1, as in 1xHxWxC.
#ifndef IREE_COMPILER_TENSOR_ROWLAYERS_H_
#define IREE_COMPILER_TENSOR_ROWLAYERS_H_

#include "compiler/Tensor/StripePlan.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace iree_compiler {

/// The dimension of tensors that stripes cut.
inline constexpr unsigned kRowDim = 1;

/// The part of an operand that iterations [a, b) of a loop read: [a * stride,
/// (b - 1) * stride + window) of dimension `dim`.
struct LoopAccess {
  unsigned dim = 0;
  int64_t stride = 1;
  int64_t window = 1;
};

/// How `operand` depends on `loop`: nothing if not at all, failure if not like
/// LoopAccess.
mlir::FailureOr<std::optional<LoopAccess>> loopAccess(mlir::linalg::LinalgOp op,
                                                      mlir::OpOperand &operand, unsigned loop);

/// The loop that goes over dimension `dim` of the result, with nothing else; or
/// nothing.
std::optional<unsigned> resultLoop(mlir::linalg::LinalgOp op, unsigned dim);

/// Values that are computed again wherever a part of them is read: empty
/// tensors, fills, pads by a constant, and what follows from constants alone.
bool isRepeatedInStripes(mlir::Operation *op);

/// What one kernel computes.
struct LayerOps {
  mlir::Operation *result = nullptr;   ///< computes the layer's result; null for an argument
  mlir::linalg::LinalgOp core;         ///< the convolution or reduction that `result` follows
  std::optional<unsigned> accumulated; ///< the loop of the core, or of `result`, over summed rows
};

struct RowLayers {
  Network network;
  std::vector<LayerOps> ops;                     ///< of each layer of the network
  llvm::DenseMap<mlir::Value, uint32_t> layerOf; ///< results, arguments, and reshapes of these
};

/// Reads an entry function, whose tensors all have static shapes.
RowLayers collectRowLayers(mlir::func::FuncOp entry);

} // namespace iree_compiler

#endif // IREE_COMPILER_TENSOR_ROWLAYERS_H_
