// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The compiler as a function, for programs that it is linked into.
#ifndef IREE_COMPILER_INPROCESS_H_
#define IREE_COMPILER_INPROCESS_H_

#include "compiler/Options.h"
#include "mlir/Support/LLVM.h"

namespace iree_compiler {

/// Compiles a source, MLIR or a .tflite model, to the bytes of a module file.
/// `name` stands for the source in `messages`, which are iree-compile's. Paths
/// and stages in `options` do not count. One compilation runs at a time; others
/// wait. Uses a temporary directory, as linking does.
mlir::FailureOr<std::string> compileInProcess(llvm::StringRef source, llvm::StringRef name,
                                              Options options, std::string &messages);

} // namespace iree_compiler

#endif // IREE_COMPILER_INPROCESS_H_
