// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The bytes of a module's constants and variables.
#ifndef IREE_COMPILER_EMIT_SEGMENTS_H_
#define IREE_COMPILER_EMIT_SEGMENTS_H_

#include "compiler/Program/Encoding.h"

namespace iree_compiler {

/// All constants, at their constantOffsets.
std::string constantSegment(mlir::ModuleOp module);

/// The initial values of variables, as they lie in the state; zeros follow.
std::string stateValues(mlir::ModuleOp module, const StateLayout &layout);

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_SEGMENTS_H_
