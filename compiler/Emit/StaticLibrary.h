// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels as files to link into an application.
#ifndef IREE_COMPILER_EMIT_STATICLIBRARY_H_
#define IREE_COMPILER_EMIT_STATICLIBRARY_H_

#include "mlir/IR/BuiltinOps.h"

namespace iree_compiler {

/// What an application sets aside for a module, in bytes.
struct MemoryFigures {
  uint64_t arenaBytes = 0;      ///< without what dynamic shapes need at run time
  uint64_t stateBytes = 0;      ///< variables
  uint64_t memoryBytes = 0;     ///< all in one block, runtime objects included
  uint64_t stackBytes = 0;      ///< of the deepest kernel
  uint64_t constantBytes = 0;   ///< in the module
  uint64_t kernelCodeBytes = 0; ///< of all kernels: code, tables and what they call
};

/// Writes `object` to `path`, as an archive if that ends in .a. Errors are
/// reported at `module`.
mlir::LogicalResult writeKernelObject(mlir::ModuleOp module, llvm::StringRef path,
                                      llvm::StringRef prefix, llvm::StringRef object);

/// The same, and beside it a C header (same name, .h) that declares
/// `<prefix>_library_query` and has the figures as macros: <PREFIX>_ARENA_BYTES
/// and so on.
mlir::LogicalResult writeStaticLibrary(mlir::ModuleOp module, llvm::StringRef path,
                                       llvm::StringRef prefix, llvm::StringRef object,
                                       const MemoryFigures &figures);

/// Removes what writeStaticLibrary wrote: after a failure there is no output.
void removeStaticLibrary(llvm::StringRef path);

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_STATICLIBRARY_H_
