// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/hal/executable.h"

#include "base/internal.h"

namespace {

// What the field at `field` refers to; the field must not be 0.
const uint8_t *resolve(const iree_self_relative_t *field) {
  return reinterpret_cast<const uint8_t *>(reinterpret_cast<uintptr_t>(field) +
                                           static_cast<uintptr_t>(static_cast<intptr_t>(*field)));
}

bool contains(iree_hal_image_range_t range, const uint8_t *begin, size_t length) {
  if (!range.begin)
    return true;
  uintptr_t offset = reinterpret_cast<uintptr_t>(begin) - reinterpret_cast<uintptr_t>(range.begin);
  return iree::rangeIsWithin<size_t>(offset, length, range.length);
}

// Whether a NUL-terminated text begins at `text` and ends within `image`.
bool containsText(iree_hal_image_range_t image, const uint8_t *text) {
  for (size_t i = 0; i < 4096; ++i) {
    if (!contains(image, text + i, 1))
      return false;
    if (text[i] == 0)
      return true;
  }
  return false;
}

iree_status_t verifyIdentity(const iree_kernel_library_t *library,
                             const iree_hal_executable_params_t *params) {
  const char *name = reinterpret_cast<const char *>(resolve(&library->name));
  if (!iree_string_view_equal(iree_make_cstring_view(name), params->library_name))
    return iree_make_status(IREE_STATUS_FAILED_PRECONDITION,
                            "kernel library '%s' where the module expects '%.*s'", name,
                            IREE_SV_ARGS(params->library_name));
  if (library->identity != params->identity)
    return iree_make_status(IREE_STATUS_FAILED_PRECONDITION,
                            "kernel library '%s' (identity %x) is not the one that the module was "
                            "compiled with (%x); build both from one compilation",
                            name, library->identity, params->identity);
  if (library->export_count != params->kernel_count)
    return iree_make_status(IREE_STATUS_FAILED_PRECONDITION,
                            "kernel library '%s' has %u kernels, the module %u", name,
                            library->export_count, params->kernel_count);
  return iree_ok_status();
}

// Version, alignment and features can be met by this runtime and machine.
iree_status_t verifyRequirements(const iree_kernel_library_t *library, uint32_t processorFeatures) {
  if (library->version < IREE_KERNEL_ABI_VERSION_MIN ||
      library->version > IREE_KERNEL_ABI_VERSION_MAX)
    return iree_make_status(
        IREE_STATUS_UNAVAILABLE, "kernel library of ABI version %u; this runtime runs %u to %u",
        library->version, IREE_KERNEL_ABI_VERSION_MIN, IREE_KERNEL_ABI_VERSION_MAX);
  IREE_RETURN_IF_ERROR(
      iree_hal_verify_processor_features(library->required_features, processorFeatures));
  if (!iree::isPowerOfTwo(library->binding_alignment) || library->binding_alignment > 64)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            "kernel library asks for bindings aligned to %u bytes",
                            library->binding_alignment);
  return iree_ok_status();
}

iree_status_t verifyExports(const iree_kernel_library_t *library, iree_hal_image_range_t image,
                            iree_hal_image_range_t code) {
  auto *exports = reinterpret_cast<const iree_kernel_export_t *>(resolve(&library->exports));
  for (uint32_t i = 0; i < library->export_count; ++i) {
    const iree_kernel_export_t *entry = &exports[i];
    if (entry->entry == 0 || !contains(code, resolve(&entry->entry), 1))
      return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "kernel %u: entry outside the code", i);
    if (entry->name != 0 && !containsText(image, resolve(&entry->name)))
      return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "kernel %u: name outside the image", i);
    if (entry->binding_count > IREE_KERNEL_MAX_BINDINGS ||
        entry->constant_count > IREE_KERNEL_MAX_CONSTANTS)
      return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                              "kernel %u: too many bindings or constants", i);
  }
  return iree_ok_status();
}

} // namespace

iree_status_t iree_hal_verify_processor_features(uint32_t required, uint32_t available) {
  uint32_t missing = required & ~available;
  if (missing == 0)
    return iree_ok_status();
  return iree_make_status(IREE_STATUS_UNAVAILABLE,
                          "kernels need processor features that this machine lacks (mask %x)",
                          missing);
}

