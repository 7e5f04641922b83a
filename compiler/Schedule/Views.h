// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parts of tensors that programs use without a copy.
#ifndef IREE_COMPILER_SCHEDULE_VIEWS_H_
#define IREE_COMPILER_SCHEDULE_VIEWS_H_

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include <optional>

namespace iree_compiler {

/// Where a static slice that is contiguous in its source begins there, in bytes;
/// nothing for other slices.
std::optional<uint64_t> contiguousOffset(mlir::tensor::ExtractSliceOp slice);
std::optional<uint64_t> contiguousOffset(mlir::tensor::InsertSliceOp insert);

/// The parts of the tensor that a chain of insertions assembles, in ascending
/// order without gaps, if each is contiguous there and nothing else uses the
/// chain's tensors; else nothing. `last` is the chain's end.
llvm::SmallVector<mlir::tensor::InsertSliceOp> assembledParts(mlir::tensor::InsertSliceOp last);

} // namespace iree_compiler

#endif // IREE_COMPILER_SCHEDULE_VIEWS_H_
