// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Links in this process with lld.
#include "compiler/Emit/KernelCodegen.h"

#include "lld/Common/Driver.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

LLD_HAS_DRIVER(elf)

using namespace iree_compiler;

namespace {

/// A directory that goes away with everything in it.
class TemporaryDirectory {
public:
  TemporaryDirectory() { error = llvm::sys::fs::createUniqueDirectory("iree-link", path); }
  ~TemporaryDirectory() {
    if (!error)
      (void)llvm::sys::fs::remove_directories(path); // nobody to tell
  }
  TemporaryDirectory(const TemporaryDirectory &) = delete;
  TemporaryDirectory &operator=(const TemporaryDirectory &) = delete;

  std::string file(const llvm::Twine &name) const {
    llvm::SmallString<128> full(path);
    llvm::sys::path::append(full, name);
    return full.str().str();
  }

  std::error_code error;

private:
  llvm::SmallString<128> path;
};

/// One segment for code and constants, no padding pages, nothing dynamic.
std::vector<std::string> embeddedElfArguments(llvm::StringRef queryName, bool keepDebugInfo) {
  std::vector<std::string> arguments = {"-shared",
                                        "-Bsymbolic",
                                        "--gc-sections",
                                        "-zmax-page-size=64",
                                        "-znorelro",
                                        "-zrodynamic",
                                        "--no-rosegment",
                                        "-znognustack",
                                        "--hash-style=sysv",
                                        "--build-id=none",
                                        "--exclude-libs=ALL",
                                        "-znodefs",
                                        "-ztext",
                                        "--no-undefined",
                                        ("--entry=" + queryName).str()};
  if (!keepDebugInfo)
    arguments.push_back("--strip-all");
  return arguments;
}

} // namespace

bool iree_compiler::linkEmbeddedElf(llvm::ArrayRef<llvm::StringRef> objects,
                                    llvm::StringRef queryName, bool keepDebugInfo,
                                    std::string &image, std::string &error) {
  TemporaryDirectory directory;
  if (directory.error) {
    error = "cannot create a temporary directory: " + directory.error.message();
    return false;
  }
  std::vector<std::string> arguments = embeddedElfArguments(queryName, keepDebugInfo);
  arguments.insert(arguments.begin(), "ld.lld");
  for (size_t i = 0; i < objects.size(); ++i) {
    std::string path = directory.file("input" + std::to_string(i) + ".o");
    llvm::Error written = llvm::writeToOutput(path, [&](llvm::raw_ostream &stream) {
      stream << objects[i];
      return llvm::Error::success();
    });
    if (written) {
      error = llvm::toString(std::move(written));
      return false;
    }
    arguments.push_back(path);
  }
  std::string output = directory.file("library.elf");
  arguments.push_back("-o");
  arguments.push_back(output);

  std::vector<const char *> pointers;
  pointers.reserve(arguments.size());
  for (const std::string &argument : arguments)
    pointers.push_back(argument.c_str());
  std::string messages;
  llvm::raw_string_ostream stream(messages);
  lld::Result result = lld::lldMain(pointers, stream, stream, {{lld::Gnu, &lld::elf::link}});
  if (result.retCode != 0) {
    error = "lld: " + llvm::StringRef(messages).trim().str();
    return false;
  }
  auto buffer = llvm::MemoryBuffer::getFile(output, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer) {
    error = "cannot read the linked image: " + buffer.getError().message();
    return false;
  }
  image = (*buffer)->getBuffer().str();
  return true;
}
