// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Copies of known length as loads and stores of vectors, in place of calls of memcpy.
#ifndef IREE_COMPILER_KERNEL_VECTORCOPIES_H_
#define IREE_COMPILER_KERNEL_VECTORCOPIES_H_

#include "compiler/Target/Target.h"
#include "mlir/IR/PatternMatch.h"

namespace iree_compiler {

/// On targets with groups of vector registers that take elements at any address,
/// memref.copy of i8 without gaps becomes a few vectors, if it is not too long.
void populateVectorCopyPatterns(mlir::RewritePatternSet &patterns, const Target &target);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_VECTORCOPIES_H_
