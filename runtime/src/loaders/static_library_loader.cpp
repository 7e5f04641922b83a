// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/hal/local/loaders/static_library_loader.h"

#include "base/internal.h"

namespace {

// Followed by the query functions.
struct StaticLoader {
  iree_hal_executable_loader_t base;
  iree_allocator_t host_allocator;
  size_t libraryCount;

  iree_kernel_library_query_fn_t *queryFns() {
    return reinterpret_cast<iree_kernel_library_query_fn_t *>(this + 1);
  }
};

IREE_ASSERT_MEMORY_SIZE(StaticLoader, IREE_MEMORY_STATIC_LOADER, +sizeof(void *));
IREE_ASSERT_MEMORY_SIZE(iree_hal_executable_t, IREE_MEMORY_STATIC_EXECUTABLE);

void destroyExecutable(iree_hal_executable_t *executable) {
  iree_allocator_free(executable->host_allocator, executable);
}

const iree_hal_executable_vtable_t executableVtable = {
    destroyExecutable, iree_hal_kernel_library_describe, iree_hal_kernel_library_call};

void destroyLoader(iree_hal_executable_loader_t *base) {
  auto *loader = reinterpret_cast<StaticLoader *>(base);
  iree_allocator_free(loader->host_allocator, loader);
}

bool querySupport(iree_hal_executable_loader_t *, iree_string_view_t format) {
  return iree_string_view_equal(format, IREE_SV("static-library"));
}

bool hasName(const iree_kernel_library_t *library, iree_string_view_t name) {
  if (library->magic != IREE_KERNEL_LIBRARY_MAGIC || library->name == 0)
    return false;
  const char *libraryName = reinterpret_cast<const char *>(&library->name) + library->name;
  return iree_string_view_equal(iree_make_cstring_view(libraryName), name);
}

// Prefers the library with the right identity; otherwise any of that name, so
// that the difference can be reported.
const iree_kernel_library_t *findLibrary(StaticLoader *loader,
                                         const iree_hal_executable_params_t *params,
                                         const iree_kernel_environment_t *environment) {
  const iree_kernel_library_t *found = nullptr;
  for (size_t i = 0; i < loader->libraryCount; ++i) {
    const iree_kernel_library_t *library =
        loader->queryFns()[i](IREE_KERNEL_ABI_VERSION_MAX, environment);
    if (!library || !hasName(library, params->library_name))
      continue;
    if (!found || library->identity == params->identity)
      found = library;
  }
  return found;
}

iree_status_t tryLoad(iree_hal_executable_loader_t *base,
                      const iree_hal_executable_params_t *params, iree_allocator_t host_allocator,
                      iree_hal_executable_t **out_executable) {
  auto *loader = reinterpret_cast<StaticLoader *>(base);
  iree_kernel_environment_t environment = {iree_hal_processor_features()};
  const iree_kernel_library_t *library = findLibrary(loader, params, &environment);
  if (!library)
    return iree_make_status(IREE_STATUS_NOT_FOUND,
                            "kernel library '%.*s' is none of the %zu that were given to the "
                            "static library loader, or it needs a newer ABI",
                            IREE_SV_ARGS(params->library_name), loader->libraryCount);
  IREE_RETURN_IF_ERROR(iree_hal_kernel_library_verify(
      library, params, environment.processor_features, {nullptr, 0}, {nullptr, 0}));
  iree_hal_executable_t *executable = nullptr;
  IREE_RETURN_IF_ERROR(iree::allocateObject(host_allocator, 0, &executable));
  *executable = {1, library->binding_alignment, &executableVtable, host_allocator, library};
  *out_executable = executable;
  return iree_ok_status();
}

const iree_hal_executable_loader_vtable_t loaderVtable = {destroyLoader, querySupport, tryLoad};

} // namespace

iree_status_t iree_hal_static_library_loader_create(iree_host_size_t library_count,
                                                    const iree_kernel_library_query_fn_t *query_fns,
                                                    iree_allocator_t host_allocator,
                                                    iree_hal_executable_loader_t **out_loader) {
  StaticLoader *loader = nullptr;
  size_t bytes = 0;
  *out_loader = nullptr;
  if (!iree::checkedMul(library_count, sizeof(*query_fns), &bytes))
    return iree_make_status(IREE_STATUS_OUT_OF_RANGE, "%zu libraries", library_count);
  IREE_RETURN_IF_ERROR(iree::allocateObject(host_allocator, bytes, &loader));
  *loader = {{1, &loaderVtable}, host_allocator, library_count};
  for (size_t i = 0; i < library_count; ++i)
    loader->queryFns()[i] = query_fns[i];
  *out_loader = &loader->base;
  return iree_ok_status();
}
