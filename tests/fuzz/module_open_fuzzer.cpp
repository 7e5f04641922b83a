// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Opens any bytes as a module file, behind a renewed checksum. What opens must
// pass the stock FlatBuffers verifier, can be described in full, and its
// programs run within their memory; kernels do nothing.
#include <vector>

#include "harness.h"
#include "module_session.h"
#include "schemas/module_generated.h"

namespace iree::fuzz {

namespace {

// Bytes; beyond it a program would take longer than it tells.
constexpr uint32_t maxBufferBytes = 1u << 16;

uint32_t checksum(const uint8_t *data, size_t bytes) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < bytes; i += 4) {
    uint32_t word = 0;
    std::memcpy(&word, data + i, 4);
    hash = (hash ^ word) * 16777619u;
  }
  return hash;
}

void renewChecksum(Block *file) {
  if (file->size() < 4 || file->size() % 4 != 0)
    return;
  size_t end = file->size() - 4;
  uint32_t hash = checksum(file->data(), end);
  std::memcpy(file->data() + end, &hash, 4);
}

void touchText(iree_string_view_t text) { touch(text.data, text.size); }

void touchValue(const iree_vm_value_info_t &value) {
  touchText(value.name);
  touch(value.shape, value.shape_rank * sizeof(uint32_t));
  touch(value.scales, value.scale_count * sizeof(float));
  touch(value.zero_points, value.zero_point_count * sizeof(int32_t));
}

void describeFunction(const iree_vm_bytecode_module_t &module, uint32_t ordinal) {
  iree_vm_function_info_t function;
  iree_vm_value_info_t value;
  iree_vm_function_t found = {};
  iree_vm_bytecode_module_function(&module, ordinal, &function);
  require(
      iree_status_is_ok(iree_vm_bytecode_module_lookup_function(&module, function.name, &found)),
      "a function is found by its name");
  touch(function.code, function.code_words * sizeof(uint32_t));
  for (uint32_t i = 0; i < function.argument_count; ++i) {
    iree_vm_function_argument(&function, i, &value);
    touchValue(value);
    require(!value.is_in_arena ||
                uint64_t{value.arena_offset} + value.byte_length <= function.arena_bytes,
            "arguments' places lie in the arena");
  }
  for (uint32_t i = 0; i < function.result_count; ++i) {
    iree_vm_function_result(&function, i, &value);
    touchValue(value);
    require(uint64_t{value.arena_offset} + value.byte_length <= function.arena_bytes,
            "results lie in the arena");
  }
}

void describe(const iree_vm_bytecode_module_t &module) {
  touchText(module.name);
  touchText(module.producer);
  touch(module.constants.data, module.constants.data_length);
  for (uint32_t i = 0; i < module.function_count; ++i)
    describeFunction(module, i);
  for (uint32_t i = 0; i < module.kernel_count; ++i) {
    iree_vm_kernel_info_t kernel;
    iree_vm_bytecode_module_kernel(&module, i, &kernel);
    touchText(kernel.name);
    touchText(kernel.location);
  }
  for (uint32_t i = 0; i < module.executable_count; ++i) {
    iree_vm_executable_info_t executable;
    iree_vm_bytecode_module_executable(&module, i, &executable);
    for (iree_string_view_t text : {executable.format, executable.target, executable.cpu,
                                    executable.features, executable.abi, executable.library_name})
      touchText(text);
    touch(executable.image.data, executable.image.data_length);
    touch(executable.kernel_stack_bytes, module.kernel_count * sizeof(uint32_t));
    touch(executable.kernel_code_bytes, module.kernel_count * sizeof(uint32_t));
  }
}

// Runs a program in memory of exactly the lengths that it states.
class Execution {
public:
  Execution(const iree_vm_bytecode_module_t &verified, uint32_t ordinal) : module(verified) {
    iree_vm_value_info_t value;
    iree_vm_bytecode_module_function(&module, ordinal, &function);
    add(function.arena_bytes, nullptr, otherByte);
    add(static_cast<uint32_t>(module.constants.data_length), module.constants.data, otherByte);
    add(module.state_bytes, nullptr, otherByte);
    for (uint32_t i = 0; i < function.argument_count; ++i) {
      iree_vm_function_argument(&function, i, &value);
      add(value.byte_length, nullptr, argumentByte);
    }
    for (uint32_t i = 0; i < function.result_count; ++i) {
      iree_vm_function_result(&function, i, &value);
      add(value.byte_length, nullptr, otherByte);
    }
  }

