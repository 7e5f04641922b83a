// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/Output.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

LogicalResult iree_compiler::writeFile(ModuleOp module, StringRef path, StringRef bytes) {
  if (path == "-") {
    llvm::outs() << bytes;
    llvm::outs().flush();
    return success();
  }
  llvm::Error error = llvm::writeToOutput(path, [&](llvm::raw_ostream &stream) {
    stream << bytes;
    return llvm::Error::success();
  });
  if (error)
    return module.emitError() << "cannot write '" << path
                              << "': " << llvm::toString(std::move(error));
  return success();
}

LogicalResult iree_compiler::writeText(ModuleOp module, StringRef path) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->print(stream);
  stream << "\n";
  return writeFile(module, path, text);
}
