// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/module_description.h"

#include "tools/error.h"

#include <cstring>

namespace iree::tools {

namespace {

std::string toString(iree_string_view_t text) { return std::string(text.data, text.size); }

/// Reads the code of a program or a kernel; the layout of instructions is bytecode.def's.
class Decoder {
public:
  Decoder(const uint32_t *code, uint32_t count, uint32_t arguments)
      : words(code), wordCount(count), argumentCount(arguments) {}

  std::vector<Instruction> decode() {
    std::vector<Instruction> code;
    while (position < wordCount)
      code.push_back(decodeInstruction());
    return code;
  }

private:
  uint32_t next() {
    if (position >= wordCount)
      throw ToolError("an instruction runs past the end of its function");
    return words[position++];
  }

  Place nextPlace() {
    constexpr uint32_t kWrittenBit = 1u << 31, kRegistersBit = 1u << 30;
    uint32_t base = next();
    Place place = placeOf(base & ~(kWrittenBit | kRegistersBit));
    place.isWritten = base & kWrittenBit;
    place.isInRegisters = base & kRegistersBit;
    place.offsetBytes = next();
    place.lengthBytes = next();
    return place;
  }

  Place placeOf(uint32_t base) const {
    constexpr uint32_t kFirstArgument = 3;
    Place place;
    if (base == 1) {
      place.base = Place::Base::Constants;
    } else if (base == 2) {
      place.base = Place::Base::State;
    } else if (base >= kFirstArgument + argumentCount) {
      place.base = Place::Base::Result;
      place.index = base - kFirstArgument - argumentCount;
    } else if (base >= kFirstArgument) {
      place.base = Place::Base::Argument;
      place.index = base - kFirstArgument;
    }
    return place;
  }

  /// Blocks of a branch, and the place of a load or store.
  void describeEffects(Instruction &instruction, uint32_t first) const {
    uint32_t extra = position > instruction.word + 1 ? words[instruction.word + 1] : 0;
    if (instruction.opcode == BR || instruction.opcode == NEXT)
      instruction.blocks = {extra};
    else if (instruction.opcode == COND_BR)
      instruction.blocks = {extra & 0xFFFF, extra >> 16};
    constexpr uint32_t kElementBytes[] = {1, 1, 1, 2, 2, 4, 8, 2, 2, 4, 8};
    bool isStore = instruction.opcode >= STORE_I1 && instruction.opcode <= STORE_F64;
    if (!isStore && (instruction.opcode < LOAD_I1 || instruction.opcode > LOAD_F64))
      return;
    Place place = placeOf(first >> 16 & 0xFF);
    place.isWritten = isStore;
    place.offsetBytes = extra;
    place.lengthBytes = kElementBytes[instruction.opcode - (isStore ? STORE_I1 : LOAD_I1)];
    instruction.element = place;
  }

  Instruction decodeInstruction() {
    Instruction instruction;
    instruction.word = position;
    uint32_t first = next();
    instruction.opcode = first & 0xFF;
    instruction.mnemonic = mnemonicOf(instruction.opcode);
    switch (instruction.opcode) {
    case DISPATCH:
      instruction.kernel = next();
      instruction.rangeCount = next();
      for (uint32_t i = 0, count = first >> 8 & 0xFF; i < count; ++i)
        instruction.places.push_back(nextPlace());
      for (uint32_t i = 0, count = first >> 16 & 0xFF; i < count; ++i)
        instruction.constants.push_back(next());
      instruction.isIndependent = first & 1u << 24;
      instruction.isInRegisters = first & 1u << 25;
      break;
    case COPY:
      instruction.places.push_back(nextPlace());
      instruction.places.push_back(nextPlace());
      break;
    case CHECK:
      instruction.checkKind = first >> 8 & 0xFF;
      instruction.elementType = next();
      for (float *tolerance : {&instruction.atol, &instruction.rtol}) {
        uint32_t bits = next();
        std::memcpy(tolerance, &bits, sizeof bits);
      }
      instruction.places.push_back(nextPlace());
      instruction.places.push_back(nextPlace());
      for (uint32_t i = 0, count = first >> 16 & 0xFF; i < count; ++i)
        instruction.shape.push_back(next());
      for (uint32_t i = 0, count = first >> 24; i < count; ++i) {
        uint32_t text = next();
        instruction.location.append(reinterpret_cast<const char *>(&text), sizeof text);
      }
      while (!instruction.location.empty() && instruction.location.back() == 0)
        instruction.location.pop_back();
      break;
    case FILL:
      instruction.places.push_back(nextPlace());
      instruction.patternBytes = first >> 8 & 0xFF;
      instruction.pattern = next();
      instruction.pattern |= static_cast<uint64_t>(next()) << 32;
      break;
    default:
      instruction.operands = operandText(words, wordCount, instruction.word, &position);
      describeEffects(instruction, first);
      break;
    }
    return instruction;
  }

