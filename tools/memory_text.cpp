// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reports on memory as text and as JSON.
#include "tools/error.h"
#include "tools/memory_report.h"

#include <nlohmann/json.hpp>

#include <cinttypes>

namespace iree::tools {

namespace {

using Json = nlohmann::ordered_json;

std::string printable(const std::string &text) {
  return tools::printable(iree_make_string_view(text.data(), text.size()));
}

Json bufferJson(const FunctionMemory &function, size_t ordinal) {
  const MemoryBuffer &buffer = function.timeline.buffers[ordinal];
  const StepDescription &step = function.steps[buffer.firstStep];
  Json overlaps = Json::array();
  for (size_t i = 0; i < function.timeline.buffers.size(); ++i) {
    const MemoryBuffer &other = function.timeline.buffers[i];
    if (i != ordinal && other.firstStep <= buffer.lastStep && buffer.firstStep <= other.lastStep &&
        other.place.begin < buffer.place.end && buffer.place.begin < other.place.end)
      overlaps.push_back(i);
  }
  return {{"kernel", buffer.isInput ? "" : step.kernel},
          {"layer", buffer.isInput ? "" : step.layer},
          {"op", buffer.isInput ? "input" : step.mnemonic},
          {"offset_bytes", buffer.place.begin},
          {"length_bytes", buffer.place.end - buffer.place.begin},
          {"first_step", buffer.firstStep},
          {"last_step", buffer.lastStep},
          {"overlaps", overlaps}};
}

void printBuffer(const FunctionMemory &function, size_t ordinal, std::FILE *out) {
  const MemoryBuffer &buffer = function.timeline.buffers[ordinal];
  std::string name =
      buffer.isInput ? "input" : printable(stepName(function.steps[buffer.firstStep]));
  std::fprintf(out, "    arena+%" PRIu64 ":%" PRIu64 " of steps %zu to %zu, %s\n",
               buffer.place.begin, buffer.place.end - buffer.place.begin, buffer.firstStep,
               buffer.lastStep, name.c_str());
}

} // namespace

nlohmann::ordered_json memoryJson(const FunctionMemory &function) {
  const MemoryTimeline &timeline = function.timeline;
  Json steps = Json::array(), buffers = Json::array(), constants = Json::array();
  for (size_t i = 0; i < function.steps.size(); ++i)
    steps.push_back({{"op", function.steps[i].mnemonic},
                     {"kernel", function.steps[i].kernel},
                     {"layer", function.steps[i].layer},
                     {"live_bytes", timeline.liveBytes[i]}});
  for (size_t i = 0; i < timeline.buffers.size(); ++i)
    buffers.push_back(bufferJson(function, i));
  for (const ConstantUse &use : function.constants)
    constants.push_back({{"kernel", use.kernel}, {"layer", use.layer}, {"bytes", use.bytes}});
  return {{"name", function.name},
          {"arena_bytes", function.arenaBytes},
          {"lower_bound_bytes", timeline.lowerBoundBytes},
          {"unshared_bytes", timeline.unsharedBytes},
          {"stack_bytes", function.stackBytes},
          {"memory_bytes", function.blockBytes},
          {"dynamic", function.hasDynamicPlaces},
          {"too_long", function.isTooLong},
          {"peak_step", timeline.peakStep},
          {"peak_buffers", liveBuffers(timeline, timeline.peakStep)},
          {"steps", steps},
          {"buffers", buffers},
          {"constants", constants}};
}

nlohmann::ordered_json memoryJson(const MemoryReport &report) {
  Json functions = Json::array(), kernels = Json::array();
  for (const FunctionMemory &function : report.functions)
    functions.push_back(memoryJson(function));
  uint64_t codeBytes = 0;
  for (const KernelMemory &kernel : report.kernels) {
    kernels.push_back({{"name", kernel.name},
                       {"layer", kernel.layer},
                       {"stack_bytes", kernel.stackBytes},
                       {"code_bytes", kernel.codeBytes}});
    codeBytes += kernel.codeBytes;
  }
  return {{"module", report.module},
          {"format", report.format},
          {"target", report.target},
          {"arena_bytes", report.arenaBytes},
          {"state_bytes", report.stateBytes},
          {"stack_bytes", report.stackBytes},
          {"pointer_bytes", report.pointerBytes},
          {"memory_bytes", report.blockBytes},
          {"constants_bytes", report.constantsBytes},
          {"bytecode_bytes", report.bytecodeBytes},
          {"kernel_code_bytes", codeBytes},
          {"library_bytes", report.libraryBytes},
          {"file_bytes", report.fileBytes},
          {"functions", functions},
          {"kernels", kernels}};
}

void printMemory(const MemoryReport &report, std::FILE *out) {
  for (const FunctionMemory &function : report.functions) {
    const MemoryTimeline &timeline = function.timeline;
    std::fprintf(out, "memory of @%s: arena %" PRIu32 " bytes", printable(function.name).c_str(),
                 function.arenaBytes);
    if (function.isTooLong)
      std::fprintf(out, "; too many steps to follow\n");
    else
      std::fprintf(out, ", at least %" PRIu64 " in this order of steps\n",
                   timeline.lowerBoundBytes);
    std::fprintf(out, "  with state, module and runtime objects: %" PRIu64 " bytes\n",
                 function.blockBytes);
    if (function.hasDynamicPlaces)
      std::fprintf(out, "  more is needed for dynamic shapes, at run time; not shown\n");
    if (!timeline.buffers.empty())
      std::fprintf(out, "  most is live at step %zu of %zu, %s\n", timeline.peakStep,
                   function.steps.size(),
                   printable(stepName(function.steps[timeline.peakStep])).c_str());
    for (size_t ordinal : liveBuffers(timeline, timeline.peakStep))
      printBuffer(function, ordinal, out);
    if (!timeline.buffers.empty()) {
      std::fprintf(out, "  buffers: %zu\n", timeline.buffers.size());
      for (size_t i = 0; i < timeline.buffers.size(); ++i)
        printBuffer(function, i, out);
    }
    if (!function.constants.empty())
      std::fprintf(out, "  constants by layer:\n");
    for (const ConstantUse &use : function.constants)
      std::fprintf(
          out, "    %" PRIu64 " bytes, %s\n", use.bytes,
          printable(use.layer.empty() ? use.kernel : use.kernel + " (" + use.layer + ")").c_str());
  }
}

} // namespace iree::tools
