// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions that C source defines for itself where an instruction is no
// expression of C, or one whose result C leaves open.
#ifndef IREE_COMPILER_EMIT_CHELPERS_H_
#define IREE_COMPILER_EMIT_CHELPERS_H_

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace iree_compiler {

/// Names of all helpers.
std::vector<llvm::StringRef> cHelperNames();

/// Definitions of the helpers that `text` calls, and of those that they call.
std::string cHelpersFor(llvm::StringRef text);

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_CHELPERS_H_
