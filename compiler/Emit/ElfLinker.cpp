// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Links in this process with lld.
#include "compiler/Emit/KernelCodegen.h"

#include "lld/Common/Driver.h"
#include "llvm/ObjCopy/ConfigManager.h"
#include "llvm/ObjCopy/ObjCopy.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/Error.h"
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
      error = llvm::sys::fs::remove_directories(path); // nobody to tell
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

/// One segment for constants and code. What describes the image to dynamic
/// linkers, of which there is none, lies behind it in no segment. That goes for
/// .got.plt too: 32-bit x86 code computes addresses relative to it.
constexpr llvm::StringLiteral kEmbeddedElfScript = R"(
PHDRS { image PT_LOAD FILEHDR PHDRS FLAGS(5); }
SECTIONS {
  . = SIZEOF_HEADERS;
  .rodata : { *(.rodata .rodata.* .srodata .srodata.*) } :image
  .text : { *(.text .text.*) } :image
  .got.plt : { *(.got.plt) } :NONE
  .dynsym : { *(.dynsym) } :NONE
  .hash : { *(.hash) } :NONE
  .dynstr : { *(.dynstr) } :NONE
  .dynamic : { *(.dynamic) } :NONE
  /DISCARD/ : { *(.ARM.exidx* .ARM.extab* .eh_frame*) }
}
)";

std::vector<std::string> embeddedElfArguments(const LinkRequest &request) {
  return {"-shared",
          "-Bsymbolic",
          "--gc-sections",
          "-zmax-page-size=64",
          "-znorelro",
          "-znognustack",
          "--build-id=none",
          "--hash-style=sysv",
          "-ztext",
          "--no-undefined",
          "--entry=" + request.queryName};
}

/// An ordinary shared object that depends on no other.
std::vector<std::string> systemLibraryArguments(const LinkRequest &request) {
  std::vector<std::string> arguments = {
      "-shared",         "-Bsymbolic",        "--gc-sections",
      "--build-id=none", "--hash-style=both", "-ztext",
      "--no-undefined",  "-znorelro",         "-soname=" + request.libraryName + ".so"};
  if (!request.keepDebugInfo)
    arguments.push_back("--strip-all");
  return arguments;
}

bool writeInput(const std::string &path, llvm::StringRef bytes, std::string &error) {
  llvm::Error written = llvm::writeToOutput(path, [&](llvm::raw_ostream &stream) {
    stream << bytes;
    return llvm::Error::success();
  });
  if (written)
    error = llvm::toString(std::move(written));
  return error.empty();
}

/// Runs lld on `objects`, with a linker script unless that is empty; the result
/// goes to `image`.
bool link(std::vector<std::string> arguments, llvm::StringRef script,
          llvm::ArrayRef<llvm::StringRef> objects, std::string &image, std::string &error) {
  TemporaryDirectory directory;
  if (directory.error) {
    error = "cannot create a temporary directory: " + directory.error.message();
    return false;
  }
  arguments.insert(arguments.begin(), "ld.lld");
  for (size_t i = 0; i < objects.size(); ++i) {
    std::string path = directory.file("input" + std::to_string(i) + ".o");
    if (!writeInput(path, objects[i], error))
      return false;
    arguments.push_back(path);
  }
  if (!script.empty()) {
    std::string path = directory.file("image.ld");
    if (!writeInput(path, script, error))
      return false;
    arguments.push_back("--script=" + path);
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

/// Global symbols that stay so, and the names they get.
using KeptSymbols = std::vector<std::pair<std::string, std::string>>;

/// Removes sections, and makes all global symbols but `kept` local unless that
/// is empty.
bool removeSections(llvm::SmallVector<llvm::StringRef> unwanted, const KeptSymbols &kept,
                    bool keepDebugInfo, std::string &image, std::string &error) {
  llvm::objcopy::ConfigManager config;
  config.Common.StripDebug = !keepDebugInfo;
  auto add = [](llvm::objcopy::NameMatcher &matcher, llvm::StringRef name) {
    return matcher.addMatcher(llvm::objcopy::NameOrPattern::create(
        name, llvm::objcopy::MatchStyle::Literal, [](llvm::Error each) { return each; }));
  };
  llvm::Error problem = llvm::Error::success();
  for (const auto &[symbol, name] : kept) {
    problem = llvm::joinErrors(std::move(problem), add(config.Common.SymbolsToKeepGlobal, symbol));
    if (name != symbol)
      config.Common.SymbolsToRename[symbol] = name;
  }
  auto binary = llvm::object::createBinary(llvm::MemoryBufferRef(image, "library"));
  if (!binary)
    problem = llvm::joinErrors(std::move(problem), binary.takeError());
  // Bare-metal Arm compilers write no stack notes, and GNU ld warns of every
  // object without one as soon as another has it.
  else if (llvm::cast<llvm::object::ELFObjectFileBase>(**binary).getEMachine() == llvm::ELF::EM_ARM)
    unwanted.push_back(".note.GNU-stack");
  for (llvm::StringRef section : unwanted)
    problem = llvm::joinErrors(std::move(problem), add(config.Common.ToRemove, section));
  std::string result;
  llvm::raw_string_ostream stream(result);
  if (!problem)
    problem = llvm::objcopy::executeObjcopyOnBinary(config, **binary, stream);
  if (problem) {
    error = llvm::toString(std::move(problem));
    return false;
  }
  image = result;
  return true;
}

/// The image must be closed. Without debug information nothing is left but its
/// segment.
bool finishEmbeddedElf(bool keepDebugInfo, std::string &image, std::string &error) {
  if (!keepDebugInfo)
    error = trimToSegments(image);
  else
    removeSections({".got.plt", ".dynsym", ".hash", ".dynstr", ".dynamic", ".stack_sizes"},
                   /*kept=*/{}, keepDebugInfo, image, error);
  return error.empty();
}

bool isClosed(llvm::StringRef image, std::string &error) {
  std::string needs = whatImageNeeds(image);
  if (!needs.empty())
    error = "the linked image is not self-contained: " + needs;
  return needs.empty();
}

} // namespace

bool iree_compiler::linkLibrary(const LinkRequest &request, LibraryForm form, std::string &image,
                                std::string &error) {
  switch (form) {
  case LibraryForm::EmbeddedElf:
    return link(embeddedElfArguments(request), kEmbeddedElfScript, request.objects, image, error) &&
           isClosed(image, error) && finishEmbeddedElf(request.keepDebugInfo, image, error);
  case LibraryForm::StaticLibrary:
    return link({"-r", "--build-id=none"}, /*script=*/"", request.objects, image, error) &&
           removeSections({".stack_sizes", ".comment"},
                          request.shown.empty()
                              ? KeptSymbols{{request.queryName, request.queryName}}
                              : request.shown,
                          request.keepDebugInfo, image, error) &&
           isClosed(image, error);
  case LibraryForm::SystemLibrary:
    return link(systemLibraryArguments(request), /*script=*/"", request.objects, image, error) &&
           isClosed(image, error);
  }
  llvm_unreachable("unknown library form");
}
