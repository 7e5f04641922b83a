// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/InProcess.h"

#include "compiler/Input/TFLite/Import.h"
#include "compiler/Pipeline.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"
#include <mutex>

using namespace mlir;
using namespace iree_compiler;

namespace {

/// A file in a directory of its own, gone with this object.
class TemporaryFile {
public:
  explicit TemporaryFile(StringRef name) {
    error = llvm::sys::fs::createUniqueDirectory("iree-compile", directory);
    path = directory;
    llvm::sys::path::append(path, name);
  }
  ~TemporaryFile() {
    if (!error)
      error = llvm::sys::fs::remove_directories(directory); // nobody to tell
  }
  TemporaryFile(const TemporaryFile &) = delete;
  TemporaryFile &operator=(const TemporaryFile &) = delete;

  std::error_code error;
  llvm::SmallString<128> path;

private:
  llvm::SmallString<128> directory;
};

LogicalResult compileModel(StringRef source, StringRef name, MLIRContext &context,
                           const Options &options, const Target &target,
                           llvm::raw_ostream &messages) {
  ScopedDiagnosticHandler diagnostics(&context, [&](Diagnostic &diagnostic) {
    tflite::printDiagnostic(messages, name, diagnostic);
  });
  tflite::ImportOptions importOptions;
  importOptions.singleRounding = options.tfliteSingleRounding;
  OwningOpRef<ModuleOp> module = tflite::importModel(source, name, context, importOptions);
  return success(module && succeeded(compile(*module, options, target)));
}

LogicalResult compileMLIR(StringRef source, StringRef name, MLIRContext &context,
                          const Options &options, const Target &target,
                          llvm::raw_ostream &messages) {
  auto sources = std::make_shared<llvm::SourceMgr>();
  // Copied: the parser wants a NUL behind the text.
  sources->AddNewSourceBuffer(llvm::MemoryBuffer::getMemBufferCopy(source, name), llvm::SMLoc());
  SourceMgrDiagnosticHandler diagnostics(*sources, &context, messages);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, &context);
  return success(module && succeeded(compile(*module, options, target)));
}

} // namespace

FailureOr<std::string> iree_compiler::compileInProcess(StringRef source, StringRef name,
                                                       Options options, std::string &messages) {
  // lld has global state.
  static std::mutex mutex;
  std::lock_guard<std::mutex> lock(mutex);
  // The pass manager reads these; here they keep their defaults.
  registerPassManagerCLOptions();

  llvm::raw_string_ostream stream(messages);
  // The library in the module is named after the file.
  TemporaryFile output("module.vmfb");
  Target target;
  std::string error;
  if (output.error) {
    stream << name << ": cannot create a temporary directory: " << output.error.message();
    return failure();
  }
  if (!Target::resolve(options.target, target, error)) {
    stream << name << ": " << error;
    return failure();
  }
  options.outputPath = output.path.str();
  options.compileFrom = Stage::Start;
  options.compileTo = Stage::End;
  options.outputFormat = OutputFormat::Bytecode;

  DialectRegistry registry;
  registerDialects(registry);
  MLIRContext context(registry);
  context.allowUnregisteredDialects(); // reported by the Input stage
  context.printOpOnDiagnostic(false);
  auto compileSource = tflite::isModel(source, name) ? compileModel : compileMLIR;
  if (failed(compileSource(source, name, context, options, target, stream)))
    return failure();
  auto file = llvm::MemoryBuffer::getFile(output.path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  if (!file) {
    stream << name << ": cannot read the module back: " << file.getError().message();
    return failure();
  }
  return (*file)->getBuffer().str();
}
