// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/StaticLibrary.h"

#include "compiler/Emit/Output.h"

#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

std::string figureText(StringRef prefix, const MemoryFigures &figures) {
  const struct {
    const char *name;
    uint64_t bytes;
    const char *comment;
  } kFigures[] = {
      {"ARENA", figures.arenaBytes, "transients; dynamic shapes need more at run time"},
      {"STATE", figures.stateBytes, "variables"},
      {"MEMORY", figures.memoryBytes, "both and all runtime objects: IREE_MODULE_MEMORY_SIZE"},
      {"STACK", figures.stackBytes, "deepest kernel"},
      {"CONSTANT", figures.constantBytes, "in the module"},
      {"KERNEL_CODE", figures.kernelCodeBytes, "code and tables of this library"},
  };
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (const auto &figure : kFigures)
    stream << "#define " << prefix.upper() << "_" << figure.name << "_BYTES " << figure.bytes
           << "  // " << figure.comment << "\n";
  return text;
}

std::string headerText(StringRef prefix, const MemoryFigures &figures) {
  std::string guard = "IREE_STATIC_LIBRARY_" + prefix.upper() + "_H_";
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << "// Written by iree-compile. Kernels of '" << prefix << "': give\n"
         << "// " << prefix << "_library_query to iree_hal_static_library_loader_create.\n"
         << "#ifndef " << guard << "\n#define " << guard << "\n\n"
         << "#include \"schemas/kernel_abi.h\"\n\n"
         << figureText(prefix, figures) << "\n"
         << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
         << "const iree_kernel_library_t *" << prefix << "_library_query(\n"
         << "    uint32_t max_version, const iree_kernel_environment_t *environment);\n\n"
         << "#ifdef __cplusplus\n}\n#endif\n\n#endif  // " << guard << "\n";
  return text;
}

std::string headerPath(StringRef path) {
  llvm::SmallString<128> header(path);
  llvm::sys::path::replace_extension(header, ".h");
  return header.str().str();
}

/// An archive with one member, the object, and a symbol table.
FailureOr<std::string> archiveOf(ModuleOp module, StringRef object, StringRef memberName) {
  llvm::NewArchiveMember member(llvm::MemoryBufferRef(object, memberName));
  auto archive = llvm::writeArchiveToBuffer(member, llvm::SymtabWritingMode::NormalSymtab,
                                            llvm::object::Archive::K_GNU, /*Deterministic=*/true,
                                            /*Thin=*/false);
  if (!archive)
    return module.emitError() << "cannot write an archive: " << llvm::toString(archive.takeError());
  return (*archive)->getBuffer().str();
}

} // namespace

LogicalResult iree_compiler::writeKernelObject(ModuleOp module, StringRef path, StringRef prefix,
                                               StringRef object) {
  std::string bytes = object.str();
  if (path.ends_with(".a")) {
    std::string memberName = (prefix + ".o").str();
    FailureOr<std::string> archive = archiveOf(module, object, memberName);
    if (failed(archive))
      return failure();
    bytes = std::move(*archive);
  }
  return writeFile(module, path, bytes);
}

LogicalResult iree_compiler::writeStaticLibrary(ModuleOp module, StringRef path, StringRef prefix,
                                                StringRef object, const MemoryFigures &figures) {
  if (succeeded(writeKernelObject(module, path, prefix, object)) &&
      succeeded(writeFile(module, headerPath(path), headerText(prefix, figures))))
    return success();
  removeStaticLibrary(path);
  return failure();
}

void iree_compiler::removeStaticLibrary(StringRef path) {
  removeFile(path);
  removeFile(headerPath(path));
}
