// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_EMIT_VMVXIMAGE_H_
#define IREE_COMPILER_EMIT_VMVXIMAGE_H_

#include "compiler/Emit/KernelCodegen.h"

namespace iree_compiler {

/// Writes the image of kernels as bytecode (docs/module-format.md). `kernels`
/// is an encoded module for VMVX whose kernels in ordinal order are `names`.
KernelLibrary buildVmvxImage(mlir::ModuleOp kernels, llvm::ArrayRef<llvm::StringRef> names);

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_VMVXIMAGE_H_
