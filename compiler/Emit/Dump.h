// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files for people, besides the output.
#ifndef IREE_COMPILER_EMIT_DUMP_H_
#define IREE_COMPILER_EMIT_DUMP_H_

#include "compiler/Options.h"
#include "mlir/IR/BuiltinOps.h"

namespace iree_compiler {

/// Name of the kernel library, a C identifier: the prefix given, else the name
/// of the source module, of the static library's file or of the output file.
std::string kernelLibraryName(mlir::ModuleOp module, const Options &options);

/// Writes a file into `directory`, which is created; nothing if that is empty.
/// Errors are reported at `module`.
mlir::LogicalResult dumpFile(mlir::ModuleOp module, llvm::StringRef directory,
                             const llvm::Twine &name, llvm::StringRef bytes);

/// Writes the kernels of a scheduled module, which are linalg on tensors, to
/// options.dump.sources.
mlir::LogicalResult dumpSources(mlir::ModuleOp module, const Options &options);

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_DUMP_H_
