// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// iree/runtime/memory_size.h against what the runtime takes from one block: exactly
// as much, and an error with one byte less.
#include "test_support.h"

namespace iree::test {
namespace {

constexpr size_t p = sizeof(void *);

const iree_kernel_library_t *noLibrary(uint32_t, const iree_kernel_environment_t *) {
  return nullptr;
}

// Copies each argument to the result of the same ordinal.
ModuleSpec echoModule(const std::vector<Words> &shapes, uint32_t stateBytes, bool hasRegisters) {
  FunctionSpec echo;
  echo.name = "echo";
  auto count = static_cast<uint32_t>(shapes.size());
  for (uint32_t i = 0; i < count; ++i) {
    uint32_t bytes = 4;
    for (uint32_t extent : shapes[i])
      bytes *= extent;
    echo.arguments.push_back({"", IREE_HAL_ELEMENT_TYPE_FLOAT_32, shapes[i]});
    echo.results.push_back({"", IREE_HAL_ELEMENT_TYPE_FLOAT_32, shapes[i], echo.arenaBytes});
    echo.code = echo.code + copy({(3 + count + i) | written, 0, bytes}, {3 + i, 0, bytes});
    echo.arenaBytes += (bytes + 15) / 16 * 16;
  }
  echo.code = echo.code + ret();
  if (hasRegisters)
    echo.registerTypes = {0};
  ModuleSpec spec;
  spec.functions = {echo};
  spec.stateBytes = stateBytes;
  return spec;
}

// Opens, binds and invokes with all memory from the block.
iree_status_t runIn(std::vector<max_align_t> &block, size_t bytes, AlignedBytes &file,
                    const std::vector<Words> &shapes, size_t *peak) {
  iree_arena_allocator_t arena;
  iree_arena_initialize(block.data(), bytes, &arena);
  iree_allocator_t allocator = iree_arena_allocator(&arena);
  const iree_kernel_library_query_fn_t libraries[] = {noLibrary};
  std::vector<std::vector<float>> values;
  iree_runtime_instance_t *instance = nullptr;
  iree_hal_allocator_t *heap = nullptr;
  iree_hal_executable_loader_t *loader = nullptr;
  iree_hal_device_t *device = nullptr;
  iree_runtime_session_t *session = nullptr;
  iree_runtime_call_t call = {};
  auto run = [&]() -> iree_status_t {
    IREE_RETURN_IF_ERROR(iree_runtime_instance_create(nullptr, allocator, &instance));
    IREE_RETURN_IF_ERROR(iree_hal_static_library_loader_create(1, libraries, allocator, &loader));
    IREE_RETURN_IF_ERROR(
        iree_hal_allocator_create_heap(IREE_SV("test"), allocator, allocator, &heap));
    IREE_RETURN_IF_ERROR(iree_hal_sync_device_create(IREE_SV("local-sync"), nullptr, 1, &loader,
                                                     heap, allocator, &device));
    IREE_RETURN_IF_ERROR(
        iree_runtime_session_create_with_device(instance, nullptr, device, allocator, &session));
    IREE_RETURN_IF_ERROR(iree_runtime_session_append_bytecode_module_from_memory(
        session, file.span(), iree_allocator_null()));
    IREE_RETURN_IF_ERROR(iree_runtime_call_initialize_by_name(session, IREE_SV("echo"), &call));
    for (const Words &shape : shapes) {
      std::vector<iree_hal_dim_t> dims(shape.begin(), shape.end());
      size_t count = 1;
      for (iree_hal_dim_t extent : dims)
        count *= extent;
      std::vector<float> &value = values.emplace_back(count, 1.5f);
      iree_hal_buffer_view_t *view = nullptr;
      IREE_RETURN_IF_ERROR(
          iree_hal_buffer_view_wrap(iree_make_byte_span(value.data(), count * sizeof(float)),
                                    dims.size(), dims.data(), IREE_HAL_ELEMENT_TYPE_FLOAT_32,
                                    IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, allocator, &view));
      iree_status_t status = iree_runtime_call_inputs_push_back_buffer_view(&call, view);
      iree_hal_buffer_view_release(view);
      IREE_RETURN_IF_ERROR(status);
    }
    return iree_runtime_call_invoke(&call, 0);
  };
  iree_status_t status = run();
  *peak = arena.peak_bytes;
  iree_runtime_call_deinitialize(&call);
  iree_runtime_session_release(session);
  iree_hal_device_release(device);
  iree_hal_allocator_release(heap);
  iree_hal_executable_loader_release(loader);
  iree_runtime_instance_release(instance);
  return status;
}

void expectExact(const std::vector<Words> &shapes, uint32_t stateBytes, bool hasRegisters) {
  ModuleSpec spec = echoModule(shapes, stateBytes, hasRegisters);
  AlignedBytes file(buildModule(spec));
  size_t count = shapes.size();
  size_t bytes = IREE_MEMORY_RUNTIME(p) + IREE_MEMORY_STATIC_LOADER(p) +
                 IREE_MEMORY_MODULE(p, spec.functions[0].arenaBytes, stateBytes, 16) +
                 IREE_MEMORY_CALL(p, count, count, hasRegisters);
  for (const Words &shape : shapes)
    bytes += 2 * IREE_MEMORY_VALUE(p, shape.size());
  std::vector<max_align_t> block(bytes / sizeof(max_align_t) + 1);
  size_t peak = 0;
  ASSERT_OK(runIn(block, bytes, file, shapes, &peak));
  EXPECT_EQ(peak, bytes);
  EXPECT_STATUS(runIn(block, bytes - 1, file, shapes, &peak), IREE_STATUS_RESOURCE_EXHAUSTED,
                "arena of " + std::to_string(bytes - 1) + " bytes: ");
}

TEST(MemorySize, ValuesOfAllRanks) {
  for (size_t rank = 0; rank <= 6; ++rank)
    expectExact({Words(rank, 2)}, 0, false);
}

TEST(MemorySize, SeveralValues) {
  for (size_t count = 1; count <= 5; ++count)
    expectExact(std::vector<Words>(count, Words{3, 1}), 0, false);
}

TEST(MemorySize, State) {
  for (uint32_t bytes : {16u, 48u, 1008u})
    expectExact({{5}}, bytes, false);
}

#if IREE_VM_REGISTERS_ENABLE
TEST(MemorySize, Registers) {
  for (size_t count = 1; count <= 5; ++count)
    expectExact(std::vector<Words>(count, Words{7}), 32, true);
}
#endif

} // namespace
} // namespace iree::test