  const uint32_t *words;
  uint32_t wordCount;
  uint32_t argumentCount;
  uint32_t position = 0; // words
};

ValueDescription describeValue(const iree_vm_value_info_t &info) {
  ValueDescription value;
  value.name = toString(info.name);
  value.type.elementType = info.element_type;
  value.type.shape.assign(info.shape, info.shape + info.shape_rank);
  value.isScalar = info.is_scalar;
  value.byteLength = info.byte_length;
  value.arenaOffset = info.arena_offset;
  value.isInArena = info.is_in_arena;
  value.quantization = quantizationOf(info);
  return value;
}

FunctionDescription describeFunction(const iree_vm_bytecode_module_t &module, uint32_t ordinal) {
  iree_vm_function_info_t info;
  iree_vm_bytecode_module_function(&module, ordinal, &info);
  FunctionDescription function;
  function.name = toString(info.name);
  iree_vm_value_info_t value;
  for (uint32_t i = 0; i < info.argument_count; ++i) {
    iree_vm_function_argument(&info, i, &value);
    function.arguments.push_back(describeValue(value));
  }
  for (uint32_t i = 0; i < info.result_count; ++i) {
    iree_vm_function_result(&info, i, &value);
    function.results.push_back(describeValue(value));
  }
  function.arenaBytes = info.arena_bytes;
  function.stackBytes = info.stack_bytes;
  function.codeBytes = info.code_words * 4;
  function.blocks.assign(info.blocks, info.blocks + info.block_count);
  function.hasRegisters = iree_vm_function_has_registers(&info);
  function.code = Decoder(info.code, info.code_words, info.argument_count).decode();
  return function;
}

KernelDescription describeKernel(const iree_vm_bytecode_module_t &module, uint32_t ordinal) {
  iree_vm_kernel_info_t info;
  iree_vm_bytecode_module_kernel(&module, ordinal, &info);
  return {toString(info.name), info.binding_count, info.constant_count, toString(info.location)};
}

/// Kernels of an image (docs/module-format.md), which nothing has verified.
std::vector<BytecodeKernel> describeBytecode(iree_const_byte_span_t image, uint32_t kernelCount) {
  constexpr uint32_t kHeaderWords = 8, kRecordWords = 8;
  const auto *words = reinterpret_cast<const uint32_t *>(image.data);
  size_t wordCount = image.data_length / 4;
  auto slice = [&](size_t first, size_t count) {
    if (first > wordCount || count > wordCount - first)
      throw ToolError("the image of kernels as bytecode refers to words outside itself");
    return words + first;
  };
  std::vector<BytecodeKernel> kernels;
  for (size_t i = 0; i < kernelCount; ++i) {
    const uint32_t *record = slice(kHeaderWords + kRecordWords * i, kRecordWords);
    BytecodeKernel &kernel = kernels.emplace_back();
    kernel.registerCount = record[2] >> 16;
    const uint32_t *blocks = slice(record[5], record[6]);
    kernel.blocks.assign(blocks, blocks + record[6]);
    kernel.code = Decoder(slice(record[0], record[1]), record[1], 0).decode();
  }
  return kernels;
}

ExecutableDescription describeExecutable(const iree_vm_bytecode_module_t &module,
                                         uint32_t ordinal) {
  iree_vm_executable_info_t info;
  iree_vm_bytecode_module_executable(&module, ordinal, &info);
  ExecutableDescription executable;
  executable.format = toString(info.format);
  executable.target = toString(info.target);
  executable.cpu = toString(info.cpu);
  executable.features = toString(info.features);
  executable.abi = toString(info.abi);
  executable.libraryName = toString(info.library_name);
  executable.identity = info.identity;
  executable.requiredFeatures = info.required_features;
  executable.imageBytes = static_cast<uint32_t>(info.image.data_length);
  executable.kernelStackBytes.assign(info.kernel_stack_bytes,
                                     info.kernel_stack_bytes + module.kernel_count);
  executable.kernelCodeBytes.assign(info.kernel_code_bytes,
                                    info.kernel_code_bytes + module.kernel_count);
  if (executable.format == "vmvx-bytecode")
    executable.bytecode = describeBytecode(info.image, module.kernel_count);
  return executable;
}

} // namespace

ModuleDescription describeModule(const iree_vm_bytecode_module_t &module) {
  ModuleDescription description;
  description.name = toString(module.name);
  description.producer = toString(module.producer);
  description.formatVersion = IREE_VM_BYTECODE_FORMAT_VERSION; // the only one that can be opened
  description.abiVersion = module.abi_version;
  description.fileBytes = module.file_bytes;
  std::memcpy(&description.checksum, module.file + module.file_bytes - 4, 4);
  description.arenaAlignment = module.arena_alignment;
  description.arenaBytes = module.arena_bytes;
  description.stackBytes = module.stack_bytes;
  description.constantsBytes = static_cast<uint32_t>(module.constants.data_length);
  description.stateBytes = module.state_bytes;
  description.stateValuesBytes = static_cast<uint32_t>(module.state_values.data_length);
  description.bytecodeBytes = module.bytecode_words * 4;
  for (uint32_t i = 0; i < module.function_count; ++i)
    description.functions.push_back(
        withContext("function " + std::to_string(i), [&] { return describeFunction(module, i); }));
  for (uint32_t i = 0; i < module.kernel_count; ++i)
    description.kernels.push_back(describeKernel(module, i));
  for (uint32_t i = 0; i < module.executable_count; ++i)
    description.executables.push_back(describeExecutable(module, i));
  return description;
}

std::string baseName(const Place &place) {
  switch (place.base) {
  case Place::Base::Arena:
    return "arena";
  case Place::Base::Constants:
    return "const";
  case Place::Base::State:
    return "state";
  case Place::Base::Argument:
    return "arg" + std::to_string(place.index);
  case Place::Base::Result:
    return "res" + std::to_string(place.index);
  }
  return "?";
}

} // namespace iree::tools
