// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// simple_mul as the compiler writes it: it runs; any truncation and any change
// of one byte is refused; changes behind a renewed checksum are refused or
// harmless. Meaningful under sanitizers.
#include <fstream>
#include <iterator>

#include "iree/hal/local/loaders/embedded_elf_loader.h"
#include "schemas/module_generated.h"
#include "test_support.h"

namespace iree::test {
namespace {

Bytes readModule() {
  std::ifstream file(IREE_TEST_MODULE, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

// A session with the loader that such a module needs.
class Session {
public:
  Session() {
    iree_runtime_instance_options_t options;
    iree_runtime_instance_options_initialize(&options);
    iree_runtime_instance_options_use_all_available_drivers(&options);
    check(iree_runtime_instance_create(&options, iree_allocator_system(), &instance));
    iree_hal_device_t *device = nullptr;
    check(
        iree_runtime_instance_try_create_default_device(instance, IREE_SV("local-sync"), &device));
    iree_runtime_session_options_t sessionOptions;
    iree_runtime_session_options_initialize(&sessionOptions);
    check(iree_runtime_session_create_with_device(instance, &sessionOptions, device,
                                                  iree_allocator_system(), &session));
    iree_hal_device_release(device);
  }
  ~Session() {
    iree_runtime_session_release(session);
    iree_runtime_instance_release(instance);
  }
  Session(const Session &) = delete;

  iree_status_t append(AlignedBytes &file) {
    return iree_runtime_session_append_bytecode_module_from_memory(session, file.span(),
                                                                   iree_allocator_null());
  }

  iree_runtime_session_t *session = nullptr;

private:
  static void check(iree_status_t status) { ASSERT_OK(status); }
  iree_runtime_instance_t *instance = nullptr;
};

bool opens(const Bytes &bytes) {
  AlignedBytes file(bytes);
  Session session;
  return iree_status_is_ok(session.append(file));
}

TEST(CompiledModule, Multiplies) {
  AlignedBytes file(readModule());
  Session session;
  ASSERT_OK(session.append(file));
  iree_runtime_call_t call;
  ASSERT_OK(
      iree_runtime_call_initialize_by_name(session.session, IREE_SV("module.simple_mul"), &call));
  float lhs[] = {1.0f, -2.0f, 0.5f, 4.0f}, rhs[] = {8.0f, 3.0f, 2.0f, 0.25f}, products[4] = {};
  const iree_hal_dim_t shape[] = {4};
  auto wrap = [&](float *values) {
    iree_hal_buffer_view_t *view = nullptr;
    EXPECT_TRUE(iree_status_is_ok(iree_hal_buffer_view_wrap(
        iree_make_byte_span(values, sizeof(lhs)), 1, shape, IREE_HAL_ELEMENT_TYPE_FLOAT_32,
        IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, iree_allocator_system(), &view)));
    return view;
  };
  for (float *values : {lhs, rhs}) {
    iree_hal_buffer_view_t *view = wrap(values);
    ASSERT_OK(iree_runtime_call_inputs_push_back_buffer_view(&call, view));
    iree_hal_buffer_view_release(view);
  }
  iree_hal_buffer_view_t *result = wrap(products);
  ASSERT_OK(iree_runtime_call_bind_output(&call, 0, iree_hal_buffer_view_buffer(result)));
  iree_hal_buffer_view_release(result);
  ASSERT_OK(iree_runtime_call_invoke(&call, 0));
  iree_runtime_call_deinitialize(&call);
  EXPECT_EQ(products[0], 8.0f);
  EXPECT_EQ(products[1], -6.0f);
  EXPECT_EQ(products[2], 1.0f);
  EXPECT_EQ(products[3], 1.0f);
}

// The figure of the compiler's report.
size_t reportedMemoryBytes() {
  std::ifstream file(IREE_TEST_REPORT);
  std::string text(std::istreambuf_iterator<char>(file), {});
  const std::string key = "\"memory_bytes\": ";
  size_t position = text.find(key);
  return position == std::string::npos ? 0 : std::stoul(text.substr(position + key.size()));
}

// Opens and binds with all memory from one block, and invokes.
iree_status_t multiplyIn(uint8_t *block, size_t bytes, AlignedBytes &file, float *result) {
  iree_arena_allocator_t arena;
  iree_arena_initialize(block, bytes, &arena);
  iree_allocator_t allocator = iree_arena_allocator(&arena);
  iree_runtime_instance_t *instance = nullptr;
  iree_hal_executable_loader_t *loader = nullptr;
  iree_hal_allocator_t *heap = nullptr;
  iree_hal_device_t *device = nullptr;
  iree_runtime_session_t *session = nullptr;
  iree_runtime_call_t call = {};
  static float lhs[] = {1.0f, -2.0f, 0.5f, 4.0f}, rhs[] = {8.0f, 3.0f, 2.0f, 0.25f};
  auto run = [&]() -> iree_status_t {
    const iree_hal_dim_t shape[] = {4};
    IREE_RETURN_IF_ERROR(iree_runtime_instance_create(nullptr, allocator, &instance));
    IREE_RETURN_IF_ERROR(iree_hal_embedded_elf_loader_create(allocator, &loader));
    IREE_RETURN_IF_ERROR(
        iree_hal_allocator_create_heap(IREE_SV("test"), allocator, allocator, &heap));
    IREE_RETURN_IF_ERROR(iree_hal_sync_device_create(IREE_SV("local-sync"), nullptr, 1, &loader,
                                                     heap, allocator, &device));
    IREE_RETURN_IF_ERROR(
        iree_runtime_session_create_with_device(instance, nullptr, device, allocator, &session));
    IREE_RETURN_IF_ERROR(iree_runtime_session_append_bytecode_module_from_memory(
        session, file.span(), iree_allocator_null()));
    IREE_RETURN_IF_ERROR(
        iree_runtime_call_initialize_by_name(session, IREE_SV("module.simple_mul"), &call));
    for (float *values : {lhs, rhs}) {
      iree_hal_buffer_view_t *view = nullptr;
      IREE_RETURN_IF_ERROR(iree_hal_buffer_view_wrap(
          iree_make_byte_span(values, sizeof(lhs)), 1, shape, IREE_HAL_ELEMENT_TYPE_FLOAT_32,
          IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, allocator, &view));
      iree_status_t status = iree_runtime_call_inputs_push_back_buffer_view(&call, view);
      iree_hal_buffer_view_release(view);
      IREE_RETURN_IF_ERROR(status);
    }
    IREE_RETURN_IF_ERROR(iree_runtime_call_invoke(&call, 0));
    iree_hal_buffer_view_t *view = nullptr;
    IREE_RETURN_IF_ERROR(iree_runtime_call_outputs_pop_front_buffer_view(&call, &view));
    iree_status_t status =
        iree_hal_buffer_map_read(iree_hal_buffer_view_buffer(view), 0, result, 4 * sizeof(float));
    iree_hal_buffer_view_release(view);
    return status;
  };
  iree_status_t status = run();
  iree_runtime_call_deinitialize(&call);
  iree_runtime_session_release(session);
  iree_hal_device_release(device);
  iree_hal_allocator_release(heap);
  iree_hal_executable_loader_release(loader);
  iree_runtime_instance_release(instance);
  return status;
}

TEST(CompiledModule, RunsInTheBlockThatTheReportSays) {
  size_t bytes = reportedMemoryBytes();
  ASSERT_GT(bytes, 0u);
  AlignedBytes file(readModule()), block(Bytes(bytes, 0xCC));
  float result[4] = {};
  ASSERT_OK(multiplyIn(block.data(), bytes, file, result));
  EXPECT_EQ(std::vector<float>(result, result + 4), (std::vector<float>{8.0f, -6.0f, 1.0f, 1.0f}));
  EXPECT_STATUS(multiplyIn(block.data(), bytes - 1, file, result), IREE_STATUS_RESOURCE_EXHAUSTED,
                "arena of " + std::to_string(bytes - 1) + " bytes: ");
}

TEST(CompiledModule, PassesTheStockVerifier) {
  AlignedBytes file(readModule());
  flatbuffers::Verifier verifier(file.data(), file.size());
  EXPECT_TRUE(schema::VerifyModuleBuffer(verifier));
}

TEST(CompiledModule, EveryTruncationIsRefused) {
  Bytes module = readModule();
  for (size_t length = 0; length < module.size(); ++length)
    EXPECT_FALSE(opens(Bytes(module.begin(), module.begin() + static_cast<ptrdiff_t>(length))))
        << "of " << length << " bytes";
}

TEST(CompiledModule, EveryChangedByteIsRefused) {
  Bytes module = readModule();
  for (size_t i = 0; i < module.size(); ++i)
    for (unsigned change : {0x01u, 0x80u, 0xFFu}) {
      Bytes changed = module;
      changed[i] = static_cast<uint8_t>(changed[i] ^ change);
      EXPECT_FALSE(opens(changed)) << "byte " << i << " xor " << change;
    }
}

// Behind the checksum: the verifier and the loader alone. Opening runs the
// library's query function, so its code is left as it is; nothing is invoked,
// for native code trusts its bindings.
TEST(CompiledModule, ChangesWithNewChecksumAreRefusedOrHarmless) {
  Bytes module = readModule();
  const schema::Module *table = schema::GetModule(module.data());
  size_t image =
      (table->table_bytes() + 63) / 64 * 64 + table->executables()->Get(0)->image()->offset();
  for (size_t i = 0; i < image; ++i)
    for (unsigned change : {0x01u, 0x10u, 0x80u, 0xFFu}) {
      Bytes changed = module;
      changed[i] = static_cast<uint8_t>(changed[i] ^ change);
      fixChecksum(changed.data(), changed.size());
      opens(changed);
    }
}

} // namespace
} // namespace iree::test
