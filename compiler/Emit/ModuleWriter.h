// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes module files (schemas/module.fbs). Mirrors the runtime's reader,
// runtime/src/vm.
#ifndef IREE_COMPILER_EMIT_MODULEWRITER_H_
#define IREE_COMPILER_EMIT_MODULEWRITER_H_

#include "compiler/Options.h"
#include "compiler/Target/Target.h"
#include "mlir/IR/BuiltinOps.h"

#include <functional>

namespace iree_compiler {

/// What a report on a module is made of.
struct ModuleFacts {
  std::string file; ///< the module file
  /// Locations in the model of a function's dispatches, in their order.
  std::vector<std::vector<std::string>> dispatchLayers;
  uint64_t staticLibraryBytes = 0; ///< code and constants beside the module; 0: none
};

/// The text for options.memoryReportPath; on failure returns false and fills `error`.
using MemoryReporter =
    std::function<bool(const ModuleFacts &facts, std::string &text, std::string &error)>;

/// Compiles the kernels of an encoded program (the Program stage's output) and
/// writes the module file to options.outputPath, after the static library and
/// the report when they are asked for. `reporter` may be empty without a report.
mlir::LogicalResult writeModule(mlir::ModuleOp module, const Target &target, const Options &options,
                                const MemoryReporter &reporter);

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_MODULEWRITER_H_
