// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Register tiles of f32 contractions whose accumulators stay in registers over all
// of the reduction. Knows nothing of IR.
#ifndef IREE_COMPILER_KERNEL_FLOATTILES_H_
#define IREE_COMPILER_KERNEL_FLOATTILES_H_

#include "compiler/Target/KernelShapes.h"

namespace iree_compiler {

/// The `full` tile where a result of `rows` x `columns` elements has room for it, else
/// the one that computes the result with the fewest instructions in the registers
/// that `full` takes: its accumulators and one row of operands, `lanes` f32 each.
/// Columns of the tile divide those of the result; so do its rows unless some
/// `mayBeLeft`.
RegisterTile chooseFloatTile(const RegisterTile &full, int64_t lanes, int64_t rows, int64_t columns,
                             bool mayBeLeft);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_FLOATTILES_H_
