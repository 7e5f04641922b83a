// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loads hand-made images whose machine code is x86-64's.
#include <sys/mman.h>

#include <functional>

#include "elf_builder.h"
#include "iree/hal/local/loaders/embedded_elf_loader.h"
#include "test_support.h"

#if defined(IREE_ARCH_X86_64) && !defined(IREE_PLATFORM_GENERIC)

namespace iree::test {
namespace {

using Options = iree_hal_embedded_elf_loader_options_t;

Options defaultOptions() {
  Options options;
  iree_hal_embedded_elf_loader_options_initialize(&options);
  return options;
}

class Loader {
public:
  explicit Loader(const Options &options = defaultOptions()) {
    iree_status_t status =
        iree_hal_embedded_elf_loader_create_with_options(&options, counter.get(), &loader);
    EXPECT_TRUE(iree_status_is_ok(status)) << toText(status);
  }
  ~Loader() {
    iree_hal_executable_release(executable);
    iree_hal_executable_loader_release(loader);
    EXPECT_EQ(counter.live, 0u);
  }
  iree_status_t load(const Bytes &bytes) {
    AlignedBytes file(bytes);
    return load(file.span());
  }
  iree_status_t load(iree_const_byte_span_t image) {
    iree_hal_executable_params_t params = {};
    params.format = IREE_SV("embedded-elf");
    params.library_name = IREE_SV("test_library");
    params.identity = 77;
    params.kernel_count = 1;
    params.image = image;
    EXPECT_TRUE(loader->vtable->query_support(loader, params.format));
    return loader->vtable->try_load(loader, &params, counter.get(), &executable);
  }
  void expectRuns() {
    int32_t value = 0;
    void *bindings[] = {&value};
    EXPECT_EQ(iree_hal_executable_entry(executable, 0)(bindings, nullptr, 0, 1), 0);
    EXPECT_EQ(value, 42);
  }
  iree_hal_executable_t *executable = nullptr;

private:
  CountingAllocator counter;
  iree_hal_executable_loader_t *loader = nullptr;
};

// Memory like a microcontroller's: written and executed.
class ExecutableBlock {
public:
  ExecutableBlock()
      : memory(mmap(nullptr, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                    -1, 0)) {}
  ~ExecutableBlock() { munmap(memory, size); }
  ExecutableBlock(const ExecutableBlock &) = delete;
  bool isAvailable() const { return memory != MAP_FAILED; }
  uint8_t *data() { return static_cast<uint8_t *>(memory); }
  bool contains(const void *pointer) { return pointer >= data() && pointer < data() + size; }
  static constexpr size_t size = 16384;

private:
  void *memory;
};

iree_status_t loadChanged(const std::function<void(ElfSpec &)> &change) {
  ElfSpec spec = makeElf(iree::elf::machineX86_64, 0);
  change(spec);
  Loader loader;
  return loader.load(writeElf(spec));
}

Bytes goodImage() { return writeElf(makeElf(iree::elf::machineX86_64, 0)); }

TEST(ElfLoader, LoadsAndRuns) {
  Loader loader;
  ASSERT_OK(loader.load(goodImage()));
  loader.expectRuns();
}

TEST(ElfLoader, RunsInPlace) {
  ExecutableBlock block;
  if (!block.isAvailable())
    GTEST_SKIP() << "the system forbids memory that is writable and executable";
  Bytes image = goodImage();
  std::memcpy(block.data(), image.data(), image.size());
  Loader loader({IREE_HAL_EMBEDDED_ELF_FLAG_RUN_IN_PLACE, iree_allocator_null()});
  ASSERT_OK(loader.load(iree_make_const_byte_span(block.data(), image.size())));
  EXPECT_EQ(static_cast<const void *>(loader.executable->library), block.data() + elfLibraryOffset);
  loader.expectRuns();
}

TEST(ElfLoader, RunsInMemoryOfTheApplication) {
  ExecutableBlock block;
  if (!block.isAvailable())
    GTEST_SKIP() << "the system forbids memory that is writable and executable";
  iree_arena_allocator_t arena;
  iree_arena_initialize(block.data(), ExecutableBlock::size, &arena);
  {
    Loader loader({0, iree_arena_allocator(&arena)});
    ASSERT_OK(loader.load(goodImage()));
    EXPECT_TRUE(block.contains(loader.executable->library));
    loader.expectRuns();
  }
  EXPECT_EQ(arena.used_bytes, 0u);
}

TEST(ElfLoader, RefusesOptionsThatAllowNothing) {
  Options options = {0, iree_allocator_null()};
  iree_hal_executable_loader_t *loader = nullptr;
  EXPECT_STATUS(
      iree_hal_embedded_elf_loader_create_with_options(&options, iree_allocator_system(), &loader),
      IREE_STATUS_INVALID_ARGUMENT, "needs a flag or an executable_allocator");
  EXPECT_EQ(loader, nullptr);
}

TEST(ElfLoader, RefusesPageAlignmentBeyondThePages) {
  EXPECT_STATUS(loadChanged([](ElfSpec &s) { s.segments[0].alignment = 1u << 30; }),
                IREE_STATUS_FAILED_PRECONDITION, "wants alignment 1073741824");
}

TEST(ElfLoader, VerifiesTheTable) {
  auto refused = [](const char *part, const std::function<void(ElfSpec &)> &change) {
    EXPECT_STATUS(loadChanged(change), IREE_STATUS_INVALID_ARGUMENT, part);
  };
  refused("not a kernel library", [](ElfSpec &s) { s.library.magic = 3; });
  refused("name lies outside", [](ElfSpec &s) { s.library.name = -0x400; });
  refused("name lies outside", [](ElfSpec &s) { s.library.name = 0; });
  refused("exports lie outside", [](ElfSpec &s) { s.library.exports = 0x160; });
  refused("exports lie outside", [](ElfSpec &s) { s.library.exports += 1; });
  refused("exports lie outside", [](ElfSpec &s) { s.library.exports = INT32_MIN; });
  refused("entry outside the code", [](ElfSpec &s) { s.kernel.entry = -4; });
  refused("entry outside the code", [](ElfSpec &s) { s.kernel.entry = 0x10000; });
  refused("kernel 0: name outside", [](ElfSpec &s) { s.kernel.name = 0x10000; });
  refused("too many", [](ElfSpec &s) { s.kernel.constant_count = 65; });
  // The query's `lea` leads elsewhere.
  refused("table lies outside", [](ElfSpec &s) { s.code[6] = 0x10; });
}

TEST(ElfLoader, RefusesOtherLibraries) {
  EXPECT_STATUS(loadChanged([](ElfSpec &s) { s.name = "other"; }), IREE_STATUS_FAILED_PRECONDITION,
                "kernel library 'other' where the module expects 'test_library'");
  EXPECT_STATUS(loadChanged([](ElfSpec &s) { s.library.identity = 1; }),
                IREE_STATUS_FAILED_PRECONDITION, "identity 1");
  EXPECT_STATUS(loadChanged([](ElfSpec &s) { s.library.export_count = 2; }),
                IREE_STATUS_FAILED_PRECONDITION, "2 kernels, the module 1");
  EXPECT_STATUS(loadChanged([](ElfSpec &s) { s.library.required_features = 1u << 30; }),
                IREE_STATUS_UNAVAILABLE, "mask 40000000");
  EXPECT_STATUS(loadChanged([](ElfSpec &s) { s.library.version = 9; }), IREE_STATUS_UNAVAILABLE,
                "ABI version 9");
  // xor eax, eax; ret: the query returns NULL.
  EXPECT_STATUS(loadChanged([](ElfSpec &s) { s.code = {0x31, 0xC0, 0xC3}; }),
                IREE_STATUS_UNAVAILABLE, "ABI newer than version 1");
}

TEST(ElfLoader, DefaultDeviceHasIt) {
  iree_runtime_instance_options_t options;
  iree_runtime_instance_options_initialize(&options);
  iree_runtime_instance_options_use_all_available_drivers(&options);
  iree_runtime_instance_t *instance = nullptr;
  ASSERT_OK(iree_runtime_instance_create(&options, iree_allocator_system(), &instance));
  iree_hal_device_t *device = nullptr;
  EXPECT_STATUS(iree_runtime_instance_try_create_default_device(instance, IREE_SV("gpu"), &device),
                IREE_STATUS_NOT_FOUND, "no driver 'gpu'");
  ASSERT_OK(
      iree_runtime_instance_try_create_default_device(instance, IREE_SV("local-sync"), &device));
  bool isSupported = false;
  for (size_t i = 0; i < device->loader_count; ++i)
    isSupported = isSupported || device->loaders[i]->vtable->query_support(device->loaders[i],
                                                                           IREE_SV("embedded-elf"));
  EXPECT_TRUE(isSupported);
  iree_hal_device_release(device);
  iree_runtime_instance_release(instance);
}

} // namespace
} // namespace iree::test

#endif
