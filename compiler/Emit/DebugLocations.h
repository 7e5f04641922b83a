// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_EMIT_DEBUGLOCATIONS_H_
#define IREE_COMPILER_EMIT_DEBUGLOCATIONS_H_

#include "mlir/IR/BuiltinOps.h"

namespace iree_compiler {

/// Gives LLVM functions line tables that lead to the model. A location that
/// names a layer and no file becomes line 1 of a file of the layer's name; of
/// several merged ones the first counts, since a line table holds one.
void addDebugLocations(mlir::ModuleOp kernels);

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_DEBUGLOCATIONS_H_
