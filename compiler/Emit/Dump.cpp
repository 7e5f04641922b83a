// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/Dump.h"

#include "compiler/Dialect/Program/Program.h"
#include "compiler/Emit/Output.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace iree_compiler;

std::string iree_compiler::kernelLibraryName(ModuleOp module, const Options &options) {
  StringRef path = "module";
  if (options.libraryForm == LibraryForm::StaticLibrary)
    path = options.staticLibraryPath;
  else if (options.outputPath != "-")
    path = options.outputPath;
  std::string name = options.staticLibraryPrefix;
  if (name.empty())
    name = module.getSymName() ? module.getSymName()->str() : llvm::sys::path::stem(path).str();
  for (char &c : name)
    if (!llvm::isAlnum(c))
      c = '_';
  return name.empty() || llvm::isDigit(name.front()) ? "_" + name : name;
}

LogicalResult iree_compiler::dumpFile(ModuleOp module, StringRef directory, const Twine &name,
                                      StringRef bytes) {
  if (directory.empty())
    return success();
  if (std::error_code error = llvm::sys::fs::create_directories(directory))
    return module.emitError() << "cannot create directory '" << directory
                              << "': " << error.message();
  llvm::SmallString<128> path(directory);
  llvm::sys::path::append(path, name);
  return writeFile(module, path, bytes);
}

LogicalResult iree_compiler::dumpSources(ModuleOp module, const Options &options) {
  auto kernels = module.lookupSymbol<ModuleOp>(program::kKernelsModuleName);
  if (options.dump.sources.empty() || !kernels)
    return success();
  std::string text;
  llvm::raw_string_ostream stream(text);
  kernels->print(stream);
  stream << "\n";
  return dumpFile(module, options.dump.sources, kernelLibraryName(module, options) + ".mlir", text);
}
