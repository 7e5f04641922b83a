// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Output files appear whole or not at all.
#ifndef IREE_COMPILER_EMIT_OUTPUT_H_
#define IREE_COMPILER_EMIT_OUTPUT_H_

#include "mlir/IR/BuiltinOps.h"

namespace iree_compiler {

/// Writes `bytes` to `path` through a temporary file beside it; "-" is standard
/// output. Errors are reported at `module`.
mlir::LogicalResult writeFile(mlir::ModuleOp module, llvm::StringRef path, llvm::StringRef bytes);

/// Removes what writeFile wrote; after a failure there is no output. Does
/// nothing to what is no regular file.
void removeFile(llvm::StringRef path);

/// Writes the module as MLIR text.
mlir::LogicalResult writeText(mlir::ModuleOp module, llvm::StringRef path);

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_OUTPUT_H_
