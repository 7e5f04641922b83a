// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/Output.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

/// Pipes and devices cannot be replaced by a finished file; they are written to.
static std::error_code writeStream(StringRef path, StringRef bytes) {
  std::error_code error;
  llvm::raw_fd_ostream stream(path, error);
  if (error)
    return error;
  stream << bytes;
  stream.flush();
  error = stream.error();
  stream.clear_error();
  return error;
}

LogicalResult iree_compiler::writeFile(ModuleOp module, StringRef path, StringRef bytes) {
  llvm::sys::fs::file_status status;
  bool isFile = path != "-" &&
                (llvm::sys::fs::status(path, status) || llvm::sys::fs::is_regular_file(status));
  if (!isFile) {
    if (std::error_code error = writeStream(path, bytes))
      return module.emitError() << "cannot write '" << path << "': " << error.message();
    return success();
  }
  llvm::Error error = llvm::writeToOutput(path, [&](llvm::raw_ostream &stream) {
    stream << bytes;
    return llvm::Error::success();
  });
  if (error)
    return module.emitError() << "cannot write " << llvm::toString(std::move(error));
  return success();
}

void iree_compiler::removeFile(StringRef path) {
  if (!llvm::sys::fs::is_regular_file(path))
    return;
  if (std::error_code error = llvm::sys::fs::remove(path))
    llvm::errs() << "cannot remove '" << path << "': " << error.message() << "\n";
}

LogicalResult iree_compiler::writeText(ModuleOp module, StringRef path) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->print(stream);
  stream << "\n";
  return writeFile(module, path, text);
}