iree_status_t iree_hal_kernel_library_verify(const iree_kernel_library_t *library,
                                             const iree_hal_executable_params_t *params,
                                             uint32_t processor_features,
                                             iree_hal_image_range_t image,
                                             iree_hal_image_range_t code) {
  if (!library)
    return iree_make_status(IREE_STATUS_UNAVAILABLE,
                            "kernel library needs an ABI newer than version %u",
                            IREE_KERNEL_ABI_VERSION_MAX);
  if (reinterpret_cast<uintptr_t>(library) % alignof(iree_kernel_library_t) != 0 ||
      !contains(image, reinterpret_cast<const uint8_t *>(library), sizeof(*library)))
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            "kernel library's table lies outside the image");
  if (library->magic != IREE_KERNEL_LIBRARY_MAGIC)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "not a kernel library (magic %x)",
                            library->magic);
  IREE_RETURN_IF_ERROR(verifyRequirements(library, processor_features));
  if (library->name == 0 || !containsText(image, resolve(&library->name)))
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            "kernel library's name lies outside the image");
  IREE_RETURN_IF_ERROR(verifyIdentity(library, params));
  if (library->export_count == 0)
    return iree_ok_status();
  size_t exportBytes = 0;
  const uint8_t *exports = resolve(&library->exports);
  if (library->exports == 0 ||
      reinterpret_cast<uintptr_t>(exports) % alignof(iree_kernel_export_t) != 0 ||
      !iree::checkedMul<size_t>(library->export_count, sizeof(iree_kernel_export_t),
                                &exportBytes) ||
      !contains(image, exports, exportBytes))
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            "kernel library's exports lie outside the image");
  return verifyExports(library, image, code);
}

const iree_kernel_export_t *iree_hal_executable_export(const iree_hal_executable_t *executable,
                                                       uint32_t ordinal) {
  return reinterpret_cast<const iree_kernel_export_t *>(resolve(&executable->library->exports)) +
         ordinal;
}

iree_kernel_fn_t iree_hal_executable_entry(const iree_hal_executable_t *executable,
                                           uint32_t ordinal) {
  const iree_kernel_export_t *entry = iree_hal_executable_export(executable, ordinal);
  return reinterpret_cast<iree_kernel_fn_t>(reinterpret_cast<uintptr_t>(resolve(&entry->entry)));
}

void iree_hal_kernel_library_describe(const iree_hal_executable_t *executable, uint32_t ordinal,
                                      iree_hal_kernel_info_t *out_info) {
  const iree_kernel_export_t *entry = iree_hal_executable_export(executable, ordinal);
  out_info->name = entry->name == 0 ? "" : reinterpret_cast<const char *>(resolve(&entry->name));
  out_info->binding_count = entry->binding_count;
  out_info->constant_count = entry->constant_count;
}

iree_status_t iree_hal_kernel_library_call(const iree_hal_executable_t *executable,
                                           const iree_hal_dispatch_t *dispatch, uint32_t begin,
                                           uint32_t end) {
  iree_kernel_fn_t kernel = iree_hal_executable_entry(executable, dispatch->ordinal);
  int32_t result = kernel(dispatch->bindings, dispatch->constants, begin, end);
  if (result == 0)
    return iree_ok_status();
  iree_hal_kernel_info_t info;
  iree_hal_kernel_library_describe(executable, dispatch->ordinal, &info);
  return iree_make_status(IREE_STATUS_INTERNAL, "kernel %u '%s' failed with code %d",
                          dispatch->ordinal, info.name, static_cast<int>(result));
}

void iree_hal_executable_retain(iree_hal_executable_t *executable) {
  if (executable)
    iree::retainRef(&executable->ref_count);
}

void iree_hal_executable_release(iree_hal_executable_t *executable) {
  if (executable && iree::releaseRef(&executable->ref_count))
    executable->vtable->destroy(executable);
}

void iree_hal_executable_loader_retain(iree_hal_executable_loader_t *loader) {
  if (loader)
    iree::retainRef(&loader->ref_count);
}

void iree_hal_executable_loader_release(iree_hal_executable_loader_t *loader) {
  if (loader && iree::releaseRef(&loader->ref_count))
    loader->vtable->destroy(loader);
}
