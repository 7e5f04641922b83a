// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes module files (schemas/module.fbs). Mirrors the runtime's reader,
// runtime/src/vm.
#ifndef IREE_COMPILER_EMIT_MODULEWRITER_H_
#define IREE_COMPILER_EMIT_MODULEWRITER_H_

#include "compiler/Options.h"
#include "compiler/Target/Target.h"
#include "mlir/IR/BuiltinOps.h"

namespace iree_compiler {

/// Compiles the kernels of an encoded program (the Program stage's output) and
/// writes the module file to options.outputPath, after the static
/// library when one is asked for.
mlir::LogicalResult writeModule(mlir::ModuleOp module, const Target &target,
                                const Options &options);

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_MODULEWRITER_H_
