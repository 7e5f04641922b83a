// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/memory_report.h"

#include "iree/runtime/memory_size.h"
#include "tools/dump.h"
#include "tools/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

namespace iree::tools {

namespace {

bool isBranch(uint32_t opcode) { return opcode == BR || opcode == COND_BR || opcode == NEXT; }

/// The steps of one function, from its instructions.
class StepBuilder {
public:
  StepBuilder(const FunctionDescription &given, const ModuleDescription &ofModule,
              const std::vector<std::string> &dispatchLayers)
      : function(given), module(ofModule), layers(dispatchLayers) {
    memory.name = function.name;
    memory.arenaBytes = function.arenaBytes;
    memory.stackBytes = function.stackBytes;
  }

  FunctionMemory build() {
    std::vector<size_t> stepOfInstruction;
    for (const Instruction &instruction : function.code) {
      stepOfInstruction.push_back(steps.size());
      add(instruction);
    }
    size_t step = 0;
    for (const Instruction &instruction : function.code)
      if (isStep(instruction))
        connect(step++, instruction, stepOfInstruction);
    // Files are untrusted: the work is bounded.
    constexpr size_t kMaxStepsTimesPlaces = size_t{1} << 26;
    memory.isTooLong = places != 0 && steps.size() > kMaxStepsTimesPlaces / places;
    if (memory.isTooLong)
      memory.steps.clear();
    else
      memory.timeline = analyzeMemory(steps);
    return std::move(memory);
  }

private:
  static bool isStep(const Instruction &instruction) {
    return !instruction.places.empty() || instruction.element || isBranch(instruction.opcode) ||
           instruction.opcode == RETURN || instruction.opcode == FAIL;
  }

  void add(const Instruction &instruction) {
    if (!isStep(instruction))
      return;
    StepDescription &description = memory.steps.emplace_back();
    MemoryStep &step = steps.emplace_back();
    description.mnemonic = instruction.mnemonic;
    if (instruction.opcode == DISPATCH) {
      const KernelDescription &kernel = module.kernels[instruction.kernel];
      description.kernel = kernel.name;
      description.layer = dispatches < layers.size() ? layers[dispatches] : kernel.location;
      ++dispatches;
    } else if (instruction.opcode == CHECK) {
      description.layer = instruction.location;
    }
    for (const Place &place : instruction.places)
      access(place, step, description);
    if (instruction.element)
      access(*instruction.element, step, description);
    if (instruction.opcode == RETURN)
      for (const ValueDescription &result : function.results)
        step.reads.push_back(rangeOf(result.arenaOffset, result.byteLength));
  }

  void access(const Place &place, MemoryStep &step, const StepDescription &description) {
    if (place.isInRegisters) {
      memory.hasDynamicPlaces |=
          place.base == Place::Base::Arena || place.base == Place::Base::Result;
      return;
    }
    uint64_t base = 0;
    if (place.base == Place::Base::Constants)
      return addConstant(place, description);
    if (place.base == Place::Base::Result)
      base = function.results[place.index].arenaOffset;
    else if (place.base != Place::Base::Arena)
      return;
    ++places;
    (place.isWritten ? step.writes : step.reads)
        .push_back(rangeOf(base + place.offsetBytes, place.lengthBytes));
  }

  static ByteRange rangeOf(uint64_t offset, uint64_t length) { return {offset, offset + length}; }

  void addConstant(const Place &place, const StepDescription &description) {
    if (!seen.emplace(place.offsetBytes, place.lengthBytes).second)
      return;
    std::string name = description.kernel.empty() ? description.mnemonic : description.kernel;
    auto [ordinal, isNew] =
        useOf.emplace(std::pair(name, description.layer), memory.constants.size());
    if (isNew)
      memory.constants.push_back({name, description.layer, 0});
    memory.constants[ordinal->second].bytes += place.lengthBytes;
  }

  void connect(size_t step, const Instruction &instruction,
               const std::vector<size_t> &stepOfInstruction) {
    for (uint32_t block : instruction.blocks) {
      uint32_t word = function.blocks[block];
      auto target = std::lower_bound(
          function.code.begin(), function.code.end(), word,
          [](const Instruction &each, uint32_t value) { return each.word < value; });
      if (target != function.code.end())
        follow(step, stepOfInstruction[static_cast<size_t>(target - function.code.begin())]);
    }
    bool ends = instruction.opcode == RETURN || instruction.opcode == FAIL ||
                instruction.opcode == BR || instruction.opcode == COND_BR;
    if (!ends)
      follow(step, step + 1);
  }

  void follow(size_t step, size_t next) {
    if (next < steps.size())
      steps[step].next.push_back(next);
  }

