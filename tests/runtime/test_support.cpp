// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test_support.h"

#include <cstring>

namespace iree::test {

AlignedBytes::AlignedBytes(const uint8_t *data, size_t lengthBytes) : length(lengthBytes) {
  if (posix_memalign(&memory, 64, length == 0 ? 1 : length) != 0)
    std::abort();
  if (length != 0)
    std::memcpy(memory, data, length);
}

std::string toText(iree_status_t status) {
  char text[512];
  iree_status_format(status, sizeof(text), text, nullptr);
  return text;
}

iree_allocator_t CountingAllocator::get() {
  iree_allocator_t result = {};
  result.self = this;
  result.ctl = [](void *self, iree_allocator_command_t command, const void *params,
                  void **inout_ptr) -> iree_status_t {
    auto *counter = static_cast<CountingAllocator *>(self);
    if (command == IREE_ALLOCATOR_COMMAND_FREE) {
      --counter->live;
    } else {
      if (counter->allocations >= counter->budget)
        return iree_make_status(IREE_STATUS_RESOURCE_EXHAUSTED, "budget");
      ++counter->allocations;
      ++counter->live;
    }
    return iree_allocator_system_ctl(nullptr, command, params, inout_ptr);
  };
  return result;
}

SessionFixture::SessionFixture(std::vector<iree_kernel_library_query_fn_t> libraries,
                               iree_allocator_t hostAllocator)
    : allocator(hostAllocator) {
  iree_runtime_instance_options_t options;
  iree_runtime_instance_options_initialize(&options);
  iree_runtime_instance_t *instance = nullptr;
  iree_hal_allocator_t *deviceAllocator = nullptr;
  iree_hal_executable_loader_t *loader = nullptr;
  iree_hal_device_t *device = nullptr;
  iree_hal_sync_device_params_t params;
  iree_hal_sync_device_params_initialize(&params);
  iree_runtime_session_options_t sessionOptions;
  iree_runtime_session_options_initialize(&sessionOptions);
  auto check = [](iree_status_t status) {
    EXPECT_TRUE(iree_status_is_ok(status)) << toText(status);
  };
  check(iree_runtime_instance_create(&options, allocator, &instance));
  check(iree_hal_allocator_create_heap(IREE_SV("test"), allocator, allocator, &deviceAllocator));
  check(iree_hal_static_library_loader_create(libraries.size(), libraries.data(), allocator,
                                              &loader));
  check(iree_hal_sync_device_create(IREE_SV("local-sync"), &params, 1, &loader, deviceAllocator,
                                    allocator, &device));
  check(iree_runtime_session_create_with_device(instance, &sessionOptions, device, allocator,
                                                &session));
  iree_hal_device_release(device);
  iree_hal_executable_loader_release(loader);
  iree_hal_allocator_release(deviceAllocator);
  iree_runtime_instance_release(instance);
}

SessionFixture::~SessionFixture() { iree_runtime_session_release(session); }

namespace {

int32_t addF32(void *const *bindings, const uint32_t *, uint32_t begin, uint32_t end) {
  auto *lhs = static_cast<const float *>(bindings[0]);
  auto *rhs = static_cast<const float *>(bindings[1]);
  auto *out = static_cast<float *>(bindings[2]);
  for (uint32_t i = begin; i < end; ++i)
    out[i] = lhs[i] + rhs[i];
  return 0;
}

int32_t failWith(void *const *, const uint32_t *constants, uint32_t, uint32_t) {
  return static_cast<int32_t>(constants[0]);
}

int32_t idle(void *const *, const uint32_t *, uint32_t, uint32_t) { return 0; }

// Data and code of a position-dependent executable may be further apart than
// a self-relative reference reaches; trampolines in the same page would be
// needed then. Tests are linked within 2 GiB.
template <typename T> void refer(iree_self_relative_t *field, T *target) {
  intptr_t distance = reinterpret_cast<intptr_t>(target) - reinterpret_cast<intptr_t>(field);
  *field = static_cast<iree_self_relative_t>(distance);
  EXPECT_EQ(*field, distance);
}

} // namespace

const iree_kernel_library_t *testLibraryQuery(uint32_t max_version,
                                              const iree_kernel_environment_t *) {
  static const char name[] = "test_library";
  static const char addName[] = "add_f32", failName[] = "fail", idleName[] = "idle";
  static iree_kernel_export_t exports[3];
  static iree_kernel_library_t library;
  if (max_version < 1)
    return nullptr;
  library.magic = IREE_KERNEL_LIBRARY_MAGIC;
  library.version = 1;
  library.identity = testLibraryIdentity;
  library.binding_alignment = 16;
  library.export_count = 3;
  refer(&library.name, &name[0]);
  refer(&library.exports, &exports[0]);
  exports[0] = {0, 0, 3, 0, 0};
  exports[1] = {0, 0, 0, 1, 0};
  exports[2] = {0, 0, 1, 0, 0};
  refer(&exports[0].entry, &addF32);
  refer(&exports[0].name, &addName[0]);
  refer(&exports[1].entry, &failWith);
  refer(&exports[1].name, &failName[0]);
  refer(&exports[2].entry, &idle);
  refer(&exports[2].name, &idleName[0]);
  return &library;
}

std::vector<KernelSpec> testLibraryKernels() {
  return {{"add_f32", 3, 0}, {"fail", 0, 1}, {"idle", 1, 0}};
}

ModuleSpec testLibraryModule(std::vector<FunctionSpec> functions) {
  ModuleSpec spec;
  spec.functions = std::move(functions);
  spec.kernels = testLibraryKernels();
  spec.executables.resize(1);
  spec.executables[0].identity = testLibraryIdentity;
  return spec;
}

ModuleSpec everyPartModule() {
  FunctionSpec first;
  first.name = "first";
  first.arguments = {{"a", IREE_HAL_ELEMENT_TYPE_FLOAT_32, {2, 2}},
                     {"b", IREE_HAL_ELEMENT_TYPE_INT_8, {16}}};
  first.arguments[1].quantization = QuantizationSpec{-1, {0.5f}, {3}};
  first.results = {{"c", IREE_HAL_ELEMENT_TYPE_FLOAT_32, {2, 2}, 16},
                   {"d", IREE_HAL_ELEMENT_TYPE_BOOL_8, {}, 32, true}};
  first.arenaBytes = 64;
  first.code = copy({0 | written, 0, 16}, {4, 0, 16}) + dispatch(2, 4, {{0 | written, 0, 16}}) +
               fill(4, {5 | written, 0, 16}, 0x3F800000) + copy({6 | written, 0, 1}, {1, 60, 1}) +
               copy({2 | written, 16, 16}, {2, 0, 16}) + ret();
  FunctionSpec second;
  second.name = "second";
  second.code = dispatch(1, 1, {}, {0}) + ret();
  ModuleSpec spec = testLibraryModule({first, second});
  spec.executables.push_back(spec.executables[0]);
  spec.executables[1].format = "embedded-elf";
  spec.executables[1].image = Bytes(70, 9);
  spec.constants = Bytes(64, 5);
  spec.stateBytes = 32;
  spec.stateValues = Bytes(20, 6);
  return spec;
}

} // namespace iree::test
