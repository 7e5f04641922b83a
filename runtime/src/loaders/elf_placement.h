// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where an ELF image runs: where it lies, or in a copy.
#ifndef IREE_SRC_LOADERS_ELF_PLACEMENT_H_
#define IREE_SRC_LOADERS_ELF_PLACEMENT_H_

#include "iree/hal/local/loaders/embedded_elf_loader.h"
#include "loaders/elf_image.h"

namespace iree::elf {

struct Placement {
  uintptr_t bias; // address of a byte = bias + its linked address
  // The copy, owned; null when the image runs in place.
  uint8_t *copy;
  size_t copyBytes;
  bool isPages; // else from `allocator`
  iree_allocator_t allocator;
};

// INVALID_ARGUMENT if the options allow nothing, or what the platform lacks.
iree_status_t checkPlacementOptions(const iree_hal_embedded_elf_loader_options_t &options);

// Makes `image` of `file` executable as checked `options` allow. The code's
// caches are in order afterwards. `out` must be released in any case.
iree_status_t placeImage(iree_const_byte_span_t file, const Image &image,
                         const iree_hal_embedded_elf_loader_options_t &options, Placement *out);
void releasePlacement(Placement *placement);

} // namespace iree::elf

#endif // IREE_SRC_LOADERS_ELF_PLACEMENT_H_
