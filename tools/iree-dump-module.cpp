// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Prints what a module file contains. Usage: tools/README.md.
#include "tools/dump.h"
#include "tools/error.h"
#include "tools/file.h"
#include "tools/flags.h"
#include "tools/memory_report.h"

#include <cstdio>

using namespace iree::tools;

namespace {

constexpr char kTool[] = "iree-dump-module";

/// The contents of a file at an aligned address, as modules are used.
class FileContents {
public:
  explicit FileContents(const std::string &path) {
    checkIsRegularFile(path);
    throwIfError(iree_file_read_contents(path.c_str(), iree_allocator_system(), &span), path);
  }
  ~FileContents() { iree_file_contents_free(iree_allocator_system(), span); }
  FileContents(const FileContents &) = delete;
  FileContents &operator=(const FileContents &) = delete;

  iree_const_byte_span_t bytes() const {
    return iree_make_const_byte_span(span.data, span.data_length);
  }

private:
  iree_byte_span_t span = {};
};

int dumpModule(int argc, char **argv) {
  std::string path, output = "text";
  FlagSet flags(kTool, "FILE [--output=FORM]", "Prints what a module file contains.");
  flags.addPositional("FILE", path);
  flags.add(
      "output", output,
      "text or all (the default: metadata, memory, disassembly) | metadata | memory | disassembly |"
      " json");
  if (!flags.parse(argc, argv))
    return 0;
  bool isText = output == "text" || output == "all";
  if (!isText && output != "metadata" && output != "memory" && output != "disassembly" &&
      output != "json")
    throw ToolError("--output=" + output +
                    ": expected text, all, metadata, memory, disassembly or json");

  FileContents file(path);
  iree_vm_bytecode_module_t module;
  throwIfError(iree_vm_bytecode_module_open(file.bytes(), &module), path);
  ModuleDescription description = describeModule(module);
  if (output == "json")
    std::fputs(toJson(description).c_str(), stdout);
  if (isText || output == "metadata")
    printMetadata(description, stdout);
  if (isText || output == "memory")
    printMemory(reportMemory(description), stdout);
  if (isText || output == "disassembly")
    printDisassembly(description, stdout);
  return 0;
}

} // namespace

int main(int argc, char **argv) { return runTool(kTool, argc, argv, dumpModule); }
