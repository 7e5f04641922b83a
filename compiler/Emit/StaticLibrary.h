// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels as files to link into an application.
#ifndef IREE_COMPILER_EMIT_STATICLIBRARY_H_
#define IREE_COMPILER_EMIT_STATICLIBRARY_H_

#include "mlir/IR/BuiltinOps.h"

namespace iree_compiler {

/// Writes `object` to `path`, as an archive if that ends in .a, and beside it a
/// C header (same name, .h) that declares `<prefix>_library_query`. Errors are
/// reported at `module`.
mlir::LogicalResult writeStaticLibrary(mlir::ModuleOp module, llvm::StringRef path,
                                       llvm::StringRef prefix, llvm::StringRef object);

/// Removes what writeStaticLibrary wrote: after a failure there is no output.
void removeStaticLibrary(llvm::StringRef path);

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_STATICLIBRARY_H_
