// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/hal/local/loaders/embedded_elf_loader.h"

#include "loaders/elf_image.h"
#include "platform/executable_memory.h"

namespace {

struct ElfLoader {
  iree_hal_executable_loader_t base;
  iree_allocator_t host_allocator;
};

struct ElfExecutable {
  iree_hal_executable_t base;
  uint8_t *pages; // copy of the image; null when it runs in place
  size_t pagesLength;
};

#if defined(IREE_PLATFORM_GENERIC)

// Lets the image run where it lies. `*outBias` is what linked addresses lack.
iree_status_t placeImage(iree_const_byte_span_t file, const iree::elf::Image &image,
                         ElfExecutable *, uintptr_t *outBias) {
  uintptr_t bias = reinterpret_cast<uintptr_t>(file.data) - image.displacement;
  for (uint32_t i = 0; i < image.segmentCount; ++i) {
    if ((bias & (image.segments[i].alignment - 1)) != 0)
      return iree_make_status(IREE_STATUS_FAILED_PRECONDITION,
                              "ELF image: a segment wants alignment %zu, but the image runs in "
                              "place at %zx",
                              image.segments[i].alignment, reinterpret_cast<size_t>(file.data));
  }
  char *code = reinterpret_cast<char *>(bias + image.code->address);
  IREE_MEMORY_FLUSH_ICACHE(code, code + image.code->length);
  *outBias = bias;
  return iree_ok_status();
}

void releaseImage(ElfExecutable *) {}

#else

// Copies the image to pages of its own, writable first, executable afterwards.
iree_status_t placeImage(iree_const_byte_span_t file, const iree::elf::Image &image,
                         ElfExecutable *executable, uintptr_t *outBias) {
  size_t mask = iree::executablePageBytes() - 1;
  size_t firstPage = image.lowAddress & ~mask;
  for (uint32_t i = 0; i < image.segmentCount; ++i) {
    if (image.segments[i].alignment - 1 > mask)
      return iree_make_status(IREE_STATUS_FAILED_PRECONDITION,
                              "ELF image: a segment wants alignment %zu, pages have %zu",
                              image.segments[i].alignment, mask + 1);
  }
  executable->pagesLength = image.highAddress - firstPage;
  IREE_RETURN_IF_ERROR(iree::mapWritablePages(executable->pagesLength, &executable->pages));
  for (uint32_t i = 0; i < image.segmentCount; ++i) {
    const iree::elf::Segment &segment = image.segments[i];
    iree::copyBytes(executable->pages + (segment.address - firstPage), file.data + segment.offset,
                    segment.length);
  }
  size_t codeOffset = image.code->address - firstPage;
  char *code = reinterpret_cast<char *>(executable->pages + codeOffset);
  IREE_MEMORY_FLUSH_ICACHE(code, code + image.code->length);
  *outBias = reinterpret_cast<uintptr_t>(executable->pages) - firstPage;
  return iree::protectPages(executable->pages, executable->pagesLength, codeOffset,
                            image.code->length);
}

void releaseImage(ElfExecutable *executable) {
  if (executable->pages)
    iree::unmapPages(executable->pages, executable->pagesLength);
}

#endif // IREE_PLATFORM_GENERIC

void destroyExecutable(iree_hal_executable_t *base) {
  auto *executable = reinterpret_cast<ElfExecutable *>(base);
  releaseImage(executable);
  iree_allocator_free(base->host_allocator, executable);
}

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

iree_status_t loadImage(const iree_hal_executable_params_t *params, ElfExecutable *executable) {
  iree::elf::Image image;
  uintptr_t bias = 0;
  IREE_RETURN_IF_ERROR(iree::elf::parseImage(params->image, iree::elf::hostTarget(), &image));
  IREE_RETURN_IF_ERROR(placeImage(params->image, image, executable, &bias));
  auto query = reinterpret_cast<iree_kernel_library_query_fn_t>(bias + image.entry);
  iree_kernel_environment_t environment = {iree_hal_processor_features()};
  const iree_kernel_library_t *library = query(IREE_KERNEL_ABI_VERSION_MAX, &environment);
  IREE_RETURN_IF_ERROR(iree_hal_kernel_library_verify(
      library, params, environment.processor_features,
      rangeAt(bias + image.lowAddress, image.highAddress - image.lowAddress),
      rangeAt(bias + image.code->address, image.code->length)));
  executable->base.library = library;
  return iree_ok_status();
}

iree_status_t tryLoad(iree_hal_executable_loader_t *, const iree_hal_executable_params_t *params,
                      iree_allocator_t host_allocator, iree_hal_executable_t **out_executable) {
  ElfExecutable *executable = nullptr;
  IREE_RETURN_IF_ERROR(iree::allocateObject(host_allocator, 0, &executable));
  executable->base = {1, nullptr, host_allocator, destroyExecutable};
  iree_status_t status = loadImage(params, executable);
  if (!iree_status_is_ok(status)) {
    destroyExecutable(&executable->base);
    return status;
  }
  *out_executable = &executable->base;
  return iree_ok_status();
}

const iree_hal_executable_loader_vtable_t loaderVtable = {destroyLoader, querySupport, tryLoad};

} // namespace

iree_status_t iree_hal_embedded_elf_loader_create(iree_allocator_t host_allocator,
                                                  iree_hal_executable_loader_t **out_loader) {
  ElfLoader *loader = nullptr;
  *out_loader = nullptr;
  IREE_RETURN_IF_ERROR(iree::allocateObject(host_allocator, 0, &loader));
  *loader = {{1, &loaderVtable}, host_allocator};
  *out_loader = &loader->base;
  return iree_ok_status();
}
