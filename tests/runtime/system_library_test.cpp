// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shared objects through the loader: they run, leave nothing behind in memory,
// among the open files or on the disk, and are refused with the system's words.
#include <dirent.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>

#include "iree/hal/local/loaders/system_library_loader.h"
#include "test_support.h"

namespace {
bool refusesMemoryFiles = false;
} // namespace

// Takes the place of the C library's, like a kernel with vm.memfd_noexec=2.
extern "C" int memfd_create(const char *name, unsigned flags) noexcept {
  if (!refusesMemoryFiles)
    return static_cast<int>(syscall(SYS_memfd_create, name, flags));
  errno = EACCES;
  return -1;
}

namespace iree::test {
namespace {

Bytes readFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

Bytes libraryImage(const std::string &name) {
  return readFile(std::string(IREE_TEST_DIRECTORY) + "/libsystem_library_" + name + ".so");
}

size_t countFiles(const char *directory) {
  DIR *stream = opendir(directory);
  size_t count = 0;
  while (readdir(stream))
    ++count;
  closedir(stream);
  return count;
}

bool isMapped(const std::string &part) {
  Bytes maps = readFile("/proc/self/maps");
  return std::search(maps.begin(), maps.end(), part.begin(), part.end()) != maps.end();
}

// Loads executables; at the end nothing of them may be left.
class SystemLibrary : public testing::Test {
protected:
  SystemLibrary() : filesBefore(countFiles("/proc/self/fd")) {
    iree_status_t status = iree_hal_system_library_loader_create(counter.get(), &loader);
    EXPECT_TRUE(iree_status_is_ok(status)) << toText(status);
  }
  ~SystemLibrary() override {
    refusesMemoryFiles = false;
    iree_hal_executable_loader_release(loader);
    EXPECT_EQ(counter.live, 0u);
    EXPECT_EQ(countFiles("/proc/self/fd"), filesBefore);
    EXPECT_FALSE(isMapped("iree-kernels"));
  }

  iree_status_t load(const Bytes &image, const std::string &name, iree_hal_executable_t **out,
                     uint32_t identity = 77) {
    AlignedBytes file(image);
    iree_hal_executable_params_t params = {};
    params.format = IREE_SV("system-library");
    params.library_name = iree_make_string_view(name.data(), name.size());
    params.identity = identity;
    params.kernel_count = 1;
    params.image = file.span();
    EXPECT_TRUE(loader->vtable->query_support(loader, params.format));
    return loader->vtable->try_load(loader, &params, counter.get(), out);
  }
  iree_status_t load(const Bytes &image, const std::string &name) {
    iree_hal_executable_t *executable = nullptr;
    iree_status_t status = load(image, name, &executable);
    iree_hal_executable_release(executable);
    return status;
  }

  static int32_t run(iree_hal_executable_t *executable) {
    int32_t value = 0;
    void *bindings[] = {&value};
    EXPECT_EQ(iree_hal_executable_entry(executable, 0)(bindings, nullptr, 0, 1), 0);
    return value;
  }

