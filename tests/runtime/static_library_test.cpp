// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test_support.h"

namespace iree::test {
namespace {

FunctionSpec idleFunction() {
  FunctionSpec function;
  function.name = "idle";
  function.arenaBytes = 64;
  function.code = dispatch(2, 1, {{0 | written, 16, 4}}) + ret();
  return function;
}

iree_status_t load(const ModuleSpec &spec,
                   const std::vector<iree_kernel_library_query_fn_t> &libraries = {
                       testLibraryQuery}) {
  AlignedBytes file(buildModule(spec));
  SessionFixture fixture(libraries);
  return fixture.append(&file);
}

// A copy of the test library's table would lose its self-relative references;
// patch the original around a call instead.
template <typename Patch> iree_status_t loadPatched(Patch patch) {
  static Patch *active;
  active = &patch;
  auto query = [](uint32_t version, const iree_kernel_environment_t *environment) {
    auto *library = const_cast<iree_kernel_library_t *>(testLibraryQuery(version, environment));
    (*active)(library);
    return static_cast<const iree_kernel_library_t *>(library);
  };
  return load(testLibraryModule({idleFunction()}), {query});
}

iree_kernel_export_t *exportsOf(iree_kernel_library_t *library) {
  return reinterpret_cast<iree_kernel_export_t *>(reinterpret_cast<uint8_t *>(&library->exports) +
                                                  library->exports);
}

TEST(StaticLibrary, Loads) { ASSERT_OK(load(testLibraryModule({idleFunction()}))); }

TEST(StaticLibrary, ReportsMissingLibrariesByName) {
  EXPECT_STATUS(load(testLibraryModule({idleFunction()}), {}), IREE_STATUS_NOT_FOUND,
                "kernel library 'test_library' is none of the 0");
  auto tooNew = [](uint32_t, const iree_kernel_environment_t *) {
    return static_cast<const iree_kernel_library_t *>(nullptr);
  };
  EXPECT_STATUS(load(testLibraryModule({idleFunction()}), {tooNew}), IREE_STATUS_NOT_FOUND,
                "none of the 1");
}

TEST(StaticLibrary, RefusesAnotherIdentity) {
  ModuleSpec spec = testLibraryModule({idleFunction()});
  spec.executables[0].identity = 0x1234;
  EXPECT_STATUS(load(spec), IREE_STATUS_FAILED_PRECONDITION,
                "(identity 4d) is not the one that the module was compiled with (1234)");
}

TEST(StaticLibrary, RefusesOtherKernels) {
  ModuleSpec spec = testLibraryModule({idleFunction()});
  spec.kernels.push_back({"more", 0, 0});
  EXPECT_STATUS(load(spec), IREE_STATUS_FAILED_PRECONDITION, "has 3 kernels, the module 4");
  spec = testLibraryModule({idleFunction()});
  spec.kernels[1].constantCount = 2;
  EXPECT_STATUS(load(spec), IREE_STATUS_FAILED_PRECONDITION,
                "kernel 1 'fail': the library takes 0 bindings and 1 constants, the module gives "
                "0 and 2");
}

TEST(StaticLibrary, RefusesPlacesBelowTheBindingAlignment) {
  ModuleSpec spec = testLibraryModule({idleFunction()});
  spec.functions[0].code = dispatch(2, 1, {{0 | written, 8, 4}}) + ret();
  EXPECT_STATUS(load(spec), IREE_STATUS_FAILED_PRECONDITION,
                "bindings aligned to 16 bytes, the module keeps 8");
}

TEST(StaticLibrary, RefusesUnmetRequirements) {
  ModuleSpec spec = testLibraryModule({idleFunction()});
  spec.executables[0].requiredFeatures = 1u << 31;
  EXPECT_STATUS(load(spec), IREE_STATUS_UNAVAILABLE, "lacks (mask 80000000)");
  spec = testLibraryModule({idleFunction()});
  spec.abiVersion = 2;
  EXPECT_STATUS(load(spec), IREE_STATUS_UNAVAILABLE, "ABI version 2; this runtime runs 1 to 1");
  spec = testLibraryModule({idleFunction()});
  spec.executables[0].format = "unheard-of";
  EXPECT_STATUS(load(spec), IREE_STATUS_UNAVAILABLE,
                "device 'local-sync' has no loader for executables of format 'unheard-of'");
  spec.executables.clear();
  EXPECT_STATUS(load(spec), IREE_STATUS_FAILED_PRECONDITION, "no executable");
}

TEST(StaticLibrary, TakesTheFirstExecutableThatLoads) {
  ModuleSpec spec = testLibraryModule({idleFunction()});
  ExecutableSpec other = spec.executables[0];
  other.format = "unheard-of";
  spec.executables.insert(spec.executables.begin(), other);
  AlignedBytes file(buildModule(spec));
  SessionFixture fixture({testLibraryQuery});
  ASSERT_OK(fixture.append(&file));
  EXPECT_EQ(iree_runtime_session_module_executable(fixture.session, 0), 1u);
}

TEST(StaticLibrary, VerifiesTheTable) {
  EXPECT_STATUS(loadPatched([](iree_kernel_library_t *l) { l->magic = 1; }), IREE_STATUS_NOT_FOUND,
                "none of the 1");
  EXPECT_STATUS(loadPatched([](iree_kernel_library_t *l) { l->version = 2; }),
                IREE_STATUS_UNAVAILABLE, "ABI version 2");
  EXPECT_STATUS(loadPatched([](iree_kernel_library_t *l) { l->binding_alignment = 24; }),
                IREE_STATUS_INVALID_ARGUMENT, "aligned to 24 bytes");
  EXPECT_STATUS(loadPatched([](iree_kernel_library_t *l) { l->exports = 0; }),
                IREE_STATUS_INVALID_ARGUMENT, "exports lie outside");
  EXPECT_STATUS(loadPatched([](iree_kernel_library_t *l) { exportsOf(l)[2].entry = 0; }),
                IREE_STATUS_INVALID_ARGUMENT, "kernel 2: entry outside");
  EXPECT_STATUS(loadPatched([](iree_kernel_library_t *l) { exportsOf(l)[0].binding_count = 65; }),
                IREE_STATUS_INVALID_ARGUMENT, "too many");
}

} // namespace
} // namespace iree::test
