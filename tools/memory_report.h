// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The memory that a module needs, and which layers of the model it is for. Read
// off the module file, by the compiler as by iree-dump-module; a file has no names
// for single calls, the compiler adds them. Names are untrusted.
#ifndef IREE_TOOLS_MEMORY_REPORT_H_
#define IREE_TOOLS_MEMORY_REPORT_H_

#include "tools/memory_timeline.h"
#include "tools/module_description.h"

#include <nlohmann/json_fwd.hpp>

namespace iree::tools {

/// A step of a function that touches buffers, branches or returns.
struct StepDescription {
  const char *mnemonic = "";
  std::string kernel; ///< of a dispatch
  std::string layer;  ///< of the model; may be empty
};

/// Constants that a step is the first to read.
struct ConstantUse {
  std::string kernel, layer;
  uint64_t bytes = 0;
};

struct FunctionMemory {
  std::string name;
  uint32_t arenaBytes = 0; ///< with scratch of kernels and gaps
  uint32_t stackBytes = 0; ///< of the deepest kernel
  uint64_t blockBytes = 0; ///< iree/runtime/memory_size.h: module, runtime objects and one call
  bool hasDynamicPlaces = false;
  bool isTooLong = false; ///< to be followed: no steps and no timeline
  std::vector<StepDescription> steps;
  MemoryTimeline timeline; ///< of what has a static place
  std::vector<ConstantUse> constants;
};

struct KernelMemory {
  std::string name, layer;
  uint32_t stackBytes = 0; ///< what it calls included
  uint32_t codeBytes = 0;  ///< its own
};

struct MemoryReport {
  std::string module, format, target;
  uint32_t arenaBytes = 0; ///< of the function that needs most
  uint32_t stateBytes = 0;
  uint32_t stackBytes = 0;
  uint32_t pointerBytes = 4;   ///< of the target; kernels as bytecode have none: 4
  uint64_t blockBytes = 0;     ///< of the function that needs most
  uint32_t constantsBytes = 0; ///< alignment included
  uint32_t bytecodeBytes = 0;
  uint32_t fileBytes = 0;
  uint64_t libraryBytes = 0; ///< of all kernels: code, constants, helpers, tables; 0: not known
  std::vector<FunctionMemory> functions;
  std::vector<KernelMemory> kernels; ///< of the first executable
};

/// What the file does not say.
struct ReportNames {
  std::vector<std::vector<std::string>> layers; ///< by function, by dispatch in order; or empty
  uint64_t staticLibraryBytes = 0;              ///< if the module's kernels are in one
};

MemoryReport reportMemory(const ModuleDescription &module, const ReportNames &names = {});

/// "kernel (layer)", or what there is of it.
std::string stepName(const StepDescription &step);

nlohmann::ordered_json memoryJson(const MemoryReport &report);
nlohmann::ordered_json memoryJson(const FunctionMemory &function);
void printMemory(const MemoryReport &report, std::FILE *out);
/// One page without outside resources.
std::string memoryHtml(const MemoryReport &report);

/// A report as a file: JSON or HTML. `module` is a module file. On failure returns
/// false and fills `error`; throws nothing.
bool renderMemoryReport(std::string_view module, const ReportNames &names, bool isHtml,
                        std::string &text, std::string &error);

} // namespace iree::tools

#endif // IREE_TOOLS_MEMORY_REPORT_H_
