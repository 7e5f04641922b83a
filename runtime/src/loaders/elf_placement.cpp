// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "loaders/elf_placement.h"

#include "platform/executable_memory.h"

namespace iree::elf {

namespace {

using Options = iree_hal_embedded_elf_loader_options_t;

bool allows(const Options &options, uint32_t flag) { return (options.flags & flag) != 0; }

void copySegments(iree_const_byte_span_t file, const Image &image, uintptr_t bias) {
  for (uint32_t i = 0; i < image.segmentCount; ++i) {
    const Segment &segment = image.segments[i];
    copyBytes(reinterpret_cast<void *>(bias + segment.address), file.data + segment.offset,
              segment.length);
  }
}

void flushCode(const Image &image, uintptr_t bias) {
  char *code = reinterpret_cast<char *>(bias + image.code->address);
  IREE_MEMORY_FLUSH_ICACHE(code, code + image.code->length);
}

iree_status_t copyToAllocated(iree_const_byte_span_t file, const Image &image,
                              const Options &options, Placement *out) {
  size_t mask = image.alignment - 1;
  size_t first = image.lowAddress & ~mask; // linked address of the copy's begin
  void *memory = nullptr;
  out->allocator = options.executable_allocator;
  IREE_RETURN_IF_ERROR(iree_allocator_malloc_aligned(out->allocator, image.highAddress - first,
                                                     image.alignment, &memory));
  out->copy = static_cast<uint8_t *>(memory);
  out->bias = reinterpret_cast<uintptr_t>(memory) - first;
  copySegments(file, image, out->bias);
  flushCode(image, out->bias);
  return iree_ok_status();
}

iree_status_t copyToPages(iree_const_byte_span_t file, const Image &image, Placement *out) {
  size_t mask = executablePageBytes() - 1;
  size_t first = image.lowAddress & ~mask;
  if (image.alignment - 1 > mask)
    return iree_make_status(IREE_STATUS_FAILED_PRECONDITION,
                            "ELF image: a segment wants alignment %zu, pages have %zu",
                            image.alignment, mask + 1);
  out->copyBytes = image.highAddress - first;
  IREE_RETURN_IF_ERROR(mapWritablePages(out->copyBytes, &out->copy));
  out->isPages = true;
  out->bias = reinterpret_cast<uintptr_t>(out->copy) - first;
  copySegments(file, image, out->bias);
  flushCode(image, out->bias);
  return protectPages(out->copy, out->copyBytes, image.code->address - first, image.code->length);
}

} // namespace

iree_status_t checkPlacementOptions(const Options &options) {
  uint32_t known = IREE_HAL_EMBEDDED_ELF_FLAG_RUN_IN_PLACE;
  if (platformHasPages)
    known |= IREE_HAL_EMBEDDED_ELF_FLAG_MAP_PAGES;
  if ((options.flags & ~known) != 0)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            "ELF loader: this platform knows no flags %x", options.flags & ~known);
  if (options.flags == 0 && !options.executable_allocator.ctl)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            "ELF loader: needs a flag or an executable_allocator to run images");
  return iree_ok_status();
}

iree_status_t placeImage(iree_const_byte_span_t file, const Image &image, const Options &options,
                         Placement *out) {
  *out = {};
  uintptr_t bias = reinterpret_cast<uintptr_t>(file.data) - image.displacement;
  bool isAligned = (bias & (image.alignment - 1)) == 0;
  if (isAligned && allows(options, IREE_HAL_EMBEDDED_ELF_FLAG_RUN_IN_PLACE)) {
    out->bias = bias;
    flushCode(image, bias); // the module itself may just have been written
    return iree_ok_status();
  }
  if (options.executable_allocator.ctl)
    return copyToAllocated(file, image, options, out);
  if (platformHasPages && allows(options, IREE_HAL_EMBEDDED_ELF_FLAG_MAP_PAGES))
    return copyToPages(file, image, out);
  return iree_make_status(IREE_STATUS_FAILED_PRECONDITION,
                          "ELF image at %zx is not aligned to %zu; align the module, or give the "
                          "loader an executable_allocator",
                          reinterpret_cast<size_t>(file.data), image.alignment);
}

void releasePlacement(Placement *placement) {
  if (platformHasPages && placement->isPages)
    unmapPages(placement->copy, placement->copyBytes);
  else
    iree_allocator_free_aligned(placement->allocator, placement->copy);
  *placement = {};
}

} // namespace iree::elf