  CountingAllocator counter;

private:
  size_t filesBefore;
  iree_hal_executable_loader_t *loader = nullptr;
};

TEST_F(SystemLibrary, LoadsAndRuns) {
  iree_hal_executable_t *executable = nullptr;
  ASSERT_OK(load(libraryImage("first"), "first", &executable));
  EXPECT_TRUE(isMapped("iree-kernels"));
  EXPECT_EQ(run(executable), 1);
  iree_hal_executable_release(executable);
}

// The dynamic linker remembers libraries by path; each must get its own.
TEST_F(SystemLibrary, SeveralAtOnceAndInTurn) {
  iree_hal_executable_t *first = nullptr, *second = nullptr;
  ASSERT_OK(load(libraryImage("first"), "first", &first));
  ASSERT_OK(load(libraryImage("second"), "second", &second));
  EXPECT_EQ(run(first), 1);
  EXPECT_EQ(run(second), 2);
  iree_hal_executable_release(first);
  ASSERT_OK(load(libraryImage("second"), "second", &first));
  EXPECT_EQ(run(first), 2);
  EXPECT_EQ(run(second), 2);
  iree_hal_executable_release(first);
  iree_hal_executable_release(second);
}

TEST_F(SystemLibrary, RefusesWhatTheDynamicLinkerRefuses) {
  EXPECT_STATUS(load(Bytes(4096, 7), "first"), IREE_STATUS_INVALID_ARGUMENT, "invalid ELF header");
  EXPECT_STATUS(load({}, "first"), IREE_STATUS_INVALID_ARGUMENT, "file too short");
  EXPECT_STATUS(load(libraryImage("incomplete"), "incomplete"), IREE_STATUS_INVALID_ARGUMENT,
                "undefined symbol: missing_function");
}

TEST_F(SystemLibrary, RefusesOtherLibraries) {
  iree_hal_executable_t *executable = nullptr;
  EXPECT_STATUS(load(libraryImage("first"), "second"), IREE_STATUS_NOT_FOUND,
                "exports no function 'second_library_query'");
  EXPECT_STATUS(load(libraryImage("first"), std::string(300, 'n')), IREE_STATUS_INVALID_ARGUMENT,
                "its name has 300 characters");
  EXPECT_STATUS(load(libraryImage("first"), "first", &executable, 78),
                IREE_STATUS_FAILED_PRECONDITION, "(identity 4d)");
  EXPECT_EQ(executable, nullptr);
}

TEST_F(SystemLibrary, ReportsThatThereIsNoMemory) {
  counter.budget = counter.allocations;
  EXPECT_STATUS(load(libraryImage("first"), "first"), IREE_STATUS_RESOURCE_EXHAUSTED, "budget");
}

TEST_F(SystemLibrary, ReportsThatTheFileCannotBeWritten) {
  rlimit limit = {};
  getrlimit(RLIMIT_FSIZE, &limit);
  rlimit small = {100, limit.rlim_max};
  std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  iree_status_t status = load(libraryImage("first"), "first");
  setrlimit(RLIMIT_FSIZE, &limit);
  EXPECT_STATUS(status, IREE_STATUS_UNAVAILABLE, "cannot be written to a file: File too large");
}

// Without memory files: one on disk, whose name is gone at once.
TEST_F(SystemLibrary, LeavesNothingInTheTemporaryDirectory) {
  std::string directory = std::string(IREE_TEST_DIRECTORY) + "/temporary-XXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  const size_t empty = countFiles(directory.c_str());
  setenv("TMPDIR", directory.c_str(), 1);
  refusesMemoryFiles = true;
  iree_hal_executable_t *executable = nullptr;
  ASSERT_OK(load(libraryImage("first"), "first", &executable));
  EXPECT_EQ(countFiles(directory.c_str()), empty);
  EXPECT_TRUE(isMapped(directory));
  EXPECT_EQ(run(executable), 1);
  iree_hal_executable_release(executable);
  EXPECT_STATUS(load(Bytes(4096, 7), "first"), IREE_STATUS_INVALID_ARGUMENT, "invalid ELF header");
  EXPECT_EQ(countFiles(directory.c_str()), empty);
  rmdir(directory.c_str());

  EXPECT_STATUS(load(libraryImage("first"), "first"), IREE_STATUS_UNAVAILABLE,
                "no file to load it from: No such file or directory");
  setenv("TMPDIR", std::string(300, 'd').c_str(), 1);
  EXPECT_STATUS(load(libraryImage("first"), "first"), IREE_STATUS_UNAVAILABLE,
                "no file to load it from: File name too long");
  unsetenv("TMPDIR");
}

// A module of this form on the device that iree-run-module uses.
TEST(SystemLibraryModule, RunsOnTheDefaultDevice) {
  FunctionSpec function;
  function.name = "store";
  function.results = {{"value", IREE_HAL_ELEMENT_TYPE_INT_32, {}, 0, true}};
  function.arenaBytes = 64;
  function.code = dispatch(0, 1, {{3 | written, 0, 4}}) + ret();
  ModuleSpec spec;
  spec.functions = {function};
  spec.kernels = {{"store", 1, 0}};
  spec.executables.resize(1);
  spec.executables[0] = {"system-library", "second", 77, 0, libraryImage("second")};
  AlignedBytes file(buildModule(spec));

  iree_runtime_instance_options_t options;
  iree_runtime_instance_options_initialize(&options);
  iree_runtime_instance_options_use_all_available_drivers(&options);
  iree_runtime_session_options_t sessionOptions;
  iree_runtime_session_options_initialize(&sessionOptions);
  iree_runtime_instance_t *instance = nullptr;
  iree_hal_device_t *device = nullptr;
  iree_runtime_session_t *session = nullptr;
  ASSERT_OK(iree_runtime_instance_create(&options, iree_allocator_system(), &instance));
  ASSERT_OK(
      iree_runtime_instance_try_create_default_device(instance, IREE_SV("local-sync"), &device));
  ASSERT_OK(iree_runtime_session_create_with_device(instance, &sessionOptions, device,
                                                    iree_allocator_system(), &session));
  ASSERT_OK(iree_runtime_session_append_bytecode_module_from_memory(session, file.span(),
                                                                    iree_allocator_null()));
  iree_runtime_call_t call;
  iree_hal_buffer_view_t *result = nullptr;
  ASSERT_OK(iree_runtime_call_initialize_by_name(session, IREE_SV("module.store"), &call));
  ASSERT_OK(iree_runtime_call_invoke(&call, 0));
  ASSERT_OK(iree_runtime_call_outputs_pop_front_buffer_view(&call, &result));
  EXPECT_EQ(take<int32_t>(result), std::vector<int32_t>{2});
  iree_runtime_call_deinitialize(&call);
  iree_runtime_session_release(session);
  iree_hal_device_release(device);
  iree_runtime_instance_release(instance);
}

} // namespace
} // namespace iree::test
