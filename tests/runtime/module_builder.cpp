// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "module_builder.h"

#include <cstring>

#include "schemas/module_generated.h"

namespace iree::test {

namespace {

namespace fb = flatbuffers;
namespace schema = iree::schema;

size_t align64(size_t value) { return (value + 63) / 64 * 64; }

// Collects blobs; offsets are relative to the blob section.
struct BlobSection {
  Bytes bytes;
  schema::Blob add(const Bytes &data) {
    bytes.resize(align64(bytes.size()));
    schema::Blob blob(static_cast<uint32_t>(bytes.size()), static_cast<uint32_t>(data.size()));
    bytes.insert(bytes.end(), data.begin(), data.end());
    return blob;
  }
};

fb::Offset<schema::Value> addValue(fb::FlatBufferBuilder &builder, const ValueSpec &spec) {
  uint32_t length = (spec.elementType & 0xFF) / 8;
  for (uint32_t dim : spec.shape)
    length *= dim;
  fb::Offset<schema::Quantization> quantization;
  if (spec.quantization)
    quantization = schema::CreateQuantizationDirect(builder, spec.quantization->axis,
                                                    &spec.quantization->scales,
                                                    &spec.quantization->zeroPoints);
  return schema::CreateValueDirect(builder, spec.name.c_str(), spec.elementType, &spec.shape,
                                   spec.scalar, spec.byteLength.value_or(length), spec.arenaOffset,
                                   quantization, spec.inArena);
}

fb::Offset<schema::Function> addFunction(fb::FlatBufferBuilder &builder, const FunctionSpec &spec,
                                         uint32_t firstWord) {
  std::vector<fb::Offset<schema::Value>> arguments, results;
  arguments.reserve(spec.arguments.size());
  results.reserve(spec.results.size());
  for (const ValueSpec &value : spec.arguments)
    arguments.push_back(addValue(builder, value));
  for (const ValueSpec &value : spec.results)
    results.push_back(addValue(builder, value));
  return schema::CreateFunctionDirect(
      builder, spec.name.c_str(), &arguments, &results, spec.firstWord.value_or(firstWord),
      spec.wordCount.value_or(static_cast<uint32_t>(spec.code.size())), spec.arenaBytes,
      spec.stackBytes, &spec.registerTypes, &spec.blocks);
}

fb::Offset<schema::Executable> addExecutable(fb::FlatBufferBuilder &builder,
                                             const ExecutableSpec &spec, size_t kernelCount,
                                             BlobSection *blobs) {
  schema::Blob image = blobs->add(spec.image);
  Words zeros(kernelCount, 0);
  return schema::CreateExecutableDirect(
      builder, spec.format.c_str(), "test-triple", "cpu", "+feature", "abi",
      spec.libraryName.c_str(), spec.identity, spec.requiredFeatures,
      spec.image.empty() ? nullptr : &image,
      spec.kernelStackBytes ? &*spec.kernelStackBytes : &zeros, &zeros);
}

Bytes assemble(const uint8_t *table, size_t tableBytes, const Bytes &blobs, uint32_t extra) {
  Bytes file(table, table + tableBytes);
  file.resize(align64(tableBytes));
  file.insert(file.end(), blobs.begin(), blobs.end());
  file.resize((file.size() + 3) / 4 * 4 + 4);
  schema::Module *module = schema::GetMutableModule(file.data());
  module->mutate_table_bytes(static_cast<uint32_t>(tableBytes));
  module->mutate_file_bytes(static_cast<uint32_t>(file.size()) + extra);
  fixChecksum(file.data(), file.size());
  return file;
}

} // namespace

Bytes buildModule(const ModuleSpec &spec) {
  fb::FlatBufferBuilder builder;
  builder.ForceDefaults(true);
  BlobSection blobs;
  Words bytecode;
  std::vector<fb::Offset<schema::Function>> functions;
  for (const FunctionSpec &function : spec.functions) {
    functions.push_back(addFunction(builder, function, static_cast<uint32_t>(bytecode.size())));
    bytecode.insert(bytecode.end(), function.code.begin(), function.code.end());
  }
  std::vector<fb::Offset<schema::Kernel>> kernels;
  kernels.reserve(spec.kernels.size());
  fb::Offset<fb::String> shared;
  if (spec.sharedLocation)
    shared = builder.CreateString(*spec.sharedLocation);
  for (const KernelSpec &kernel : spec.kernels) {
    auto name = builder.CreateString(kernel.name);
    auto location = spec.sharedLocation ? shared : builder.CreateString("layer");
    kernels.push_back(
        schema::CreateKernel(builder, name, kernel.bindingCount, kernel.constantCount, location));
  }
  std::vector<fb::Offset<schema::Executable>> executables;
  executables.reserve(spec.executables.size());
  for (const ExecutableSpec &executable : spec.executables)
    executables.push_back(addExecutable(builder, executable, spec.kernels.size(), &blobs));
  schema::Blob constants = blobs.add(spec.constants);
  constants = schema::Blob(constants.offset() + spec.constantsOffset, constants.length());
  schema::Blob stateValues = blobs.add(spec.stateValues);
  stateValues = schema::Blob(stateValues.offset() + spec.stateValuesOffset, stateValues.length());
  auto module = schema::CreateModuleDirect(builder, spec.formatVersion, spec.name.c_str(),
                                           "test producer", 1, 1, spec.abiVersion,
                                           spec.arenaAlignment, &functions, &kernels, &executables,
                                           &constants, &bytecode, spec.stateBytes, &stateValues);
  schema::FinishModuleBuffer(builder, module);
  return assemble(builder.GetBufferPointer(), builder.GetSize(), blobs.bytes, spec.extraFileBytes);
}

void fixChecksum(uint8_t *file, size_t length) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i + 8 <= length; i += 4) {
    uint32_t word = 0;
    std::memcpy(&word, file + i, 4);
    hash = (hash ^ word) * 16777619u;
  }
  std::memcpy(file + length - 4, &hash, 4);
}

Words operator+(Words lhs, const Words &rhs) {
  lhs.insert(lhs.end(), rhs.begin(), rhs.end());
  return lhs;
}

Words dispatch(uint32_t kernel, uint32_t rangeCount, const std::vector<Words> &places,
               const Words &constants) {
  Words code = {0x01u | static_cast<uint32_t>(places.size()) << 8 |
                    static_cast<uint32_t>(constants.size()) << 16,
                kernel, rangeCount};
  for (const Words &place : places)
    code = code + place;
  return code + constants;
}

Words copy(const Words &target, const Words &source) { return Words{0x02} + target + source; }

Words fill(uint32_t patternBytes, const Words &target, uint32_t low, uint32_t high) {
  return Words{0x03 | patternBytes << 8} + target + Words{low, high};
}

Words ret() { return {0x00}; }

} // namespace iree::test
