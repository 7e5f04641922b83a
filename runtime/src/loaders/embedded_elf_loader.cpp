// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/hal/local/loaders/embedded_elf_loader.h"

#include "base/internal.h"
#include "loaders/elf_placement.h"

namespace {

struct ElfLoader {
  iree_hal_executable_loader_t base;
  iree_allocator_t host_allocator;
  iree_hal_embedded_elf_loader_options_t options;
};

struct ElfExecutable {
  iree_hal_executable_t base;
  iree::elf::Placement placement;
};

IREE_ASSERT_MEMORY_SIZE(ElfLoader, IREE_MEMORY_ELF_LOADER);
IREE_ASSERT_MEMORY_SIZE(ElfExecutable, IREE_MEMORY_ELF_EXECUTABLE);

void destroyExecutable(iree_hal_executable_t *base) {
  auto *executable = reinterpret_cast<ElfExecutable *>(base);
  iree::elf::releasePlacement(&executable->placement);
  iree_allocator_free(base->host_allocator, executable);
}

const iree_hal_executable_vtable_t executableVtable = {
    destroyExecutable, iree_hal_kernel_library_describe, iree_hal_kernel_library_call};

void destroyLoader(iree_hal_executable_loader_t *base) {
  auto *loader = reinterpret_cast<ElfLoader *>(base);
  iree_allocator_free(loader->host_allocator, loader);
}

bool querySupport(iree_hal_executable_loader_t *, iree_string_view_t format) {
  return iree_string_view_equal(format, IREE_SV("embedded-elf"));
}

iree_hal_image_range_t rangeAt(uintptr_t begin, size_t length) {
  return {reinterpret_cast<const uint8_t *>(begin), length};
}

iree_status_t loadImage(const ElfLoader *loader, const iree_hal_executable_params_t *params,
                        ElfExecutable *executable) {
  iree::elf::Image image;
  IREE_RETURN_IF_ERROR(
      iree::elf::parseImage<sizeof(void *)>(params->image, iree::elf::hostTarget(), &image));
  IREE_RETURN_IF_ERROR(
      iree::elf::placeImage(params->image, image, loader->options, &executable->placement));
  uintptr_t bias = executable->placement.bias;
  auto query = reinterpret_cast<iree_kernel_library_query_fn_t>(bias + image.entry);
  iree_kernel_environment_t environment = {iree_hal_processor_features()};
  const iree_kernel_library_t *library = query(IREE_KERNEL_ABI_VERSION_MAX, &environment);
  IREE_RETURN_IF_ERROR(iree_hal_kernel_library_verify(
      library, params, environment.processor_features,
      rangeAt(bias + image.lowAddress, image.highAddress - image.lowAddress),
      rangeAt(bias + image.code->address, image.code->length)));
  executable->base.library = library;
  executable->base.binding_alignment = library->binding_alignment;
  return iree_ok_status();
}

iree_status_t tryLoad(iree_hal_executable_loader_t *base,
                      const iree_hal_executable_params_t *params, iree_allocator_t host_allocator,
                      iree_hal_executable_t **out_executable) {
  ElfExecutable *executable = nullptr;
  IREE_RETURN_IF_ERROR(iree::allocateObject(host_allocator, 0, &executable));
  executable->base = {1, 1, &executableVtable, host_allocator, nullptr};
  iree_status_t status = loadImage(reinterpret_cast<ElfLoader *>(base), params, executable);
  if (!iree_status_is_ok(status)) {
    destroyExecutable(&executable->base);
    return status;
  }
  *out_executable = &executable->base;
  return iree_ok_status();
}

const iree_hal_executable_loader_vtable_t loaderVtable = {destroyLoader, querySupport, tryLoad};

} // namespace

void iree_hal_embedded_elf_loader_options_initialize(
    iree_hal_embedded_elf_loader_options_t *out_options) {
#if defined(IREE_PLATFORM_GENERIC)
  *out_options = {IREE_HAL_EMBEDDED_ELF_FLAG_RUN_IN_PLACE, iree_allocator_null()};
#else
  *out_options = {IREE_HAL_EMBEDDED_ELF_FLAG_MAP_PAGES, iree_allocator_null()};
#endif
}

iree_status_t iree_hal_embedded_elf_loader_create(iree_allocator_t host_allocator,
                                                  iree_hal_executable_loader_t **out_loader) {
  iree_hal_embedded_elf_loader_options_t options;
  iree_hal_embedded_elf_loader_options_initialize(&options);
  return iree_hal_embedded_elf_loader_create_with_options(&options, host_allocator, out_loader);
}

iree_status_t iree_hal_embedded_elf_loader_create_with_options(
    const iree_hal_embedded_elf_loader_options_t *options, iree_allocator_t host_allocator,
    iree_hal_executable_loader_t **out_loader) {
  ElfLoader *loader = nullptr;
  *out_loader = nullptr;
  IREE_RETURN_IF_ERROR(iree::elf::checkPlacementOptions(*options));
  IREE_RETURN_IF_ERROR(iree::allocateObject(host_allocator, 0, &loader));
  *loader = {{1, &loaderVtable}, host_allocator, *options};
  *out_loader = &loader->base;
  return iree_ok_status();
}