  void run() {
    if (isTooLarge)
      return;
    std::vector<uint8_t *> bases;
    std::vector<uint32_t> lengths;
    for (Block &block : blocks) {
      bases.push_back(block.data());
      lengths.push_back(static_cast<uint32_t>(block.size()));
    }
    iree_vm_invocation_t invocation = {};
    invocation.bases = bases.data();
    invocation.base_lengths = lengths.data();
    invocation.budget = branchBudget;
    invocation.dispatch = checkDispatches;
    invocation.self = this;
    // Values of dynamic shape have no bytes here, whatever sizes the program sees.
    invocation.argument_size = [](void *, uint32_t argument, uint32_t dimension) {
      return argument + dimension + 1;
    };
    invocation.reserve = [](void *, uint32_t) { return iree_ok_status(); };
    invocation.set_result = [](void *, uint32_t, uint32_t, const uint32_t *) {
      return iree_ok_status();
    };
    iree_status_ignore(iree_vm_bytecode_execute(&function, &invocation));
    require(
        module.constants.data_length == 0 ||
            std::memcmp(blocks[1].data(), module.constants.data, module.constants.data_length) == 0,
        "constants are not written");
    for (uint32_t i = 0; i < function.argument_count; ++i) {
      Block &argument = blocks[3 + i];
      for (size_t k = 0; k < argument.size(); ++k)
        require(argument.data()[k] == argumentByte, "arguments are not written");
    }
  }

private:
  static constexpr uint64_t branchBudget = 1000;
  static constexpr uint8_t argumentByte = 0xA5, otherByte = 0x5A;

  void add(uint32_t bytes, const void *contents, uint8_t fill) {
    isTooLarge = isTooLarge || bytes > maxBufferBytes;
    if (!isTooLarge)
      blocks.emplace_back(bytes, contents, fill);
  }

  bool isInMemory(const void *pointer, uint32_t length) {
    auto address = reinterpret_cast<uintptr_t>(pointer);
    for (Block &block : blocks) {
      auto begin = reinterpret_cast<uintptr_t>(block.data());
      if (address >= begin && address - begin <= block.size() &&
          length <= block.size() - (address - begin))
        return true;
    }
    return false;
  }

  static iree_status_t checkDispatches(void *self, uint32_t count,
                                       const iree_hal_dispatch_t *dispatches) {
    for (uint32_t i = 0; i < count; ++i)
      static_cast<Execution *>(self)->checkDispatch(&dispatches[i]);
    return iree_ok_status();
  }

  void checkDispatch(const iree_hal_dispatch_t *dispatch) {
    iree_vm_kernel_info_t kernel;
    require(dispatch->ordinal < module.kernel_count, "the kernel exists");
    iree_vm_bytecode_module_kernel(&module, dispatch->ordinal, &kernel);
    for (uint32_t i = 0; i < kernel.binding_count; ++i)
      require(isInMemory(dispatch->bindings[i], dispatch->binding_lengths[i]),
              "bindings lie in the function's memory");
    touch(dispatch->constants, kernel.constant_count * sizeof(uint32_t));
  }

  const iree_vm_bytecode_module_t &module;
  iree_vm_function_info_t function;
  std::vector<Block> blocks;
  bool isTooLarge = false;
};

} // namespace

} // namespace iree::fuzz

// How many inputs were modules that could be run; printed at the end.
static uint64_t inputCount, openCount;

extern "C" int LLVMFuzzerInitialize(int *, char ***) {
  std::atexit([] {
    std::fprintf(stderr, "fuzz: %llu of %llu files opened\n",
                 static_cast<unsigned long long>(openCount),
                 static_cast<unsigned long long>(inputCount));
  });
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using namespace iree::fuzz;
  Block file(size, data);
  renewChecksum(&file);
  iree_const_byte_span_t span = iree_make_const_byte_span(file.data(), file.size());
  iree_vm_bytecode_module_t module;
  ++inputCount;
  if (!iree_status_is_ok(iree_vm_bytecode_module_open(span, &module)))
    return 0;
  ++openCount;
  // The table must keep within its own length, of which the rest depends.
  flatbuffers::Verifier whole(file.data(), file.size(), 64, 1000000, true);
  require(iree::schema::VerifyModuleBuffer(whole), "the stock verifier accepts the file");
  const uint32_t tableBytes = iree::schema::GetModule(file.data())->table_bytes();
  flatbuffers::Verifier table(file.data(), tableBytes, 64, 1000000, true);
  require(iree::schema::VerifyModuleBuffer(table), "the stock verifier accepts the table alone");
  describe(module);
  for (uint32_t i = 0; i < module.function_count; ++i)
    Execution(module, i).run();
  runInSession(span, module);
  return 0;
}
