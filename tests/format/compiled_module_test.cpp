// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// simple_mul as the compiler writes it: it runs; any truncation and any change
// of one byte is refused; changes behind a renewed checksum are refused or
// harmless. Meaningful under sanitizers.
#include <fstream>
#include <iterator>

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
