// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loads executables of format "embedded-elf": closed ELF images without
// relocations or writable segments (docs/kernel-abi.md).
#ifndef IREE_HAL_LOCAL_LOADERS_EMBEDDED_ELF_LOADER_H_
#define IREE_HAL_LOCAL_LOADERS_EMBEDDED_ELF_LOADER_H_

#include "iree/hal/executable.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum iree_hal_embedded_elf_flag_bits_e {
  // The memory of modules is executable: an image runs where it lies if its
  // address is aligned as its segments demand.
  IREE_HAL_EMBEDDED_ELF_FLAG_RUN_IN_PLACE = 1u << 0,
  // An image may be copied to pages of the operating system, which are first
  // writable, then read-only and those with code executable. Hosted platforms.
  IREE_HAL_EMBEDDED_ELF_FLAG_MAP_PAGES = 1u << 1,
} iree_hal_embedded_elf_flag_bits_t;

// Where images may run. What is allowed is tried in this order: in place, a
// copy from `executable_allocator`, a copy in pages. A copy is made once, when
// the module is loaded, and lives as long as its session.
typedef struct iree_hal_embedded_elf_loader_options_t {
  uint32_t flags; // IREE_HAL_EMBEDDED_ELF_FLAG_*
  // Of memory that is written and executed, such as an arena over a block of
  // RAM; must outlive the loader's executables. None: iree_allocator_null().
  iree_allocator_t executable_allocator;
} iree_hal_embedded_elf_loader_options_t;

// Generic platform: RUN_IN_PLACE; hosted: MAP_PAGES; no allocator.
void iree_hal_embedded_elf_loader_options_initialize(
    iree_hal_embedded_elf_loader_options_t *out_options);

// A loader with the options that initialize sets.
iree_status_t iree_hal_embedded_elf_loader_create(iree_allocator_t host_allocator,
                                                  iree_hal_executable_loader_t **out_loader);

// INVALID_ARGUMENT if the options allow nothing, or what the platform lacks.
iree_status_t iree_hal_embedded_elf_loader_create_with_options(
    const iree_hal_embedded_elf_loader_options_t *options, iree_allocator_t host_allocator,
    iree_hal_executable_loader_t **out_loader);

#ifdef __cplusplus
}
#endif

#endif // IREE_HAL_LOCAL_LOADERS_EMBEDDED_ELF_LOADER_H_
