// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a module file says, decoded once, for the writers of iree-dump-module.
// Names are as in the file, untrusted.
#ifndef IREE_TOOLS_MODULE_DESCRIPTION_H_
#define IREE_TOOLS_MODULE_DESCRIPTION_H_

#include "tools/bytecode_text.h"
#include "tools/quantization.h"

#include <numeric>

namespace iree::tools {

struct ValueDescription {
  std::string name; ///< may be empty
  TensorType type;
  bool isScalar = false;
  uint32_t byteLength = 0;
  uint32_t arenaOffset = 0; ///< of results, and of arguments that may lie in the arena
  bool isInArena = false;   ///< arguments only
  std::optional<Quantization> quantization;
};

/// A buffer operand.
struct Place {
  enum class Base { Arena, Constants, State, Argument, Result } base = Base::Arena;
  uint32_t index = 0; ///< of the argument or result
  uint32_t offsetBytes = 0;
  uint32_t lengthBytes = 0;
  bool isWritten = false;
  bool isInRegisters = false; ///< offset and length are registers
};

struct Instruction {
  uint32_t word = 0;   ///< position in the function's code
  uint32_t opcode = 0; ///< schemas/bytecode.def
  const char *mnemonic = "";
  std::vector<Place> places;       ///< a copy's and a fill's target come first
  uint32_t kernel = 0;             ///< dispatch
  uint32_t rangeCount = 0;         ///< dispatch
  std::vector<uint32_t> constants; ///< dispatch
  uint32_t patternBytes = 0;       ///< fill
  uint64_t pattern = 0;            ///< fill
  uint32_t checkKind = 0;          ///< check: iree_vm_check_kind_t
  uint32_t elementType = 0;        ///< check
  std::vector<uint32_t> shape;     ///< check
  float atol = 0, rtol = 0;        ///< check
  std::string location;            ///< check; untrusted
  bool isInRegisters = false;      ///< dispatch: range and constants are registers
  bool isIndependent = false;      ///< dispatch
  std::string operands;            ///< all others, as text
  std::vector<uint32_t> blocks;    ///< that a branch may go to
  /// What a load or store of a program accesses if its index is 0.
  std::optional<Place> element;
};

struct FunctionDescription {
  std::string name;
  std::vector<ValueDescription> arguments;
  std::vector<ValueDescription> results;
  uint32_t arenaBytes = 0;
  uint32_t stackBytes = 0;
  uint32_t codeBytes = 0;
  std::vector<uint32_t> blocks; ///< words that branches go to
  bool hasRegisters = false;    ///< more than a straight list of instructions
  std::vector<Instruction> code;
};

/// A kernel's code in an executable of format vmvx-bytecode.
struct BytecodeKernel {
  uint32_t registerCount = 0;
  std::vector<uint32_t> blocks;
  std::vector<Instruction> code;
};

struct KernelDescription {
  std::string name;
  uint32_t bindingCount = 0;
  uint32_t constantCount = 0;
  std::string location; ///< may be empty
};

struct ExecutableDescription {
  std::string format, target, cpu, features, abi, libraryName;
  uint32_t identity = 0;
  uint32_t requiredFeatures = 0;
  uint32_t imageBytes = 0;
  std::vector<uint32_t> kernelStackBytes; ///< by kernel
  std::vector<uint32_t> kernelCodeBytes;  ///< by kernel
  std::vector<BytecodeKernel> bytecode;   ///< by kernel; of vmvx-bytecode only

  uint64_t codeBytes() const {
    return std::accumulate(kernelCodeBytes.begin(), kernelCodeBytes.end(), uint64_t(0));
  }
};

struct ModuleDescription {
  std::string name;
  std::string producer; ///< may be empty
  uint32_t formatVersion = 0;
  uint32_t abiVersion = 0;
  uint32_t fileBytes = 0;
  uint32_t checksum = 0;
  uint32_t arenaAlignment = 0; ///< bytes
  uint32_t arenaBytes = 0;
  uint32_t stackBytes = 0;
  uint32_t constantsBytes = 0;
  uint32_t stateBytes = 0;
  uint32_t stateValuesBytes = 0; ///< of the state, those that the file gives a value
  uint32_t bytecodeBytes = 0;
  std::vector<FunctionDescription> functions;
  std::vector<KernelDescription> kernels;
  std::vector<ExecutableDescription> executables;
};

/// `module` must have been opened (verified).
ModuleDescription describeModule(const iree_vm_bytecode_module_t &module);

/// "arena", "const", "state", "arg0" or "res0".
std::string baseName(const Place &place);

} // namespace iree::tools

#endif // IREE_TOOLS_MODULE_DESCRIPTION_H_
