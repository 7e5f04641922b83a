// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes module files for tests with the stock FlatBuffers writer.
#ifndef IREE_TESTS_RUNTIME_MODULE_BUILDER_H_
#define IREE_TESTS_RUNTIME_MODULE_BUILDER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "iree/hal/api.h"

namespace iree::test {

using Bytes = std::vector<uint8_t>;
using Words = std::vector<uint32_t>;

struct QuantizationSpec {
  int32_t axis = -1;
  std::vector<float> scales;
  std::vector<int32_t> zeroPoints;
};

struct ValueSpec {
  std::string name;
  uint32_t elementType = IREE_HAL_ELEMENT_TYPE_FLOAT_32;
  Words shape;
  uint32_t arenaOffset = 0;
  bool scalar = false;
  std::optional<uint32_t> byteLength = {}; // default: what the shape demands
  std::optional<QuantizationSpec> quantization = {};
  bool inArena = false; // of arguments
};

struct FunctionSpec {
  std::string name;
  std::vector<ValueSpec> arguments;
  std::vector<ValueSpec> results;
  Words code;
  uint32_t arenaBytes = 0;
  uint32_t stackBytes = 0;
  std::optional<uint32_t> firstWord = {}; // default: behind the previous function
  std::optional<uint32_t> wordCount = {};
  Bytes registerTypes = {};
  Words blocks = {};
};

struct KernelSpec {
  std::string name;
  uint16_t bindingCount = 0;
  uint16_t constantCount = 0;
};

struct ExecutableSpec {
  std::string format = "static-library";
  std::string libraryName = "test_library";
  uint32_t identity = 0;
  uint32_t requiredFeatures = 0;
  Bytes image = {};
  std::optional<Words> kernelStackBytes = {}; // default: one 0 per kernel
};

struct ModuleSpec {
  std::string name = "module";
  uint32_t formatVersion = 1;
  uint32_t abiVersion = 1;
  uint32_t arenaAlignment = 16;
  Bytes constants = {};
  std::vector<FunctionSpec> functions = {};
  std::vector<KernelSpec> kernels = {};
  std::vector<ExecutableSpec> executables = {};
  std::optional<std::string> sharedLocation = {}; // one string, referred to by all kernels
  uint32_t constantsOffset = 0;                   // added to the true one
  uint32_t extraFileBytes = 0;                    // added to Module.file_bytes
  uint32_t stateBytes = 0;
  Bytes stateValues = {};         // of the state's first bytes
  uint32_t stateValuesOffset = 0; // added to the true one
};

Bytes buildModule(const ModuleSpec &spec);

// Rewrites the checksum of a changed file.
void fixChecksum(uint8_t *file, size_t length);

// Words of instructions. A place is {base, offset, length}.
constexpr uint32_t written = UINT32_C(1) << 31;
Words operator+(Words lhs, const Words &rhs);
Words dispatch(uint32_t kernel, uint32_t rangeCount, const std::vector<Words> &places,
               const Words &constants = {});
Words copy(const Words &target, const Words &source);
Words fill(uint32_t patternBytes, const Words &target, uint32_t low, uint32_t high = 0);
Words ret();

} // namespace iree::test

#endif // IREE_TESTS_RUNTIME_MODULE_BUILDER_H_
