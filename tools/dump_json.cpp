// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/dump.h"
#include "tools/memory_report.h"

#include <nlohmann/json.hpp>

namespace iree::tools {

namespace {

using Json = nlohmann::ordered_json;

Json quantizationJson(const std::optional<Quantization> &quantization) {
  if (!quantization)
    return nullptr;
  return {{"axis", quantization->axis},
          {"scales", quantization->scales},
          {"zero_points", quantization->zeroPoints}};
}

Json valueJson(const ValueDescription &value) {
  return {{"name", value.name},
          {"type", toString(value.type)},
          {"element_type", iree_hal_element_type_string(value.type.elementType)},
          {"shape", value.type.shape},
          {"scalar", value.isScalar},
          {"byte_length", value.byteLength},
          {"quantization", quantizationJson(value.quantization)}};
}

Json placeJson(const Place &place) {
  const char *prefix = place.isInRegisters ? "_register" : "_bytes";
  return {{"base", baseName(place)},
          {std::string("offset") + prefix, place.offsetBytes},
          {std::string("length") + prefix, place.lengthBytes},
          {"written", place.isWritten}};
}

Json instructionJson(const Instruction &instruction, const ModuleDescription &module) {
  Json json = {{"word", instruction.word}, {"op", instruction.mnemonic}};
  Json places = Json::array();
  for (const Place &place : instruction.places)
    places.push_back(placeJson(place));
  switch (instruction.opcode) {
  case DISPATCH:
    json["kernel"] = instruction.kernel;
    json["kernel_name"] = module.kernels[instruction.kernel].name;
    json["independent"] = instruction.isIndependent;
    json["range_count"] = instruction.rangeCount;
    json["bindings"] = places;
    json["constants"] = instruction.constants;
    break;
  case COPY:
    json["target"] = places[0];
    json["source"] = places[1];
    break;
  case FILL:
    json["target"] = places[0];
    json["pattern_bytes"] = instruction.patternBytes;
    json["pattern"] = instruction.pattern;
    break;
  case CHECK:
    json["actual"] = places[0];
    json["expected"] = places[1];
    json["kind"] = instruction.checkKind;
    json["element_type"] = instruction.elementType;
    json["shape"] = instruction.shape;
    json["atol"] = instruction.atol;
    json["rtol"] = instruction.rtol;
    json["location"] = instruction.location;
    break;
  default:
    if (!instruction.operands.empty())
      json["operands"] = instruction.operands;
    break;
  }
  return json;
}

Json functionJson(const FunctionDescription &function, const ModuleDescription &module) {
  Json arguments = Json::array(), results = Json::array(), code = Json::array();
  for (const ValueDescription &argument : function.arguments) {
    arguments.push_back(valueJson(argument));
    if (argument.isInArena)
      arguments.back()["arena_offset_bytes"] = argument.arenaOffset;
  }
  for (const ValueDescription &result : function.results) {
    results.push_back(valueJson(result));
    results.back()["arena_offset_bytes"] = result.arenaOffset;
  }
  for (const Instruction &instruction : function.code)
    code.push_back(instructionJson(instruction, module));
  return {{"name", function.name},
          {"arguments", arguments},
          {"results", results},
          {"arena_bytes", function.arenaBytes},
          {"stack_bytes", function.stackBytes},
          {"code_bytes", function.codeBytes},
          {"code", code}};
}

Json kernelJson(const KernelDescription &kernel) {
  return {{"name", kernel.name},
          {"location", kernel.location},
          {"binding_count", kernel.bindingCount},
          {"constant_count", kernel.constantCount}};
}

Json executableJson(const ExecutableDescription &executable, const ModuleDescription &module) {
  Json kernels = Json::array();
  for (size_t i = 0; i < module.kernels.size(); ++i)
    kernels.push_back({{"name", module.kernels[i].name},
                       {"stack_bytes", executable.kernelStackBytes[i]},
                       {"code_bytes", executable.kernelCodeBytes[i]}});
  return {{"format", executable.format},
          {"target", executable.target},
          {"cpu", executable.cpu},
          {"features", executable.features},
          {"abi", executable.abi},
          {"library_name", executable.libraryName},
          {"identity", executable.identity},
          {"required_features", executable.requiredFeatures},
          {"image_bytes", executable.imageBytes},
          {"code_bytes", executable.codeBytes()},
          {"kernels", kernels}};
}

} // namespace

std::string toJson(const ModuleDescription &module) {
  Json json = {{"name", module.name},
               {"producer", module.producer},
               {"format_version", module.formatVersion},
               {"abi_version", module.abiVersion},
               {"file_bytes", module.fileBytes},
               {"checksum", module.checksum},
               {"arena_alignment_bytes", module.arenaAlignment},
               {"arena_bytes", module.arenaBytes},
               {"stack_bytes", module.stackBytes},
               {"constants_bytes", module.constantsBytes},
               {"state_bytes", module.stateBytes},
               {"state_values_bytes", module.stateValuesBytes},
               {"bytecode_bytes", module.bytecodeBytes},
               {"functions", Json::array()},
               {"kernels", Json::array()},
               {"executables", Json::array()}};
  MemoryReport memory = reportMemory(module);
  for (size_t i = 0; i < module.functions.size(); ++i) {
    json["functions"].push_back(functionJson(module.functions[i], module));
    json["functions"].back()["memory"] = memoryJson(memory.functions[i]);
  }
  for (const KernelDescription &kernel : module.kernels)
    json["kernels"].push_back(kernelJson(kernel));
  for (const ExecutableDescription &executable : module.executables)
    json["executables"].push_back(executableJson(executable, module));
  // Names are untrusted: what is no UTF-8 becomes U+FFFD.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace iree::tools