  const FunctionDescription &function;
  const ModuleDescription &module;
  const std::vector<std::string> &layers; ///< by dispatch
  size_t dispatches = 0;
  size_t places = 0;                                           ///< in the arena
  std::set<std::pair<uint32_t, uint32_t>> seen;                ///< constants
  std::map<std::pair<std::string, std::string>, size_t> useOf; ///< by kernel and layer
  std::vector<MemoryStep> steps;
  FunctionMemory memory;
};

} // namespace

namespace {

uint32_t pointerBytes(const std::string &target) {
  std::string architecture = target.substr(0, target.find('-'));
  bool isWide = architecture.find("64") != std::string::npos; // x86_64, aarch64, riscv64
  return isWide ? 8 : 4;
}

/// What one iree_arena_allocator_t must hold to call the function.
uint64_t blockBytes(const ModuleDescription &module, const FunctionDescription &function,
                    uint32_t p) {
  std::string format = module.executables.empty() ? "" : module.executables.front().format;
  uint64_t bytes = IREE_MEMORY_RUNTIME(p) + IREE_MEMORY_MODULE(p, uint64_t{module.arenaBytes},
                                                               uint64_t{module.stateBytes},
                                                               uint64_t{module.arenaAlignment});
  if (format == "static-library")
    bytes += IREE_MEMORY_STATIC_LOADER(p) + IREE_MEMORY_STATIC_EXECUTABLE(p);
  else if (format == "vmvx-bytecode")
    bytes += IREE_MEMORY_VMVX_LOADER(p) + IREE_MEMORY_VMVX_EXECUTABLE(p);
  else
    bytes += IREE_MEMORY_ELF_LOADER(p) + (format.empty() ? 0 : IREE_MEMORY_ELF_EXECUTABLE(p));
  bytes += IREE_MEMORY_CALL(p, function.arguments.size(), function.results.size(),
                            function.hasRegisters);
  for (const ValueDescription &argument : function.arguments)
    bytes += IREE_MEMORY_VALUE(p, argument.type.shape.size());
  for (const ValueDescription &result : function.results) {
    const std::vector<uint32_t> &shape = result.type.shape;
    if (std::find(shape.begin(), shape.end(), IREE_VM_DYNAMIC_SIZE) == shape.end())
      bytes += IREE_MEMORY_VALUE(p, shape.size());
  }
  return bytes;
}

} // namespace

MemoryReport reportMemory(const ModuleDescription &module, const ReportNames &names) {
  MemoryReport report;
  report.module = module.name;
  report.arenaBytes = module.arenaBytes;
  report.stateBytes = module.stateBytes;
  report.stackBytes = module.stackBytes;
  report.constantsBytes = module.constantsBytes;
  report.bytecodeBytes = module.bytecodeBytes;
  report.fileBytes = module.fileBytes;
  if (!module.executables.empty())
    report.pointerBytes = pointerBytes(module.executables.front().target);
  for (size_t i = 0; i < module.functions.size(); ++i) {
    static const std::vector<std::string> kNone;
    const auto &layers = i < names.layers.size() ? names.layers[i] : kNone;
    report.functions.push_back(StepBuilder(module.functions[i], module, layers).build());
    uint64_t bytes = blockBytes(module, module.functions[i], report.pointerBytes);
    report.functions.back().blockBytes = bytes;
    report.blockBytes = std::max(report.blockBytes, bytes);
  }
  if (module.executables.empty())
    return report;
  const ExecutableDescription &executable = module.executables.front();
  report.format = executable.format;
  report.target = executable.target;
  report.libraryBytes = executable.imageBytes ? executable.imageBytes : names.staticLibraryBytes;
  for (size_t i = 0; i < module.kernels.size(); ++i)
    report.kernels.push_back({module.kernels[i].name, module.kernels[i].location,
                              executable.kernelStackBytes[i], executable.kernelCodeBytes[i]});
  return report;
}

std::string stepName(const StepDescription &step) {
  std::string name = step.kernel.empty() ? step.mnemonic : step.kernel;
  return step.layer.empty() ? name : name + " (" + step.layer + ")";
}

bool renderMemoryReport(std::string_view module, const ReportNames &names, bool isHtml,
                        std::string &text, std::string &error) {
  constexpr size_t kAlignment = 64;
  try {
    // Modules are used at aligned addresses.
    std::vector<char> storage(module.size() + kAlignment);
    void *aligned = storage.data();
    size_t space = storage.size();
    std::align(kAlignment, module.size(), aligned, space);
    std::memcpy(aligned, module.data(), module.size());
    iree_vm_bytecode_module_t opened;
    throwIfError(
        iree_vm_bytecode_module_open(
            iree_make_const_byte_span(static_cast<uint8_t *>(aligned), module.size()), &opened),
        "the module that was compiled");
    MemoryReport report = reportMemory(describeModule(opened), names);
    text = isHtml ? memoryHtml(report)
                  : memoryJson(report).dump(2, ' ', false,
                                            nlohmann::ordered_json::error_handler_t::replace) +
                        "\n";
    return true;
  } catch (const std::exception &problem) {
    error = problem.what();
    return false;
  }
}

} // namespace iree::tools
