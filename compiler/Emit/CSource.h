// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A module as C source and a header, for applications without the runtime: they
// link the kernels as a static library.
#ifndef IREE_COMPILER_EMIT_CSOURCE_H_
#define IREE_COMPILER_EMIT_CSOURCE_H_

#include "compiler/Emit/CNames.h"
#include "compiler/Emit/KernelCodegen.h"

namespace iree_compiler {

/// Writes an encoded program (the Program stage's output) to `path`, which ends
/// in .c, and the header beside it. `library` holds the kernels under
/// `names.kernels`. Errors are reported at `module`.
mlir::LogicalResult writeCSource(mlir::ModuleOp module, const CNames &names,
                                 const KernelLibrary &library, const Target &target,
                                 llvm::StringRef path);

/// Removes what writeCSource wrote: after a failure there is no output.
void removeCSource(llvm::StringRef path);

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_CSOURCE_H_
