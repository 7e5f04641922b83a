// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/hal/local/loaders/system_library_loader.h"

#include "base/internal.h"
#include "platform/dynamic_library.h"

namespace {

struct SystemLoader {
  iree_hal_executable_loader_t base;
  iree_allocator_t host_allocator;
};

struct SystemExecutable {
  iree_hal_executable_t base;
  iree::DynamicLibrary library;
};

void destroyExecutable(iree_hal_executable_t *base) {
  auto *executable = reinterpret_cast<SystemExecutable *>(base);
  iree::closeDynamicLibrary(&executable->library);
  iree_allocator_free(base->host_allocator, executable);
}

const iree_hal_executable_vtable_t executableVtable = {
    destroyExecutable, iree_hal_kernel_library_describe, iree_hal_kernel_library_call};

void destroyLoader(iree_hal_executable_loader_t *base) {
  auto *loader = reinterpret_cast<SystemLoader *>(base);
  iree_allocator_free(loader->host_allocator, loader);
}

bool querySupport(iree_hal_executable_loader_t *, iree_string_view_t format) {
  return iree_string_view_equal(format, IREE_SV("system-library"));
}

iree_status_t findQuery(const iree_hal_executable_params_t *params,
                        const iree::DynamicLibrary *library, iree_kernel_library_query_fn_t *out) {
  char symbol[256];
  size_t length = iree_format_text(symbol, sizeof(symbol), "%.*s_library_query",
                                   IREE_SV_ARGS(params->library_name));
  if (length >= sizeof(symbol))
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            "system library: its name has %zu characters, more than a symbol may",
                            params->library_name.size);
  *out = reinterpret_cast<iree_kernel_library_query_fn_t>(iree::findSymbol(library, symbol));
  if (!*out)
    return iree_make_status(IREE_STATUS_NOT_FOUND,
                            "system library: exports no function '%s'; is it this module's?",
                            symbol);
  return iree_ok_status();
}

iree_status_t loadLibrary(const iree_hal_executable_params_t *params,
                          SystemExecutable *executable) {
  iree_kernel_library_query_fn_t query = nullptr;
  IREE_RETURN_IF_ERROR(iree::openDynamicLibrary(params->image, &executable->library));
  IREE_RETURN_IF_ERROR(findQuery(params, &executable->library, &query));
  iree_kernel_environment_t environment = {iree_hal_processor_features()};
  const iree_kernel_library_t *library = query(IREE_KERNEL_ABI_VERSION_MAX, &environment);
  // Where the image lies is the dynamic linker's business; its code has run.
  IREE_RETURN_IF_ERROR(iree_hal_kernel_library_verify(
      library, params, environment.processor_features, {nullptr, 0}, {nullptr, 0}));
  executable->base.library = library;
  executable->base.binding_alignment = library->binding_alignment;
  return iree_ok_status();
}

iree_status_t tryLoad(iree_hal_executable_loader_t *, const iree_hal_executable_params_t *params,
                      iree_allocator_t host_allocator, iree_hal_executable_t **out_executable) {
  SystemExecutable *executable = nullptr;
  IREE_RETURN_IF_ERROR(iree::allocateObject(host_allocator, 0, &executable));
  *executable = {{1, 1, &executableVtable, host_allocator, nullptr}, {nullptr, -1}};
  iree_status_t status = loadLibrary(params, executable);
  if (!iree_status_is_ok(status)) {
    destroyExecutable(&executable->base);
    return status;
  }
  *out_executable = &executable->base;
  return iree_ok_status();
}

const iree_hal_executable_loader_vtable_t loaderVtable = {destroyLoader, querySupport, tryLoad};

} // namespace

iree_status_t iree_hal_system_library_loader_create(iree_allocator_t host_allocator,
                                                    iree_hal_executable_loader_t **out_loader) {
  SystemLoader *loader = nullptr;
  *out_loader = nullptr;
  IREE_RETURN_IF_ERROR(iree::allocateObject(host_allocator, 0, &loader));
  *loader = {{1, &loaderVtable}, host_allocator};
  *out_loader = &loader->base;
  return iree_ok_status();
}
