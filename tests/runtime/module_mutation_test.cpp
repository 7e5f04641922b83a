// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every truncation and every change of a module gives an error or a clean run.
// Meaningful under sanitizers, which see every access outside the file.
#include <cstring>
#include <memory>

#include "schemas/module_generated.h"
#include "test_support.h"

namespace iree::test {
namespace {

class Mutator {
public:
  explicit Mutator(const Bytes &bytes) : file(bytes) {}

  // Opens, and runs what opens. Returns whether it opened.
  bool probe() {
    iree_vm_bytecode_module_t module;
    if (!iree_status_is_ok(iree_vm_bytecode_module_open(file.span(), &module)))
      return false;
    flatbuffers::Verifier verifier(file.data(), file.size(), 64, 1000000, true);
    EXPECT_TRUE(schema::VerifyModuleBuffer(verifier)) << "accepted by our reader only";
    describe(module);
    SessionFixture session({testLibraryQuery});
    if (module.arena_bytes > maxBytes || module.state_bytes > maxBytes ||
        !iree_status_is_ok(session.append(&file)))
      return true;
    for (uint32_t i = 0; i < module.function_count; ++i)
      run(session.session, i);
    return true;
  }

  AlignedBytes file;

private:
  static constexpr uint32_t maxBytes = 1u << 20;

  // Reads all that can be described.
  void describe(const iree_vm_bytecode_module_t &module) {
    size_t sum = 0;
    iree_vm_executable_info_t executable;
    for (uint32_t i = 0; i < module.executable_count; ++i) {
      iree_vm_bytecode_module_executable(&module, i, &executable);
      for (size_t k = 0; k < executable.image.data_length; ++k)
        sum += executable.image.data[k];
      for (uint32_t k = 0; k < module.kernel_count; ++k)
        sum += executable.kernel_code_bytes[k] + executable.kernel_stack_bytes[k];
    }
    iree_vm_kernel_info_t kernel;
    for (uint32_t i = 0; i < module.kernel_count; ++i) {
      iree_vm_bytecode_module_kernel(&module, i, &kernel);
      sum += std::string(kernel.location.data, kernel.location.size).size();
    }
    checksum = checksum + sum;
  }

  void run(iree_runtime_session_t *session, uint32_t ordinal) {
    iree_runtime_call_t call;
    iree_vm_function_t function = {iree_runtime_session_module(session, 0), ordinal};
    if (!iree_status_is_ok(iree_runtime_call_initialize(session, function, &call)))
      return;
    iree_vm_function_info_t info;
    iree_vm_bytecode_module_function(function.module, ordinal, &info);
    std::vector<std::unique_ptr<AlignedBytes>> memory;
    bool isComplete = true;
    for (uint32_t i = 0; i < info.argument_count && isComplete; ++i)
      isComplete = pushArgument(&call, info, i, &memory);
    if (isComplete)
      iree_status_ignore(iree_runtime_call_invoke(&call, 0));
    iree_runtime_call_deinitialize(&call);
  }

  bool pushArgument(iree_runtime_call_t *call, const iree_vm_function_info_t &info,
                    uint32_t ordinal, std::vector<std::unique_ptr<AlignedBytes>> *memory) {
    iree_vm_value_info_t value;
    iree_vm_function_argument(&info, ordinal, &value);
    if (value.byte_length > maxBytes)
      return false;
    memory->push_back(std::make_unique<AlignedBytes>(Bytes(value.byte_length)));
    std::vector<iree_hal_dim_t> shape(value.shape, value.shape + value.shape_rank);
    iree_hal_buffer_view_t *view = nullptr;
    iree_byte_span_t span = {memory->back()->data(), value.byte_length};
    if (!iree_status_is_ok(iree_hal_buffer_view_wrap(
            span, shape.size(), shape.data(), value.element_type,
            IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, iree_allocator_system(), &view)))
      return false; // the shape overflows although it has a 0
    iree_status_t status = iree_runtime_call_inputs_push_back_buffer_view(call, view);
    iree_hal_buffer_view_release(view);
    EXPECT_TRUE(iree_status_is_ok(status)) << toText(status);
    return iree_status_is_ok(status);
  }

  volatile size_t checksum = 0;
};

TEST(ModuleMutation, UnchangedOpens) {
  EXPECT_TRUE(Mutator(buildModule(everyPartModule())).probe());
}

TEST(ModuleMutation, EveryTruncationIsRefused) {
  Bytes bytes = buildModule(everyPartModule());
  for (size_t length = 0; length < bytes.size(); ++length) {
    AlignedBytes file(bytes.data(), length);
    iree_vm_bytecode_module_t module;
    EXPECT_FALSE(iree_status_is_ok(iree_vm_bytecode_module_open(file.span(), &module))) << length;
  }
}

TEST(ModuleMutation, EveryTruncationWithNewChecksumIsRefused) {
  Bytes bytes = buildModule(everyPartModule());
  for (size_t length = 68; length < bytes.size(); length += 4) {
    AlignedBytes file(bytes.data(), length);
    fixChecksum(file.data(), length);
    iree_vm_bytecode_module_t module;
    EXPECT_FALSE(iree_status_is_ok(iree_vm_bytecode_module_open(file.span(), &module))) << length;
  }
}

TEST(ModuleMutation, EveryChangedByteIsRefused) {
  Mutator mutator(buildModule(everyPartModule()));
  uint8_t *data = mutator.file.data();
  for (size_t i = 0; i < mutator.file.size(); ++i) {
    uint8_t old = data[i];
    for (unsigned change = 1; change < 256; ++change) {
      data[i] = static_cast<uint8_t>(old ^ change);
      iree_vm_bytecode_module_t module;
      EXPECT_FALSE(iree_status_is_ok(iree_vm_bytecode_module_open(mutator.file.span(), &module)))
          << i;
    }
    data[i] = old;
  }
}

TEST(ModuleMutation, EveryChangedByteWithNewChecksumIsHandled) {
  Mutator mutator(buildModule(everyPartModule()));
  uint8_t *data = mutator.file.data();
  size_t opened = 0;
  for (size_t i = 0; i + 4 < mutator.file.size(); ++i) {
    uint8_t old = data[i];
    for (unsigned change = 1; change < 256; ++change) {
      data[i] = static_cast<uint8_t>(old ^ change);
      fixChecksum(data, mutator.file.size());
      opened += mutator.probe() ? 1 : 0;
    }
    data[i] = old;
  }
  EXPECT_GT(opened, 0u);
}

TEST(ModuleMutation, EveryChangedWordWithNewChecksumIsHandled) {
  Mutator mutator(buildModule(everyPartModule()));
  uint8_t *data = mutator.file.data();
  const uint32_t length = static_cast<uint32_t>(mutator.file.size());
  const uint32_t values[] = {0,          1,          4,          8,
                             length - 4, length,     0x0000FFFF, 0x7FFFFFFF,
                             0x80000000, 0xFFFFFFF0, 0xFFFFFFFC, 0xFFFFFFFF};
  for (size_t i = 0; i + 8 <= length; i += 4) {
    uint32_t old = 0;
    std::memcpy(&old, data + i, 4);
    for (uint32_t value : values) {
      std::memcpy(data + i, &value, 4);
      fixChecksum(data, length);
      mutator.probe();
    }
    std::memcpy(data + i, &old, 4);
  }
}

} // namespace
} // namespace iree::test
