// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_KERNEL_JOINUNITS_H_
#define IREE_COMPILER_KERNEL_JOINUNITS_H_

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace iree_compiler {

/// Makes one unit of work of a kernel whose units are not independent: it always
/// performs its whole range.
void joinUnits(mlir::func::FuncOp kernel);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_JOINUNITS_H_
