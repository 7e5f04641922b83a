// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/dump.h"

#include "tools/error.h"

#include <charconv>
#include <cinttypes>
#include <iterator>

namespace iree::tools {

namespace {

std::string printable(const std::string &text) {
  return tools::printable(iree_make_string_view(text.data(), text.size()));
}

/// A list's first elements; those per channel can be many.
template <typename T> std::string formatFirst(const std::vector<T> &list) {
  constexpr size_t kShown = 4;
  std::string text;
  for (size_t i = 0; i < list.size() && i < kShown; ++i) {
    char element[32]; // the shortest text that tells neighbours apart
    auto [end, error] = std::to_chars(element, std::end(element), list[i]);
    text += " " + std::string(element, end);
  }
  if (list.size() > kShown)
    text += " ... (" + std::to_string(list.size()) + " in all)";
  return text;
}

void printQuantization(const Quantization &quantization, std::FILE *out) {
  std::fprintf(out, "      quantized");
  if (quantization.axis >= 0)
    std::fprintf(out, " along axis %" PRId32, quantization.axis);
  std::fprintf(out, ": scales%s, zero points%s\n", formatFirst(quantization.scales).c_str(),
               formatFirst(quantization.zeroPoints).c_str());
}

void printValue(const char *kind, size_t index, const ValueDescription &value, bool isResult,
                std::FILE *out) {
  std::fprintf(out, "    %s[%zu]", kind, index);
  if (!value.name.empty())
    std::fprintf(out, " %s", printable(value.name).c_str());
  std::fprintf(out, ": %s%s, %" PRIu32 " bytes", toString(value.type).c_str(),
               value.isScalar ? " (scalar)" : "", value.byteLength);
  if (isResult)
    std::fprintf(out, ", arena+%" PRIu32 " by default", value.arenaOffset);
  else if (value.isInArena)
    std::fprintf(out, ", arena+%" PRIu32 " if put there", value.arenaOffset);
  std::fprintf(out, "\n");
  if (value.quantization)
    printQuantization(*value.quantization, out);
}

void printFunction(const FunctionDescription &function, std::FILE *out) {
  std::fprintf(out,
               "  @%s: arena %" PRIu32 " bytes, stack %" PRIu32 " bytes, code %" PRIu32 " bytes\n",
               printable(function.name).c_str(), function.arenaBytes, function.stackBytes,
               function.codeBytes);
  for (size_t i = 0; i < function.arguments.size(); ++i)
    printValue("argument", i, function.arguments[i], false, out);
  for (size_t i = 0; i < function.results.size(); ++i)
    printValue("result", i, function.results[i], true, out);
}

void printKernel(size_t index, const KernelDescription &kernel, std::FILE *out) {
  std::fprintf(out, "  [%zu] %s: bindings %" PRIu32 ", constants %" PRIu32, index,
               printable(kernel.name).c_str(), kernel.bindingCount, kernel.constantCount);
  if (!kernel.location.empty())
    std::fprintf(out, ", from %s", printable(kernel.location).c_str());
  std::fprintf(out, "\n");
}

void printField(const char *name, const std::string &value, std::FILE *out) {
  if (!value.empty())
    std::fprintf(out, "    %s: %s\n", name, printable(value).c_str());
}

void printExecutable(size_t index, const ExecutableDescription &executable,
                     const ModuleDescription &module, std::FILE *out) {
  std::fprintf(out, "  [%zu] %s, %" PRIu32 " bytes, code of kernels %" PRIu64 " bytes\n", index,
               printable(executable.format).c_str(), executable.imageBytes, executable.codeBytes());
  printField("target", executable.target, out);
  printField("cpu", executable.cpu, out);
  printField("features", executable.features, out);
  printField("abi", executable.abi, out);
  printField("library", executable.libraryName, out);
  std::fprintf(out, "    identity: 0x%08" PRIx32 ", required features: 0x%08" PRIx32 "\n",
               executable.identity, executable.requiredFeatures);
  for (size_t i = 0; i < module.kernels.size(); ++i)
    std::fprintf(out, "    kernel %s: stack %" PRIu32 " bytes, code %" PRIu32 " bytes\n",
                 printable(module.kernels[i].name).c_str(), executable.kernelStackBytes[i],
                 executable.kernelCodeBytes[i]);
}

/// "arena+64:16": base, offset and length in bytes; what is written is marked.
std::string formatPlace(const Place &place) {
  const char *prefix = place.isInRegisters ? "r" : "";
  return (place.isWritten ? "out " : "") + baseName(place) + "+" + prefix +
         std::to_string(place.offsetBytes) + ":" + prefix + std::to_string(place.lengthBytes);
}

std::string formatOperands(const Instruction &instruction, const ModuleDescription &module) {
  std::string text;
  if (instruction.opcode == DISPATCH)
    text += " @" + printable(module.kernels[instruction.kernel].name) + "(";
  else if (!instruction.places.empty())
    text += " ";
  for (size_t i = 0; i < instruction.places.size(); ++i)
    text += (i ? ", " : "") + formatPlace(instruction.places[i]);
  if (instruction.opcode == DISPATCH) {
    const char *prefix = instruction.isInRegisters ? "r" : "";
    text += std::string(") range ") + prefix + std::to_string(instruction.rangeCount);
    for (size_t i = 0; i < instruction.constants.size(); ++i)
      text +=
          std::string(i ? " " : " constants ") + prefix + std::to_string(instruction.constants[i]);
    text += instruction.isIndependent ? " independent" : "";
  } else if (instruction.opcode == CHECK) {
    static const char *const kinds[] = {"equal", "almost equal", "all true", "all false"};
    text += std::string(" ") + kinds[instruction.checkKind] + ", from " +
            printable(instruction.location);
  } else if (instruction.opcode == FILL) {
    char pattern[32];
    std::snprintf(pattern, sizeof pattern, ", 0x%0*" PRIx64,
                  static_cast<int>(2 * instruction.patternBytes), instruction.pattern);
    text += pattern;
  } else if (!instruction.operands.empty()) {
    text += " " + printable(instruction.operands);
  }
  return text;
}

/// Instructions, and the names of blocks before those that branches go to.
void printCode(const std::vector<Instruction> &code, const std::vector<uint32_t> &blocks,
               const ModuleDescription &module, std::FILE *out) {
  size_t block = 0;
  for (const Instruction &instruction : code) {
    if (block < blocks.size() && blocks[block] == instruction.word)
      std::fprintf(out, "    block %zu:\n", block++);
    std::fprintf(out, "  %6" PRIu32 "  %s%s\n", instruction.word, instruction.mnemonic,
                 formatOperands(instruction, module).c_str());
  }
}

} // namespace

void printMetadata(const ModuleDescription &module, std::FILE *out) {
  std::fprintf(out, "module @%s\n", printable(module.name).c_str());
  if (!module.producer.empty())
    std::fprintf(out, "  producer: %s\n", printable(module.producer).c_str());
  std::fprintf(out,
               "  format version: %" PRIu32 ", kernel ABI version: %" PRIu32 "\n  file: %" PRIu32
               " bytes, checksum 0x%08" PRIx32 "\n  constants: %" PRIu32
               " bytes, bytecode: %" PRIu32 " bytes\n  arena: %" PRIu32 " bytes aligned to %" PRIu32
               ", stack: %" PRIu32 " bytes\n",
               module.formatVersion, module.abiVersion, module.fileBytes, module.checksum,
               module.constantsBytes, module.bytecodeBytes, module.arenaBytes,
               module.arenaAlignment, module.stackBytes);
  if (module.stateBytes != 0)
    std::fprintf(out, "  state: %" PRIu32 " bytes, %" PRIu32 " with values\n", module.stateBytes,
                 module.stateValuesBytes);
  std::fprintf(out, "functions: %zu\n", module.functions.size());
  for (const FunctionDescription &function : module.functions)
    printFunction(function, out);
  std::fprintf(out, "kernels: %zu\n", module.kernels.size());
  for (size_t i = 0; i < module.kernels.size(); ++i)
    printKernel(i, module.kernels[i], out);
  std::fprintf(out, "executables: %zu\n", module.executables.size());
  for (size_t i = 0; i < module.executables.size(); ++i)
    printExecutable(i, module.executables[i], module, out);
}

void printDisassembly(const ModuleDescription &module, std::FILE *out) {
  for (const FunctionDescription &function : module.functions) {
    std::fprintf(out, "code of @%s\n", printable(function.name).c_str());
    printCode(function.code, function.blocks, module, out);
  }
  for (const ExecutableDescription &executable : module.executables)
    for (size_t i = 0; i < executable.bytecode.size(); ++i) {
      std::fprintf(out, "code of kernel %s: %" PRIu32 " registers\n",
                   printable(module.kernels[i].name).c_str(), executable.bytecode[i].registerCount);
      printCode(executable.bytecode[i].code, executable.bytecode[i].blocks, module, out);
    }
}

} // namespace iree::tools
